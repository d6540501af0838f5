"""Saved views of the desk: kept, followed, made a rule; and the golden table that a rule is tried on."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import DomainError, InvalidInput, NotAllowed
from feedback.domain.permissions import Permission
from feedback.domain.vocabulary import KIND_NAMES
from feedback.schemas import places
from feedback.schemas.filters import from_query
from feedback.services import golden, rules, subscriptions, views
from feedback.web.account import me
from feedback.web.acting import bodies_by_level
from feedback.web.desk import blueprint, now_utc
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.forms import FormState
from feedback.web.numbers import mark, number_of, whole
from feedback.web.permissions import permission

EXPORTED = 1000
_LONGEST = 8000
_VIEWS = "/ban-lam-viec/che-do-xem"
_GOLDEN = "/ban-lam-viec/bang-chuan"
_HEADER = ("Tên", "Bộ lọc", "Người lưu", "Chia sẻ", "Chuyển đến", "Theo dõi", "Ngưỡng")
_GOLDEN_HEADER = ("Tiêu đề", "Nội dung", "Loại", "Tỉnh, thành phố", "Cơ quan phải nhận", "Mã cơ quan")


@blueprint.get(_VIEWS)
@permission(Permission.SEE_CASES)
def views_page() -> Response:
    """The official's views and the shared ones."""
    return _list(FormState())


@blueprint.get(f"{_VIEWS}.csv")
@permission(Permission.SEE_CASES)
def views_file() -> Response:
    """The same as a file."""
    page = views.page(officer=me(), limit=EXPORTED)
    rows = (
        (
            view.name,
            view.query,
            view.owner_name,
            "Có" if view.shared else "Không",
            view.rule_body or "",
            subscriptions.MODE_NAMES.get(view.mode or "", ""),
            view.threshold or "",
        )
        for view in page.rows
    )
    return csv_file("che-do-xem", _HEADER, rows)


@blueprint.post(_VIEWS)
@permission(Permission.SEE_CASES)
def save_view() -> Response:
    """Keep the filters of a queue under a name."""
    values = {name: request.form.get(name, "") for name in ("name", "query", "shared")}
    try:
        if len(values["query"]) > _LONGEST:
            raise InvalidInput({"name": ["Bộ lọc có quá nhiều điều kiện để lưu."]})
        asked = from_query(parse_qs(values["query"], keep_blank_values=True, max_num_fields=500))
        with transaction():
            view = views.save(
                officer=me(), name=values["name"], filters=asked, shared=values["shared"] == "co", at=now_utc()
            )
            name = view.name
    except (InvalidInput, ValueError) as error:
        fields = error.fields if isinstance(error, InvalidInput) else {}
        shown = {"name": fields.get("name") or ["Bộ lọc này không đọc được. Xin lọc lại rồi lưu."]}
        return _list(FormState(values, shown), 422)
    flash(f"Đã lưu chế độ xem “{name}”.")
    return redirect(url_for("desk.views_page"), 303)


@blueprint.post(f"{_VIEWS}/<int:view_id>/xoa")
@permission(Permission.SEE_CASES)
def remove_view(view_id: int) -> Response:
    """Take one's own view out of the lists."""
    try:
        with transaction():
            name = views.remove(officer=me(), view_id=view_id, at=now_utc())
    except (InvalidInput, NotAllowed) as error:
        return _list(FormState(notice=_sentence(error)), status_of(error))
    flash(f"Đã xóa chế độ xem “{name}”.")
    return redirect(url_for("desk.views_page"), 303)


@blueprint.post(f"{_VIEWS}/<int:view_id>/theo-doi")
@permission(Permission.SEE_CASES)
def follow_view(view_id: int) -> Response:
    """Be told of what a view finds, or no longer."""
    mode, typed = request.form.get("mode", ""), request.form.get("threshold", "").strip()
    threshold = whole(typed, digits=5) if mode == "threshold" else None
    try:
        with transaction():
            view = subscriptions.subscribe(officer=me(), view_id=view_id, mode=mode, threshold=threshold, at=now_utc())
            name = view.name
    except InvalidInput as error:
        return _list(FormState({"mode": mode, "threshold": typed}, notice=_sentence(error)), status_of(error))
    told = f"Anh/Chị sẽ được báo về chế độ xem “{name}”." if mode else f"Đã thôi theo dõi chế độ xem “{name}”."
    flash(told)
    return redirect(url_for("desk.views_page"), 303)


@blueprint.get(f"{_VIEWS}/<int:view_id>/quy-tac")
@permission(Permission.MANAGE_RULES)
def rule_page(view_id: int) -> Response:
    """A view as a routing rule; with a body in the link it is tried first."""
    form = FormState({name: request.args.get(name, "") for name in ("body", "priority")})
    return _rule(view_id, form, trying="body" in request.args)


@blueprint.post(f"{_VIEWS}/<int:view_id>/quy-tac")
@permission(Permission.MANAGE_RULES)
def put_rule_in_force(view_id: int) -> Response:
    """The machine obeys the view from now on, or no longer."""
    values = {name: request.form.get(name, "") for name in ("body", "priority")}
    try:
        with transaction():
            if request.form.get("step") == "go":
                view = rules.lift(officer=me(), view_id=view_id, at=now_utc())
                told = f"Đã gỡ quy tắc “{view.name}”. Chế độ xem vẫn còn."
            else:
                view, tried = rules.put_in_force(
                    officer=me(),
                    view_id=view_id,
                    body_code=values["body"],
                    priority=_priority(values["priority"]),
                    at=now_utc(),
                )
                told = f"Quy tắc “{view.name}” có hiệu lực; {len(tried.golden)} ý kiến của bảng chuẩn vẫn đến đúng nơi."
    except InvalidInput as error:
        return _rule(view_id, FormState(values, error.fields), status=status_of(error), trying=True)
    flash(told)
    return redirect(url_for("desk.views_page"), 303)


@blueprint.get(_GOLDEN)
@permission(Permission.MANAGE_RULES)
def golden_page() -> Response:
    """The golden table."""
    return _golden(FormState())


@blueprint.get(f"{_GOLDEN}.csv")
@permission(Permission.MANAGE_RULES)
def golden_file() -> Response:
    """The same as a file."""
    page = golden.page(officer=me(), limit=EXPORTED)
    rows = (
        (row.title, row.text, KIND_NAMES[row.kind], row.province or "", row.body_name, row.body_code)  # type: ignore[index]
        for row in page.rows
    )
    return csv_file("bang-chuan", _GOLDEN_HEADER, rows)


@blueprint.post(_GOLDEN)
@permission(Permission.MANAGE_RULES)
def change_golden() -> Response:
    """Add a golden case, or take one out that was added."""
    values = {name: request.form.get(name, "") for name in ("title", "text", "kind", "province", "body")}
    chosen = request.form.get("remove", "")
    try:
        if values["province"] and values["province"] not in places.codes():
            raise InvalidInput({"province": ["Xin chọn tỉnh, thành phố trong danh sách."]})
        with transaction():
            if chosen:
                golden.remove(officer=me(), case_id=number_of(chosen), at=now_utc())
            else:
                golden.add(
                    officer=me(),
                    title=values["title"],
                    text=values["text"],
                    kind=values["kind"],
                    province=values["province"] or None,
                    body_code=values["body"],
                    at=now_utc(),
                )
    except InvalidInput as error:
        return _golden(FormState(values, error.fields), status_of(error))
    flash("Đã bỏ ý kiến khỏi bảng chuẩn." if chosen else "Đã thêm ý kiến vào bảng chuẩn.")
    return redirect(url_for("desk.golden_page"), 303)


def _list(form: FormState, status: int = 200) -> Response:
    page = views.page(officer=me(), after=mark())
    rendered = render_template(
        "desk/views.html", page=page, form=form, modes=subscriptions.MODE_NAMES, further="sau" in request.args
    )
    return make_response(rendered, status)


def _rule(view_id: int, form: FormState, *, trying: bool, status: int = 200) -> Response:
    officer = me()
    view = views.visible(officer=officer, view_id=view_id)
    trial = None
    if trying:
        try:
            trial = rules.trial(
                officer=officer,
                view_id=view_id,
                body_code=form.value("body"),
                priority=_priority(form.value("priority")),
                now=now_utc(),
            )
        except InvalidInput as error:
            form, status = FormState(form.values, error.fields), status_of(error)
    rendered = render_template(
        "desk/rule.html", view=view, form=form, trial=trial, levels=bodies_by_level(), rules=rules.active()
    )
    return make_response(rendered, status)


def _golden(form: FormState, status: int = 200) -> Response:
    rendered = render_template(
        "desk/golden.html",
        page=golden.page(officer=me(), after=mark() or 0),
        form=form,
        levels=bodies_by_level(),
        kinds=[{"value": str(code), "text": name} for code, name in KIND_NAMES.items()],
        provinces=[{"value": place.code, "text": place.name} for place in places.provinces()],
        further="sau" in request.args,
    )
    return make_response(rendered, status)


def _priority(typed: str) -> int:
    return whole(typed.strip() or "100", digits=4) or 0


def _sentence(error: DomainError) -> str:
    if isinstance(error, InvalidInput):
        return next(iter(error.fields.values()))[0]
    return error.sentence
