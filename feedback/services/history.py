"""What was done to a case, and the words that went with it, as an officer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import bindparam, select

from feedback.db import session
from feedback.domain import timeline
from feedback.domain.status import Actor
from feedback.models import AuditEvent, CaseNote, Officer
from feedback.services import bodies


@dataclass(frozen=True, slots=True)
class Note:
    """Words that go with a move."""

    at: datetime
    author: str
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the case's history."""

    at: datetime
    actor: Actor
    officer_name: str | None
    sentence: str


# Built once: to build a statement costs more than to ask it.
_OF_THE_CASE = bindparam("comment_id", type_=CaseNote.comment_id.type)
_NOTES = select(CaseNote).where(CaseNote.comment_id == _OF_THE_CASE, CaseNote.action != "unseal").order_by(CaseNote.id)
_EVENTS = (
    select(AuditEvent, Officer.display_name)
    .outerjoin(Officer, Officer.id == AuditEvent.officer_id)
    .where(AuditEvent.comment_id == _OF_THE_CASE)
    .order_by(AuditEvent.sequence)
)


def notes(*, comment_id: UUID) -> tuple[Note, ...]:
    """The words that went with its moves, oldest first; reasons for reading an identity stay in the log."""
    rows = session().scalars(_NOTES, {"comment_id": comment_id})
    return tuple(Note(row.at, row.author, row.action, row.text) for row in rows)


_OFFICIAL_SENTENCES = MappingProxyType(
    {
        "submit": "Người gửi gửi ý kiến.",
        "erasure_asked": "Người gửi yêu cầu xóa nội dung.",
        "erasure_refused": "Không chấp thuận yêu cầu xóa nội dung, có nêu lý do.",
        "erase": "Xóa dữ liệu theo quy định về lưu trữ, do hai cán bộ xem xét.",
        "refiled": "Người gửi gửi lại nội dung này{case}.",
        "acknowledge": "Tiếp nhận, cấp mã tra cứu.",
        "sort": "Kiểm tra, phân loại.",
        "screen_overruled": "Xác nhận ý kiến hợp lệ, không theo kết quả sàng lọc.",
        "redirect": "Hướng dẫn người gửi chuyển kênh.",
        "refuse": "Không tiếp nhận, có nêu lý do.",
        "ask_supplement": "Đề nghị người gửi bổ sung nội dung.",
        "route": "Chuyển đến {body}.",
        "return": "{body} trả lại vì không thuộc thẩm quyền.",
        "merge": "Gộp vào ý kiến cùng nội dung{case}.",
        "joined": "Nhận gộp một ý kiến cùng nội dung{case}.",
        "lead_changed": "Chuyển theo ý kiến chính mới{case}.",
        "split": "Tách một việc để giải quyết riêng{case}.",
        "split_off": "Được tách{case} để giải quyết riêng.",
        "coordinate": "Xác định cơ quan chủ trì và cơ quan phối hợp.",
        "campaign_joined": "Xếp vào đợt ý kiến giống nhau.",
        "campaign_left": "Lấy ra khỏi đợt ý kiến giống nhau.",
        "assign": "Phân công cán bộ xử lý.",
        "tag": "Thay đổi thẻ.",
        "contribute": "{body} góp ý phối hợp.",
        "transfer": "Chuyển sang {body}.",
        "accept": "{body} nhận giải quyết.",
        "answer": "Trình dự thảo trả lời.",
        "check": "Chuyển kiểm tra chất lượng trả lời.",
        "send_back": "Trả lại dự thảo để hoàn thiện.",
        "approve": "Duyệt câu trả lời.",
        "reply": "Gửi câu trả lời cho người dân.",
        "publish": "Công khai nội dung và câu trả lời.",
        "withdraw": "Thôi công khai.",
        "hold": "Giữ nguyên hồ sơ.",
        "release": "Gỡ lệnh giữ hồ sơ.",
        "recompute": "Tính lại thời hạn vì lịch làm việc có thay đổi.",
        "rate": "Người gửi xác nhận đã được giải quyết.",
        "close": "Đóng.",
        "reopen": "Mở lại để giải quyết tiếp.",
        "bulk": "Thực hiện trong một lượt xử lý hàng loạt.",
        "stopped": "Chuyển sàng lọc, giữ kín nội dung, theo nhãn của cán bộ.",
        "file_opened": "Mở một tệp gửi kèm.",
        "unseal": "Xem danh tính người gửi.",
    }
)


def events(*, comment_id: UUID) -> tuple[Event, ...]:
    """Everything that was done, oldest first."""
    rows = session().execute(_EVENTS, {"comment_id": comment_id})
    names = bodies.names()
    history = []
    for event, officer_name in rows:
        said = sentence(action=event.action, data=event.data, names=names)
        history.append(Event(event.at, Actor(event.actor), officer_name, said))
    return tuple(history)


def sentence(*, action: str, data: Mapping[str, object], names: Mapping[str, str]) -> str:
    """What an officer reads of one event; `names` are those of bodies by code."""
    pattern = _OFFICIAL_SENTENCES.get(action, timeline.SENTENCES.get(action, action))
    body, proposed = names.get(str(data.get("body", "")), "Cơ quan"), names.get(str(data.get("proposed", "")))
    said = pattern.format_map({"body": body, "case": timeline.case_named(data), "before": "", "after": ""})
    return f"{said} Đề xuất chuyển đến {proposed}." if proposed else said
