"""The desk: its queues as pages and files, and the words that its templates share."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from flask import Blueprint, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.domain.queues import Queue
from feedback.domain.vocabulary import CHANNEL_NAMES, KIND_NAMES
from feedback.services import queues
from feedback.services.queues import QueueRow
from feedback.web.account import me
from feedback.web.exports import csv_file
from feedback.web.formats import moment, percent
from feedback.web.permissions import permission

blueprint = Blueprint("desk", __name__)

_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,12}\Z")
EXPORTED = 1000  # rows of a queue in one file

# Confidence is read as a band first: the lowest share of each, and its word.
BANDS = ((0.95, "rất cao"), (0.8, "cao"), (0.5, "trung bình"), (0.0, "thấp"))
_QUEUE_NAMES_IN_FILES = MappingProxyType(
    {
        Queue.TRIAGE: "cho-phan-loai",
        Queue.SCREENING: "cho-sang-loc",
        Queue.HANDLING: "cho-xu-ly",
        Queue.CHECKING: "cho-kiem-tra",
        Queue.SENDING: "cho-gui",
        Queue.ALL: "tat-ca-dang-mo",
        Queue.EVER: "moi-y-kien",
    }
)
_HEADER = (
    "Số ý kiến",
    "Tiêu đề",
    "Loại",
    "Trạng thái",
    "Cơ quan",
    "Tỉnh, thành phố",
    "Hạn trả lời",
    "Quá hạn",
    "Lý do cần phân loại",
    "Kết quả sàng lọc",
    "Máy đề xuất",
    "Độ tin cậy",
)


@blueprint.get("/ban-lam-viec")
@permission(Permission.SEE_CASES)
def queue() -> str:
    """One of the official's queues, oldest due first."""
    chosen = _chosen_queue()
    page = queues.page(officer=me(), queue=chosen, now=now_utc(), after=request.args.get("sau"))
    return render_template(
        "desk/queue.html",
        page=page,
        counts=queues.counts(officer=me()),
        further="sau" in request.args,
        upcoming=page.rows[0].reference if page.rows else None,
    )


@blueprint.get("/ban-lam-viec.csv")
@permission(Permission.SEE_CASES)
def queue_file() -> Response:
    """The queue as a file, its first thousand rows."""
    chosen = _chosen_queue()
    page = queues.page(officer=me(), queue=chosen, now=now_utc(), limit=EXPORTED)
    return csv_file(_QUEUE_NAMES_IN_FILES[chosen], _HEADER, (_cells(row) for row in page.rows))


def _chosen_queue() -> Queue:
    """The queue that was asked for, else the first; a name that is none is not found."""
    open_to_me = queues.queues_for(officer=me())
    asked = request.args.get("hang")
    if asked is None:
        return open_to_me[0]
    if asked not in set(Queue):
        raise NotFound
    return Queue(asked)


def _cells(row: QueueRow) -> tuple[object, ...]:
    return (
        row.reference,
        row.title,
        KIND_NAMES[row.kind],  # type: ignore[index]  # the codes are the enumeration's values
        row.status_name,
        row.body_name or "",
        row.province_name or "",
        moment(row.due_at),
        "Có" if row.overdue else "Không",
        row.desk_reason or "",
        row.screen or "",
        row.candidate or "",
        "" if row.confidence is None else percent(row.confidence),
    )


def band(confidence: float) -> str:
    """The word for a confidence."""
    return next(word for lowest, word in BANDS if confidence >= lowest)


def evidence(weight: float) -> int:
    """How strongly a piece of the text spoke for the first candidate: 3 strong, 2 middling, 1 weak."""
    return 3 if weight > 0.66 else 2 if weight > 0.33 else 1


_NOTES = MappingProxyType(
    {
        "route": "khi chuyển",
        "return": "khi trả lại",
        "send_back": "khi yêu cầu sửa câu trả lời",
        "reopen": "khi phản ánh lại",
        "ask_supplement": "gửi người dân khi đề nghị bổ sung",
        "redirect": "gửi người dân khi hướng dẫn chuyển kênh",
        "refuse": "gửi người dân khi không tiếp nhận",
        "extend": "gửi người dân khi gia hạn",
        "screen_overruled": "khi xác nhận hợp lệ",
        "supplement": "khi bổ sung",
    }
)
_ACTORS = MappingProxyType({"citizen": "Người gửi", "officer": "Cán bộ", "machine": "Máy", "system": "Hệ thống"})


@blueprint.record_once
def _lend_filters(state: BlueprintSetupState) -> None:
    state.app.add_template_filter(band)
    state.app.add_template_filter(evidence)
    for name, table in (("channel_name", CHANNEL_NAMES), ("note_name", _NOTES), ("actor_name", _ACTORS)):
        names = {str(code): words for code, words in table.items()}
        state.app.add_template_filter(lambda code, names=names: names.get(str(code), ""), name)


@blueprint.url_value_preprocessor
def _check_reference(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "reference" in values and not _REFERENCE.match(values["reference"]):
        raise NotFound


def now_utc() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)
