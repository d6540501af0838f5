"""Which row of lengths holds for a step: the most specific one of kind and body."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

EVERY = "*"
Row = TypeVar("Row")

# What each step of the catalogue is called; the last three are no clocks of their own.
STEP_NAMES = MappingProxyType(
    {
        "acknowledge": "Tiếp nhận, cấp mã",
        "classify": "Phân loại, chuyển ý kiến",
        "supplement": "Người gửi bổ sung nội dung",
        "accept": "Cơ quan nhận hoặc trả lại",
        "answer": "Trả lời",
        "check": "Kiểm tra chất lượng trả lời",
        "publish": "Công khai kết quả",
        "extend": "Gia hạn, mỗi lần nhiều nhất",
        "statutory": "Mức trả lời theo quy định",
        "progress_note": "Báo tiến độ cho người gửi khi quá hạn, cách nhau",
    }
)
CERTAINTY_NAMES = MappingProxyType(
    {
        "read": "Theo nguồn đã dẫn",
        "presumed": "Suy đoán, chờ đối chiếu văn bản",
        "ours": "Mặc định của hệ thống, chờ xác nhận theo quy chế",
    }
)
UNIT_NAMES = MappingProxyType({"day": "ngày làm việc", "hour": "giờ làm việc", "calendar_day": "ngày"})


def most_specific(rows: Mapping[tuple[str, str, str], Row], step: str, kind: str, body: str) -> Row | None:
    """The row for this step: (kind, body), else (any kind, body), else (kind, any body), else (any, any), else None.

    What a body has laid down for itself comes before what holds for a kind in general.
    """
    for key in ((kind, body), (EVERY, body), (kind, EVERY), (EVERY, EVERY)):
        if (step, *key) in rows:
            return rows[(step, *key)]
    return None
