"""Why a due date is that date: each day once, its hours adding up to the length, what happened told in its place."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.explanation import Line, explain, length_name
from feedback.domain.ledger import Event, EventKind, Length, Unit, following, reckon
from tests.domain.working_calendar import CALENDAR, vietnam

K = EventKind
FILED = vietnam(2026, 3, 12, 9)  # a Thursday
THREE = Length(3)


def ledger(*happened: tuple[EventKind, datetime], length: Length = THREE) -> list[Event]:
    events: list[Event] = []
    for kind, at in ((K.STARTED, FILED), *happened):
        given_ = length if kind is K.STARTED else Length(2) if kind is K.EXTENDED else None
        event = following(events, kind, at=at, calendar=CALENDAR, length=given_, cause=f"Lý do {kind}")
        assert event is not None
        events.append(event)
    return events


def days(lines: tuple[Line, ...]) -> list[tuple[int, float, float]]:
    """Day of the month, hours that count, hours counted so far."""
    return [(line.date.day, line.hours, line.total) for line in lines if line.at is None]


def said(lines: tuple[Line, ...]) -> list[str]:
    return [line.why for line in lines if line.at is not None]


def test_each_day_is_listed_with_its_reason_and_source() -> None:
    lines = explain(ledger(), CALENDAR)
    assert days(lines) == [(12, 0, 0), (13, 8, 8), (14, 0, 8), (15, 0, 8), (16, 8, 16), (17, 8, 24)]
    assert [(line.why, line.source) for line in lines if line.at is None][:3] == [
        ("Ngày tiếp nhận, không tính", "Bộ luật Dân sự 2015, Điều 147"),
        ("Ngày làm việc", "Tuần làm việc thứ Hai đến thứ Sáu"),
        ("Thứ Bảy", "Ngày nghỉ hằng tuần"),
    ]
    assert said(lines) == ["Bắt đầu tính thời hạn: 3 ngày làm việc; hạn 17:00 ngày 17/03/2026"]
    assert lines[1].at == FILED


def test_a_pause_shows_what_of_the_day_it_took_and_why() -> None:
    lines = explain(ledger((K.PAUSED, vietnam(2026, 3, 13, 15)), (K.RESUMED, vietnam(2026, 3, 16, 10))), CALENDAR)
    assert days(lines) == [(12, 0, 0), (13, 6, 6), (14, 0, 6), (15, 0, 6), (16, 6, 12), (17, 8, 20), (18, 4, 24)]
    friday, monday = (next(line for line in lines if line.date.day == day and line.at is None) for day in (13, 16))
    assert (friday.why, friday.source) == ("Ngày làm việc; tạm dừng 15:00–24:00", "Lý do paused")
    assert monday.why == "Ngày làm việc; tạm dừng 00:00–10:00"
    assert said(lines)[1:] == ["Tạm dừng", "Tiếp tục tính; hạn từ 17:00 ngày 17/03/2026 thành 12:00 ngày 18/03/2026"]


def test_a_day_paused_from_end_to_end_does_not_count() -> None:
    lines = explain(ledger((K.PAUSED, vietnam(2026, 3, 13, 8)), (K.RESUMED, vietnam(2026, 3, 16, 17))), CALENDAR)
    assert [line.counted for line in lines if line.at is None] == [False] * 5 + [True] * 3


def test_while_it_pauses_the_days_end_at_the_pause() -> None:
    lines = explain(ledger((K.PAUSED, vietnam(2026, 3, 16, 10))), CALENDAR)
    assert days(lines)[-1] == (16, 2, 10)
    assert said(lines)[-1] == "Tạm dừng"


def test_an_extension_a_hand_over_and_a_stop_are_lines_of_their_own() -> None:
    lines = explain(
        ledger(
            (K.HANDED_OVER, vietnam(2026, 3, 13, 9)),
            (K.EXTENDED, vietnam(2026, 3, 16, 9)),
            (K.STOPPED, vietnam(2026, 3, 20, 9)),
        ),
        CALENDAR,
    )
    assert said(lines)[1:] == [
        "Chuyển giao",
        "Gia hạn thêm 2 ngày làm việc; hạn từ 17:00 ngày 17/03/2026 thành 17:00 ngày 19/03/2026",
        "Dừng đồng hồ",
    ]
    assert lines[-1].date == date(2026, 3, 20)
    assert [line.source for line in lines if line.at is not None][2] == "Lý do extended"
    assert days(lines)[-1] == (19, 8, 40)


def test_hours_and_plain_days_are_explained_too() -> None:
    hours = explain(ledger(length=Length(4, Unit.HOUR)), CALENDAR)
    assert days(hours) == [(12, 4, 4)]
    assert hours[0].source.startswith("Tuần làm việc 40 giờ theo Quyết định 188/1999/QĐ-TTg")
    plain = explain(ledger(length=Length(3, Unit.CALENDAR_DAY)), CALENDAR)
    assert [(line.date.day, line.counted) for line in plain if line.at is None] == [
        (12, False),
        (13, True),
        (14, True),
        (15, True),
        (16, True),
    ]


def test_nothing_is_explained_of_a_clock_that_never_started() -> None:
    assert explain([], CALENDAR) == ()


@pytest.mark.parametrize(
    ("length", "name"),
    [
        (Length(15), "15 ngày làm việc"),
        (Length(4, Unit.HOUR), "4 giờ làm việc"),
        (Length(20, Unit.CALENDAR_DAY), "20 ngày"),
    ],
)
def test_a_length_is_named_with_its_unit(length: Length, name: str) -> None:
    assert length_name(length) == name


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 140_000_000), st.integers(1, 20), st.lists(st.integers(60, 500_000), max_size=6))
def test_the_hours_of_the_days_add_up_to_the_length(second: int, number: int, gaps: list[int]) -> None:
    start = vietnam(2025, 1, 1, 0) + timedelta(seconds=second)
    events = [Event(K.STARTED, start, Length(number))]
    at = start
    for place, gap in enumerate(gaps[: len(gaps) // 2 * 2]):
        at += timedelta(seconds=gap)
        if place % 2 == 0 and at >= reckon(events, CALENDAR):
            break  # what is overdue is no longer moved by a pause
        events.append(Event(K.RESUMED if place % 2 else K.PAUSED, at, cause="Chờ bổ sung"))
    lines = [line for line in explain(events, CALENDAR) if line.at is None]
    assert sum(line.hours for line in lines) == pytest.approx(8 * number)
    assert lines[-1].total == pytest.approx(8 * number)
    assert [line.date for line in lines] == [lines[0].date + timedelta(days=one) for one in range(len(lines))]
    assert all(line.why and line.source for line in lines)
