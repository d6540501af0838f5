"""An official who lost the device for the second factor: the administrator's page that takes the factor off."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.services import second_factors
from feedback.web.account import me
from feedback.web.admin import blueprint
from feedback.web.errors import status_of
from feedback.web.forms import FormState
from feedback.web.permissions import permission

_OPTIONS = [{"value": code, "text": name} for code, name in second_factors.REASONS.items()]


@blueprint.get("/mat-thiet-bi")
@permission(Permission.MANAGE_OFFICERS)
def lost_device() -> Response:
    """The form: whose, and why."""
    return _page(FormState())


@blueprint.post("/mat-thiet-bi")
@permission(Permission.MANAGE_OFFICERS)
def reset_second_factor() -> Response:
    """The second factor is off, the sessions are over; the official sets up a new one at the next sign-in."""
    typed = {"email": request.form.get("email", ""), "reason": request.form.get("reason", "")}
    try:
        with transaction():
            found = second_factors.reset(officer=me(), at=datetime.now(UTC), **typed)
    except InvalidInput as error:
        return _page(FormState(typed, error.fields), status_of(error))
    flash(f"Đã đặt lại xác thực hai lớp của {found.display_name} và kết thúc mọi phiên làm việc.")
    return redirect(url_for("admin.lost_device"), 303)


def _page(form: FormState, status: int = 200) -> Response:
    return make_response(render_template("admin/lost_device.html", form=form, options=_OPTIONS), status)
