"""An extension has its reason and its new date, is told to the citizen, and is counted apart."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from feedback.db import db, transaction
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Role
from feedback.jobs import notify
from feedback.services import extending, reports
from feedback.services.reports import Period
from tests import factories
from tests.jobs.post_office import PostOffice

REASON = "Cần khảo sát thực địa tại ba bản vùng cao."
UNTIL = date(2026, 4, 8)


@pytest.mark.parametrize(("reason", "until"), [("", UNTIL), (REASON, None)])
def test_16_without_a_reason_or_a_new_date_nothing_is_extended(
    post: PostOffice, now: datetime, reason: str, until: date | None
) -> None:
    with transaction():
        handler = factories.officer(now, Role.HANDLER, "BKHCN")
        case = factories.accepted(now, handler)
        due = case.due_at
        with pytest.raises(InvalidInput):
            extending.extend(
                officer=handler, reference=case.reference, version=case.version, at=now, reason=reason, until=until
            )
        assert (case.status, case.due_at) == ("in_progress", due)


def test_16_the_citizen_reads_the_reason_the_old_date_and_the_new_one(post: PostOffice, now: datetime) -> None:
    with transaction():
        handler = factories.officer(now, Role.HANDLER, "BKHCN")
        case = factories.accepted(now, handler)
        extending.extend(
            officer=handler, reference=case.reference, version=case.version, at=now, reason=REASON, until=UNTIL
        )
    notify.drain()
    db.session.rollback()
    said = post.letters[-1].get_content()
    for words in (REASON, "trước đây: 17:00 ngày 31/3/2026", "mới: 17:00 ngày 08/4/2026"):
        assert words in said.replace("31/03", "31/3").replace("08/04", "08/4")


def test_16_statistics_count_the_extended_apart(post: PostOffice, now: datetime) -> None:
    with transaction():
        handler = factories.officer(now, Role.HANDLER, "BKHCN")
        case = factories.accepted(now, handler)
        factories.routed(now)
        extending.extend(
            officer=handler, reference=case.reference, version=case.version, at=now, reason=REASON, until=UNTIL
        )
    report = reports.overview(
        officer=factories.officer(now, Role.ANALYST), period=Period(now.date(), now.date()), now=now
    )
    (line,) = report.bodies
    assert (report.received, report.extended) == (2, 1)
    assert (line.code, line.received, line.extended) == ("BKHCN", 2, 1)
