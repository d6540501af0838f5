"""From a body's queue to the citizen: taking a case on, drafting, checking, sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from flask import request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from feedback.domain import quality
from feedback.domain.answer import OUTCOME_HINTS, OUTCOME_NAMES
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.models import Officer
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
    submitting = request.form.get("step") == "trinh"
    step: Callable[..., object] = answering.submit if submitting else answering.save_draft

    def act(officer: Officer, version: int) -> None:
        step(
            officer=officer,
            reference=reference,
            version=version,
            text=request.form.get("text", ""),
            outcome=request.form.get("outcome", ""),
            planned_on=typed_day("planned_on"),
            at=now_utc(),
        )

    done = f"Đã trình câu trả lời của {reference} để kiểm tra." if submitting else "Đã lưu dự thảo."
    return do(reference, "tra-loi", act, done)


@blueprint.post("/ban-lam-viec/<reference>/duyet")
@permission(Permission.CHECK)
def approve(reference: str) -> Response:
    """The answer passes the gate; it is sent now, or left for whoever sends."""
    sending = request.form.get("step") != "duyet"
    return do(
        reference,
        "duyet",
        lambda officer, version: answering.approve(
            officer=officer, reference=reference, version=version, points=_points(), at=now_utc(), send_it=sending
        ),
        f"Đã duyệt và gửi câu trả lời của {reference}."
        if sending
        else f"Đã duyệt câu trả lời của {reference}, chờ gửi.",
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
            officer=officer,
            reference=reference,
            version=version,
            note=reason("note"),
            points=_points(),
            at=now_utc(),
        ),
        f"Đã trả lại dự thảo của {reference} để hoàn thiện.",
    )


def typed_day(name: str) -> date | None:
    written = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InvalidInput({name: ["Xin chọn một ngày, ví dụ 2026-03-31."]}) from None


def _points() -> list[str]:
    """The points of the gate that were ticked."""
    return [point.code for point in quality.POINTS if f"point-{point.code}" in request.form]


def _outcome_options() -> list[Mapping[str, object]]:
    return [
        {"value": code, "text": name, "hint": {"text": OUTCOME_HINTS[code]}} for code, name in OUTCOME_NAMES.items()
    ]


@blueprint.record_once
def _lend_tables(state: BlueprintSetupState) -> None:
    state.app.add_template_global(_outcome_options, "outcome_options")
    state.app.add_template_global(lambda: quality.POINTS, "quality_points")
    state.app.add_template_filter(quality.unmet, "unmet_points")
    names = MappingProxyType(dict(OUTCOME_NAMES))
    state.app.add_template_filter(lambda code: names.get(code or "", "Chưa nêu kết quả"), "outcome_name")
