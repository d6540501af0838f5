"""Making a case public from the desk: what readers will see, the button, and taking it back."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from feedback.domain.answer import OUTCOME_NAMES
from feedback.domain.permissions import Permission
from feedback.services import publishing
from feedback.web.account import me
from feedback.web.acting import do, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.permissions import permission


@blueprint.get("/ban-lam-viec/<reference>/cong-khai")
@permission(Permission.PUBLISH)
def publish_page(reference: str) -> str:
    """What readers will see, with the button; or why it may not be published."""
    found = publishing.preview(officer=me(), reference=reference)
    return render_template("desk/publish.html", preview=found, case=found.shown, outcome_names=OUTCOME_NAMES)


@blueprint.post("/ban-lam-viec/<reference>/cong-khai")
@permission(Permission.PUBLISH)
def publish(reference: str) -> Response:
    """The case and its answer are public."""
    return do(
        reference,
        "cong-khai",
        lambda officer, version: publishing.publish(
            officer=officer, reference=reference, version=version, at=now_utc()
        ),
        f"Đã công khai {reference} và báo cho người gửi.",
    )


@blueprint.post("/ban-lam-viec/<reference>/thoi-cong-khai")
@permission(Permission.PUBLISH)
def withdraw(reference: str) -> Response:
    """They are public no more."""
    return do(
        reference,
        "thoi-cong-khai",
        lambda officer, version: publishing.withdraw(
            officer=officer, reference=reference, version=version, reason=reason("withdraw_reason"), at=now_utc()
        ),
        f"Đã thôi công khai {reference}.",
    )
