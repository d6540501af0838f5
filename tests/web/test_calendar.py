"""The calendar's pages: days listed, set, taken back; changes with their progress; lengths of steps."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import CalendarChange, CalendarDay
from feedback.services import recomputing
from tests import factories
from tests.web.official import Official, words

CALENDAR, BACK, LENGTHS = "/quan-tri/lich", "/quan-tri/lich/bo", "/quan-tri/thoi-han"
STORM = {"date": "18/03/2026", "is_working": "nghi", "name": "Nghỉ bão", "document": "Công điện 01"}
FORM = f"{CALENDAR}?nam=2026"
DAY = timedelta(days=1)


@pytest.fixture
def administrator(official: Official, session: Session, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.ADMINISTRATOR))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_special_days_of_a_year_are_listed_with_their_documents(administrator: Official) -> None:
    page = administrator.get(f"{CALENDAR}?nam=2026")
    said = words(page)
    assert page.status_code == 200
    assert "Lịch làm việc năm 2026" in said
    assert "Thứ Bảy, 10/01/2026" in said
    assert "Công văn 12729/VPCP-KGVX" in said
    assert "Chưa có thay đổi nào." in said


@pytest.mark.parametrize("year", ["", "abc", "99999999999", "1", "²"])
def test_a_year_that_is_none_is_this_year(administrator: Official, year: str) -> None:
    assert administrator.get(f"{CALENDAR}?nam={year}&truoc={year}").status_code == 200


def test_a_year_without_days_says_so(administrator: Official) -> None:
    assert "Chưa có ngày nào của năm này." in words(administrator.get(f"{CALENDAR}?nam=2031"))


@pytest.mark.parametrize("written", ["18/03/2026", "2026-03-18", " 18-3-2026 ", "18.03.2026"])
def test_a_day_is_set_and_counting_anew_announced(administrator: Official, session: Session, written: str) -> None:
    done = administrator.send(FORM, FORM, **{**STORM, "date": written})
    assert (done.status_code, done.location) == (303, f"{CALENDAR}?nam=2026")
    said = words(administrator.get(done.location))
    assert "được tính lại sau khoảng một phút" in said
    assert "Sắp tính lại" in said
    assert session.scalars(select(CalendarChange.name)).all() == ["Nghỉ bão"]


def test_a_day_with_something_missing_comes_back_with_what_was_typed(administrator: Official) -> None:
    refused = administrator.send(FORM, FORM, **{**STORM, "date": "30/02/2026", "document": ""})
    assert refused.status_code == 422
    said = words(refused)
    assert "Xin nhập ngày" in said
    assert "Xin ghi văn bản quy định" in said
    assert 'value="Nghỉ bão"' in refused.text


def test_a_day_is_taken_back(administrator: Official, session: Session) -> None:
    page = f"{CALENDAR}?nam=2026"
    done = administrator.send(page, f"{BACK}?nam=2026", day="2026-01-02", reason="Công văn 1")
    assert done.status_code == 303
    assert session.scalar(select(CalendarDay).where(CalendarDay.date == datetime(2026, 1, 2).date())) is None  # noqa: DTZ001


@pytest.mark.parametrize("day", ["2026-01-02", "2026-03-18", "rác"])
def test_a_day_is_not_taken_back_without_a_document_nor_when_it_is_none(administrator: Official, day: str) -> None:
    page = f"{CALENDAR}?nam=2026"
    refused = administrator.post(
        f"{BACK}?nam=2026", {"csrf_token": [administrator.token()], "day": [day], "reason": [""]}
    )
    assert refused.status_code == 422
    assert administrator.get(page).status_code == 200


def test_the_progress_of_counting_anew_is_shown(administrator: Official, session: Session, now: datetime) -> None:
    for _ in range(3):
        factories.routed(now)
    administrator.send(FORM, FORM, **STORM)
    entered = session.scalars(select(CalendarChange)).one()
    entered.at = now
    session.flush()
    run = recomputing.begin(at=now + DAY)
    assert run is not None
    recomputing.batch(run=run, at=now + DAY, limit=2)
    page = administrator.get(CALENDAR)
    assert '<progress class="app-progress" max="3" value="2"' in page.text
    assert "2/3 ý kiến đã xem lại, 2 ý kiến đổi hạn" in words(page)
    recomputing.batch(run=run, at=now + DAY)
    assert "3/3 ý kiến đã xem lại, 3 ý kiến đổi hạn" in words(administrator.get(CALENDAR))


def test_changes_go_on_over_pages(administrator: Official, session: Session, now: datetime) -> None:
    made = [
        CalendarChange(
            at=now,
            date=now.date() + number * DAY,
            was_working=True,
            was_name="Ngày làm việc",
            is_working=False,
            name=f"Ngày thứ {number}",
            document="Công điện",
        )
        for number in range(23)
    ]
    session.add_all(made)
    session.flush()
    first = administrator.get(f"{CALENDAR}?nam=2026")
    assert "Các thay đổi trước đó" in first.text
    assert "Nạp danh mục" in first.text
    second = administrator.get(f"{CALENDAR}?nam=2026&truoc={made[3].id}")
    assert "Ngày thứ 2<" in second.text
    assert "Các thay đổi trước đó" not in second.text


def test_every_table_is_exported(administrator: Official) -> None:
    administrator.send(FORM, FORM, **STORM)
    days = rows(administrator.get(f"{CALENDAR}.csv?nam=2026").text)
    assert days[0] == ["Ngày", "Thứ", "Làm việc", "Tên", "Văn bản"]
    assert ["18/03/2026", "Thứ Tư", "nghỉ", "Nghỉ bão", "Công điện 01"] in days
    changes = rows(administrator.get(f"{CALENDAR}/thay-doi.csv").text)
    assert changes[1][2:7] == [
        "18/03/2026",
        "Ngày làm việc (làm việc)",
        "Nghỉ bão (nghỉ)",
        "Công điện 01",
        "Sắp tính lại",
    ]
    lengths = rows(administrator.get(f"{LENGTHS}.csv").text)
    assert len(lengths) == 11
    answer = next(row for row in lengths if row[0] == "Trả lời")
    assert answer[1:5] == ["Mọi loại", "Mọi cơ quan", "15", "ngày làm việc"]


def test_the_lengths_of_steps_say_their_source_and_how_sure_it_is(administrator: Official) -> None:
    said = words(administrator.get(LENGTHS))
    assert "Mức trả lời theo quy định" in said
    assert "Theo nguồn đã dẫn" in said
    assert "Mặc định của hệ thống, chờ xác nhận theo quy chế" in said
