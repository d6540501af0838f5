"""Doing something to a case from its page: in one transaction, or the page again with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.answer_template import MOST_PARAGRAPHS
from feedback.domain.errors import DomainError, InvalidInput, InvalidMove, NotAllowed, NotFound, Stale
from feedback.domain.screening import SCREEN_NAMES
from feedback.domain.status import Action
from feedback.models import Officer
from feedback.models import Response as Answer
from feedback.services import answering, bodies, letters
from feedback.services import desk as cases
from feedback.services.desk import Case
from feedback.services.identity import Identity
from feedback.web import place
from feedback.web.account import me
from feedback.web.desk import blueprint, now_utc
from feedback.web.errors import status_of
from feedback.web.forms import FormState

OTHER = "khac"
_NEED_BODIES = frozenset({Action.ROUTE, Action.RETURN, Action.TRANSFER, Action.COORDINATE})
LEVEL_NAMES = MappingProxyType(
    {
        "party_central": "Cơ quan Đảng ở Trung ương",
        "ministry": "Bộ, cơ quan ở Trung ương",
        "party_local": "Tỉnh ủy, thành ủy",
        "local": "Ủy ban nhân dân",
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a case's page shows besides the case: the one form that came back, the identity, what found no place."""

    action: str = ""
    form: FormState = field(default_factory=FormState)
    unsealed: bool = False
    identity: Identity | None = None

    def state(self, action: str) -> FormState:
        """The state of one form of the page."""
        return self.form if action == self.action else FormState()


def do(
    reference: str, action: str, act: Callable[[Officer, int], object], done: str, *, onwards: bool = False
) -> Response:
    """Do it, and show the case, or when it leaves this desk the next of the list it came from."""
    refused = attempt(reference, action, act)
    if refused is not None:
        return refused
    flash(done)
    return place.onwards(reference) if onwards else redirect(url_for("desk.case", reference=reference), 303)


def attempt(reference: str, action: str, act: Callable[[Officer, int], object]) -> Response | None:
    """Do it in one transaction; when it is refused, the page that says so, with what was typed."""
    try:
        with transaction():
            act(me(), _version())
    except InvalidInput as error:
        named = _FIELDS.get(action, {})
        fields = {named.get(name, name): sentences for name, sentences in error.fields.items()}
        return _refused(reference, action, error, FormState(_typed(), fields))
    except (Stale, InvalidMove, NotAllowed, NotFound) as error:
        notice = _FRESH if isinstance(error, Stale) else error.sentence
        return _refused(reference, action, error, FormState(_typed(), notice=notice))
    return None


def _refused(reference: str, action: str, error: DomainError, form: FormState) -> Response:
    status = status_of(error)
    try:
        return page(reference, Shown(action, form), status)
    except (NotFound, NotAllowed):
        # The case has left this desk: what was typed for it is all that may be shown.
        return make_response(render_template("desk/gone.html", sentence=error.sentence), status)


_FRESH = "Ý kiến vừa được người khác cập nhật. Trang này là nội dung mới nhất: xin xem lại trước khi thực hiện tiếp."
ARRANGING = (
    "ask_words",
    "added_words",
    "refuse_words",
    "extend_reason",
    "merge_reason",
    "split_part",
    "split_reason",
    "transfer_reason",
    "coordinate_reason",
    "contribution",
)
# What officials write at length, and the field of the page for what a service calls the reason.
_WORDS = (
    "text",
    "note",
    "reason",
    "return_reason",
    "unseal_reason",
    "letter",
    "valid_reason",
    "letter_reason",
    "assign_reason",
    *ARRANGING,
    "close_reason",
    "reopen_reason",
    "hold_reason",
    "withdraw_reason",
)
_PARAGRAPHS = tuple(f"text_{number}" for number in range(1, MOST_PARAGRAPHS + 1))  # of an answer's template
_FIELDS = {
    "tra-lai": {"reason": "return_reason"},
    "bo-sung": {"reason": "ask_words"},
    "nhan-bo-sung": {"reason": "added_words"},
    "tu-choi": {"reason": "refuse_words", "code": "refusal"},
    "gia-han": {"reason": "extend_reason"},
    "gop": {"reason": "merge_reason"},
    "tach": {"title": "split_title", "part": "split_part", "reason": "split_reason"},
    "dieu-chuyen": {"reason": "transfer_reason", "body": "new_body"},
    "phoi-hop": {"reason": "coordinate_reason", "bodies": "helpers"},
    "gop-y": {"reason": "contribution"},
    "danh-tinh": {"reason": "unseal_reason"},
    "hop-le": {"reason": "valid_reason"},
    "sang-loc": {"reason": "letter"},
    "thu": {"reason": "letter_reason"},
    "mo-lai": {"reason": "reopen_reason"},
    "giu": {"reason": "hold_reason"},
    "go-giu": {"reason": "hold_reason"},
    "thoi-cong-khai": {"reason": "withdraw_reason"},
}
_LONGEST_REASON = 2000


def page(reference: str, shown: Shown, status: int = 200) -> Response:
    """The page of a case."""
    found = cases.case(officer=me(), reference=reference, now=now_utc())
    rendered = render_template(
        "desk/case.html",
        case=found,
        shown=shown,
        form=shown.form,
        answer_form=_answer_form(found, shown),
        levels=bodies_by_level() if found.actions & _NEED_BODIES else (),
        other=OTHER,
        screen_names=SCREEN_NAMES,
        letter_form=_letter_form(found, shown),
        longest=answering.LONGEST,
        letters=letters.on_page(answers=_answers(found), notes=found.notes),
        beside=place.beside(found),
    )
    return make_response(rendered, status)


def bodies_by_level() -> list[tuple[str, list[tuple[str, str]]]]:
    """Code and name of every active body, by level, for a list to choose from."""
    active = bodies.active()
    return [
        (name, [(body.code, body.name) for body in active if body.level == level])
        for level, name in LEVEL_NAMES.items()
    ]


def _answers(found: Case) -> list[Answer]:
    return [*found.responses, *([found.draft] if found.draft else [])]


def _answer_form(found: Case, shown: Shown) -> FormState:
    """What was typed, else the draft, else the answer that came back to be mended."""
    if shown.action == "tra-loi":
        return shown.form
    last = found.responses[-1] if found.responses else None
    unfinished = found.draft or (last if last and last.state == "sent_back" else None)
    return FormState(draft_values(unfinished) if unfinished else {})


def draft_values(answer: Answer) -> dict[str, str]:
    """What the form of an answer shows of one that was kept."""
    day = answer.planned_on.isoformat() if answer.planned_on else ""
    return {"text": answer.text, "outcome": answer.outcome or "", "planned_on": day}


def _letter_form(found: Case, shown: Shown) -> FormState:
    """What was typed, else the label that holds with its usual letter, for which the official only has to press."""
    if shown.action == "sang-loc" or found.screening is None or not found.screening.waits:
        return shown.state("sang-loc")
    label = found.screening.label
    return FormState({"label": str(label), "letter": found.screening.letters[label]}) if label else FormState()


def reason(name: str) -> str:
    """The words of one field; raise InvalidInput when there are too many."""
    words = request.form.get(name, "")
    if len(words) > _LONGEST_REASON:
        raise InvalidInput({name: ["Xin viết ngắn lại, tối đa 2.000 ký tự."]})
    return words


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise Stale from None


def _typed() -> Mapping[str, Any]:
    return {name: value for name, value in request.form.items() if name not in {"csrf_token", "version"}}


def typed_words() -> list[str]:
    """What an official wrote at length in a form of the desk, so that no refusal and no failure loses it."""
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    if request.blueprint != blueprint.name or not from_here:
        return []  # another site must not make our page show its words
    try:
        return [words for name in (*_WORDS, *_PARAGRAPHS) if (words := request.form.get(name, "").strip())]
    except HTTPException:
        return []  # the form itself was refused


@blueprint.record_once
def _lend_words(state: BlueprintSetupState) -> None:
    state.app.add_template_global(typed_words)
