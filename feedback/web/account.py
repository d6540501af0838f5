"""An official's own account: where work begins, and the sessions that are open."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import NotAllowed, NotFound
from feedback.domain.permissions import Permission
from feedback.models import Officer
from feedback.services import sessions
from feedback.web.permissions import SIGNED_IN, current_officer, permission
from feedback.web.sessions import current_identifier

blueprint = Blueprint("account", __name__)

# The first page that an official's permissions open is where work begins.
_STARTS = (
    (Permission.SEE_CASES, "desk.queue"),
    (Permission.SEE_REPORTS, "reports.overview"),
    (Permission.MANAGE_BODIES, "admin.bodies_page"),
    (Permission.SEE_OPERATIONS, "operations.page"),
)


_HANDLE = re.compile(r"^[0-9a-f]{16}\Z")


def me() -> Officer:
    """The official of this request; the permission that the endpoint states has made sure that there is one."""
    officer = current_officer()
    if officer is None:
        raise NotAllowed
    return officer


@blueprint.get("/can-bo")
@permission(SIGNED_IN)
def start() -> Response:
    """Go to where this official's work begins."""
    held = me().permissions
    return redirect(url_for(next((page for needed, page in _STARTS if needed in held), "account.own_sessions")))


@blueprint.get("/tai-khoan/phien")
@permission(SIGNED_IN)
def own_sessions() -> str:
    """The sessions of this account."""
    found = sessions.of(officer=me(), identifier=current_identifier(), at=datetime.now(UTC))
    return render_template("security/sessions.html", sessions=found)


@blueprint.post("/tai-khoan/phien")
@permission(SIGNED_IN)
def end_session() -> Response:
    """End one session, or all the others."""
    handle = request.form.get("handle", "")
    if handle and not _HANDLE.match(handle):
        raise NotFound
    with transaction():
        if handle:
            sessions.end_own(officer=me(), handle=handle)
        else:
            sessions.end_others(officer=me(), identifier=current_identifier())
    flash("Đã kết thúc phiên làm việc." if handle else "Đã kết thúc mọi phiên làm việc khác.")
    return redirect(url_for("account.own_sessions"), 303)
