"""Why a due date is that date: the days from the start to it, which of them count, and what happened in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.domain.clock import VIETNAM, Calendar, day_begins
from feedback.domain.ledger import (
    Event,
    EventKind,
    Length,
    Unit,
    begin,
    last_run,
    length_in_force,
    reckon,
)
from feedback.domain.profiles import UNIT_NAMES
from feedback.domain.working_time import DAY_LENGTH, PERIODS_SOURCE, pieces

DAY_ZERO = ("Ngày tiếp nhận, không tính", "Bộ luật Dân sự 2015, Điều 147")
_FARTHEST = 1000  # days shown; a clock that runs longer is not explained day by day
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a day (`at` is None), or something that happened at a moment.

    Attributes:
        date: the day, in Viet Nam.
        counted: whether any of it counts.
        hours: working hours of it that count.
        total: working hours counted up to its end.
        why, source: in Vietnamese.
        at: when it happened.
    """

    date: date
    counted: bool
    hours: float
    total: float
    why: str
    source: str
    at: datetime | None = None


def explain(events: Sequence[Event], calendar: Calendar) -> tuple[Line, ...]:
    """The lines of a clock's last run, oldest first; to the due date, or to the pause while it pauses."""
    run = last_run(events)
    if not run:
        return ()
    length = length_in_force(run)
    begins, _ = begin(run[0].at, length, calendar)
    pauses, open_pause = _pauses(run)
    end = open_pause or reckon(events, calendar)
    days = list(_days(run[0].at, begins, end, pauses, calendar, length))
    happened = [_happened(event, days) for event in run]
    # A day's own line comes before what happened on it.
    lines = [*days, *happened]
    return tuple(sorted(lines, key=lambda line: (line.date, line.at is not None, line.at or begins)))


def _pauses(run: Sequence[Event]) -> tuple[list[tuple[datetime, datetime, str]], datetime | None]:
    """The pauses that ended, each with its cause, and when the one began that has not."""
    ended, began, cause = [], None, ""
    for event in run:
        if event.kind is EventKind.PAUSED:
            began, cause = event.at, event.cause
        elif event.kind is EventKind.RESUMED and began is not None:
            ended.append((began, event.at, cause))
            began = None
    return ended, began


def _days(
    start: datetime,
    begins: datetime,
    end: datetime,
    pauses: Sequence[tuple[datetime, datetime, str]],
    calendar: Calendar,
    length: Length,
) -> Iterator[Line]:
    day, last = start.astimezone(VIETNAM).date(), end.astimezone(VIETNAM).date()
    total = _NOTHING
    for number in range(min((last - day).days, _FARTHEST) + 1):
        line = _day(day + timedelta(days=number), total, begins, end, pauses, calendar, length)
        total += timedelta(hours=line.hours)
        yield line


def _day(
    day: date,
    total: timedelta,
    begins: datetime,
    end: datetime,
    pauses: Sequence[tuple[datetime, datetime, str]],
    calendar: Calendar,
    length: Length,
) -> Line:
    midnight = day_begins(day)
    tomorrow = midnight + timedelta(days=1)
    if tomorrow <= begins:
        return Line(day, False, 0.0, total / timedelta(hours=1), *DAY_ZERO)
    special = calendar.day(day)
    if length.unit is Unit.CALENDAR_DAY:
        return Line(day, True, 0.0, total / timedelta(hours=1), special.name, special.source)
    since, until = max(midnight, begins), min(tomorrow, end)
    took = [(max(began, since), min(resumed, until), cause) for began, resumed, cause in pauses]
    paused = [pause for pause in took if pause[0] < pause[1]]
    counted = _sum(since, until, calendar) - sum((_sum(a, b, calendar) for a, b, _ in paused), _NOTHING)
    hours = counted / timedelta(hours=1)
    why, source = special.name, special.source
    if special.is_working and any(_sum(a, b, calendar) for a, b, _ in paused):
        spans = ", ".join(f"{a.astimezone(VIETNAM):%H:%M}–{_until(b, tomorrow)}" for a, b, _ in paused)
        why, source = f"{special.name}; tạm dừng {spans}", paused[-1][2]
    elif special.is_working and counted < DAY_LENGTH and until < tomorrow:
        source = PERIODS_SOURCE
    return Line(day, counted > _NOTHING, hours, (total + counted) / timedelta(hours=1), why, source)


def _until(moment: datetime, tomorrow: datetime) -> str:
    return "24:00" if moment == tomorrow else f"{moment.astimezone(VIETNAM):%H:%M}"


def _sum(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    return sum((stop - begin_ for begin_, stop in pieces(start, end, calendar)), _NOTHING)


_WORDS = {
    EventKind.STARTED: "Bắt đầu tính thời hạn",
    EventKind.PAUSED: "Tạm dừng",
    EventKind.RESUMED: "Tiếp tục tính",
    EventKind.HANDED_OVER: "Chuyển giao",
    EventKind.EXTENDED: "Gia hạn",
    EventKind.RECOMPUTED: "Tính lại theo lịch làm việc",
    EventKind.STOPPED: "Dừng đồng hồ",
}


def _happened(event: Event, days: Sequence[Line]) -> Line:
    day = event.at.astimezone(VIETNAM).date()
    said = _WORDS[event.kind]
    if event.length is not None:
        said = f"{said}{' thêm' if event.kind is EventKind.EXTENDED else ':'} {length_name(event.length)}"
    if event.previous_due_at is not None and event.due_at is not None:
        said = f"{said}; hạn từ {_moment(event.previous_due_at)} thành {_moment(event.due_at)}"
    elif event.kind in {EventKind.STARTED, EventKind.RESUMED} and event.due_at is not None:
        said = f"{said}; hạn {_moment(event.due_at)}"
    total = next((line.total for line in reversed(days) if line.date <= day), 0.0)
    return Line(day, False, 0.0, total, said, event.cause, event.at)


def length_name(length: Length) -> str:
    """`15 ngày làm việc`, `4 giờ làm việc`, `20 ngày`."""
    return f"{length.number} {UNIT_NAMES[length.unit]}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
