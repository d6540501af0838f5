"""A citizen files a comment and is shown its receipt, once."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.wrappers import Response as AnyResponse

from feedback.db import transaction
from feedback.domain.errors import DomainError, InvalidInput, KeyReused
from feedback.domain.vocabulary import FIELD_NAMES, Channel
from feedback.schemas import places
from feedback.schemas.filing import FilingSchema
from feedback.schemas.messages import refusals
from feedback.services import intake
from feedback.services.intake import Filing, Receipt
from feedback.web import errors, limits, receipts, uploads
from feedback.web.csrf import keeps_form, token_is_right
from feedback.web.formats import clock_time
from feedback.web.forms import FormState
from feedback.web.permissions import public

blueprint = Blueprint("public", __name__)

TOKEN = re.compile(r"^[A-Za-z0-9_-]{32,64}$")
SCHEMA = FilingSchema()  # made once: making it costs more than loading with it
FIELDS = tuple(SCHEMA.fields)
_MANY = "consents"
_FIELD_OPTIONS = [{"value": code, "text": name} for code, name in FIELD_NAMES.items()]
_TOO_MANY = (
    "Từ địa chỉ mạng này đã có 5 ý kiến được gửi trong vòng một giờ. Xin gửi lại sau {at}. "
    "Nội dung đã nhập vẫn còn ở dưới đây."
)
_AWAY = (
    "Hệ thống đang bận nên chưa nhận được ý kiến. Nội dung đã nhập vẫn còn ở dưới đây: "
    "xin bấm “Gửi ý kiến” lại sau ít phút."
)
_OLD_FORM = (
    "Biểu mẫu đã mở quá lâu hoặc trình duyệt chặn cookie. Nội dung đã nhập vẫn còn ở dưới đây: "
    "xin bấm “Gửi ý kiến” lại."
)


@blueprint.get("/gui-y-kien")
@public
def form() -> str:
    """The empty form, with a token of its own."""
    return _page(FormState({"token": _new_token()}))


@blueprint.post("/gui-y-kien")
@public
@keeps_form
@uploads.takes_files
def file() -> AnyResponse:
    """File what was typed, or show it again with what is wrong."""
    values = _typed()
    if not token_is_right() or not TOKEN.match(values["token"]):
        values["token"] = values["token"] if TOKEN.match(values["token"]) else _new_token()
        return _again(400, FormState(values, notice=_OLD_FORM))
    try:
        return _checked(values)
    except (OperationalError, InterfaceError) as error:
        errors.note_database_away(error)
        return _again(503, FormState(values, notice=_AWAY))


def _checked(values: dict[str, Any]) -> AnyResponse:
    try:
        loaded = SCHEMA.load({name: values[name] for name in FIELDS if name in values})
    except ValidationError as error:
        return _again(422, FormState(values, refusals(error, FIELDS) | uploads.refused_at_a_glance()))
    busy_until = limits.full_until(limits.FILINGS, "filing")
    if busy_until is not None:
        return _again(429, FormState(values, notice=_TOO_MANY.format(at=clock_time(busy_until))))
    try:
        files = uploads.read()  # last, for it costs most
    except InvalidInput as error:
        return _again(422, FormState(values, error.fields))
    return _submit(Filing(**loaded, channel=Channel.WEB, files=files), values)


def _submit(filing: Filing, values: dict[str, Any]) -> AnyResponse:
    try:
        receipt = submit(filing, values["token"])
    except KeyReused:
        # The same form came back with other words: it is another comment.
        return _submit(filing, {**values, "token": _new_token()})
    except DomainError as error:
        return _again(errors.status_of(error), FormState(values, notice=error.sentence))
    response = redirect(url_for("public.receipt"), 303)
    hashes = [file.received_sha256 for file in filing.files]
    receipts.keep(response, receipt, token=values["token"], digest=filing.digest(), files=hashes)
    return response


def submit(filing: Filing, token: str) -> Receipt:
    """File in one transaction, whichever way it came."""
    secret = current_app.config["LANG_NGHE"].secret_key
    with transaction():
        return intake.submit(filing=filing, token=token, secret=secret, at=datetime.now(UTC))


@blueprint.get("/gui-y-kien/bien-nhan")
@public
def receipt() -> AnyResponse:
    """The receipt of the comment that this browser has just filed."""
    shown = receipts.kept()
    if shown is None:
        return redirect(url_for("public.form"))
    return make_response(render_template("public/receipt.html", receipt=shown))


@blueprint.post("/gui-y-kien/bien-nhan")
@public
def leave() -> AnyResponse:
    """The citizen says that the key is kept safe: this browser forgets it."""
    response = redirect(url_for("pages.home"), 303)
    receipts.forget(response)
    return response


def _typed() -> dict[str, Any]:
    """What the form sent, by field; absent fields are absent, and nothing else is let in."""
    values: dict[str, Any] = {name: request.form[name] for name in FIELDS if name in request.form and name != _MANY}
    values[_MANY] = request.form.getlist(_MANY)
    values["token"] = request.form.get("token", "")
    return values


def _again(status: int, state: FormState) -> Response:
    state = replace(state, errors=uploads.again(state.errors))
    response = make_response(_page(state), status)
    if status == 503:
        response.headers["Retry-After"] = errors.RETRY_AFTER
    return response


def _page(state: FormState) -> str:
    return render_template(
        "public/form.html", form=state, field_options=_FIELD_OPTIONS, province_options=_province_options()
    )


def _province_options() -> list[dict[str, str]]:
    try:
        return [{"value": place.code, "text": place.name} for place in places.provinces()]
    except (OperationalError, InterfaceError):
        return []  # the page still comes; filing will say that the service is busy


def _new_token() -> str:
    return secrets.token_urlsafe(24)
