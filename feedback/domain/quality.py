"""The quality gate: what a checker looks for in an answer before it may go to the citizen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from feedback.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the gate: its code, what it asks, and how to tell."""

    code: str
    name: str
    hint: str


# Source: Decision 31/2021/QĐ-TTg, article 46: an answer that does not fit what was asked goes back to whoever wrote
# it, before it is published. The points say in which ways an answer may not fit.
POINTS: tuple[Point, ...] = (
    Point("on_topic", "Đúng nội dung được hỏi", "Trả lời từng việc mà người gửi nêu."),
    Point("outcome", "Đúng kết quả đã chọn", "Lời văn khớp với kết quả giải quyết; nói đã xong thì phải xong."),
    Point("grounds", "Nêu căn cứ", "Văn bản, quy định hoặc việc đã kiểm tra trên thực tế."),
    Point(
        "next_step", "Nêu việc tiếp theo hoặc thời điểm hoàn thành", "Người gửi biết cần làm gì hoặc chờ đến ngày nào."
    ),
    Point("specific", "Cụ thể, không chung chung", "Không chỉ “ghi nhận”, “tiếp thu”, “sẽ xem xét”."),
    Point(
        "private",
        "Không lộ dữ liệu cá nhân",
        "Không có số điện thoại, số căn cước, thư điện tử, tên người không liên quan.",
    ),
    Point("competent", "Đúng thẩm quyền", "Cơ quan trả lời có thẩm quyền về nội dung này."),
)


def missing(ticked: Collection[str]) -> tuple[Point, ...]:
    """The points that an answer does not meet, in the order of the table."""
    return tuple(point for point in POINTS if point.code not in ticked)


def checklist(ticked: Collection[str]) -> dict[str, bool]:
    """Every point with what the checker found; a code that is no point is left out."""
    return {point.code: point.code in ticked for point in POINTS}


def unmet(found: Mapping[str, bool] | None) -> tuple[Point, ...]:
    """The points that a kept checklist says are not met; none where there is no checklist."""
    return tuple(point for point in POINTS if found is not None and found.get(point.code) is False)


def require_all(ticked: Collection[str]) -> None:
    """Let an answer pass; raise InvalidInput that names each point not met: then it can only be sent back."""
    absent = missing(ticked)
    if absent:
        names = "; ".join(point.name.lower() for point in absent)
        raise InvalidInput({"points": [f"Chưa đạt: {names}. Câu trả lời chỉ có thể được trả lại để hoàn thiện."]})


def require_some_missing(ticked: Collection[str]) -> None:
    """Let an answer go back; raise InvalidInput when every point is met."""
    if not missing(ticked):
        raise InvalidInput({"points": ["Xin bỏ dấu ở những điểm câu trả lời chưa đạt."]})
