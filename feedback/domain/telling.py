"""What a citizen is told of: each event with its subject, its text message, and who else hears of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

SUBJECT = "[{reference}] {subject}"
_CODE = re.compile(r"[A-Za-z0-9_:.+-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Event:
    """One sort of message.

    Args:
        subject: of the letter, after the reference.
        short: the text message after "Lắng Nghe: ý kiến <reference>"; a telephone is read by others, so nothing more.
        words_of: the action whose official reason goes into the letter, unless the case is confidential.
        group: whether the senders of the cases that were merged into this one hear of it too.
    """

    subject: str
    short: str
    words_of: str | None = None
    group: bool = False


EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        "assigned": Event(
            "Ý kiến của Ông/Bà đã được chuyển đến cơ quan giải quyết",
            "đã được chuyển đến {body}. Hạn trả lời: {due}.",
            group=True,
        ),
        "transferred": Event(
            "Ý kiến của Ông/Bà đã được chuyển đến cơ quan khác giải quyết",
            "nay do {body} giải quyết. Hạn trả lời: {due}.",
            group=True,
        ),
        "supplement": Event(
            "Đề nghị Ông/Bà bổ sung nội dung ý kiến",
            "cần Ông/Bà bổ sung nội dung{before}.",
            words_of="ask_supplement",
        ),
        "extended": Event(
            "Thời hạn trả lời ý kiến của Ông/Bà được gia hạn",
            "được gia hạn trả lời đến {due}.",
            words_of="extend",
            group=True,
        ),
        "refused": Event("Kết quả xem xét ý kiến của Ông/Bà", "đã có kết quả xem xét.", words_of="refuse"),
        "redirected": Event("Hướng dẫn nơi giải quyết ý kiến của Ông/Bà", "đã có hướng dẫn gửi Ông/Bà."),
        "screened": Event("Kết quả xem xét ý kiến của Ông/Bà", "đã có hướng dẫn gửi Ông/Bà."),
        "merged": Event(
            "Ý kiến của Ông/Bà được giải quyết chung với ý kiến cùng nội dung",
            "được giải quyết chung với ý kiến cùng nội dung.",
        ),
        "replied": Event("Ý kiến của Ông/Bà đã có câu trả lời", "đã có câu trả lời của {body}.", group=True),
        "lapsed": Event("Ý kiến của Ông/Bà được đóng vì chưa có bổ sung", "được đóng vì chưa có bổ sung đúng hạn."),
        "progress": Event(
            "Ý kiến của Ông/Bà đang được giải quyết, chậm so với hạn",
            "chậm so với hạn trả lời, {body} đang tiếp tục giải quyết.",
            group=True,
        ),
        "reopened": Event("Ý kiến của Ông/Bà được giải quyết lại", "được tiếp nhận để giải quyết lại.", group=True),
        "published": Event("Câu trả lời ý kiến của Ông/Bà đã được công khai", "và câu trả lời đã được công khai."),
    }
)

# What the topics of promises, and the ways by which messages go, are called.
TOPIC_NAMES = MappingProxyType(
    {"classify": "Phân loại ý kiến", "notify": "Gửi thông báo", "compare": "Tìm ý kiến giống nhau"}
)
CHANNEL_NAMES = MappingProxyType(
    {"email": "thư điện tử", "sms": "tin nhắn", "webhook": "kết nối hệ thống", "officer": "thư gửi cán bộ"}
)

EVENT_NAMES = MappingProxyType(
    {
        "assigned": "Đã chuyển cơ quan",
        "transferred": "Chuyển cơ quan khác",
        "supplement": "Đề nghị bổ sung",
        "extended": "Gia hạn",
        "refused": "Từ chối",
        "redirected": "Hướng dẫn chuyển kênh",
        "screened": "Kết quả sàng lọc",
        "merged": "Gộp ý kiến",
        "replied": "Đã trả lời",
        "lapsed": "Đóng vì không bổ sung",
        "progress": "Báo chậm hạn",
        "reopened": "Giải quyết lại",
        "published": "Đã công khai",
    }
)
STATE_NAMES = MappingProxyType(
    {
        "pending": "Chờ gửi",
        "sent": "Đã gửi",
        "delivered": "Đã đến nơi",
        "bounced": "Bị trả lại",
        "not_wanted": "Người nhận không muốn nhận",
        "superseded": "Không còn đúng, không gửi",
        "dead": "Đã dừng",
    }
)

# They name the body that holds the case: of several not yet sent, only the last is true.
ROUTINGS = frozenset({"assigned", "transferred"})


def kept(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts as they are kept: codes, numbers, and times in ISO 8601; raise ValueError for anybody's words."""
    return {name: _kept(value) for name, value in facts.items() if value is not None}


def moment(facts: Mapping[str, object], name: str) -> datetime | None:
    """A time that was kept among the facts, if it was."""
    value = facts.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _kept(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int) or (isinstance(value, str) and _CODE.match(value)):
        return value
    raise ValueError("a fact of a message is a code, a number or a time")
