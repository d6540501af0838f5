"""What a fresh service is filled with: bodies, provinces, the calendar, the lengths of steps."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotFound, Unavailable
from feedback.models import Body, CalendarDay, DeadlineProfile, Province
from feedback.seed import CLASSES, DEADLINES, PROVINCES, SPECIAL_DAYS, rows_of
from feedback.services import bodies, calendar, catalogues
from tests import factories


def load_bodies() -> bodies.Loaded:
    return bodies.load(classes=rows_of(CLASSES), provinces=rows_of(PROVINCES))


def load_calendar() -> catalogues.Loaded:
    return catalogues.load(documented=rows_of(SPECIAL_DAYS), profiles=rows_of(DEADLINES))


def test_there_are_ninety_six_bodies_in_thirty_classes_and_thirty_four_provinces(session: Session) -> None:
    assert load_bodies() == bodies.Loaded(provinces=34, bodies=28 + 2 * 34) == bodies.Loaded(34, 96)
    assert session.scalar(select(func.count()).select_from(Body)) == 96
    assert session.scalar(select(func.count(Body.class_code.distinct()))) == 30
    assert len(bodies.active()) == len(bodies.identifiers()) == 95
    assert len(bodies.names()) == 96


def test_a_class_bound_to_a_place_has_one_body_a_province_properly_named(session: Session) -> None:
    names = bodies.names()
    assert names["UBND_TINH:HN"] == "Ủy ban nhân dân thành phố Hà Nội"
    assert names["UBND_TINH:SONLA"] == "Ủy ban nhân dân tỉnh Sơn La"
    assert names["TINH_UY:HN"] == "Thành ủy Hà Nội"
    assert names["TINH_UY:SONLA"] == "Tỉnh ủy Sơn La"
    assert bodies.by_code(code="UBND_TINH:HN").short_name == "UBND TP Hà Nội"
    assert bodies.by_code(code="UBND_TINH:SONLA").province == "SONLA"
    assert len([code for code in names if code.startswith("UBND_TINH:")]) == 34


def test_loading_again_changes_what_changed_and_reopens_nothing(session: Session) -> None:
    session.scalars(select(Body).where(Body.code == "BCA")).one().active = False
    session.scalars(select(Body).where(Body.code == "BKHCN")).one().name = "Tên cũ"
    session.flush()
    load_bodies()
    session.expire_all()
    assert bodies.names()["BKHCN"] == "Bộ Khoa học và Công nghệ"
    assert "BCA" not in bodies.identifiers()
    assert "BCA" in bodies.names()
    assert session.scalar(select(func.count()).select_from(Body)) == 96


def test_provinces_know_the_names_that_they_hold_and_come_in_vietnamese_order(session: Session) -> None:
    found = bodies.provinces()
    assert len(found) == 34
    assert [province.name for province in found[:2]] == ["An Giang", "Bắc Ninh"]
    assert found[-1].name == "Vĩnh Long"
    merged = session.get_one(Province, "BACNINH").merged_from
    assert merged == ["Bắc Giang"]
    assert session.get_one(Province, "HN").merged_from == []


def test_the_class_of_communes_is_no_body_and_an_unknown_code_is_not_found(session: Session) -> None:
    for code in ("UBND_XA", "KHONGCO", ""):
        with pytest.raises(NotFound):
            bodies.by_code(code=code)


@pytest.mark.parametrize(
    ("typed", "code", "name", "short"),
    [
        ("xã  Mường Bú", "UBND_XA:SONLA:XA_MUONG_BU", "Ủy ban nhân dân xã Mường Bú", "UBND xã Mường Bú"),
        ("Phường Chiềng Lề", "UBND_XA:SONLA:PHUONG_CHIENG_LE", "Ủy ban nhân dân phường Chiềng Lề", None),
        ("Đặc khu Côn Đảo", "UBND_XA:SONLA:DAC_KHU_CON_DAO", "Ủy ban nhân dân đặc khu Côn Đảo", None),
        ("phường 1", "UBND_XA:SONLA:PHUONG_1", "Ủy ban nhân dân phường 1", None),
        ("xa\u0303 Đắk Wil", "UBND_XA:SONLA:XA_DAK_WIL", "Ủy ban nhân dân xã Đắk Wil", None),
    ],
)
def test_a_commune_is_added_under_its_province(
    session: Session, typed: str, code: str, name: str, short: str | None
) -> None:
    body = bodies.add_commune(name=typed, province="SONLA")
    assert (body.code, body.name, body.class_code, body.level) == (code, name, "UBND_XA", "local")
    assert body.short_name == (short or name.replace("Ủy ban nhân dân", "UBND"))
    assert (body.province, body.parent_id) == ("SONLA", bodies.by_code(code="UBND_TINH:SONLA").id)
    assert body.mandate
    assert bodies.by_code(code=code) is body


@pytest.mark.parametrize("name", ["", "Mường Bú", "huyện Mường La", "xã", "xã   ", "xãMường Bú"])
def test_a_commune_says_which_sort_it_is(session: Session, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        bodies.add_commune(name=name, province="SONLA")
    assert "name" in refused.value.fields


def test_a_commune_is_added_once_and_only_where_there_is_a_province(session: Session) -> None:
    bodies.add_commune(name="xã Mường Bú", province="SONLA")
    with pytest.raises(InvalidInput, match="chưa hợp lệ"):
        bodies.add_commune(name="Xã Mường Bú", province="SONLA")
    bodies.add_commune(name="xã Mường Bú", province="HN")
    with pytest.raises(NotFound):
        bodies.add_commune(name="xã Mường Bú", province="SAIGON")


def test_documented_days_prevail_over_the_librarys(session: Session) -> None:
    loaded = load_calendar()
    assert loaded.profiles == session.scalar(select(func.count()).select_from(DeadlineProfile)) == 10
    assert loaded.days == session.scalar(select(func.count()).select_from(CalendarDay))
    worked, off = (calendar.current().day(date(2026, 1, day)) for day in (10, 2))
    assert (worked.is_working, worked.source) == (True, "Công văn 12729/VPCP-KGVX")
    assert (off.is_working, off.source) == (False, "Công văn 12729/VPCP-KGVX")


def test_a_document_may_say_otherwise_than_the_library(session: Session) -> None:
    document = {"date": "2026-09-02", "is_working": "yes", "name": "Trực cả ngày", "document": "Công điện 2"}
    catalogues.load(documented=[document], profiles=rows_of(DEADLINES))
    day = calendar.current().day(date(2026, 9, 2))
    assert (day.is_working, day.source) == (True, "Công điện 2")


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-01", False),
        ("2026-02-17", False),
        ("2026-04-30", False),
        ("2026-05-01", False),
        ("2026-09-02", False),
        ("2026-03-10", True),
        ("2030-09-02", False),
    ],
)
def test_the_calendar_knows_the_holidays_of_the_labour_code(session: Session, day: str, working: bool) -> None:
    assert calendar.current().is_working(date.fromisoformat(day)) is working


def test_a_day_added_today_counts_from_the_next_filing(session: Session, now: datetime) -> None:
    before = factories.submit(now).due_at
    catalogues.load(
        documented=[{"date": "2026-03-12", "is_working": "no", "name": "Bão", "document": "Công điện 1"}],
        profiles=rows_of(DEADLINES),
    )
    assert (before, factories.submit(now).due_at) == (
        datetime(2026, 3, 31, 10, tzinfo=UTC),
        datetime(2026, 4, 1, 10, tzinfo=UTC),
    )


def test_a_kind_may_have_a_length_of_its_own(session: Session) -> None:
    assert (calendar.days_for("answer", "hoi"), calendar.days_for("answer", "phan_anh")) == (15, 15)
    own = {**rows_of(DEADLINES)[4], "kind": "hoi", "length": "7", "source": "Quy chế", "certainty": "read"}
    catalogues.load(documented=[], profiles=[*rows_of(DEADLINES), own])
    assert (calendar.days_for("answer", "hoi"), calendar.days_for("answer", "phan_anh")) == (7, 15)
    assert calendar.profile_for(step="answer", kind="hoi").source == "Quy chế"


def test_without_lengths_of_steps_the_service_says_what_is_missing_and_recovers(session: Session) -> None:
    session.execute(delete(DeadlineProfile))
    calendar.forget()
    with pytest.raises(Unavailable, match="Chưa nạp"):
        calendar.days_for("answer", "hoi")
    load_calendar()
    assert calendar.days_for("answer", "hoi") == 15


def test_the_calendar_is_kept_for_a_minute_and_then_read_anew(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = iter([0.0, 30.0, 61.0, 61.0])
    monkeypatch.setattr(calendar.time, "monotonic", lambda: next(time))
    kept = calendar.current()
    assert calendar.current() is kept
    assert calendar.current() is not kept
    calendar.forget()


def test_keeping_the_calendar_leaves_no_row_behind_in_the_session(session: Session) -> None:
    calendar.forget()
    calendar.current()
    assert not [row for row in session.identity_map.values() if isinstance(row, CalendarDay | DeadlineProfile)]
