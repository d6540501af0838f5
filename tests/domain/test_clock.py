"""The working-day clock, against cases worked out by hand and against numpy's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.clock import VIETNAM, Calendar, SpecialDay, deadline, working_days_between
from tests.domain.working_calendar import CALENDAR, oracle, vietnam


def instants(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Any second from the start of one year to the middle of another."""
    bounds = (int(datetime(first, 1, 1, tzinfo=UTC).timestamp()), int(datetime(last, 6, 30, tzinfo=UTC).timestamp()))
    return st.integers(*bounds).map(lambda second: datetime.fromtimestamp(second, UTC))


@settings(max_examples=10_000, deadline=None, derandomize=True, database=None)
@given(
    instants(2025, 2030),
    st.integers(min_value=1, max_value=25),
)
def test_the_due_date_is_that_of_numpy(start: datetime, days: int) -> None:
    due = deadline(start, days, CALENDAR).due_at
    local = due.astimezone(VIETNAM)
    assert local.date() == oracle(start.astimezone(VIETNAM).date(), days)
    assert (local.hour, local.minute, local.second) == (17, 0, 0)
    assert due.tzinfo is UTC
    assert working_days_between(start, due, CALENDAR) == days


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(instants(2025, 2029), st.integers(1, 25))
def test_the_ledger_explains_the_due_date_day_by_day(start: datetime, days: int) -> None:
    explained = deadline(start, days, CALENDAR)
    first = start.astimezone(VIETNAM).date()
    assert [line.date for line in explained.ledger] == [
        first + timedelta(days=number) for number in range(len(explained.ledger))
    ]
    assert sum(line.counted for line in explained.ledger) == days
    assert explained.ledger[-1].counted
    assert all(line.why and line.source for line in explained.ledger)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        pytest.param(vietnam(2026, 3, 10, 9, 0), 1, (2026, 3, 11), id="the day of filing does not count"),
        pytest.param(vietnam(2026, 3, 10, 12, 5), 1, (2026, 3, 11), id="in the lunch break"),
        pytest.param(vietnam(2026, 3, 10, 23, 59), 1, (2026, 3, 11), id="a minute before midnight"),
        pytest.param(vietnam(2026, 3, 11, 0, 0), 1, (2026, 3, 12), id="at midnight"),
        pytest.param(vietnam(2026, 3, 10, 6, 59), 1, (2026, 3, 11), id="early morning, the day before in UTC"),
        pytest.param(vietnam(2026, 3, 13, 16, 0), 1, (2026, 3, 16), id="Friday afternoon"),
        pytest.param(vietnam(2026, 3, 14, 10, 0), 1, (2026, 3, 16), id="Saturday"),
        pytest.param(vietnam(2026, 3, 15, 23, 59), 1, (2026, 3, 16), id="Sunday night"),
        pytest.param(vietnam(2026, 2, 16, 10, 0), 1, (2026, 2, 23), id="the eve of Tết"),
        pytest.param(vietnam(2025, 12, 31, 9, 0), 1, (2026, 1, 5), id="2 January 2026 is off"),
        pytest.param(vietnam(2026, 1, 9, 9, 0), 1, (2026, 1, 10), id="Saturday 10 January 2026 is worked"),
        pytest.param(vietnam(2026, 1, 10, 9, 0), 1, (2026, 1, 12), id="filed on the worked Saturday"),
        pytest.param(vietnam(2026, 4, 29, 9, 0), 1, (2026, 5, 4), id="30 April and 1 May"),
    ],
)
def test_a_filing_is_due_on_the_day_worked_out_by_hand(start: datetime, days: int, due: tuple[int, int, int]) -> None:
    assert deadline(start, days, CALENDAR).due_at == vietnam(*due, 17, 0)


def test_a_calendar_without_special_days_knows_the_week() -> None:
    plain = Calendar()
    week = [date(2026, 3, 9) + timedelta(days=number) for number in range(7)]
    assert [plain.is_working(day) for day in week] == [True] * 5 + [False] * 2
    assert [plain.day(day).name for day in week[4:]] == ["Ngày làm việc", "Thứ Bảy", "Chủ nhật"]


def test_a_special_day_names_its_source_in_the_ledger() -> None:
    ledger = deadline(vietnam(2025, 12, 31, 9, 0), 1, CALENDAR).ledger
    assert ledger[0].source == "Bộ luật Dân sự 2015, Điều 147"
    assert [(line.date.day, line.counted, line.source) for line in ledger if line.date == date(2026, 1, 2)] == [
        (2, False, "12729/VPCP-KGVX")
    ]


@pytest.mark.parametrize(("start", "days"), [(datetime(2026, 3, 10, 9), 1), (vietnam(2026, 3, 10, 9), 0)])  # noqa: DTZ001 -- the naive one is the point
def test_a_naive_start_and_an_empty_length_are_refused(start: datetime, days: int) -> None:
    with pytest.raises(ValueError, match="aware start"):
        deadline(start, days, CALENDAR)


class _Never(dict[date, SpecialDay]):
    """A calendar in which nobody ever works."""

    def __contains__(self, _day: object) -> bool:
        return True

    def __getitem__(self, _day: date) -> SpecialDay:
        return SpecialDay(False, "nghỉ", "không")


def test_a_calendar_without_working_days_is_told_rather_than_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="no working day"):
        deadline(vietnam(2026, 3, 10, 9), 1, Calendar(_Never()))


def test_nothing_passes_within_a_day_and_a_week_end_does_not_count() -> None:
    assert working_days_between(vietnam(2026, 3, 10, 0, 1), vietnam(2026, 3, 10, 23, 59), CALENDAR) == 0
    assert working_days_between(vietnam(2026, 3, 13, 9), vietnam(2026, 3, 15, 9), CALENDAR) == 0
    assert working_days_between(vietnam(2026, 3, 13, 23), vietnam(2026, 3, 16, 1), CALENDAR) == 1
