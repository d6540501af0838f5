"""What an answer says came of a matter, and which of the four facts about a case each outcome makes true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from feedback.domain.errors import InvalidInput


class Outcome(StrEnum):
    """What the answering body says came of it."""

    RESOLVED = "resolved"
    EXPLAINED = "explained"
    PLANNED = "planned"
    NOT_POSSIBLE = "not_possible"
    FORWARDED = "forwarded"


class Fact(StrEnum):
    """Four different things that may be true of one case; none stands for another."""

    FORWARDED = "forwarded"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"


R, F = Outcome, Fact

OUTCOME_NAMES: Mapping[str, str] = MappingProxyType(
    {
        R.RESOLVED: "Đã giải quyết xong",
        R.EXPLAINED: "Đã giải thích, hướng dẫn",
        R.PLANNED: "Sẽ giải quyết, có thời hạn cụ thể",
        R.NOT_POSSIBLE: "Chưa thể giải quyết, có nêu lý do",
        R.FORWARDED: "Đã chuyển cơ quan khác, chưa trả lời nội dung",
    }
)
# What an official should know when choosing it.
OUTCOME_HINTS: Mapping[str, str] = MappingProxyType(
    {
        R.RESOLVED: "Sự việc đã được xử lý xong. Câu trả lời nêu việc đã làm và ngày làm.",
        R.EXPLAINED: "Trả lời câu hỏi, giải thích quy định hoặc hướng dẫn cách làm.",
        R.PLANNED: "Cơ quan cam kết một ngày hoàn thành.",
        R.NOT_POSSIBLE: "Nêu rõ vì sao và căn cứ nào.",
        R.FORWARDED: "Chỉ tính là đã chuyển, không tính là đã trả lời hay đã giải quyết.",
    }
)
FACT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        F.FORWARDED: "Đã chuyển đến cơ quan",
        F.ANSWERED: "Đã trả lời nội dung",
        F.RESOLVED: "Cơ quan báo đã giải quyết xong",
        F.CONFIRMED: "Người gửi xác nhận đã giải quyết",
    }
)

# To say that a matter was passed on is neither an answer nor a solution.
FACTS_OF: Mapping[str, frozenset[Fact]] = MappingProxyType(
    {
        R.RESOLVED: frozenset({F.ANSWERED, F.RESOLVED}),
        R.EXPLAINED: frozenset({F.ANSWERED}),
        R.PLANNED: frozenset({F.ANSWERED}),
        R.NOT_POSSIBLE: frozenset({F.ANSWERED}),
        R.FORWARDED: frozenset({F.FORWARDED}),
    }
)


def checked_outcome(outcome: str, planned_on: date | None, *, today: date) -> Outcome:
    """The outcome of an answer that is put to the checker.

    Raises:
        InvalidInput: none was chosen, or the work is planned for no day or for one that has passed.
    """
    if outcome not in set(Outcome):
        raise InvalidInput({"outcome": ["Xin chọn kết quả giải quyết mà câu trả lời nêu ra."]})
    if outcome == R.PLANNED and planned_on is None:
        raise InvalidInput({"planned_on": ["Xin ghi ngày cơ quan cam kết hoàn thành."]})
    if outcome == R.PLANNED and planned_on is not None and planned_on < today:
        raise InvalidInput({"planned_on": ["Ngày cam kết hoàn thành phải từ hôm nay trở đi."]})
    return Outcome(outcome)
