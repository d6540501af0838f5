"""The desk: the queues that an official's roles open, and one case with what may be done to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import DomainError, InvalidInput, InvalidMove, NotAllowed, NotFound, Stale
from feedback.domain.permissions import Permission
from feedback.domain.screening import SCREEN_NAMES
from feedback.domain.vocabulary import CHANNEL_NAMES, KIND_NAMES
from feedback.models import Officer
from feedback.services import answering, bodies, desk, identity, screening, triage
from feedback.services.desk import Case, Queue, QueueRow
from feedback.services.identity import Identity
from feedback.web.account import me
from feedback.web.errors import status_of
from feedback.web.exports import csv_file
from feedback.web.formats import moment, percent
from feedback.web.forms import FormState
from feedback.web.permissions import permission

blueprint = Blueprint("desk", __name__)

OTHER = "khac"
_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,12}\Z")
EXPORTED = 1000  # rows of a queue in one file

LEVEL_NAMES = MappingProxyType(
    {
        "party_central": "Cơ quan Đảng ở Trung ương",
        "ministry": "Bộ, cơ quan ở Trung ương",
        "party_local": "Tỉnh ủy, thành ủy",
        "local": "Ủy ban nhân dân",
    }
)
# Confidence is read as a band first: the lowest share of each, and its word.
BANDS = ((0.95, "rất cao"), (0.8, "cao"), (0.5, "trung bình"), (0.0, "thấp"))
_QUEUE_NAMES_IN_FILES = MappingProxyType(
    {
        Queue.TRIAGE: "cho-phan-loai",
        Queue.SCREENING: "cho-sang-loc",
        Queue.HANDLING: "cho-xu-ly",
        Queue.CHECKING: "cho-kiem-tra",
        Queue.ALL: "tat-ca",
    }
)
_HEADER = (
    "Số ý kiến",
    "Tiêu đề",
    "Loại",
    "Trạng thái",
    "Cơ quan",
    "Tỉnh, thành phố",
    "Hạn trả lời",
    "Quá hạn",
    "Lý do cần phân loại",
    "Kết quả sàng lọc",
    "Máy đề xuất",
    "Độ tin cậy",
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


@blueprint.get("/ban-lam-viec")
@permission(Permission.SEE_CASES)
def queue() -> str:
    """One of the official's queues, oldest due first."""
    chosen = _chosen_queue()
    page = desk.queue_page(officer=me(), queue=chosen, now=_now(), after=request.args.get("sau"))
    return render_template(
        "desk/queue.html",
        page=page,
        counts=desk.counts(officer=me()),
        further="sau" in request.args,
        upcoming=page.rows[0].reference if page.rows else None,
    )


@blueprint.get("/ban-lam-viec.csv")
@permission(Permission.SEE_CASES)
def queue_file() -> Response:
    """The queue as a file, its first thousand rows."""
    chosen = _chosen_queue()
    page = desk.queue_page(officer=me(), queue=chosen, now=_now(), limit=EXPORTED)
    return csv_file(_QUEUE_NAMES_IN_FILES[chosen], _HEADER, (_cells(row) for row in page.rows))


@blueprint.get("/ban-lam-viec/<reference>")
@permission(Permission.SEE_CASES)
def case(reference: str) -> Response:
    """One case."""
    return _page(reference, Shown())


@blueprint.post("/ban-lam-viec/<reference>/chuyen")
@permission(Permission.TRIAGE)
def route(reference: str) -> Response:
    """Send the case to a body: the first candidate, another one, or any of the list."""
    chosen, listed = request.form.get("body", ""), request.form.get("other", "")
    code = listed if chosen in {"", OTHER} else chosen

    name = bodies.names().get(code, "")

    def act(officer: Officer, version: int) -> None:
        if code not in bodies.identifiers():
            raise InvalidInput({"body": ["Xin chọn cơ quan giải quyết."]})
        triage.route(
            officer=officer, reference=reference, version=version, body_code=code, reason=_reason("reason"), at=_now()
        )

    return _do(reference, "chuyen", act, f"Đã chuyển {reference} đến {name}.", onwards=True)


@blueprint.post("/ban-lam-viec/<reference>/sang-loc")
@permission(Permission.SCREEN)
def screen_out(reference: str) -> Response:
    """The case is not to be routed: a letter tells the sender why, and where to go."""
    label, letter = request.form.get("label", ""), request.form.get("letter", "")
    return _do(
        reference,
        "sang-loc",
        lambda officer, version: screening.confirm(
            officer=officer, reference=reference, version=version, label=label, letter=letter, at=_now()
        ),
        f"Đã xác nhận kết quả sàng lọc của {reference} và thông báo cho người gửi.",
        onwards=True,
    )


@blueprint.post("/ban-lam-viec/<reference>/hop-le")
@permission(Permission.SCREEN)
def find_valid(reference: str) -> Response:
    """The screening was wrong: the case goes on to be routed."""
    return _do(
        reference,
        "hop-le",
        lambda officer, version: screening.overrule(
            officer=officer, reference=reference, version=version, reason=_reason("valid_reason"), at=_now()
        ),
        f"Đã xác nhận {reference} hợp lệ. Xin chọn cơ quan giải quyết.",
    )


@blueprint.post("/ban-lam-viec/<reference>/nhan")
@permission(Permission.ANSWER)
def accept(reference: str) -> Response:
    """The body takes the case on."""
    return _do(
        reference,
        "nhan",
        lambda officer, version: answering.accept(officer=officer, reference=reference, version=version, at=_now()),
        f"Đã nhận giải quyết {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/tra-lai")
@permission(Permission.RETURN)
def give_back(reference: str) -> Response:
    """The case is not this body's."""
    return _do(
        reference,
        "tra-lai",
        lambda officer, version: triage.return_to_desk(
            officer=officer, reference=reference, version=version, reason=_reason("return_reason"), at=_now()
        ),
        f"Đã trả lại {reference} để phân loại lại.",
        onwards=True,
    )


@blueprint.post("/ban-lam-viec/<reference>/tra-loi")
@permission(Permission.ANSWER)
def answer(reference: str) -> Response:
    """Keep the draft of an answer, or put it to the checker."""
    text, submitting = request.form.get("text", ""), request.form.get("step") == "trinh"
    step: Callable[..., object] = answering.submit if submitting else answering.save_draft
    return _do(
        reference,
        "tra-loi",
        lambda officer, version: step(officer=officer, reference=reference, version=version, text=text, at=_now()),
        f"Đã trình câu trả lời của {reference} để kiểm tra." if submitting else "Đã lưu dự thảo.",
    )


@blueprint.post("/ban-lam-viec/<reference>/duyet")
@permission(Permission.CHECK)
def approve(reference: str) -> Response:
    """The answer is sent."""
    return _do(
        reference,
        "duyet",
        lambda officer, version: answering.approve(officer=officer, reference=reference, version=version, at=_now()),
        f"Đã duyệt và gửi câu trả lời của {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/sua-lai")
@permission(Permission.CHECK)
def send_back(reference: str) -> Response:
    """The answer goes back to be mended."""
    return _do(
        reference,
        "sua-lai",
        lambda officer, version: answering.send_back(
            officer=officer, reference=reference, version=version, note=_reason("note"), at=_now()
        ),
        f"Đã trả lại dự thảo của {reference} để hoàn thiện.",
    )


@blueprint.post("/ban-lam-viec/<reference>/danh-tinh")
@permission(Permission.UNSEAL)
def unseal(reference: str) -> Response:
    """Who sent it, on this one answer and on no other."""
    found: list[Identity | None] = []
    refused = _try(
        reference,
        "danh-tinh",
        lambda officer, version: found.append(
            identity.unseal(
                officer=officer, reference=reference, version=version, reason=_reason("unseal_reason"), at=_now()
            )
        ),
    )
    return refused or _page(reference, Shown(unsealed=True, identity=found[0]))


def _do(
    reference: str, action: str, act: Callable[[Officer, int], object], done: str, *, onwards: bool = False
) -> Response:
    """Do it, and show the case, or when it leaves this desk the queue it came from."""
    refused = _try(reference, action, act)
    if refused is not None:
        return refused
    flash(done)
    return redirect(url_for("desk.queue") if onwards else url_for("desk.case", reference=reference), 303)


def _try(reference: str, action: str, act: Callable[[Officer, int], object]) -> Response | None:
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
        return _page(reference, Shown(action, form), status)
    except (NotFound, NotAllowed):
        # The case has left this desk: what was typed for it is all that may be shown.
        return make_response(render_template("desk/gone.html", sentence=error.sentence), status)


_FRESH = "Ý kiến vừa được người khác cập nhật. Trang này là nội dung mới nhất: xin xem lại trước khi thực hiện tiếp."
# What officials write at length, and the field of the page for what a service calls the reason.
_WORDS = ("text", "note", "reason", "return_reason", "unseal_reason", "letter", "valid_reason")
_FIELDS = {
    "tra-lai": {"reason": "return_reason"},
    "danh-tinh": {"reason": "unseal_reason"},
    "hop-le": {"reason": "valid_reason"},
}
_LONGEST_REASON = 2000


def _page(reference: str, shown: Shown, status: int = 200) -> Response:
    found = desk.case(officer=me(), reference=reference, now=_now())
    page = render_template(
        "desk/case.html",
        case=found,
        shown=shown,
        form=shown.form,
        answer_form=_answer_form(found, shown),
        levels=_bodies_by_level() if "route" in found.actions else (),
        other=OTHER,
        screen_names=SCREEN_NAMES,
        letter_form=_letter_form(found, shown),
        longest=answering.LONGEST,
    )
    return make_response(page, status)


def _chosen_queue() -> Queue:
    """The queue that was asked for, else the first; a name that is none is not found."""
    open_to_me = desk.queues_for(officer=me())
    asked = request.args.get("hang")
    if asked is None:
        return open_to_me[0]
    if asked not in set(Queue):
        raise NotFound
    return Queue(asked)


def _bodies_by_level() -> list[tuple[str, list[tuple[str, str]]]]:
    active = bodies.active()
    return [
        (name, [(body.code, body.name) for body in active if body.level == level])
        for level, name in LEVEL_NAMES.items()
    ]


def _answer_form(found: Case, shown: Shown) -> FormState:
    """What was typed, else the draft, else the answer that came back to be mended."""
    if shown.action == "tra-loi":
        return shown.form
    last = found.responses[-1] if found.responses else None
    unfinished = found.draft or (last if last and last.state == "sent_back" else None)
    return FormState({"text": unfinished.text} if unfinished else {})


def _letter_form(found: Case, shown: Shown) -> FormState:
    """What was typed, else the label that holds with its usual letter, for which the official only has to press."""
    if shown.action == "sang-loc" or found.screening is None or not found.screening.waits:
        return shown.state("sang-loc")
    label = found.screening.label
    return FormState({"label": str(label), "letter": found.screening.letters[label]}) if label else FormState()


def _reason(name: str) -> str:
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


def _cells(row: QueueRow) -> tuple[object, ...]:
    return (
        row.reference,
        row.title,
        KIND_NAMES[row.kind],  # type: ignore[index]  # the codes are the enumeration's values
        row.status_name,
        row.body_name or "",
        row.province_name or "",
        moment(row.due_at),
        "Có" if row.overdue else "Không",
        row.desk_reason or "",
        row.screen or "",
        row.candidate or "",
        "" if row.confidence is None else percent(row.confidence),
    )


def typed_words() -> list[str]:
    """What an official wrote at length in a form of the desk, so that no refusal and no failure loses it."""
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    if request.blueprint != blueprint.name or not from_here:
        return []  # another site must not make our page show its words
    try:
        return [words for name in _WORDS if (words := request.form.get(name, "").strip())]
    except HTTPException:
        return []  # the form itself was refused


def band(confidence: float) -> str:
    """The word for a confidence."""
    return next(word for lowest, word in BANDS if confidence >= lowest)


def evidence(weight: float) -> int:
    """How strongly a piece of the text spoke for the first candidate: 3 strong, 2 middling, 1 weak."""
    return 3 if weight > 0.66 else 2 if weight > 0.33 else 1


_NOTES = MappingProxyType(
    {
        "route": "khi chuyển",
        "return": "khi trả lại",
        "send_back": "khi yêu cầu sửa câu trả lời",
        "reopen": "khi phản ánh lại",
        "ask_supplement": "khi đề nghị bổ sung",
        "redirect": "gửi người dân khi hướng dẫn chuyển kênh",
        "refuse": "gửi người dân khi không tiếp nhận",
        "screen_overruled": "khi xác nhận hợp lệ",
        "supplement": "khi bổ sung",
    }
)
_ACTORS = MappingProxyType({"citizen": "Người gửi", "officer": "Cán bộ", "machine": "Máy", "system": "Hệ thống"})


@blueprint.record_once
def _lend_filters(state: BlueprintSetupState) -> None:
    state.app.add_template_global(typed_words)
    state.app.add_template_filter(band)
    state.app.add_template_filter(evidence)
    for name, table in (("channel_name", CHANNEL_NAMES), ("note_name", _NOTES), ("actor_name", _ACTORS)):
        names = {str(code): words for code, words in table.items()}
        state.app.add_template_filter(lambda code, names=names: names.get(str(code), ""), name)


@blueprint.url_value_preprocessor
def _check_reference(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "reference" in values and not _REFERENCE.match(values["reference"]):
        raise NotFound


def _now() -> datetime:
    return datetime.now(UTC)
