"""The tables of retention as files."""

from __future__ import annotations

from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from feedback.domain.permissions import Permission
from feedback.domain.retention import CERTAINTY_NAMES, ERASING_NAMES, ITEM_NAMES, LARGEST_BATCH, STATUS_NAMES, Erasing
from feedback.services import disposals, retention
from feedback.web.account import me
from feedback.web.disposal import blueprint
from feedback.web.exports import csv_file
from feedback.web.formats import moment
from feedback.web.numbers import number_of
from feedback.web.permissions import permission

EXPORTED = 10_000  # rows of one file
_SCHEDULE_HEADER = ("Dữ liệu", "Số tháng", "Số ngày sau tin nhắn cuối", "Số ngày làm việc", "Căn cứ", "Mức chắc chắn")
_BATCH_HEADER = (
    "Đợt",
    "Dữ liệu",
    "Trạng thái",
    "Lập lúc",
    "Hạn xem xét",
    "Trong đợt",
    "Đã rút ra",
    "Đã xóa",
    "Người xác nhận",
    "Xác nhận lúc",
    "Người phê duyệt",
    "Phê duyệt lúc",
    "Người không phê duyệt",
    "Lý do không phê duyệt",
    "Xóa xong lúc",
)
_ITEM_HEADER = (
    "Số ý kiến",
    "Trạng thái",
    "Cơ quan",
    "Ngày gửi",
    "Kết thúc",
    "Tin nhắn cuối của người gửi",
    "Đang được giữ",
    "Kết quả xem xét",
    "Người rút ra",
    "Lý do",
)
_CERTIFICATE_HEADER = (
    "Số chứng nhận",
    "Số ý kiến",
    "Đợt",
    "Dữ liệu",
    "Số tháng",
    "Căn cứ",
    "Xóa lúc",
    "Người xác nhận",
    "Người phê duyệt",
)


@blueprint.get("/luu-tru/thoi-han.csv")
@permission(Permission.REVIEW_DISPOSAL)
def schedule_file() -> Response:
    """The schedule as a file."""
    rows = (
        (
            ERASING_NAMES[Erasing(one.erases)],
            one.months or "",
            one.quiet_days or "",
            one.working_days or "",
            one.source,
            CERTAINTY_NAMES[one.certainty],
        )
        for one in retention.schedules()
    )
    return csv_file("thoi-han-luu-tru", _SCHEDULE_HEADER, rows)


@blueprint.get("/luu-tru.csv")
@permission(Permission.REVIEW_DISPOSAL)
def batches_file() -> Response:
    """The batches as a file."""
    found, _ = disposals.batches(officer=me(), limit=EXPORTED)
    rows = (
        (
            one.id,
            ERASING_NAMES[one.erases],
            STATUS_NAMES[one.status],
            moment(one.made_at),
            _when(one.due_at),
            one.kept,
            one.removed,
            one.done,
            one.first_reviewer or "",
            _when(one.verified_at),
            one.second_reviewer or "",
            _when(one.approved_at),
            one.rejected_by or "",
            one.reason or "",
            _when(one.finished_at),
        )
        for one in found
    )
    return csv_file("dot-xoa-du-lieu", _BATCH_HEADER, rows)


@blueprint.get("/luu-tru/chung-nhan.csv")
@permission(Permission.REVIEW_DISPOSAL)
def certificates_file() -> Response:
    """The certificates as a file."""
    found, _ = disposals.certificates(officer=me(), limit=EXPORTED)
    rows = (
        (
            one.id,
            one.reference,
            one.batch_id,
            ERASING_NAMES[one.erased],
            one.months or "",
            one.source,
            moment(one.erased_at),
            one.first_reviewer,
            one.second_reviewer,
        )
        for one in found
    )
    return csv_file("chung-nhan-xoa-du-lieu", _CERTIFICATE_HEADER, rows)


@blueprint.get("/luu-tru/dot.csv")
@permission(Permission.REVIEW_DISPOSAL)
def batch_file() -> Response:
    """The cases of a batch as a file."""
    found = disposals.batch(officer=me(), batch_id=number_of(request.args.get("so", "")))
    items, _ = disposals.items(batch_id=found.id, limit=LARGEST_BATCH)
    rows = (
        (
            one.reference,
            one.status_name,
            one.body_name or "",
            moment(one.received_at),
            moment(one.ended_at),
            _when(one.last_message_at),
            "Có" if one.held else "Không",
            ITEM_NAMES[one.state],
            one.removed_by or "",
            one.reason or "",
        )
        for one in items
    )
    return csv_file(f"dot-{found.id}", _ITEM_HEADER, rows)


def _when(value: datetime | None) -> str:
    return "" if value is None else moment(value)
