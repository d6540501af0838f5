"""The survey behind the link in a letter: looking records nothing, lest mail scanners vote; pressing a button does."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import DomainError, InvalidInput, NotFound
from feedback.services import survey
from feedback.web import limits
from feedback.web.errors import status_of
from feedback.web.forms import FormState
from feedback.web.permissions import public

blueprint = Blueprint("survey", __name__, url_prefix="/danh-gia")

_THANKS = "Cảm ơn Ông/Bà đã xác nhận. Ý kiến đã được đóng."
_REOPENED = "Đã ghi nhận nội dung phản ánh lại. Ý kiến được chuyển đến cơ quan để tiếp tục giải quyết."


@blueprint.get("/<token>")
@public
def show(token: str) -> Response:
    """The case, the answer and two buttons; nothing is recorded."""
    limits.spend(limits.LOOKUPS, "survey")
    return _page(token, FormState())


@blueprint.post("/<token>")
@public
def answer(token: str) -> Response:
    """Resolved, or not and why."""
    limits.spend(limits.LOOKUPS, "survey")
    secret, at = _secret(), datetime.now(UTC)
    reason = request.form.get("reason", "")
    try:
        with transaction():
            if request.form.get("resolved") == "co":
                reference, done = survey.resolve(token=token, secret=secret, at=at), _THANKS
            else:
                reference, done = survey.report_again(token=token, secret=secret, reason=reason, at=at), _REOPENED
    except InvalidInput as error:
        return _page(token, FormState({"reason": reason}, error.fields), status_of(error))
    except DomainError as error:
        return _gone(error)
    return make_response(render_template("public/survey.html", survey=None, reference=reference, done=done))


def _page(token: str, form: FormState, status: int = 200) -> Response:
    try:
        found = survey.open_survey(token=token, secret=_secret(), at=datetime.now(UTC))
    except NotFound as error:
        return _gone(error)
    return make_response(render_template("public/survey.html", survey=found, token=token, form=form), status)


def _gone(error: DomainError) -> Response:
    page = render_template("public/survey.html", survey=None, reference="", refused=error.sentence)
    return make_response(page, status_of(error))


def _secret() -> str:
    secret: str = current_app.config["LANG_NGHE"].secret_key
    return secret
