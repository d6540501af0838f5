"""What an operator sees of the processes: promises, what is stuck, what goes out, timed jobs; and trying anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.db import transaction
from feedback.domain.permissions import Permission
from feedback.domain.telling import CHANNEL_NAMES, EVENT_NAMES, STATE_NAMES, TOPIC_NAMES
from feedback.services import operations, outbox, outgoing, stuck
from feedback.web.exports import csv_file
from feedback.web.numbers import mark, number_of
from feedback.web.permissions import permission

blueprint = Blueprint("operations", __name__, url_prefix="/quan-tri/van-hanh")

PERIOD = timedelta(days=7)
JOB_NAMES = {
    "end_sessions": "Kết thúc phiên quá hạn",
    "tidy_outbox": "Dọn việc đã xong",
    "ask_nightly_training": "Huấn luyện hằng đêm",
    "close_unanswered": "Đóng ý kiến không được bổ sung",
    "tell_of_delay": "Báo người gửi khi chậm hạn",
    "tell_officials": "Nhắc việc, báo cán bộ",
    "tell_subscribers": "Báo người theo dõi chế độ xem",
    "gather_campaigns": "Gom ý kiến giống nhau thành đợt",
    "propose_disposals": "Đề xuất hủy dữ liệu hết hạn lưu",
    "carry_out_disposals": "Hủy dữ liệu đã được duyệt",
}
_CHANNELS = ("email", "sms", "webhook")
_MOST = 100_000  # rows of a file


@blueprint.get("")
@permission(Permission.SEE_OPERATIONS)
def page() -> str:
    """How the processes stand: promises, duties, timed jobs, what goes out and what is stuck."""
    since = datetime.now(UTC) - PERIOD
    return render_template(
        "admin/operations.html",
        backlog=outbox.backlog(),
        dead=operations.dead_promises(),
        failures=stuck.failures(),
        outbound=operations.outbound(since=since),
        notices=operations.notices(since=since),
        duties=operations.duties(),
        runs=operations.last_runs(),
        topics=TOPIC_NAMES,
        channels=CHANNEL_NAMES,
        states=STATE_NAMES,
        jobs=JOB_NAMES,
    )


@blueprint.get("/thong-bao")
@permission(Permission.SEE_OPERATIONS)
def messages() -> str:
    """Every message to a citizen, the latest first."""
    channel, state, after = _asked()
    return render_template(
        "admin/messages.html",
        page=outgoing.page(channel=channel, state=state, after=after),
        channel=channel or "",
        state=state or "",
        events=EVENT_NAMES,
        channels={name: CHANNEL_NAMES[name] for name in _CHANNELS},
        states=STATE_NAMES,
    )


@blueprint.get("/thong-bao.csv")
@permission(Permission.SEE_OPERATIONS)
def messages_file() -> Response:
    """The same as a file."""
    channel, state, after = _asked()
    rows = outgoing.page(channel=channel, state=state, after=after, limit=_MOST).rows
    return csv_file(
        "thong-bao",
        ("Ý kiến", "Việc báo", "Kênh", "Tình trạng", "Số lần thử", "Lỗi", "Hứa lúc", "Gửi lúc", "Thử lại lúc"),
        (
            (
                row.reference,
                EVENT_NAMES[row.event],
                CHANNEL_NAMES[row.channel],
                STATE_NAMES[row.state],
                row.attempts,
                row.error or "",
                row.created_at.isoformat(),
                row.sent_at.isoformat() if row.sent_at else "",
                row.next_at.isoformat() if row.next_at else "",
            )
            for row in rows
        ),
    )


def _asked() -> tuple[str | None, str | None, int | None]:
    channel, state = (request.args.get(name, "") for name in ("kenh", "tinh-trang"))
    return (channel if channel in _CHANNELS else None), (state if state in STATE_NAMES else None), mark()


@blueprint.post("/thu-lai")
@permission(Permission.SEE_OPERATIONS)
def retry() -> Response:
    """Try a dead promise anew."""
    chosen = number_of(request.form.get("promise", ""), digits=18)
    with transaction():
        outbox.retry(identifier=chosen)
    flash("Việc đã được đưa lại vào hàng đợi.")
    return redirect(url_for("operations.page"), 303)
