"""One holder of a duty, one run of a slot, by the database's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.models import CronRun
from feedback.services import schedule

LONG = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def hold(holder: str, length: timedelta = LONG) -> bool:
    return schedule.hold(name="clock", holder=holder, length=length)


def test_a_duty_has_one_holder_who_may_keep_it(session: Session) -> None:
    assert hold("một")
    assert not hold("hai")
    assert hold("một")


def test_a_duty_given_up_is_free_at_once_and_nobody_gives_up_anothers(session: Session) -> None:
    hold("một")
    schedule.let_go(name="clock", holder="hai")
    assert not hold("hai")
    schedule.let_go(name="clock", holder="một")
    assert hold("hai")


def test_a_duty_whose_holder_died_is_free_when_its_time_ends(session: Session) -> None:
    hold("một", timedelta(seconds=-1))
    assert hold("hai")
    assert not hold("một")


def test_duties_are_kept_apart(session: Session) -> None:
    assert hold("một")
    assert schedule.hold(name="dispatcher", holder="hai", length=LONG)


def test_the_time_is_the_databases(session: Session) -> None:
    assert schedule.now() == session.scalar(text("SELECT now()"))
    assert schedule.now().tzinfo is UTC


def test_a_slot_is_begun_once(session: Session, now: datetime) -> None:
    assert schedule.begin(name="tidy", slot=now)
    assert not schedule.begin(name="tidy", slot=now)
    assert schedule.begin(name="other", slot=now)
    assert schedule.begin(name="tidy", slot=now + QUARTER)
    assert schedule.last_slot(name="tidy") == now + QUARTER
    assert schedule.last_slot(name="never") is None


@pytest.mark.parametrize(("state", "note"), [("done", "3 sessions"), ("failed", "ValueError"), ("skipped", None)])
def test_how_a_slot_ended_is_written_down(session: Session, now: datetime, state: str, note: str | None) -> None:
    schedule.begin(name="tidy", slot=now)
    schedule.begin(name="tidy", slot=now + QUARTER)
    schedule.end(name="tidy", slot=now, state=state, note=note)
    run = session.get_one(CronRun, ("tidy", now), populate_existing=True)
    assert (run.state, run.note, run.finished_at is not None) == (state, note, True)
    assert session.get_one(CronRun, ("tidy", now + QUARTER), populate_existing=True).state == "started"


@pytest.mark.parametrize(
    ("after", "until", "minutes"),
    [
        pytest.param("02:00", "02:00", [], id="nothing passed"),
        pytest.param("02:00", "02:14", [], id="not yet"),
        pytest.param("02:00", "02:15", [15], id="on the minute"),
        pytest.param("02:01", "02:16", [15], id="between"),
        pytest.param("02:00", "02:50", [15, 30, 45], id="some were missed"),
        pytest.param("02:30", "02:00", [], id="the clock stepped back"),
    ],
)
def test_slots_are_the_whole_multiples_that_passed(after: str, until: str, minutes: list[int]) -> None:
    start, end = (datetime.fromisoformat(f"2026-03-10T{time}+00:00") for time in (after, until))
    found = schedule.slots(after=start, until=end, every=QUARTER)
    assert found == [datetime(2026, 3, 10, 2, minute, tzinfo=UTC) for minute in minutes]


def test_slots_do_not_depend_on_when_one_began_to_look(now: datetime) -> None:
    for offset in range(0, 900, 7):
        begun = now + timedelta(seconds=offset)
        (slot,) = schedule.slots(after=begun, until=begun + QUARTER, every=QUARTER)
        assert slot.timestamp() % 900 == 0
