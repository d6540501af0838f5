"""Acceptance 10: filtering by several values never returns a case twice."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.domain.filters import Band, Filters, Repeat
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.domain.status import OPEN
from feedback.domain.vocabulary import Channel, Kind
from feedback.models import Resemblance
from feedback.services import queues
from tests import factories


def test_10_filtering_by_several_values_never_returns_a_case_twice(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.INTAKE)
    cases = [factories.on_desk(now + timedelta(hours=step)) for step in range(6)]
    cases += [factories.routed(now + timedelta(hours=step)) for step in range(6)]
    for one, other in itertools.combinations(sorted(cases, key=lambda case: case.id, reverse=True), 2):
        session.add(Resemblance(comment_id=one.id, other_id=other.id, score=0.9, sure=True, alike=0.9, at=now))
    asked = Filters(
        text="sóng OR bản OR điện thoại",
        statuses=tuple(OPEN),
        kinds=tuple(Kind),
        provinces=("SONLA", "HN"),
        classes=("BKHCN", "BCA", "UBND_TINH"),
        channels=tuple(Channel),
        bands=tuple(Band),
        repeats=tuple(Repeat),
    )
    shown: list[str] = []
    mark = None
    while True:
        page = queues.page(officer=officer, queue=Queue.ALL, filters=asked, now=now, after=mark, limit=5)
        shown += [row.reference for row in page.rows]
        mark = page.following
        if mark is None:
            break
    assert sorted(shown) == sorted(case.reference for case in cases)
