"""Working time within a day: two periods, none at lunch, at night, on days off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.clock import Calendar, SpecialDay
from feedback.domain.working_time import after, worked
from tests.domain.working_calendar import CALENDAR, vietnam

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param(vietnam(2026, 3, 10, 8), vietnam(2026, 3, 10, 17), 8, id="a whole day"),
        pytest.param(vietnam(2026, 3, 10, 0), vietnam(2026, 3, 11, 0), 8, id="midnight to midnight"),
        pytest.param(vietnam(2026, 3, 10, 12, 5), vietnam(2026, 3, 10, 12, 55), 0, id="within the lunch break"),
        pytest.param(vietnam(2026, 3, 10, 11), vietnam(2026, 3, 10, 14), 2, id="over the lunch break"),
        pytest.param(vietnam(2026, 3, 13, 17), vietnam(2026, 3, 16, 8), 0, id="over a week-end"),
        pytest.param(vietnam(2026, 1, 9, 16), vietnam(2026, 1, 10, 9), 2, id="into a worked Saturday"),
        pytest.param(vietnam(2026, 2, 13, 16), vietnam(2026, 2, 23, 9), 2, id="over Tết"),
        pytest.param(vietnam(2026, 3, 11, 9), vietnam(2026, 3, 10, 9), 0, id="backwards"),
    ],
)
def test_only_working_time_counts(start: datetime, end: datetime, hours: int) -> None:
    assert worked(start, end, CALENDAR) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param(vietnam(2026, 3, 10, 9), 2, vietnam(2026, 3, 10, 11), id="within the morning"),
        pytest.param(vietnam(2026, 3, 10, 9), 3, vietnam(2026, 3, 10, 12), id="to its end, not to 13:00"),
        pytest.param(vietnam(2026, 3, 10, 9), 4, vietnam(2026, 3, 10, 14), id="over lunch"),
        pytest.param(vietnam(2026, 3, 10, 12, 5), 1, vietnam(2026, 3, 10, 14), id="from the lunch break"),
        pytest.param(vietnam(2026, 3, 10, 6, 59), 1, vietnam(2026, 3, 10, 9), id="before working hours"),
        pytest.param(vietnam(2026, 3, 10, 23, 59), 1, vietnam(2026, 3, 11, 9), id="a minute before midnight"),
        pytest.param(vietnam(2026, 3, 13, 16, 30), 1, vietnam(2026, 3, 16, 8, 30), id="Friday to Monday"),
        pytest.param(vietnam(2026, 3, 14, 10), 8, vietnam(2026, 3, 16, 17), id="from Saturday, a whole day"),
        pytest.param(vietnam(2026, 1, 9, 16, 30), 1, vietnam(2026, 1, 10, 8, 30), id="to a worked Saturday"),
        pytest.param(vietnam(2026, 2, 16, 10), 4, vietnam(2026, 2, 23, 12), id="from 30 Tết"),
    ],
)
def test_so_many_working_hours_are_over_at_the_hour_worked_out_by_hand(
    start: datetime, hours: int, end: datetime
) -> None:
    assert after(start, hours * HOUR, CALENDAR) == end


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 150_000_000), st.integers(1, 400_000))
def test_what_is_counted_off_is_what_lies_between(second: int, amount: int) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    end = after(start, timedelta(seconds=amount), CALENDAR)
    assert worked(start, end, CALENDAR) == timedelta(seconds=amount)


def test_no_time_is_over_at_once() -> None:
    start = vietnam(2026, 3, 14, 10)
    assert after(start, timedelta(0), CALENDAR) == start


class _Never(dict):  # type: ignore[type-arg]
    """A calendar in which nobody ever works."""

    def __contains__(self, _day: object) -> bool:
        return True

    def __getitem__(self, _day: object) -> SpecialDay:
        return SpecialDay(False, "nghỉ", "không")


def test_a_calendar_without_working_time_is_told() -> None:
    with pytest.raises(ValueError, match="no working day"):
        after(vietnam(2026, 3, 10, 9), HOUR, Calendar(_Never()))
