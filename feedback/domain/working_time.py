"""Working time within a day: two periods, how much of them lies between two moments, and when so much is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from feedback.domain.clock import VIETNAM, Calendar

# The week of 40 hours is Decision 188/1999/QĐ-TTg; when each period begins is set by each body: these are our default.
PERIODS = ((time(8), time(12)), (time(13), time(17)))
PERIODS_SOURCE = (
    "Tuần làm việc 40 giờ theo Quyết định 188/1999/QĐ-TTg, chia hai buổi 08:00–12:00 và 13:00–17:00:"
    " mặc định của hệ thống"
)
DAY_LENGTH = timedelta(hours=8)
_NOTHING = timedelta(0)
_FARTHEST = 3660  # days; a moment farther away means a broken calendar


def periods_of(day: date, calendar: Calendar) -> tuple[tuple[datetime, datetime], ...]:
    """When that day is worked, as (begin, end) in the time of Viet Nam; nothing on a day off."""
    if not calendar.is_working(day):
        return ()
    return tuple((datetime.combine(day, begin, VIETNAM), datetime.combine(day, end, VIETNAM)) for begin, end in PERIODS)


def worked(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much working time lies between two aware moments; nothing when the second is not later."""
    return sum((stop - begin for begin, stop in pieces(start, end, calendar)), _NOTHING)


def pieces(start: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The pieces of working time between two aware moments, in order."""
    day, last = start.astimezone(VIETNAM).date(), end.astimezone(VIETNAM).date()
    while day <= last:
        for begin, stop in periods_of(day, calendar):
            if max(begin, start) < min(stop, end):
                yield max(begin, start), min(stop, end)
        day += timedelta(days=1)


def after(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The earliest moment (UTC) at which `amount` of working time has passed since `start`.

    The end of a period comes before the beginning of the next: 17:00, not 08:00 of the following morning. Raise
    ValueError when the calendar has no working day left.
    """
    if amount <= _NOTHING:
        return start.astimezone(UTC)
    day = start.astimezone(VIETNAM).date()
    for _ in range(_FARTHEST):
        for begin, stop in periods_of(day, calendar):
            begin = max(begin, start)
            if begin >= stop:
                continue
            if amount <= stop - begin:
                return (begin + amount).astimezone(UTC)
            amount -= stop - begin
        day += timedelta(days=1)
    raise ValueError("the calendar has no working day left")
