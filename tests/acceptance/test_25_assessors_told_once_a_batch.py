"""Acceptance 25: assessors are told once a batch, can ask for "mine, not yet assessed", and go on to the next one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.filters import Charge, Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.models import Comment, Officer, OfficerDigest, OfficerNotice, Outbox
from feedback.services import digests, notices, queues
from tests import factories
from tests.web.official import Official, values

MINE = "/ban-lam-viec?hang=xu_ly&giao=toi"


@pytest.fixture
def official(client: FlaskClient) -> Official:
    """An official at a browser without JavaScript."""
    return Official(client)


def charge(official: Official, coordinator: Officer, assessor: Officer, cases: list[Comment]) -> None:
    """What the coordinator does on the pages: choose, confirm, do."""
    official.sign_in(coordinator)
    ticked = [f"{case.reference}:{case.version}" for case in cases]
    asked = values(csrf_token=official.token(), action="phan-cong", case=ticked)
    page = official.post("/ban-lam-viec/hang-loat", asked)
    done = official.send(
        page, "/ban-lam-viec/hang-loat/thuc-hien", case=ticked, reason="Chia việc.", assignee=str(assessor.id)
    )
    assert done.status_code == 303


@pytest.fixture
def coordinator(session: Session, now: datetime) -> Officer:
    """Who shares the work of a body out."""
    return factories.officer(now, Role.COORDINATOR, "BKHCN")


@pytest.fixture
def assessor(session: Session, now: datetime) -> Officer:
    """Who is charged with it."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


def test_25_ten_cases_of_one_batch_are_one_notice_and_one_line_of_the_letter(
    official: Official, session: Session, now: datetime, coordinator: Officer, assessor: Officer
) -> None:
    cases = [factories.routed(now + timedelta(minutes=step)) for step in range(10)]
    charge(official, coordinator, assessor, cases)
    [notice] = session.scalars(select(OfficerNotice).where(OfficerNotice.kind == "assigned")).all()
    assert notice.officer_id == assessor.id
    opening = datetime.fromisoformat("2026-03-11T03:00:00+00:00")
    notices.tell_officials(opening)
    letters = session.scalars(
        select(OfficerDigest.id)
        .join(Outbox, Outbox.digest_id == OfficerDigest.id)
        .where(OfficerDigest.officer_id == assessor.id)
    ).all()
    assert len(letters) == 1
    digest = digests.prepare(digest_id=letters[0], at=opening)
    assert isinstance(digest, digests.Digest)
    section = next(one for one in digest.sections if one.heading == "Được giao xử lý")
    assert {line.reference for line in section.lines} == {case.reference for case in cases}


def test_25_the_letter_leaves_out_what_was_given_to_somebody_else_meanwhile(
    official: Official, session: Session, now: datetime, coordinator: Officer, assessor: Officer
) -> None:
    kept, taken = factories.routed(now), factories.routed(now)
    charge(official, coordinator, assessor, [kept, taken])
    factories.comment(taken.reference).assignee_id = coordinator.id
    opening = datetime.fromisoformat("2026-03-11T03:00:00+00:00")
    notices.tell_officials(opening)
    letter = session.scalars(select(OfficerDigest.id).where(OfficerDigest.officer_id == assessor.id)).one()
    digest = digests.prepare(digest_id=letter, at=opening)
    assert isinstance(digest, digests.Digest)
    section = next(one for one in digest.sections if one.heading == "Được giao xử lý")
    assert [line.reference for line in section.lines] == [kept.reference]


def test_25_mine_not_yet_assessed_shrinks_with_each_assessment(
    official: Official, session: Session, now: datetime, coordinator: Officer, assessor: Officer
) -> None:
    mine = [factories.routed(now + timedelta(hours=step)) for step in range(3)]
    others = factories.routed(now)
    charge(official, coordinator, assessor, mine)
    asked = Filters(charges=(Charge.ME,))

    def waiting() -> list[str]:
        page = queues.page(officer=assessor, queue=Queue.HANDLING, now=now, filters=asked)
        return [row.reference for row in page.rows]

    assert waiting() == [case.reference for case in mine]
    assert others.reference not in waiting()
    factories.checking(factories.comment(mine[0].reference), assessor, now)
    assert waiting() == [case.reference for case in mine[1:]]


def test_25_next_and_previous_stay_within_mine(
    official: Official, session: Session, now: datetime, coordinator: Officer, assessor: Officer
) -> None:
    mine = [factories.routed(now + timedelta(days=step)) for step in (0, 2, 4)]
    between = [factories.routed(now + timedelta(days=step)) for step in (1, 3)]
    charge(official, coordinator, assessor, mine)
    official.sign_in(assessor)
    listed = official.get(MINE)
    assert not any(case.reference in listed.text for case in between)
    address = re.search(rf'href="(/ban-lam-viec/{mine[1].reference}[^"]*)"', listed.text)
    assert address is not None
    page = official.get(address[1].replace("&amp;", "&")).text
    steps = dict(re.findall(r'rel="(prev|next)"[^>]*href="/ban-lam-viec/(PA-\d{4}-\d+)', page))
    assert steps == {"prev": mine[0].reference, "next": mine[2].reference}
