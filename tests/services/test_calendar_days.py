"""The special days: set, taken back, listed, each change written down; a loaded list leaves them alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Role
from feedback.models import AdminEvent, CalendarChange, Officer
from feedback.seed import DEADLINES, SPECIAL_DAYS, rows_of
from feedback.services import calendar, calendar_days, catalogues
from tests import factories

STORM = date(2026, 3, 18)
NEW_YEAR = date(2026, 1, 1)
SAID: dict[str, Any] = {"day": STORM, "is_working": False, "name": "Nghỉ bão", "document": "Công điện 01/CĐ-TTg"}


@pytest.fixture
def administrator(session: Session, now: datetime) -> Officer:
    return factories.officer(now, Role.ADMINISTRATOR)


def set_day(administrator: Officer, now: datetime, **changes: Any) -> CalendarChange:
    return calendar_days.set_day(officer=administrator, at=now, **{**SAID, **changes})


def pending(session: Session) -> list[tuple[date, bool, bool]]:
    rows = session.scalars(select(CalendarChange).order_by(CalendarChange.id))
    return [(row.date, row.was_working, row.is_working) for row in rows]


def test_a_day_is_set_with_its_document_and_both_what_it_was_and_is(administrator: Officer, now: datetime) -> None:
    change = set_day(administrator, now, name="  Nghỉ   bão ")
    assert (change.was_working, change.was_name) == (True, "Ngày làm việc")
    assert (change.is_working, change.name, change.document, change.state) == (
        False,
        "Nghỉ bão",
        "Công điện 01/CĐ-TTg",
        "pending",
    )
    day = calendar.current().day(STORM)
    assert (day.is_working, day.name, day.source) == (False, "Nghỉ bão", "Công điện 01/CĐ-TTg")
    assert STORM in {one.date for one in calendar_days.of_year(year=2026)}
    written = factories.session().scalars(select(AdminEvent)).one()
    assert (written.action, written.officer_id) == ("calendar_changed", administrator.id)
    assert written.data == {"change": change.id, "date": "2026-03-18", "working": False, "was": True}


def test_a_day_that_is_there_is_set_anew(administrator: Officer, now: datetime) -> None:
    set_day(administrator, now)
    change = set_day(administrator, now, is_working=True, name="Làm việc như thường", document="Công điện 02")
    assert (change.was_name, change.is_working) == ("Nghỉ bão", True)
    assert calendar.current().is_working(STORM)


def test_a_day_taken_back_follows_its_weekday_again(administrator: Officer, now: datetime, session: Session) -> None:
    set_day(administrator, now)
    change = calendar_days.take_back(officer=administrator, day=STORM, document="Công điện 02", at=now)
    assert (change.is_working, change.name, change.was_name) == (True, "Ngày làm việc", "Nghỉ bão")
    assert calendar.current().day(STORM).name == "Ngày làm việc"
    assert pending(session) == [(STORM, True, False), (STORM, False, True)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": None}, "date"),
        ({"day": date(2019, 12, 31)}, "date"),
        ({"day": date(2051, 1, 1)}, "date"),
        ({"is_working": None}, "is_working"),
        ({"name": " "}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"document": ""}, "document"),
        ({"document": "a" * 201}, "document"),
    ],
)
def test_a_day_without_its_facts_is_refused(
    administrator: Officer, now: datetime, session: Session, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_day(administrator, now, **changes)
    assert list(refused.value.fields) == [field]
    assert pending(session) == []


def test_a_day_that_is_just_so_already_is_not_changed(administrator: Officer, now: datetime) -> None:
    set_day(administrator, now)
    with pytest.raises(InvalidInput) as refused:
        set_day(administrator, now)
    assert refused.value.fields["date"] == ["Lịch đã ghi đúng như vậy cho ngày này."]


@pytest.mark.parametrize("day", [None, STORM])
def test_only_a_special_day_is_taken_back(administrator: Officer, now: datetime, day: date | None) -> None:
    with pytest.raises(InvalidInput):
        calendar_days.take_back(officer=administrator, day=day, document="Công điện 02", at=now)


@pytest.mark.parametrize("document", ["", "a" * 201])
def test_a_day_is_taken_back_by_a_document(administrator: Officer, now: datetime, document: str) -> None:
    with pytest.raises(InvalidInput):
        calendar_days.take_back(officer=administrator, day=NEW_YEAR, document=document, at=now)


def test_a_list_loaded_later_is_counted_anew_and_leaves_an_administrators_days(
    administrator: Officer, now: datetime, session: Session
) -> None:
    set_day(administrator, now, day=NEW_YEAR, is_working=True, name="Trực cả ngày")
    before = len(pending(session))
    storm = {"date": "2026-03-18", "is_working": "no", "name": "Bão", "document": "Công điện 1"}
    catalogues.load(documented=[*rows_of(SPECIAL_DAYS), storm], profiles=rows_of(DEADLINES), at=now)
    assert calendar.current().is_working(NEW_YEAR)
    assert pending(session)[before:] == [(STORM, True, False)]
    catalogues.load(documented=[*rows_of(SPECIAL_DAYS), storm], profiles=rows_of(DEADLINES), at=now)
    assert len(pending(session)) == before + 1


def test_the_years_of_the_calendar_are_those_of_its_days(session: Session) -> None:
    assert list(calendar_days.years()) == list(range(2025, 2031))


def test_changes_are_read_latest_first_and_page_by_number(administrator: Officer, now: datetime) -> None:
    made = [set_day(administrator, now, day=STORM + timedelta(days=number)).id for number in range(3)]
    latest = calendar_days.changes(limit=2)
    assert [one.id for one in latest] == [made[2], made[1]]
    assert (latest[0].officer_name, latest[0].state, latest[0].found, latest[0].left) == (
        administrator.display_name,
        "pending",
        0,
        0,
    )
    assert [one.id for one in calendar_days.changes(limit=2, before=made[1])] == [made[0]]


def test_lengths_are_listed_with_their_certainty(session: Session) -> None:
    rows = {row.step: row for row in calendar_days.lengths()}
    assert len(rows) == 10
    assert (rows["statutory"].length, rows["statutory"].unit, rows["statutory"].certainty) == (
        20,
        "calendar_day",
        "read",
    )
    assert (rows["progress_note"].length, rows["progress_note"].unit) == (7, "calendar_day")
