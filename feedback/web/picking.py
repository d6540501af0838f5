"""Choosing a template for an answer: a step of its own that works without scripts and loses nothing typed."""

from __future__ import annotations

from types import MappingProxyType

from flask import flash, make_response, render_template, request
from werkzeug.wrappers import Response

from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.domain.status import Status
from feedback.models import Officer
from feedback.services import answering, templates
from feedback.web.account import me
from feedback.web.acting import Shown, do, draft_values, page
from feedback.web.answer_templates import number
from feedback.web.answers import typed_day
from feedback.web.desk import blueprint, now_utc
from feedback.web.forms import FormState
from feedback.web.permissions import permission

_PUT_IN = "dua-vao"
# The steps whose form a template may fill: the state that each leads to, and the field for its words.
FILLABLE = MappingProxyType(
    {
        "bo-sung": (Status.AWAITING_SUPPLEMENT, "ask_words"),
        "tu-choi": (Status.REFUSED, "refuse_words"),
        "gia-han": (Status.EXTENDED, "extend_reason"),
        "tra-lai": (Status.RETURNED, "return_reason"),
    }
)


@blueprint.get("/ban-lam-viec/<reference>/mau")
@permission(Permission.ANSWER)
def templates_for(reference: str) -> Response:
    """The templates for this case, beside the draft as it was saved."""
    comment = templates.answerable(officer=me(), reference=reference)
    draft = answering.open_draft(comment=comment)
    return _picker(reference, FormState(draft_values(draft) if draft else {}))


@blueprint.post("/ban-lam-viec/<reference>/mau")
@permission(Permission.ANSWER)
def use_template(reference: str) -> Response:
    """The templates beside what was typed; or the chosen one put after it, into the draft."""
    typed = {name: request.form.get(name, "") for name in ("text", "outcome", "planned_on")}
    chosen = number(request.form.get("template", ""))
    if request.form.get("step") != _PUT_IN:
        return _picker(reference, FormState(typed))
    if chosen is None:
        return _picker(reference, FormState(typed, {"template": ["Xin chọn một mẫu trong danh sách."]}), 422)
    ticked = {place for written in request.form.getlist(f"p_{chosen}") if (place := number(written)) is not None}

    def act(officer: Officer, version: int) -> None:
        text = templates.use(
            officer=officer, reference=reference, template=chosen, ticked=ticked, typed=typed["text"], at=now_utc()
        )
        answering.save_draft(
            officer=officer,
            reference=reference,
            version=version,
            text=text,
            outcome=typed["outcome"],
            planned_on=typed_day("planned_on"),
            at=now_utc(),
        )

    return do(reference, "tra-loi", act, "Đã đưa mẫu vào dự thảo. Xin điền những chỗ ghi [CẦN ĐIỀN] trước khi trình.")


@blueprint.post("/ban-lam-viec/<reference>/dien-mau")
@permission(Permission.SEE_CASES)
def fill_form(reference: str) -> Response:
    """The page of the case with one form filled by the template of its step, after what was typed there."""
    step = request.form.get("step", "")
    if step not in FILLABLE:
        raise NotFound
    state, name = FILLABLE[step]
    typed = {field: value for field, value in request.form.items() if field not in {"csrf_token", "version", "step"}}
    found = templates.fired(officer=me(), reference=reference, state=state, typed=typed.get(name, ""), at=now_utc())
    if found is None:
        flash("Chưa có mẫu nào cho bước này.", "notice")
    else:
        flash(f"Đã điền mẫu “{found[0]}”. Xin viết tiếp vào những chỗ ghi [CẦN ĐIỀN] trước khi gửi.", "notice")
        typed[name] = found[1]
    return page(reference, Shown(step, FormState(typed)))


def _picker(reference: str, form: FormState, status: int = 200) -> Response:
    comment = templates.answerable(officer=me(), reference=reference)
    rendered = render_template(
        "desk/pick_template.html",
        case=comment,
        offers=templates.offered(officer=me(), comment=comment, at=now_utc()),
        form=form,
        step=_PUT_IN,
        longest=answering.LONGEST,
    )
    return make_response(rendered, status)
