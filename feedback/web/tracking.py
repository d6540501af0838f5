"""A citizen looks up a comment by its receipt, and says whether the answer settled it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, make_response, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import DomainError, InvalidInput, NotFound
from feedback.domain.vocabulary import FIELD_NAMES
from feedback.schemas.messages import refusals
from feedback.schemas.refilings import RefilingSchema
from feedback.services import letters, lookup, own_duplicates
from feedback.services.lookup import CitizenCase
from feedback.web import attachments, limits, uploads
from feedback.web.errors import status_of
from feedback.web.forms import FormState
from feedback.web.letters import code, pdf_file
from feedback.web.numbers import number_of
from feedback.web.permissions import public

blueprint = Blueprint("tracking", __name__, url_prefix="/tra-cuu")

_REFILING = RefilingSchema()
_REFILED_FIELDS = tuple(_REFILING.fields)
_FIELD_OPTIONS = [{"value": code, "text": name} for code, name in FIELD_NAMES.items()]
_CONFIRMED = "Cảm ơn Ông/Bà đã xác nhận. Ý kiến đã được đóng."
_SUPPLEMENTED = "Đã ghi nhận nội dung bổ sung. Cán bộ tiếp nhận sẽ xem và chuyển ý kiến đi giải quyết."
_REFILED = (
    "Đã nhận ý kiến gửi lại, số {reference}. Ông/Bà tra cứu bằng số này và mã tra cứu đang dùng; ngày gửi ban đầu được "
    "giữ nguyên."
)
_MERGED = (
    "Đã ghi nhận hai ý kiến là một việc và sẽ được trả lời chung. Cả hai biên nhận vẫn dùng được; Ông/Bà vẫn nhận được "
    "câu trả lời."
)
_REOPENED = "Đã ghi nhận nội dung phản ánh lại. Ý kiến được chuyển đến cơ quan để tiếp tục giải quyết."
_ERASURE_ASKED = (
    "Đã ghi nhận yêu cầu xóa nội dung. Hai cán bộ khác nhau sẽ xem xét; kết quả được cập nhật tại trang này. "
    "Số ý kiến và mã tra cứu vẫn dùng được."
)


@blueprint.get("")
@public
def ask() -> str:
    """The form for reference and key; the reference alone may come with a link."""
    return render_template("public/lookup.html", form=FormState({"reference": request.args.get("so", "")}))


@blueprint.post("")
@public
def show() -> Response:
    """The case of this receipt; wrong number and wrong key get the same answer."""
    limits.spend(limits.LOOKUPS, "lookup")
    return _case()


@blueprint.post("/xac-nhan")
@public
def confirm() -> Response:
    """The matter is resolved."""
    return _do(lambda reference, key: lookup.confirm(reference=reference, key=key, at=datetime.now(UTC)), _CONFIRMED)


@blueprint.post("/phan-anh-lai")
@public
def reopen() -> Response:
    """The matter is not resolved, and why."""
    reason = request.form.get("reason", "")
    return _do(
        lambda reference, key: lookup.reopen(reference=reference, key=key, reason=reason, at=datetime.now(UTC)),
        _REOPENED,
    )


@blueprint.post("/bo-sung")
@public
@uploads.takes_files
def supplement() -> Response:
    """What an official asked the citizen to add, with files perhaps."""
    text = request.form.get("supplement", "")

    def act(reference: str, key: str) -> None:
        if uploads.any_chosen():
            lookup.of_receipt(reference=reference, key=key)  # nobody's files are opened before the key is right
        try:
            files = uploads.read()
        except InvalidInput as refused:
            raise InvalidInput(lookup.supplement_problems(text=text) | refused.fields) from None
        lookup.supplement(reference=reference, key=key, text=text, at=datetime.now(UTC), files=files)

    return _do(act, _SUPPLEMENTED)


@blueprint.post("/trung-lap")
@public
def mark_duplicate() -> Response:
    """The comment is the same matter as another of the same sender, who has that receipt too."""
    other, other_key = request.form.get("other", ""), request.form.get("other_key", "")
    limits.spend(limits.LOOKUPS, "lookup")  # a second key is tried
    return _do(
        lambda reference, key: own_duplicates.mark(
            reference=reference, key=key, other=other, other_key=other_key, at=datetime.now(UTC)
        ),
        _MERGED,
    )


@blueprint.post("/xoa-noi-dung")
@public
def ask_erasure() -> Response:
    """The content is to be erased; number and key go on working."""
    return _do(
        lambda reference, key: lookup.ask_erasure(reference=reference, key=key, at=datetime.now(UTC)), _ERASURE_ASKED
    )


@blueprint.post("/gui-lai")
@public
def refile() -> Response:
    """What was not taken on is filed anew in one step, under another field, with the date of the first filing."""
    made: list[str] = []

    def act(reference: str, key: str) -> None:
        try:
            read = _REFILING.load({name: request.form.get(name, "") for name in _REFILED_FIELDS})
        except ValidationError as error:
            raise InvalidInput(refusals(error, _REFILED_FIELDS)) from None
        made.append(lookup.refile(reference=reference, key=key, at=datetime.now(UTC), **read).reference)

    limits.spend(limits.FILINGS, "filing")
    return _do(act, lambda: _REFILED.format(reference=made[0]))


@blueprint.post("/thu.pdf")
@public
def letter() -> Response:
    """A letter that was sent, as PDF; asked for as the case is, so that no address holds the key."""
    limits.spend(limits.LOOKUPS, "lookup")
    reference, key = _receipt()
    try:
        found = letters.for_citizen(reference=reference, key=key, code=code(request.form.get("thu", "")))
    except NotFound as error:
        return _refused(error)
    return pdf_file(found)


@blueprint.post("/tep")
@public
def attachment() -> Response:
    """A file of one's own; asked for as the case is, so that no address holds the key."""
    limits.spend(limits.LOOKUPS, "lookup")
    reference, key = _receipt()
    try:
        ordinal = number_of(request.form.get("tep", ""), digits=2)
        found = lookup.file(reference=reference, key=key, ordinal=ordinal)
    except NotFound as error:
        return _refused(error)
    return attachments.sent(found, reference)


def _do(action: Callable[[str, str], None], done: str | Callable[[], str]) -> Response:
    limits.spend(limits.LOOKUPS, "lookup")
    reference, key = _receipt()
    try:
        with transaction():
            action(reference, key)
    except NotFound as error:
        return _refused(error)
    except InvalidInput as error:
        typed = {
            name: request.form.get(name, "")
            for name in ("reason", "supplement", "other", *_REFILED_FIELDS)
            if name in request.form
        }
        return _case(FormState(typed, uploads.again(error.fields)), status=status_of(error))
    except DomainError as error:
        return _case(FormState(errors=uploads.again({}), notice=error.sentence), status=status_of(error))
    return _case(done=done if isinstance(done, str) else done())


def _case(state: FormState | None = None, *, status: int = 200, done: str | None = None) -> Response:
    reference, key = _receipt()
    try:
        case = lookup.open_case(reference=reference, key=key)
    except NotFound as error:
        return _refused(error)
    page = render_template(
        "public/case.html",
        case=case,
        key=key,
        letters=letters.sent(reference=case.reference),
        form=state or FormState(),
        refiling=_refiling(case, state),
        field_options=_FIELD_OPTIONS,
        done=done,
        now=datetime.now(UTC),
    )
    return make_response(page, status)


def _refiling(case: CitizenCase, state: FormState | None) -> FormState:
    """What was typed to be filed anew, else what was filed."""
    if state is not None and "title" in state.values:
        return state
    return FormState({"title": case.title, "text": case.text, "field": case.field})


def _refused(error: NotFound) -> Response:
    # The key is not put back: whoever mistyped it copies it anew.
    state = FormState({"reference": request.form.get("reference", "")}, {"key": [error.sentence]})
    return make_response(render_template("public/lookup.html", form=state), 404)


def _receipt() -> tuple[str, str]:
    return request.form.get("reference", ""), request.form.get("key", "")
