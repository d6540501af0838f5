"""Deadlines counted anew after a change of the calendar: what is open moves once, what is closed never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain.audit import first_break
from feedback.domain.permissions import Role
from feedback.domain.status import Action, Actor
from feedback.jobs import recompute
from feedback.models import CalendarDay, CalendarTask, CaseClock, ClockEvent, Comment
from feedback.services import calendar, calendar_days, clock_check, moving, recomputing, schedule
from tests import factories

STORM = date(2026, 3, 18)
DUE, LATER = datetime(2026, 3, 31, 10, tzinfo=UTC), datetime(2026, 4, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
CAUSE = "18/03/2026: Nghỉ bão (Công điện 01)"


def storm(at: datetime, day: date = STORM) -> None:
    """An administrator adds a day off."""
    calendar_days.set_day(
        officer=factories.officer(at, Role.ADMINISTRATOR),
        day=day,
        is_working=False,
        name="Nghỉ bão",
        document="Công điện 01",
        at=at,
    )


def counted_anew(at: datetime, limit: int = 500) -> tuple[int, int]:
    """Everything that waits, and how many cases were looked at and changed."""
    looked = changed = 0
    while (run := recomputing.begin(at=at)) is not None:
        done = recomputing.batch(run=run, at=at, limit=limit)
        looked, changed = looked + done.looked, changed + done.changed
    return looked, changed


def recomputed(case: Comment) -> list[ClockEvent]:
    rows = select(ClockEvent).where(ClockEvent.comment_id == case.id, ClockEvent.kind == "recomputed")
    return list(factories.session().scalars(rows.order_by(ClockEvent.clock)))


def due(case: Comment) -> datetime:
    return factories.comment(case.reference).due_at


def test_what_is_open_is_due_a_day_later_and_says_why(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    version = case.version
    storm(now + DAY)
    assert counted_anew(now + 2 * DAY) == (1, 1)
    (event,) = recomputed(case)  # what is to be accepted is due before that day
    assert (event.clock, event.previous_due_at, event.due_at, event.cause) == ("answer", DUE, LATER, CAUSE)
    assert due(case) == session.get_one(CaseClock, (case.id, "answer"), populate_existing=True).due_at == LATER
    said = factories.events(case)[-1]
    assert (said.action, said.actor, said.officer_id) == ("recompute", "system", None)
    assert said.data["clocks"] == ["answer"]
    assert (said.data["before"], said.data["after"]) == (DUE.isoformat(), LATER.isoformat())
    assert first_break(factories.chain(case)) is None
    assert factories.comment(case.reference).version == version
    assert list(clock_check.differences()) == []


def test_what_is_closed_or_answered_stays_as_it_was(session: Session, now: datetime) -> None:
    closed, answered = factories.on_desk(now), factories.replied(factories.routed(now), now)
    officer = factories.officer(now, Role.INTAKE)
    moving.move(
        comment=closed,
        action=Action.REFUSE,
        actor=Actor.OFFICER,
        at=now,
        officer_id=officer.id,
        reason="Ngoài phạm vi.",
    )
    before = [factories.events(case)[-1].hash for case in (closed, answered)]
    storm(now + DAY)
    assert counted_anew(now + 2 * DAY)[1] == 0
    assert [due(case) for case in (closed, answered)] == [DUE, DUE]
    assert [factories.events(case)[-1].hash for case in (closed, answered)] == before


def test_counting_twice_changes_nothing(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    storm(now + DAY)
    counted_anew(now + 2 * DAY)
    assert counted_anew(now + 2 * DAY) == (0, 0)
    run = session.scalars(text("SELECT id FROM calendar_change")).one()
    session.add(CalendarTask(run_id=run, comment_id=case.id))
    session.flush()
    assert recomputing.batch(run=run, at=now + 3 * DAY) == recomputing.Done(1, 0, False)
    assert len(recomputed(case)) == 1


def test_a_change_waits_until_no_process_goes_by_the_old_calendar(session: Session, now: datetime) -> None:
    storm(now)
    assert recomputing.begin(at=now + recomputing.WAIT - timedelta(seconds=1)) is None
    assert recomputing.begin(at=now + recomputing.WAIT) is not None


def test_days_that_no_open_case_spans_concern_none(session: Session, now: datetime) -> None:
    factories.routed(now)
    storm(now + DAY, date(2026, 6, 2))
    assert counted_anew(now + 2 * DAY) == (0, 0)
    (change,) = calendar_days.changes(limit=5)
    assert (change.state, change.found, change.changed) == ("done", 0, 0)


def test_several_changes_are_counted_together_each_named(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    for number in range(5):
        storm(now + DAY, date(2026, 3, 16) + number * DAY)
    storm(now + DAY, date(2026, 6, 2))
    assert counted_anew(now + 2 * DAY) == (1, 1)
    (event,) = recomputed(case)
    assert event.due_at == datetime(2026, 4, 7, 10, tzinfo=UTC)
    assert event.cause == (
        "16/03/2026: Nghỉ bão (Công điện 01); 17/03/2026: Nghỉ bão (Công điện 01);"
        " 18/03/2026: Nghỉ bão (Công điện 01); và 2 ngày khác"
    )
    assert {(one.state, one.found, one.changed) for one in calendar_days.changes(limit=10)} == {("done", 1, 1)}


def test_a_day_taken_back_brings_the_dates_back(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    storm(now + DAY)
    counted_anew(now + 2 * DAY)
    administrator = factories.officer(now, Role.ADMINISTRATOR)
    calendar_days.take_back(officer=administrator, day=STORM, document="Công điện 02", at=now + 2 * DAY)
    counted_anew(now + 3 * DAY)
    assert due(case) == DUE
    assert [event.cause for event in recomputed(case)] == [CAUSE, "18/03/2026: Ngày làm việc (Công điện 02)"]
    assert list(clock_check.differences()) == []


def test_cases_come_batch_by_batch_and_the_page_can_tell_how_far(session: Session, now: datetime) -> None:
    for _ in range(5):
        factories.routed(now)
    storm(now + DAY)
    run = recomputing.begin(at=now + 2 * DAY)
    assert run is not None
    assert recomputing.batch(run=run, at=now + 2 * DAY, limit=2) == recomputing.Done(2, 2, True)
    (change,) = calendar_days.changes(limit=5)
    assert (change.state, change.found, change.left, change.changed) == ("running", 5, 3, 2)
    assert recomputing.begin(at=now + 2 * DAY) == run
    assert counted_anew(now + 2 * DAY, limit=2) == (3, 3)


def test_what_pauses_counts_the_new_day_when_it_runs_on(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    officer = factories.officer(now, Role.INTAKE).id
    ask = Action.ASK_SUPPLEMENT
    moving.move(comment=case, action=ask, actor=Actor.OFFICER, at=now + DAY, officer_id=officer, reason="Xã nào?")
    storm(now + DAY)
    counted_anew(now + 2 * DAY)
    case = factories.comment(case.reference)
    moving.move(comment=case, action=Action.SUPPLEMENT, actor=Actor.CITIZEN, at=now + 2 * DAY, reason="Xã Mường Bú.")
    assert due(case) == datetime(2026, 4, 2, 10, tzinfo=UTC)
    assert list(clock_check.differences()) == []


def test_a_held_case_is_left_and_counted_when_it_is_released(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    leader = factories.officer(now, Role.LEADER, "BKHCN").id
    who = {"actor": Actor.OFFICER, "officer_id": leader}
    moving.move(comment=case, action=Action.HOLD, at=now, reason="Chờ kết luận.", **who)  # type: ignore[arg-type]
    case.held = True
    session.flush()
    storm(now + DAY)
    assert counted_anew(now + 2 * DAY) == (0, 0)
    assert due(case) == DUE
    moving.move(comment=case, action=Action.RELEASE, at=now + 3 * DAY, reason="Đã kết luận.", **who)  # type: ignore[arg-type]
    assert due(case) == LATER
    assert [event.previous_due_at for event in recomputed(case)] == [DUE]


@pytest.fixture
def stormy(committed: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Comment]:
    """An open case and a day off added, for all processes to see."""
    monkeypatch.setattr(schedule, "now", lambda: now + 2 * DAY)
    with transaction():
        case = factories.routed(now)
        storm(now + DAY)
    yield case
    with transaction() as session:
        session.execute(delete(CalendarDay).where(CalendarDay.date == STORM))
    calendar.forget()


def test_a_case_that_an_official_holds_at_this_moment_comes_later(stormy: Comment, now: datetime) -> None:
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT FROM comment WHERE id = :id FOR UPDATE"), {"id": stormy.id})
        assert recompute.work() == 0
        assert due(stormy) == DUE
        db.session.rollback()
    assert recompute.work() == 1
    assert due(stormy) == LATER


def test_the_clock_process_counts_until_its_time_is_up(stormy: Comment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "BATCH", 1)
    assert recompute.work(seconds=-1) == 1
    assert recompute.work() == 0
    assert due(stormy) == LATER
