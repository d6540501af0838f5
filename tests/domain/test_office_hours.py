"""When officials may be written to."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from feedback.domain.clock import VIETNAM, Calendar, SpecialDay, day_begins
from feedback.domain.office_hours import is_open, late_by, next_opening, working_day_after

TET = {date(2026, 2, day): SpecialDay(False, "Tết", "Bộ luật Lao động") for day in range(16, 21)}
CALENDAR = Calendar({**TET, date(2026, 3, 14): SpecialDay(True, "Làm bù", "Công văn")})


def vietnam(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("stamp", "opened", "following"),
    [
        ("2026-03-10T07:59", False, "2026-03-10T08:00"),
        ("2026-03-10T08:00", True, "2026-03-10T13:00"),
        ("2026-03-10T11:59", True, "2026-03-10T13:00"),
        ("2026-03-10T12:05", False, "2026-03-10T13:00"),
        ("2026-03-10T16:59", True, "2026-03-11T08:00"),
        ("2026-03-10T17:00", False, "2026-03-11T08:00"),
        ("2026-03-10T23:59", False, "2026-03-11T08:00"),
        ("2026-03-13T17:30", False, "2026-03-14T08:00"),
        ("2026-03-14T09:00", True, "2026-03-14T13:00"),
        ("2026-03-15T09:00", False, "2026-03-16T08:00"),
        ("2026-02-15T20:00", False, "2026-02-23T08:00"),
    ],
    ids=str,
)
def test_officials_are_at_work_in_two_periods_of_a_working_day(stamp: str, opened: bool, following: str) -> None:
    moment = vietnam(stamp)
    assert is_open(moment, CALENDAR) is opened
    assert next_opening(moment, CALENDAR) == vietnam(following)


def test_a_calendar_without_a_working_day_says_so() -> None:
    nothing = Calendar({date.fromordinal(n): SpecialDay(False, "", "") for n in range(739000, 743700)})
    with pytest.raises(ValueError, match="no working day"):
        next_opening(vietnam("2026-03-10T08:00"), nothing)


def test_days_are_counted_as_they_are_worked() -> None:
    friday = date(2026, 3, 6)
    assert working_day_after(friday, 1, CALENDAR) == date(2026, 3, 9)
    assert working_day_after(date(2026, 3, 13), 2, CALENDAR) == date(2026, 3, 16)
    assert [late_by(date(2026, 3, 9), number, CALENDAR) for number in (1, 2)] == [date(2026, 3, 8), date(2026, 3, 5)]
    assert day_begins(friday) == vietnam("2026-03-06T00:00")
