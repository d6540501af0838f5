"""The ledger of a clock: its events, the facts that they state, and the due date that follows by reckoning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.clock import END_OF_DAY, VIETNAM, Calendar, day_begins, deadline
from feedback.domain.working_time import DAY_LENGTH, after, worked


class Clock(StrEnum):
    """A step of the process that may take so long and no longer."""

    ACKNOWLEDGE = "acknowledge"
    CLASSIFY = "classify"
    SUPPLEMENT = "supplement"
    ACCEPT = "accept"
    ANSWER = "answer"
    CHECK = "check"
    PUBLISH = "publish"


class EventKind(StrEnum):
    """What may happen to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    HANDED_OVER = "handed_over"
    EXTENDED = "extended"
    RECOMPUTED = "recomputed"
    STOPPED = "stopped"


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Unit(StrEnum):
    """What a length counts: working days, working hours, or days whether worked or not."""

    DAY = "day"
    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True, slots=True)
class Length:
    """How long a step may take."""

    number: int
    unit: Unit = Unit.DAY


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `due_at` is the due date that held once it was written, under the calendar of that moment.

    A length belongs to a start or a hand-over (the whole length of the step) or to an extension (what is added); an
    extension without a length sets the date that it states.
    """

    kind: EventKind
    at: datetime
    length: Length | None = None
    due_at: datetime | None = None
    previous_due_at: datetime | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What the ledger says of a clock's last run; `on_time` is None until it stopped."""

    state: ClockState
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    on_time: bool | None = None


_GOING = frozenset({ClockState.RUNNING, ClockState.PAUSED})
_PLAIN = frozenset({EventKind.STARTED, EventKind.HANDED_OVER, EventKind.RECOMPUTED})
# From which states an event may come; a clock that never started has none. What does not apply is not written.
_APPLIES = MappingProxyType(
    {
        EventKind.STARTED: frozenset({None, ClockState.STOPPED, ClockState.PAUSED}),
        EventKind.PAUSED: frozenset({ClockState.RUNNING}),
        EventKind.RESUMED: frozenset({ClockState.PAUSED}),
        EventKind.HANDED_OVER: _GOING,
        EventKind.EXTENDED: _GOING,
        EventKind.RECOMPUTED: _GOING,
        EventKind.STOPPED: _GOING,
    }
)


def derive(events: Sequence[Event]) -> State | None:
    """The facts, from the ledger alone: dates once written stand until an event changes them. None without events."""
    run = last_run(events)
    if not run:
        return None
    state, due, paused_at = ClockState.RUNNING, run[0].due_at, None
    stopped_at, on_time = None, None
    for event in run:
        due = event.due_at or due
        if event.kind is EventKind.PAUSED:
            state, paused_at = ClockState.PAUSED, event.at
        elif event.kind is EventKind.RESUMED:
            state, paused_at = ClockState.RUNNING, None
        elif event.kind is EventKind.STOPPED:
            state, stopped_at = ClockState.STOPPED, event.at
            on_time = due is not None and (paused_at or event.at) <= due
    if due is None:
        raise ValueError("a ledger without a due date")
    return State(state, run[0].at, due, paused_at, stopped_at, on_time)


def reckon(events: Sequence[Event], calendar: Calendar) -> datetime:
    """When the last run is due (UTC) by reckoning anew under `calendar`, whatever dates were written.

    Of the working time that was left at a pause, as much is left at the resumption; what was overdue stays overdue.
    """
    run = last_run(events)
    length = length_in_force(run)
    begins, due = begin(run[0].at, length, calendar)
    paused_at: datetime | None = None
    for event in run:
        if event.kind is EventKind.PAUSED:
            paused_at = event.at
        elif event.kind is EventKind.RESUMED and paused_at is not None:
            left = worked(max(paused_at, begins), due, calendar)
            due = after(max(event.at, begins), left, calendar) if left else due
            paused_at = None
        elif event.kind is EventKind.EXTENDED:
            due = _extended(due, event, calendar)
    return due


def following(
    events: Sequence[Event],
    kind: EventKind,
    *,
    at: datetime,
    calendar: Calendar,
    length: Length | None = None,
    until: datetime | None = None,
    cause: str = "",
) -> Event | None:
    """The next event of this kind, with the due date that follows; None when it does not apply as the clock stands.

    Args:
        events: the clock's ledger, oldest first.
        kind: what happens.
        at: when, aware.
        calendar: the working calendar of now.
        length: of the step for a start or a hand-over, of what is added for an extension.
        until: the date that an extension states instead of a length.
        cause: why.
    """
    before = derive(events)
    if (before.state if before else None) not in _APPLIES[kind]:
        return None
    written = Event(kind, at, length, until, cause=cause)
    if kind is EventKind.STOPPED and before is not None:
        return Event(kind, at, due_at=before.due_at, cause=cause)
    due = reckon([*events, written], calendar)
    old = None if before is None or kind is EventKind.STARTED or before.due_at == due else before.due_at
    if kind is EventKind.RECOMPUTED and old is None:
        return None
    return Event(kind, at, length, due, old, cause)


def last_run(events: Sequence[Event]) -> Sequence[Event]:
    """The events since the clock was last started."""
    starts = [place for place, event in enumerate(events) if event.kind is EventKind.STARTED]
    return events[starts[-1] :] if starts else ()


def is_plain(run: Sequence[Event]) -> bool:
    """Whether its due date follows from start and length alone: nothing paused or extended it."""
    return all(event.kind in _PLAIN for event in run)


def length_in_force(run: Sequence[Event]) -> Length:
    """The length that the start or the last hand-over to state one gave."""
    stated = [
        event.length for event in run if event.length and event.kind in {EventKind.STARTED, EventKind.HANDED_OVER}
    ]
    if not stated:
        raise ValueError("a ledger that states no length")
    return stated[-1]


def begin(start: datetime, length: Length, calendar: Calendar) -> tuple[datetime, datetime]:
    """From when time counts, and when so much of it is over (both aware).

    In days, the day of receipt is day zero (Civil Code 2015, article 147); in working hours time counts at once.
    """
    if length.unit is Unit.HOUR:
        return start, after(start, timedelta(hours=length.number), calendar)
    next_day = start.astimezone(VIETNAM).date() + timedelta(days=1)
    begins = day_begins(next_day)
    if length.unit is Unit.CALENDAR_DAY:
        return begins, end_of_working_day(next_day + timedelta(days=length.number - 1), calendar)
    return begins, deadline(start, length.number, calendar).due_at


def end_of_working_day(day: date, calendar: Calendar) -> datetime:
    """17:00 (UTC) of that day, or of the next working day when it is a day off (Civil Code 2015, article 148)."""
    noon = datetime.combine(day, time(12), VIETNAM)
    last = noon if calendar.is_working(day) else deadline(noon, 1, calendar).due_at
    return datetime.combine(last.astimezone(VIETNAM).date(), END_OF_DAY, VIETNAM).astimezone(UTC)


def _extended(due: datetime, event: Event, calendar: Calendar) -> datetime:
    if event.length is not None:
        amount = DAY_LENGTH if event.length.unit is Unit.DAY else timedelta(hours=1)
        return after(due, event.length.number * amount, calendar)
    if event.due_at is None:
        raise ValueError("an extension needs a length or a date")
    local = event.due_at.astimezone(VIETNAM)
    if calendar.is_working(local.date()):
        return event.due_at.astimezone(UTC)
    return end_of_working_day(local.date(), calendar)
