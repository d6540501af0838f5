"""The desk: its queues as pages and files, and the words that its templates share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.filters import BANDS, band_of
from feedback.domain.permissions import Permission
from feedback.domain.queues import SORT_NAMES, Queue, sorts
from feedback.domain.receipt import read_reference
from feedback.domain.vocabulary import CHANNEL_NAMES, KIND_NAMES
from feedback.services import queues
from feedback.services.queues import QueuePage, QueueRow
from feedback.web import listing
from feedback.web.account import me
from feedback.web.exports import csv_stream
from feedback.web.formats import moment, percent
from feedback.web.listing import Asked
from feedback.web.numbers import LARGEST
from feedback.web.permissions import permission

blueprint = Blueprint("desk", __name__)

_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,12}\Z")
EXPORTED = 10_000  # rows of a queue in one file

_QUEUE_NAMES_IN_FILES = MappingProxyType(
    {
        Queue.TRIAGE: "cho-phan-loai",
        Queue.SCREENING: "cho-sang-loc",
        Queue.HANDLING: "cho-xu-ly",
        Queue.CHECKING: "cho-kiem-tra",
        Queue.SENDING: "cho-gui",
        Queue.COORDINATING: "phoi-hop",
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
    "Tiếp nhận lúc",
    "Hạn trả lời",
    "Quá hạn",
    "Lý do cần phân loại",
    "Kết quả sàng lọc",
    "Máy đề xuất",
    "Độ tin cậy",
    "Số tệp đính kèm",
)


@blueprint.get("/ban-lam-viec")
@permission(Permission.SEE_CASES)
def queue() -> Response:
    """One of the official's queues, searched and filtered."""
    try:
        asked = listing.asked()
        reference = read_reference(asked.filters.text)
        if reference is not None:
            return _case(reference)
        page = queues.page(
            officer=me(),
            queue=asked.queue,
            now=now_utc(),
            filters=asked.filters,
            sort=asked.sort,
            after=request.args.get("sau"),
            limit=asked.size,
            folded=asked.folded,
        )
    except InvalidInput as refusal:
        return _refused(refusal)
    return make_response(_queue_page(asked, page, {}))


@blueprint.get("/ban-lam-viec.csv")
@permission(Permission.SEE_CASES)
def queue_file() -> Response:
    """Everything that the queue and its filters find, as a file, up to EXPORTED rows."""
    asked = listing.asked()
    rows = queues.everything(
        officer=me(), queue=asked.queue, now=now_utc(), filters=asked.filters, sort=asked.sort, limit=EXPORTED
    )
    first = list(islice(rows, 1))  # what is refused is refused before the file begins
    return csv_stream(_QUEUE_NAMES_IN_FILES[asked.queue], _HEADER, (_cells(row) for row in chain(first, rows)))


def _case(reference: str) -> Response:
    """The case whose number was typed into the search."""
    if queues.reference_within(officer=me(), reference=reference):
        return redirect(url_for("desk.case", reference=reference))
    raise InvalidInput({"tim": [f"Không có ý kiến số {reference} trong phạm vi của Anh/Chị."]})


def _refused(refusal: InvalidInput) -> Response:
    """The form again, each sentence beside its field."""
    kept = Asked(listing.queue_asked())
    return make_response(_queue_page(kept, QueuePage(kept.queue, (), None), refusal.fields), 422)


def _queue_page(asked: Asked, page: QueuePage, errors: Mapping[str, list[str]]) -> str:
    narrowing = asked.filters.narrowing or bool(errors)
    return render_template(
        "desk/queue.html",
        asked=asked,
        page=page,
        counts=queues.counts(officer=me()),
        further="sau" in request.args,
        upcoming=page.rows[0].reference if page.rows else None,
        form=listing.form(errors),
        choices=listing.choices(asked.queue),
        chips=listing.chips(asked) if narrowing else (),
        sort_names=[(sort, SORT_NAMES[sort]) for sort in sorts(asked.queue)],
        sizes=listing.SIZES,
        exported=EXPORTED,
    )


def _cells(row: QueueRow) -> tuple[object, ...]:
    return (
        row.reference,
        row.title,
        KIND_NAMES[row.kind],  # type: ignore[index]  # the codes are the enumeration's values
        row.status_name,
        row.body_name or "",
        row.province_name or "",
        moment(row.received_at),
        moment(row.due_at),
        "Có" if row.overdue else "Không",
        row.desk_reason or "",
        row.screen or "",
        row.candidate or "",
        "" if row.confidence is None else percent(row.confidence),
        row.files,
    )


def band(confidence: float) -> str:
    """The word for a confidence."""
    return BANDS[band_of(confidence)][1]


def evidence(weight: float) -> int:
    """How strongly a piece of the text spoke for the first candidate: 3 strong, 2 middling, 1 weak."""
    return 3 if weight > 0.66 else 2 if weight > 0.33 else 1


_NOTES = MappingProxyType(
    {
        "route": "khi chuyển",
        "assign": "khi phân công",
        "bulk": "khi xử lý hàng loạt",
        "tag": "khi thay đổi thẻ",
        "return": "khi trả lại",
        "send_back": "khi yêu cầu sửa câu trả lời",
        "reopen": "khi mở lại, phản ánh lại",
        "close": "khi đóng",
        "hold": "khi giữ nguyên hồ sơ",
        "release": "khi gỡ lệnh giữ hồ sơ",
        "withdraw": "khi thôi công khai",
        "ask_supplement": "gửi người dân khi đề nghị bổ sung",
        "redirect": "gửi người dân khi hướng dẫn chuyển kênh",
        "refuse": "gửi người dân khi không tiếp nhận",
        "merge": "khi gộp",
        "split": "khi tách",
        "transfer": "khi chuyển sang cơ quan khác",
        "campaign_joined": "khi xếp vào đợt ý kiến giống nhau",
        "campaign_left": "khi lấy ra khỏi đợt ý kiến giống nhau",
        "coordinate": "khi xác định cơ quan phối hợp",
        "contribute": "góp ý của cơ quan phối hợp",
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
def _check_address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """What an address names by a wrong reference, or by a number that no column holds, is not there."""
    for name, value in (values or {}).items():
        if name == "reference" and not _REFERENCE.match(value):
            raise NotFound
        if isinstance(value, int) and value > LARGEST:
            raise NotFound


def nobody_reads() -> bool:
    """Whether a machine fetches ahead, or only the head is asked for."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


def now_utc() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)
