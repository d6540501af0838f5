"""How long what a citizen sent is kept: what is erased when, who reviews it, and what is left."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Erasing(StrEnum):
    """What is erased under one row of the schedule."""

    IDENTITY = "identity"
    TEXT = "text"
    REQUEST = "request"


class BatchStatus(StrEnum):
    """Where a batch of cases to erase stands."""

    READY = "ready"
    VERIFIED = "verified"
    APPROVED = "approved"
    REJECTED = "rejected"
    DONE = "done"


class ItemState(StrEnum):
    """What became of one case of a batch; `kept` is kept in the batch."""

    KEPT = "kept"
    REMOVED = "removed_by_reviewer"
    MOVED = "moved"
    SPARED = "spared"
    DONE = "done"


class Erased(StrEnum):
    """What of a case is gone: who sent it and what in its words would tell, or every word."""

    IDENTITY = "identity"
    TEXT = "text"


B = BatchStatus
IN_REVIEW = frozenset({B.READY, B.VERIFIED})

ERASING_NAMES = MappingProxyType(
    {
        Erasing.IDENTITY: "Danh tính người gửi",
        Erasing.TEXT: "Toàn bộ nội dung",
        Erasing.REQUEST: "Xóa theo yêu cầu của người gửi",
    }
)
STATUS_NAMES = MappingProxyType(
    {
        B.READY: "Chờ xác nhận lần thứ nhất",
        B.VERIFIED: "Chờ phê duyệt lần thứ hai",
        B.APPROVED: "Đã phê duyệt, đang xóa",
        B.REJECTED: "Không phê duyệt",
        B.DONE: "Đã xóa xong",
    }
)
ITEM_NAMES = MappingProxyType(
    {
        ItemState.KEPT: "Trong đợt",
        ItemState.REMOVED: "Cán bộ đã rút ra",
        ItemState.MOVED: "Chuyển sang đợt khác",
        ItemState.SPARED: "Giữ lại: không còn đủ điều kiện xóa",
        ItemState.DONE: "Đã xóa",
    }
)
CERTAINTY_NAMES = MappingProxyType(
    {"read": "đã đối chiếu văn bản", "presumed": "chưa đối chiếu văn bản", "ours": "mặc định của hệ thống"}
)

# What stands where the words were. A case is still found by its number, dates, body and status.
STUB_TITLE = "Nội dung đã được xóa"
STUB_TEXT = "Nội dung ý kiến đã được xóa theo quy định về lưu trữ và bảo vệ dữ liệu cá nhân."
STUB_WORDS = "Nội dung này đã được xóa theo quy định về lưu trữ và bảo vệ dữ liệu cá nhân."

# What a reviewer took out is not proposed again before so long.
PROPOSED_AGAIN = timedelta(days=365)
LARGEST_BATCH = 200
SHORTEST_REASON = 5


def leaves(erasing: Erasing) -> Erased:
    """What of a case is gone once this was carried out."""
    return Erased.IDENTITY if erasing is Erasing.IDENTITY else Erased.TEXT
