"""An official signs in and out: the addresses are ours, the steps between them Flask-Security's.

Importing Flask-Security and setting it up takes a fifth of what Flask and SQLAlchemy take together, and citizens never
meet it: this happens at the first sign-in of a process (docs/adr/0009).
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.logs import Log
from feedback.services import officers
from feedback.web import browsers, limits
from feedback.web.permissions import SIGNED_IN, permission, public

if TYPE_CHECKING:
    from types import ModuleType

blueprint = Blueprint("security", __name__, url_prefix="/dang-nhap")
log = Log(__name__)

_setting_up = Lock()
_SETTING_UP = "validating_profile"  # what the session says between the picture of the secret and its first code


@blueprint.route("", methods=["GET", "POST"])
@public
def login() -> Response:
    """Address and password."""
    return _step("login", limited="sign-in")


@blueprint.route("/ma", methods=["GET", "POST"])
@public
def two_factor_token_validation() -> Response:
    """The code of the authenticator, also the first one after it was set up."""
    first = session.get("tf_state") == _SETTING_UP and "_user_id" not in session
    response = _step("two_factor_token_validation", limited="second-factor")
    if first and response.status_code == 302 and "_user_id" in session and "tf_state" not in session:
        return redirect(url_for("security.mf_recovery_codes"), 303)
    return response


@blueprint.route("/thiet-bi", methods=["GET", "POST"])
@public
def two_factor_setup() -> Response:
    """Set the authenticator up at the first sign-in, or change it later."""
    return _step("two_factor_setup", refuses=False)


@blueprint.route("/ma-du-phong", methods=["GET", "POST"])
@public
def mf_recovery() -> Response:
    """A recovery code instead of the authenticator."""
    return _step("mf_recovery", limited="second-factor")


@blueprint.get("/mat-thiet-bi")
@public
def two_factor_rescue() -> str:
    """What to do without the authenticator."""
    return render_template("security/rescue.html")


@blueprint.route("/xac-nhan", methods=["GET", "POST"])
@permission(SIGNED_IN)
def verify() -> Response:
    """The password again, before something that an open screen must not allow."""
    return _step("verify", limited="sign-in")


@blueprint.route("/tao-ma-du-phong", methods=["GET", "POST"])
@permission(SIGNED_IN)
def mf_recovery_codes() -> Response:
    """New recovery codes, shown once."""
    return _step("mf_recovery_codes", refuses=False)


@blueprint.post("/dang-xuat")
@permission(SIGNED_IN)
def logout() -> Response:
    """End this session."""
    session.clear()
    return redirect(url_for("pages.home"), 303)


def _step(name: str, *, limited: str | None = None, refuses: bool = True) -> Response:
    """Let the library's view answer, in one transaction.

    Args:
        name: the view's name.
        limited: the name under which its posts are counted for each address.
        refuses: whether a page shown again after a post means that the post was refused.
    """
    if request.is_json:
        raise UnsupportedMediaType  # the library would answer in JSON; this is for people
    if limited and request.method == "POST":
        limits.spend(limits.SIGN_INS, limited)
    library, before = _library(), session.get("_user_id")
    with transaction():
        response = make_response(library.VIEWS[name]())
        if session.get("_user_id") not in {None, before}:
            _came_in(library)
    if refuses and request.method == "POST" and response.status_code == 200:
        response.status_code = 422
        log.info("sign_in_refused", step=name)
    return response


def _came_in(library: ModuleType) -> None:
    officer = library.Accounts().find_user(fs_uniquifier=session["_user_id"]).officer
    officers.signed_in(officer=officer)
    session["browser"] = browsers.describe(request.user_agent.string)
    session["address"] = request.remote_addr or ""
    log.info("signed_in", officer=officer.id)


def _library() -> ModuleType:
    from feedback.web import security

    with _setting_up:
        if "security" not in current_app.extensions:
            security.set_up(current_app)
    return security
