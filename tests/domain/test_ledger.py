"""The ledger of a clock: facts from it alone, due dates by reckoning, and only what applies is written."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.clock import Calendar, SpecialDay
from feedback.domain.ledger import (
    ClockState,
    Event,
    EventKind,
    Length,
    Unit,
    begin,
    derive,
    end_of_working_day,
    following,
    last_run,
    length_in_force,
    reckon,
)
from feedback.domain.working_time import worked
from tests.domain.working_calendar import CALENDAR, vietnam

K = EventKind
FILED = vietnam(2026, 3, 10, 9)
TEN = Length(10)


def ledger(*happened: tuple[EventKind, datetime], length: Length = TEN, calendar: Calendar = CALENDAR) -> list[Event]:
    """A ledger that was started at FILED, with what happened then."""
    events: list[Event] = []
    for kind, at in ((K.STARTED, FILED), *happened):
        given = length if kind is K.STARTED else Length(5) if kind is K.EXTENDED else None
        event = following(events, kind, at=at, calendar=calendar, length=given)
        assert event is not None, kind
        events.append(event)
    return events


def state_of(events: list[Event]) -> tuple[ClockState, datetime, bool | None]:
    state = derive(events)
    assert state is not None
    return state.state, state.due_at, state.on_time


def test_nothing_is_known_of_a_clock_that_never_started() -> None:
    assert derive([]) is None
    assert last_run([]) == ()


def test_a_clock_runs_to_its_due_date_from_its_start() -> None:
    assert state_of(ledger()) == (ClockState.RUNNING, vietnam(2026, 3, 24, 17), None)


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        pytest.param(vietnam(2026, 3, 13, 17), vietnam(2026, 3, 16, 8), (24, 17), id="over a week-end: nothing"),
        pytest.param(vietnam(2026, 3, 13, 15), vietnam(2026, 3, 16, 10), (25, 12), id="Friday to Monday: four hours"),
        pytest.param(vietnam(2026, 3, 13, 12), vietnam(2026, 3, 13, 13), (24, 17), id="over lunch: nothing"),
        pytest.param(vietnam(2026, 3, 12, 8), vietnam(2026, 3, 13, 8), (25, 17), id="a day: a day"),
        pytest.param(vietnam(2026, 3, 10, 10), vietnam(2026, 3, 10, 16), (24, 17), id="on day zero: nothing"),
        pytest.param(vietnam(2026, 3, 10, 10), vietnam(2026, 3, 11, 10), (25, 10), id="from day zero: the day after"),
        pytest.param(vietnam(2026, 3, 24, 16), vietnam(2026, 3, 30, 9), (30, 10), id="the last hour"),
        pytest.param(vietnam(2026, 3, 25, 9), vietnam(2026, 3, 30, 9), (24, 17), id="overdue stays overdue"),
    ],
)
def test_a_pause_adds_just_the_working_time_that_it_took(
    paused: datetime, resumed: datetime, due: tuple[int, int]
) -> None:
    events = ledger((K.PAUSED, paused), (K.RESUMED, resumed))
    assert state_of(events)[1] == vietnam(2026, 3, *due)
    assert state_of(events[:2])[:2] == (ClockState.PAUSED, vietnam(2026, 3, 24, 17))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(1, 400_000), min_size=2, max_size=8))
def test_however_often_it_pauses_its_running_time_is_its_length(gaps: list[int]) -> None:
    at, events, ran = FILED, ledger(), timedelta(0)
    begins = begin(FILED, TEN, CALENDAR)[0]
    for number, gap in enumerate(gaps[: len(gaps) // 2 * 2]):
        since, at = at, at + timedelta(seconds=gap)
        if number % 2 == 0:
            ran += worked(max(since, begins), max(at, begins), CALENDAR)
        event = following(events, K.RESUMED if number % 2 else K.PAUSED, at=at, calendar=CALENDAR)
        assert event is not None
        events.append(event)
    state = derive(events)
    assert state is not None
    if ran < timedelta(hours=80):
        assert ran + worked(max(at, begins), state.due_at, CALENDAR) == timedelta(hours=80)


def test_a_clock_stopped_in_time_is_on_time_to_the_second() -> None:
    due = vietnam(2026, 3, 24, 17)
    assert state_of(ledger((K.STOPPED, due))) == (ClockState.STOPPED, due, True)
    assert state_of(ledger((K.STOPPED, due + timedelta(seconds=1)))) == (ClockState.STOPPED, due, False)


def test_a_clock_stopped_while_it_paused_is_judged_by_the_pause() -> None:
    late = vietnam(2026, 4, 20, 9)
    assert state_of(ledger((K.PAUSED, vietnam(2026, 3, 20, 9)), (K.STOPPED, late)))[2] is True
    assert state_of(ledger((K.PAUSED, vietnam(2026, 3, 25, 9)), (K.STOPPED, late)))[2] is False


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ((), K.PAUSED),
        ((), K.STOPPED),
        ((), K.EXTENDED),
        ((K.STARTED,), K.STARTED),
        ((K.STARTED,), K.RESUMED),
        ((K.STARTED, K.PAUSED), K.PAUSED),
        ((K.STARTED, K.STOPPED), K.STOPPED),
        ((K.STARTED, K.STOPPED), K.PAUSED),
        ((K.STARTED, K.STOPPED), K.HANDED_OVER),
        ((K.STARTED, K.STOPPED), K.RECOMPUTED),
        ((K.STARTED,), K.RECOMPUTED),
    ],
)
def test_what_does_not_apply_to_a_clock_as_it_stands_is_not_written(
    before: tuple[EventKind, ...], kind: EventKind
) -> None:
    events = ledger(*((step, FILED) for step in before[1:])) if before else []
    assert following(events, kind, at=FILED, calendar=CALENDAR, length=TEN) is None


def test_a_clock_started_again_has_a_new_run_and_the_ledger_keeps_the_old() -> None:
    events = ledger((K.STOPPED, vietnam(2026, 3, 12, 9)))
    again = following(events, K.STARTED, at=vietnam(2026, 3, 17, 9), calendar=CALENDAR, length=Length(2))
    assert again is not None
    assert state_of([*events, again]) == (ClockState.RUNNING, vietnam(2026, 3, 19, 17), None)
    assert len(last_run([*events, again])) == 1


def test_an_extension_adds_working_days_to_the_due_date() -> None:
    events = ledger((K.EXTENDED, vietnam(2026, 3, 20, 9)))
    assert (events[-1].previous_due_at, events[-1].due_at) == (vietnam(2026, 3, 24, 17), vietnam(2026, 3, 31, 17))
    assert state_of(events)[1] == vietnam(2026, 3, 31, 17)


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (vietnam(2026, 4, 1, 11), vietnam(2026, 4, 1, 11)),
        (vietnam(2026, 3, 28, 17), vietnam(2026, 3, 30, 17)),
    ],
)
def test_an_extension_to_a_date_holds_to_it_or_to_the_next_working_day(until: datetime, due: datetime) -> None:
    events = ledger()
    extended = following(events, K.EXTENDED, at=vietnam(2026, 3, 20, 9), calendar=CALENDAR, until=until)
    assert extended is not None
    assert state_of([*events, extended])[1] == due


def test_an_extension_by_hours_and_one_by_nothing() -> None:
    events = ledger()
    hours = following(events, K.EXTENDED, at=FILED, calendar=CALENDAR, length=Length(3, Unit.HOUR))
    assert hours is not None
    assert hours.due_at == vietnam(2026, 3, 25, 11)
    with pytest.raises(ValueError, match="length or a date"):
        following(events, K.EXTENDED, at=FILED, calendar=CALENDAR)


def test_an_extension_granted_during_a_pause_is_part_of_what_is_left() -> None:
    events = ledger(
        (K.PAUSED, vietnam(2026, 3, 24, 8)),
        (K.EXTENDED, vietnam(2026, 3, 25, 9)),
        (K.RESUMED, vietnam(2026, 3, 30, 8)),
    )
    assert state_of(events)[1] == vietnam(2026, 4, 6, 17)  # one day was left, five were added


def test_a_hand_over_to_a_body_with_a_length_of_its_own_counts_from_the_start() -> None:
    events = ledger((K.PAUSED, vietnam(2026, 3, 12, 8)), (K.RESUMED, vietnam(2026, 3, 13, 8)))
    handed = following(events, K.HANDED_OVER, at=vietnam(2026, 3, 13, 9), calendar=CALENDAR, length=Length(3))
    assert handed is not None
    assert (handed.previous_due_at, handed.due_at) == (vietnam(2026, 3, 25, 17), vietnam(2026, 3, 16, 17))
    assert length_in_force([*events, handed]) == Length(3)
    onward = following([*events, handed], K.HANDED_OVER, at=vietnam(2026, 3, 13, 10), calendar=CALENDAR)
    assert onward is not None
    assert (onward.previous_due_at, onward.due_at) == (None, vietnam(2026, 3, 16, 17))


def test_a_day_off_added_moves_what_runs_and_nothing_that_stopped() -> None:
    running, stopped = ledger(), ledger((K.STOPPED, vietnam(2026, 3, 12, 9)))
    changed = Calendar({**CALENDAR.special, date(2026, 3, 18): SpecialDay(False, "Bão", "Công điện 1")})
    moved = following(running, K.RECOMPUTED, at=vietnam(2026, 3, 17, 9), calendar=changed, cause="Công điện 1")
    assert moved is not None
    assert (moved.previous_due_at, moved.due_at) == (vietnam(2026, 3, 24, 17), vietnam(2026, 3, 25, 17))
    assert state_of([*running, moved])[1] == vietnam(2026, 3, 25, 17)
    assert following([*running, moved], K.RECOMPUTED, at=FILED, calendar=changed) is None
    assert following(stopped, K.RECOMPUTED, at=FILED, calendar=changed) is None
    assert reckon(stopped, changed) == vietnam(2026, 3, 25, 17)
    assert state_of(stopped)[1] == vietnam(2026, 3, 24, 17)


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        pytest.param(vietnam(2026, 3, 10, 9), Length(4, Unit.HOUR), vietnam(2026, 3, 10, 14), id="hours at once"),
        pytest.param(vietnam(2026, 3, 13, 16), Length(4, Unit.HOUR), vietnam(2026, 3, 16, 11), id="hours over Sunday"),
        pytest.param(vietnam(2026, 3, 10, 9), Length(20, Unit.CALENDAR_DAY), vietnam(2026, 3, 30, 17), id="20 days"),
        pytest.param(vietnam(2026, 3, 8, 9), Length(20, Unit.CALENDAR_DAY), vietnam(2026, 3, 30, 17), id="a Saturday"),
    ],
)
def test_lengths_count_working_hours_or_plain_days_too(start: datetime, length: Length, due: datetime) -> None:
    assert begin(start, length, CALENDAR)[1] == due


def test_a_period_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert end_of_working_day(date(2026, 3, 13), CALENDAR) == vietnam(2026, 3, 13, 17)
    assert end_of_working_day(date(2026, 3, 14), CALENDAR) == vietnam(2026, 3, 16, 17)


def test_a_ledger_that_lost_its_dates_or_lengths_is_told() -> None:
    with pytest.raises(ValueError, match="without a due date"):
        derive([Event(K.STARTED, FILED, TEN)])
    with pytest.raises(ValueError, match="no length"):
        reckon([Event(K.STARTED, FILED, due_at=FILED)], CALENDAR)
