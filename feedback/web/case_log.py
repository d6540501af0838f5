"""The whole log of a case for auditors: on a page, a bounded piece at a time, and as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import render_template
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from feedback.domain.permissions import Permission
from feedback.services import case_log as logs
from feedback.web.account import me
from feedback.web.desk import blueprint
from feedback.web.exports import csv_stream
from feedback.web.numbers import mark
from feedback.web.permissions import permission

_HEADER = (
    "Số thứ tự",
    "Thời điểm",
    "Loại tác nhân",
    "Cán bộ",
    "Việc",
    "Mã việc",
    "Lý do mở danh tính",
    "Dữ liệu",
    "Mã băm trước",
    "Mã băm",
)


@blueprint.get("/ban-lam-viec/<reference>/nhat-ky")
@permission(Permission.SEE_AUDIT)
def case_log(reference: str) -> str:
    """Every event, and whether the chain is whole now."""
    return render_template("desk/log.html", log=logs.read(officer=me(), reference=reference, after=_after()))


@blueprint.get("/ban-lam-viec/<reference>/nhat-ky.csv")
@permission(Permission.SEE_AUDIT)
def case_log_file(reference: str) -> Response:
    """The same as a file, hashes in full."""
    rows = (
        (
            line.sequence,
            line.at.isoformat(),
            str(line.actor),
            line.officer_name or "",
            line.sentence,
            line.action,
            line.reason or "",
            "; ".join(f"{key}: {value}" for key, value in pairs(line.data)),
            line.previous_hash,
            line.hash,
        )
        for line in logs.everything(officer=me(), reference=reference)
    )
    return csv_stream(f"nhat-ky-{reference}", _HEADER, rows)


def pairs(data: Mapping[str, object]) -> list[tuple[str, str]]:
    """Each fact of an event with its value as it is read."""
    return [
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
        for key, value in sorted(data.items())
    ]


def _after() -> int:
    return mark() or 0


@blueprint.record_once
def _lend_pairs(state: BlueprintSetupState) -> None:
    state.app.add_template_filter(pairs, "fact_pairs")
