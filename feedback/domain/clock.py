"""The working-day clock: when something is due, and day by day why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
END_OF_DAY = time(17, 0)
_FARTHEST = 3660  # days; a due date farther away means a broken calendar


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says: a holiday, or a Saturday that is worked."""

    is_working: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Monday to Friday are worked, but for the special days."""

    special: Mapping[date, SpecialDay] = field(default_factory=dict)

    def day(self, day: date) -> SpecialDay:
        """What that day is, and who says so."""
        if day in self.special:
            return self.special[day]
        if day.weekday() < 5:
            return SpecialDay(True, "Ngày làm việc", "Tuần làm việc thứ Hai đến thứ Sáu")
        return SpecialDay(False, "Thứ Bảy" if day.weekday() == 5 else "Chủ nhật", "Ngày nghỉ hằng tuần")

    def is_working(self, day: date) -> bool:
        """Whether that day counts."""
        return self.day(day).is_working


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One line of the explanation of a due date."""

    date: date
    counted: bool
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date (UTC) and the ledger that led to it."""

    due_at: datetime
    ledger: tuple[LedgerDay, ...]


def day_begins(day: date) -> datetime:
    """The instant at which a day begins in Viet Nam."""
    return datetime.combine(day, time(), VIETNAM)


def deadline(start: datetime, working_days: int, calendar: Calendar) -> Deadline:
    """When `working_days` working days after `start` are over: 17:00 in Viet Nam on the last of them.

    The day of receipt is day zero and does not count (Civil Code 2015, article 147: a period in days begins on the
    day after the event). Raise ValueError for a naive start or fewer than one day.
    """
    if start.tzinfo is None or working_days < 1:
        raise ValueError("a deadline needs an aware start and at least one day")
    day = start.astimezone(VIETNAM).date()
    ledger = [LedgerDay(day, False, "Ngày tiếp nhận, không tính", "Bộ luật Dân sự 2015, Điều 147")]
    remaining = working_days
    while remaining:
        day += timedelta(days=1)
        special = calendar.day(day)
        remaining -= special.is_working
        ledger.append(LedgerDay(day, special.is_working, special.name, special.source))
        if len(ledger) > _FARTHEST:
            raise ValueError("the calendar has no working day left")
    return Deadline(datetime.combine(day, END_OF_DAY, VIETNAM).astimezone(UTC), tuple(ledger))


def working_days_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """How many working days passed from `start` (day zero) to `end`, both aware; 0 when on the same day."""
    day, last = start.astimezone(VIETNAM).date(), end.astimezone(VIETNAM).date()
    count = 0
    while day < last:
        day += timedelta(days=1)
        count += calendar.is_working(day)
    return count
