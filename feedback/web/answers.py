"""From a body's queue to the citizen: taking a case on, drafting, checking, sending."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from feedback.domain.permissions import Permission
from feedback.services import answering
from feedback.web.acting import do, reason
from feedback.web.desk import blueprint, now_utc
from feedback.web.permissions import permission


@blueprint.post("/ban-lam-viec/<reference>/nhan")
@permission(Permission.ANSWER)
def accept(reference: str) -> Response:
    """The body takes the case on."""
    return do(
        reference,
        "nhan",
        lambda officer, version: answering.accept(officer=officer, reference=reference, version=version, at=now_utc()),
        f"Đã nhận giải quyết {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/tra-loi")
@permission(Permission.ANSWER)
def answer(reference: str) -> Response:
    """Keep the draft of an answer, or put it to the checker."""
    text, submitting = request.form.get("text", ""), request.form.get("step") == "trinh"
    step: Callable[..., object] = answering.submit if submitting else answering.save_draft
    return do(
        reference,
        "tra-loi",
        lambda officer, version: step(officer=officer, reference=reference, version=version, text=text, at=now_utc()),
        f"Đã trình câu trả lời của {reference} để kiểm tra." if submitting else "Đã lưu dự thảo.",
    )


@blueprint.post("/ban-lam-viec/<reference>/duyet")
@permission(Permission.CHECK)
def approve(reference: str) -> Response:
    """The answer is sent."""
    return do(
        reference,
        "duyet",
        lambda officer, version: answering.approve(officer=officer, reference=reference, version=version, at=now_utc()),
        f"Đã duyệt và gửi câu trả lời của {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/gui")
@permission(Permission.SEND)
def send(reference: str) -> Response:
    """An answer that was approved goes out."""
    return do(
        reference,
        "gui",
        lambda officer, version: answering.send(officer=officer, reference=reference, version=version, at=now_utc()),
        f"Đã gửi câu trả lời của {reference}.",
    )


@blueprint.post("/ban-lam-viec/<reference>/sua-lai")
@permission(Permission.CHECK)
def send_back(reference: str) -> Response:
    """The answer goes back to be mended."""
    return do(
        reference,
        "sua-lai",
        lambda officer, version: answering.send_back(
            officer=officer, reference=reference, version=version, note=reason("note"), at=now_utc()
        ),
        f"Đã trả lại dự thảo của {reference} để hoàn thiện.",
    )
