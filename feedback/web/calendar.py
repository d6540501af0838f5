"""The working calendar and the lengths of steps, for the administrator: listed, exported, a day set or taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.domain.profiles import CERTAINTY_NAMES, EVERY, STEP_NAMES, UNIT_NAMES
from feedback.domain.vocabulary import KIND_NAMES, Kind
from feedback.models import DeadlineProfile
from feedback.services import bodies, calendar_days
from feedback.web.account import me
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.formats import day as day_of
from feedback.web.formats import moment, weekday
from feedback.web.forms import FormState
from feedback.web.numbers import whole
from feedback.web.permissions import permission

blueprint = Blueprint("calendar", __name__, url_prefix="/quan-tri")

SHOWN_CHANGES = 20
_WRITTEN = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
_CHOICES = {"lam": True, "nghi": False}
_DAYS = ("Ngày", "Thứ", "Làm việc", "Tên", "Văn bản")
_CHANGES = (
    *("Thời điểm", "Người sửa", "Ngày", "Trước", "Nay", "Văn bản", "Trạng thái"),
    *("Ý kiến xem lại", "Ý kiến đổi hạn", "Xong lúc"),
)
_LENGTHS = ("Bước", "Loại ý kiến", "Cơ quan", "Thời hạn", "Đơn vị", "Căn cứ", "Mức độ chắc chắn")
STATE_NAMES = {"pending": "Sắp tính lại", "running": "Đang tính lại", "done": "Đã tính lại xong"}


@blueprint.get("/lich")
@permission(Permission.MANAGE_CALENDAR)
def page() -> Response:
    """The special days of one year, the forms to change them, and how far the counting anew is."""
    return _page(FormState({"is_working": "nghi"}), FormState())


@blueprint.get("/lich.csv")
@permission(Permission.MANAGE_CALENDAR)
def days_file() -> Response:
    """The special days of one year as a file."""
    year = _year()
    rows = (
        (day_of(one.date), weekday(one.date).partition(",")[0], _yes(one.is_working), one.name, one.document)
        for one in calendar_days.of_year(year=year)
    )
    return csv_file(f"lich-lam-viec-{year}", _DAYS, rows)


@blueprint.get("/lich/thay-doi.csv")
@permission(Permission.MANAGE_CALENDAR)
def changes_file() -> Response:
    """The changes of the calendar as a file."""
    rows = (
        (
            moment(one.at),
            one.officer_name or "",
            day_of(one.date),
            f"{one.was_name} ({_yes(one.was_working)})",
            f"{one.name} ({_yes(one.is_working)})",
            one.document,
            STATE_NAMES[one.state],
            one.found,
            one.changed,
            moment(one.finished_at) if one.finished_at else "",
        )
        for one in calendar_days.changes(limit=1000)
    )
    return csv_file("thay-doi-lich", _CHANGES, rows)


@blueprint.post("/lich")
@permission(Permission.MANAGE_CALENDAR)
def set_day() -> Response:
    """Say what a day is."""
    form = {name: request.form.get(name, "") for name in ("date", "is_working", "name", "document")}
    try:
        with transaction():
            change = calendar_days.set_day(
                officer=me(),
                day=_date(form["date"]),
                is_working=_CHOICES.get(form["is_working"]),
                name=form["name"],
                document=form["document"],
                at=datetime.now(UTC),
            )
    except InvalidInput as error:
        return _page(FormState(form, error.fields), FormState(), status_of(error))
    return _changed(change.date)


@blueprint.post("/lich/bo")
@permission(Permission.MANAGE_CALENDAR)
def take_back() -> Response:
    """Let a day be what its weekday says."""
    form = {"day": request.form.get("day", ""), "reason": request.form.get("reason", "")}
    day = _date(form["day"])
    try:
        with transaction():
            calendar_days.take_back(officer=me(), day=day, document=form["reason"], at=datetime.now(UTC))
    except InvalidInput as error:
        wrong = {{"document": "reason", "date": "day"}[name]: said for name, said in error.fields.items()}
        return _page(FormState({"is_working": "nghi"}), FormState(form, wrong), status_of(error))
    return _changed(day)


@blueprint.get("/thoi-han")
@permission(Permission.MANAGE_CALENDAR)
def lengths() -> str:
    """How long each step may take, on what authority, and how sure that is."""
    return render_template(
        "admin/lengths.html", rows=[_length(row) for row in calendar_days.lengths()], header=_LENGTHS
    )


@blueprint.get("/thoi-han.csv")
@permission(Permission.MANAGE_CALENDAR)
def lengths_file() -> Response:
    """The same as a file."""
    return csv_file("thoi-han", _LENGTHS, (_length(row) for row in calendar_days.lengths()))


def _length(row: DeadlineProfile) -> tuple[object, ...]:
    return (
        STEP_NAMES[row.step],
        "Mọi loại" if row.kind == EVERY else KIND_NAMES[Kind(row.kind)],
        "Mọi cơ quan" if row.body == EVERY else bodies.class_names().get(row.body, row.body),
        row.length,
        UNIT_NAMES[row.unit],
        row.source,
        CERTAINTY_NAMES[row.certainty],
    )


def _page(form: FormState, removal: FormState, status: int = 200) -> Response:
    year, changes = _year(), calendar_days.changes(limit=SHOWN_CHANGES + 1, before=_number("truoc"))
    days = calendar_days.of_year(year=year)
    page = render_template(
        "admin/calendar.html",
        year=year,
        years=sorted({*calendar_days.years(), year}),
        days=days,
        form=form,
        removal=removal,
        removable=[{"value": one.date.isoformat(), "text": f"{day_of(one.date)}: {one.name}"} for one in days],
        changes=changes[:SHOWN_CHANGES],
        following=changes[SHOWN_CHANGES - 1].id if len(changes) > SHOWN_CHANGES else None,
        state_names=STATE_NAMES,
    )
    return make_response(page, status)


def _changed(day: date | None) -> Response:
    flash("Đã ghi vào lịch. Thời hạn của các ý kiến đang mở được tính lại sau khoảng một phút.")
    return redirect(url_for("calendar.page", nam=day.year if day else None), 303)


def _year() -> int:
    asked = _number("nam")
    return asked if asked is not None and 2000 <= asked <= 2100 else datetime.now(UTC).year


def _number(name: str) -> int | None:
    return whole(request.args.get(name, ""))


def _date(text: str) -> date | None:
    """The day as people write it, or as a browser's own field sends it."""
    for written in _WRITTEN:
        try:
            return datetime.strptime(text.strip(), written).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _yes(is_working: bool) -> str:
    return "làm việc" if is_working else "nghỉ"
