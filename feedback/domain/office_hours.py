"""When officials may be written to: within the working periods of a working day, and else at the next opening."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from feedback.domain.clock import VIETNAM, Calendar
from feedback.domain.working_time import periods_of

_FARTHEST = 3660  # days; an opening farther away means a broken calendar


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether officials are at work at that moment (aware)."""
    local = moment.astimezone(VIETNAM)
    return any(begin <= local < end for begin, end in periods_of(local.date(), calendar))


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """The beginning (UTC) of the first working period after that moment; ValueError when no working day is left."""
    local = moment.astimezone(VIETNAM)
    for days in range(_FARTHEST):
        for begin, _ in periods_of(local.date() + timedelta(days=days), calendar):
            if begin > local:
                return begin.astimezone(UTC)
    raise ValueError("the calendar has no working day left")


def working_day_after(day: date, number: int, calendar: Calendar) -> date:
    """The `number`-th working day after that day."""
    while number:
        day += timedelta(days=1)
        number -= calendar.is_working(day)
    return day


def late_by(day: date, number: int, calendar: Calendar) -> date:
    """The last due day that is `number` working days past on that day."""
    while number:
        number -= calendar.is_working(day)
        day -= timedelta(days=1)
    return day
