"""A holiday or a make-up day added today changes open deadlines, logs old, new and cause, and leaves closed cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import AdminEvent, CalendarChange, ClockEvent, Comment
from feedback.services import calendar_days, clock_check, lookup, recomputing
from tests import factories

DAY = timedelta(days=1)
DUE = datetime(2026, 3, 31, 10, tzinfo=UTC)
CHANGES = [
    pytest.param(date(2026, 3, 18), False, "Nghỉ bão", datetime(2026, 4, 1, 10, tzinfo=UTC), id="a day off"),
    pytest.param(date(2026, 3, 21), True, "Làm bù", datetime(2026, 3, 30, 10, tzinfo=UTC), id="a make-up Saturday"),
]


def change(now: datetime, day: date, is_working: bool, name: str) -> CalendarChange:
    """An administrator enters the day, and it is counted by."""
    changed = calendar_days.set_day(
        officer=factories.officer(now, Role.ADMINISTRATOR),
        day=day,
        is_working=is_working,
        name=name,
        document="Công văn 01/BNV",
        at=now + DAY,
    )
    while (run := recomputing.begin(at=now + 2 * DAY)) is not None:
        recomputing.batch(run=run, at=now + 2 * DAY)
    return changed


def events(case: Comment) -> list[ClockEvent]:
    rows = select(ClockEvent).where(ClockEvent.comment_id == case.id, ClockEvent.clock == "answer")
    return list(factories.session().scalars(rows.order_by(ClockEvent.id)))


@pytest.mark.parametrize(("day", "is_working", "name", "due"), CHANGES)
def test_11_open_deadlines_change_and_old_new_and_cause_are_written_down(
    session: Session, now: datetime, day: date, is_working: bool, name: str, due: datetime
) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    entered = change(now, day, is_working, name)
    assert factories.comment(case.reference).due_at == due
    last = events(case)[-1]
    assert (last.kind, last.previous_due_at, last.due_at) == ("recomputed", DUE, due)
    assert last.cause == f"{day:%d/%m/%Y}: {name} (Công văn 01/BNV)"
    assert session.scalars(select(AdminEvent.data)).one()["change"] == entered.id
    told = lookup.open_case(reference=receipt.reference, key=receipt.key).timeline[-1].sentence
    assert told.startswith(f"Hạn trả lời được tính lại từ 17:00 ngày 31/03/2026 thành 17:00 ngày {due:%d/%m/%Y}")


@pytest.mark.parametrize(("day", "is_working", "name", "due"), CHANGES)
def test_11_closed_cases_are_untouched(
    session: Session, now: datetime, day: date, is_working: bool, name: str, due: datetime
) -> None:
    closed, still_open = factories.replied(factories.routed(now), now), factories.routed(now)
    before = (len(events(closed)), closed.audit_hash, closed.due_at)
    change(now, day, is_working, name)
    after = factories.comment(closed.reference)
    assert (len(events(after)), after.audit_hash, after.due_at) == before
    assert factories.comment(still_open.reference).due_at == due
    assert list(clock_check.differences()) == []
