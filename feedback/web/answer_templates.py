"""Templates of answers: their list, the form of one, retiring it and bringing it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.answer_template import BY_HAND, FIRING, FROM_CASE, LONGEST_PARAGRAPH, MOST_PARAGRAPHS, Paragraph
from feedback.domain.errors import InvalidInput, NotFound, Stale
from feedback.domain.permissions import Permission
from feedback.domain.status import Status
from feedback.domain.vocabulary import KIND_NAMES, Kind
from feedback.services import bodies, template_keeping
from feedback.services.template_keeping import Template, Wording
from feedback.web.account import me
from feedback.web.desk import EXPORTED, blueprint, now_utc
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.formats import moment
from feedback.web.forms import FormState
from feedback.web.numbers import LARGEST, whole
from feedback.web.permissions import permission

ROOT = "/ban-lam-viec/mau-tra-loi"
_BLANK = 2  # empty paragraphs shown after those that are there
_HEADER = ("Tên mẫu", "Dùng cho", "Loại ý kiến", "Bước xử lý", "Đoạn", "Nội dung", "Tùy chọn", "Đang dùng", "Sửa lúc")
EVERY_KIND, BY_DRAFT = "Mọi loại ý kiến", "Khi soạn câu trả lời"


@blueprint.get(ROOT)
@permission(Permission.MANAGE_TEMPLATES)
def answer_templates() -> str:
    """The templates that the official keeps, newest first."""
    page = template_keeping.page(officer=me(), before=number(request.args.get("sau", "")))
    return render_template("desk/templates.html", page=page, further="sau" in request.args)


@blueprint.get(f"{ROOT}.csv")
@permission(Permission.MANAGE_TEMPLATES)
def answer_templates_file() -> Response:
    """The same as a file, a line a paragraph."""
    page = template_keeping.page(officer=me(), limit=EXPORTED)
    lines = (_cells(row, one) for row in page.rows for one in row.paragraphs)
    return csv_file("mau-tra-loi", _HEADER, lines)


@blueprint.get(f"{ROOT}/moi")
@permission(Permission.MANAGE_TEMPLATES)
def new_answer_template() -> Response:
    """An empty form."""
    return _form(FormState(), None)


@blueprint.post(f"{ROOT}/moi")
@permission(Permission.MANAGE_TEMPLATES)
def add_answer_template() -> Response:
    """Add a template, or show the form with room for more paragraphs."""
    return _keep(
        None,
        lambda wording: template_keeping.create(officer=me(), wording=wording, at=now_utc()),
        "Đã thêm mẫu “{name}”.",
    )


@blueprint.get(f"{ROOT}/sua")
@permission(Permission.MANAGE_TEMPLATES)
def answer_template() -> Response:
    """One template in its form."""
    found = _asked(request.args.get("mau", ""))
    return _form(FormState(_values(found)), found)


@blueprint.post(f"{ROOT}/sua")
@permission(Permission.MANAGE_TEMPLATES)
def edit_answer_template() -> Response:
    """Change a template."""
    found = _asked(request.form.get("mau", ""))
    return _keep(
        found,
        lambda wording: template_keeping.edit(
            officer=me(), template=found.id, version=_version(), wording=wording, at=now_utc()
        ),
        "Đã lưu mẫu “{name}”.",
    )


@blueprint.post(f"{ROOT}/ngung")
@permission(Permission.MANAGE_TEMPLATES)
def retire_answer_template() -> Response:
    """Offer a template no longer."""
    return _switch(active=False)


@blueprint.post(f"{ROOT}/dung-lai")
@permission(Permission.MANAGE_TEMPLATES)
def restore_answer_template() -> Response:
    """Offer a template again."""
    return _switch(active=True)


def _keep(found: Template | None, act: Callable[[Wording], object], done: str) -> Response:
    state = FormState(_typed())
    if request.form.get("step") == "them-doan":
        return _form(state, found, more=True)
    wording, numbers = _wording()
    try:
        with transaction():
            act(wording)
    except InvalidInput as error:
        fields = {_as_on_the_page(name, numbers): sentences for name, sentences in error.fields.items()}
        return _form(FormState(state.values, fields), found, status=status_of(error))
    except Stale as error:
        return _form(FormState(state.values, notice=error.sentence), found, status=status_of(error))
    flash(done.format(name=" ".join(wording.name.split())))
    return redirect(url_for("desk.answer_templates"), 303)


def _switch(*, active: bool) -> Response:
    found = _asked(request.form.get("mau", ""))
    try:
        with transaction():
            template_keeping.set_active(
                officer=me(), template=found.id, version=_version(), active=active, at=now_utc()
            )
    except Stale as error:
        flash(error.sentence, "notice")
    else:
        flash(f"Đã {'dùng lại' if active else 'ngừng dùng'} mẫu “{found.name}”.")
    return redirect(url_for("desk.answer_templates"), 303)


def _form(form: FormState, found: Template | None, *, more: bool = False, status: int = 200) -> Response:
    filled = max(
        (number for number in _slots() if form.value(f"text_{number}") or form.value(f"label_{number}")), default=0
    )
    shown = min(MOST_PARAGRAPHS, filled + _BLANK + 2 * more)
    general = found.general if found else template_keeping.keeps_general(officer=me())
    page = render_template(
        "desk/template.html",
        form=form,
        template=found,
        slots=range(1, shown + 1),
        most=MOST_PARAGRAPHS,
        longest=LONGEST_PARAGRAPH,
        from_case=FROM_CASE,
        by_hand=BY_HAND,
        kinds=[("", EVERY_KIND), *KIND_NAMES.items()],
        states=[("", BY_DRAFT), *FIRING.items()],
        classes=sorted(bodies.class_names().items(), key=lambda pair: pair[1]) if general else (),
    )
    return make_response(page, status)


def _asked(written: str) -> Template:
    found = number(written)
    if found is None:
        raise NotFound
    return template_keeping.one(officer=me(), template=found)


def number(written: str) -> int | None:
    """A template's number as it was sent; None for what is none, or more than the database counts to."""
    found = whole(written, digits=10)
    return found if found is not None and found <= LARGEST else None


def _version() -> int:
    return number(request.form.get("version", "")) or 0


def _slots() -> range:
    return range(1, MOST_PARAGRAPHS + 1)


def _wording() -> tuple[Wording, list[int]]:
    """What was typed, and the number on the page of each paragraph; those left empty are none."""
    numbers = [number for number in _slots() if _typed_in(number)]
    paragraphs = tuple(
        Paragraph(
            request.form.get(f"label_{number}", ""),
            request.form.get(f"text_{number}", ""),
            request.form.get(f"optional_{number}") == "1",
        )
        for number in numbers
    )
    chosen = {name: request.form.get(name, "") for name in ("name", "kind", "state", "class_code")}
    return Wording(**chosen, paragraphs=paragraphs), numbers


def _typed_in(number: int) -> bool:
    return any(request.form.get(f"{name}_{number}", "").strip() for name in ("label", "text"))


def _as_on_the_page(field: str, numbers: list[int]) -> str:
    """The field of the page for a field of the service, which counts no empty paragraphs."""
    name, _, place = field.rpartition("_")
    return f"{name}_{numbers[int(place) - 1]}" if place.isdigit() and numbers else field


def _typed() -> dict[str, Any]:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _values(found: Template) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": found.name,
        "kind": found.kind or "",
        "state": found.state or "",
        "class_code": found.class_code or "",
    }
    for number, one in enumerate(found.paragraphs, start=1):
        values |= {f"label_{number}": one.label, f"text_{number}": one.text}
        if one.optional:
            values[f"optional_{number}"] = "1"
    return values


def _cells(row: Template, one: Paragraph) -> tuple[object, ...]:
    return (
        row.name,
        row.owner,
        kind_words(row.kind),
        state_words(row.state),
        one.label,
        one.text,
        "Có" if one.optional else "Không",
        "Có" if row.active else "Không",
        moment(row.updated_at),
    )


def kind_words(kind: str | None) -> str:
    """For which kind of comments a template is."""
    return KIND_NAMES[Kind(kind)] if kind else EVERY_KIND


def state_words(state: str | None) -> str:
    """At which step a template is offered."""
    return FIRING[Status(state)] if state else BY_DRAFT


blueprint.add_app_template_filter(kind_words)
blueprint.add_app_template_filter(state_words)
