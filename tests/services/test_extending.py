"""More time for an answer: with a reason, until a working day within bounds, and told to the sender."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed
from feedback.domain.permissions import Role
from feedback.models import ClockEvent, Comment, Officer
from feedback.services import extending
from tests import factories

REASON = "Cần khảo sát thực địa tại ba bản vùng cao."
UNTIL = date(2026, 4, 8)


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """An officer of the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


def extend(officer: Officer, case: Comment, now: datetime, reason: str = REASON, until: date | None = UNTIL) -> Comment:
    return extending.extend(
        officer=officer, reference=case.reference, version=case.version, at=now, reason=reason, until=until
    )


def test_the_answer_is_due_at_the_end_of_the_day_chosen(handler: Officer, now: datetime) -> None:
    case = factories.accepted(now, handler)
    former = case.due_at
    extend(handler, case, now)
    assert (case.status, case.due_at) == ("extended", datetime(2026, 4, 8, 10, 0, tzinfo=UTC))
    assert factories.events(case)[-1].data["former"] == former.isoformat()
    kinds = select(ClockEvent.kind).where(ClockEvent.comment_id == case.id, ClockEvent.clock == "answer")
    assert "extended" in factories.session().scalars(kinds).all()


@pytest.mark.parametrize(
    ("reason", "until", "field"),
    [
        ("", UNTIL, "reason"),
        ("Vì bận.", UNTIL, "reason"),
        ("a" * 2001, UNTIL, "reason"),
        (REASON, None, "until"),
        (REASON, date(2026, 4, 11), "until"),
        (REASON, date(2026, 3, 12), "until"),
        (REASON, date(2026, 5, 29), "until"),
        (REASON, date(2199, 12, 30), "until"),
    ],
    ids=["none", "too short", "too long", "no date", "a Saturday", "not later", "too far", "absurd"],
)
def test_what_may_not_be_is_refused_beside_its_field_and_changes_nothing(
    handler: Officer, now: datetime, reason: str, until: date | None, field: str
) -> None:
    case = factories.accepted(now, handler)
    before = case.due_at, case.version
    with pytest.raises(InvalidInput) as refused:
        extend(handler, case, now, reason, until)
    assert set(refused.value.fields) == {field}
    assert (case.status, case.due_at, case.version) == ("in_progress", *before)


def test_one_extension_at_a_time_and_only_by_whom_the_table_names(handler: Officer, now: datetime) -> None:
    case = factories.accepted(now, handler)
    with pytest.raises(NotAllowed):
        extend(factories.officer(now, Role.INTAKE), case, now)
    extend(handler, case, now)
    with pytest.raises(InvalidMove):
        extend(handler, case, now, until=date(2026, 4, 14))
