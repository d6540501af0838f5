"""Dates, numbers and codes read as Vietnamese readers expect."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from feedback.web import formats

LATE_UTC = datetime(2026, 3, 4, 18, 7, tzinfo=UTC)  # already the next day in Viet Nam


def test_times_are_those_of_viet_nam() -> None:
    assert formats.day(LATE_UTC) == "05/03/2026"
    assert formats.moment(LATE_UTC) == "05/03/2026 01:07"
    assert formats.clock_time(LATE_UTC) == "01:07"
    assert formats.iso(LATE_UTC) == "2026-03-05T01:07:00+07:00"


def test_a_bare_date_stays_that_date() -> None:
    assert formats.day(date(2026, 3, 5)) == "05/03/2026"
    assert formats.weekday(date(2026, 3, 5)) == "Thứ Năm, 05/03/2026"
    assert formats.iso(date(2026, 3, 5)) == "2026-03-05"


def test_sunday_has_its_own_name() -> None:
    assert formats.weekday(date(2026, 3, 8)) == "Chủ nhật, 08/03/2026"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1234.5, 1, "1.234,5"), (1234567, 0, "1.234.567"), (0, 0, "0"), (-1234.56, 2, "-1.234,56"), (999, 0, "999")],
)
def test_numbers_have_dots_between_thousands_and_a_comma_before_decimals(
    value: float, decimals: int, shown: str
) -> None:
    assert formats.number(value, decimals) == shown


def test_a_share_of_nothing_is_a_dash() -> None:
    assert (formats.percent(0.9377), formats.percent(1.0, 0), formats.percent(None)) == ("93,8 %", "100 %", "–")


def test_working_days_are_whole_or_have_one_decimal() -> None:
    assert (formats.working_days(3), formats.working_days(2.5)) == ("3 ngày làm việc", "2,5 ngày làm việc")


def test_templates_know_the_names_of_codes(app: Flask) -> None:
    filters = app.jinja_env.filters
    assert filters["kind_name"]("hoi") == "Câu hỏi"
    assert filters["sender_name"]("an_danh") == "Ẩn danh"
    assert filters["field_name"]("DVC").startswith("Dịch vụ công")
    assert filters["show_key"]("7K2MQX4T9ZBA") == "7K2M-QX4T-9ZBA"
