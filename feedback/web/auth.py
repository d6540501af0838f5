"""An official signs in and out."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.services import officers
from feedback.web import limits
from feedback.web.forms import FormState
from feedback.web.permissions import SIGNED_IN, permission, public

blueprint = Blueprint("security", __name__, url_prefix="/dang-nhap")

_REFUSED = "Thư điện tử hoặc mật khẩu chưa đúng, hoặc tài khoản đang tạm khóa. Xin thử lại sau ít phút."


@blueprint.route("", methods=["GET", "POST"])
@public
def login() -> Response | str | tuple[str, int]:
    """Ask for address and password."""
    if request.method == "GET":
        return render_template("security/login.html", form=FormState())
    limits.spend(limits.SIGN_INS, "sign-in")
    with transaction():
        officer = officers.authenticate(
            email=request.form.get("email", ""), password=request.form.get("password", ""), at=datetime.now(UTC)
        )
    if officer is None:
        state = FormState({"email": request.form.get("email", "")}, notice=_REFUSED)
        return render_template("security/login.html", form=state), 422
    session["_user_id"] = officer.fs_uniquifier
    return redirect(url_for("account.start"), 303)


@blueprint.post("/dang-xuat")
@permission(SIGNED_IN)
def logout() -> Response:
    """End this session."""
    session.clear()
    return redirect(url_for("pages.home"), 303)
