"""Deciding where a case goes: to a body, out of the service, or back to the triage desk."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.models import Officer
from feedback.services import bodies, screening, triage
from feedback.web.acting import OTHER, do, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.permissions import permission


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
            officer=officer, reference=reference, version=version, body_code=code, reason=reason("reason"), at=now_utc()
        )

    return do(reference, "chuyen", act, f"Đã chuyển {reference} đến {name}.", onwards=True)


@blueprint.post("/ban-lam-viec/<reference>/sang-loc")
@permission(Permission.SCREEN)
def screen_out(reference: str) -> Response:
    """The case is not to be routed: a letter tells the sender why, and where to go."""
    label, letter = request.form.get("label", ""), request.form.get("letter", "")
    return do(
        reference,
        "sang-loc",
        lambda officer, version: screening.confirm(
            officer=officer, reference=reference, version=version, label=label, letter=letter, at=now_utc()
        ),
        f"Đã xác nhận kết quả sàng lọc của {reference} và thông báo cho người gửi.",
        onwards=True,
    )


@blueprint.post("/ban-lam-viec/<reference>/hop-le")
@permission(Permission.SCREEN)
def find_valid(reference: str) -> Response:
    """The screening was wrong: the case goes on to be routed."""
    return do(
        reference,
        "hop-le",
        lambda officer, version: screening.overrule(
            officer=officer, reference=reference, version=version, reason=reason("valid_reason"), at=now_utc()
        ),
        f"Đã xác nhận {reference} hợp lệ. Xin chọn cơ quan giải quyết.",
    )


@blueprint.post("/ban-lam-viec/<reference>/tra-lai")
@permission(Permission.RETURN)
def give_back(reference: str) -> Response:
    """The case is not this body's, and perhaps whose it is."""
    proposed = request.form.get("proposed") or None
    return do(
        reference,
        "tra-lai",
        lambda officer, version: triage.return_to_desk(
            officer=officer,
            reference=reference,
            version=version,
            reason=reason("return_reason"),
            proposed=proposed,
            at=now_utc(),
        ),
        f"Đã trả lại {reference} để phân loại lại.",
        onwards=True,
    )
