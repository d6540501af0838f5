"""Administration: the catalogue of bodies, and which of them handle their cases blind."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.domain.text import clean
from feedback.schemas import places
from feedback.services import blindness, bodies
from feedback.web.account import me
from feedback.web.acting import LEVEL_NAMES
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.formats import number
from feedback.web.forms import FormState
from feedback.web.permissions import permission

blueprint = Blueprint("admin", __name__, url_prefix="/quan-tri")

_LONGEST_NAME = 100
_HEADER = ("Mã", "Lớp", "Tên", "Tên ngắn", "Cấp", "Tỉnh, thành phố", "Chức năng, nhiệm vụ", "Giải quyết ẩn danh")
_BLIND = MappingProxyType({"co": True, "khong": False})
_UNITS = ((86_400, "ngày"), (3_600, "giờ"), (60, "phút"))


@blueprint.get("/co-quan")
@permission(Permission.MANAGE_BODIES)
def bodies_page() -> Response:
    """Every active body, and the form to add a commune."""
    return _bodies_page(FormState())


@blueprint.get("/co-quan.csv")
@permission(Permission.MANAGE_BODIES)
def bodies_file() -> Response:
    """Every active body as a file."""
    rows = (
        (
            body.code,
            body.class_code,
            body.name,
            body.short_name,
            LEVEL_NAMES[body.level],
            body.province or "",
            body.mandate,
            "Có" if body.blind else "Không",
        )
        for body in bodies.active()
    )
    return csv_file("co-quan", _HEADER, rows)


@blueprint.post("/co-quan")
@permission(Permission.MANAGE_BODIES)
def add_commune() -> Response:
    """Add the people's committee of a commune, ward or special zone."""
    values = {"name": clean(request.form.get("name", "")), "province": request.form.get("province", "")}
    try:
        if len(values["name"]) > _LONGEST_NAME:
            raise InvalidInput({"name": ["Tên dài quá 100 ký tự."]})
        if values["province"] not in places.codes():
            raise InvalidInput({"province": ["Xin chọn tỉnh, thành phố."]})
        with transaction():
            added = bodies.add_commune(name=values["name"], province=values["province"])
    except InvalidInput as error:
        return _bodies_page(FormState(values, error.fields), status_of(error))
    flash(f"Đã thêm {added.name}.")
    return redirect(url_for("admin.bodies_page"), 303)


@blueprint.post("/co-quan/an-danh")
@permission(Permission.MANAGE_BODIES)
def set_blind() -> Response:
    """Let a body handle its cases blind, or no longer."""
    chosen = {"body": request.form.get("body", ""), "blind": request.form.get("blind", "")}
    try:
        if chosen["blind"] not in _BLIND:
            raise InvalidInput({"blind": ["Xin chọn cách giải quyết."]})
        with transaction():
            body = blindness.set_blind(
                officer=me(), code=chosen["body"], blind=_BLIND[chosen["blind"]], at=datetime.now(UTC)
            )
    except InvalidInput as error:
        return _bodies_page(FormState(chosen, error.fields), status_of(error))
    way = "giải quyết ẩn danh" if body.blind else "được mở danh tính người gửi khi có lý do"
    flash(f"{body.name}: {way}.")
    return redirect(url_for("admin.bodies_page"), 303)


def span(seconds: float) -> str:
    """`12 giây`, `5 phút`, `3 giờ`, `2 ngày`: how long something has waited, in its largest unit."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{number(seconds // size)} {unit}"
    return f"{number(seconds)} giây"


blueprint.add_app_template_filter(span)


def _bodies_page(form: FormState, status: int = 200) -> Response:
    active = bodies.active()
    levels = [(name, [body for body in active if body.level == level]) for level, name in LEVEL_NAMES.items()]
    provinces = [{"value": place.code, "text": place.name} for place in places.provinces()]
    page = render_template(
        "admin/bodies.html",
        levels=levels,
        form=form,
        province_options=provinces,
        body_options=[{"value": body.code, "text": body.name} for body in active],
        blind=[body for body in active if body.blind],
        total=len(active),
    )
    return make_response(page, status)
