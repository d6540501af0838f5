"""What a machine notices in an answer by plain rules, beside the checker's list; a hint never decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from feedback.domain import personal
from feedback.domain.answer import Outcome
from feedback.domain.vocabulary import PERSONAL_NAMES

SHORT = 25  # words; an answer of one sentence seldom says result, grounds and next step
_WORD = re.compile(r"[^\W\d_]+")
# What says little by itself. In the order of length, so that the longest is taken out of a sentence first.
STOCK = (
    "xin ghi nhận và tiếp thu",
    "ghi nhận và tiếp thu",
    "sẽ nghiên cứu, tiếp thu",
    "sẽ xem xét, giải quyết",
    "xem xét, giải quyết theo quy định",
    "giải quyết theo quy định",
    "theo quy định của pháp luật",
    "theo quy định hiện hành",
    "trong thời gian tới",
    "trong thời gian sớm nhất",
    "đang được xem xét",
    "sẽ xem xét",
    "sẽ nghiên cứu",
    "xin tiếp thu",
    "xin ghi nhận",
    "ghi nhận ý kiến",
    "tiếp thu ý kiến",
    "đã tiếp nhận",
    "ghi nhận",
    "tiếp thu",
    "trân trọng cảm ơn",
    "trân trọng",
    "xin cảm ơn",
    "cảm ơn",
    "kính gửi",
    "xin trả lời như sau",
    "trả lời như sau",
)
# Words that every answer shares with every question.
_EMPTY_WORDS = (
    "ai anh ba bà bao bằng bị bởi các cái cả cần có con của cùng cũng cho chị chúng chưa chỉ còn cơ quan do dù dưới đã"
    " đang đây để đến đều đi đó được em gì giải gửi hay hiện hoặc hơn hỏi ít khi không kiến là lại làm lên mà mấy mình"
    " một mong mọi muốn này nào nay nên nếu ngày người nhiều nhưng như những nói nội dung ông ở phản ánh phải qua quyết"
    " ra rằng rất sau sẽ số sự tại tháng thì theo thế tôi trả lời trên trong từ và vẫn vào vậy về vì việc với vừa xin"
    " xem xét y ý yêu đề nghị câu năm thêm mới"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_DAY = re.compile(
    r"\b\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{4})?\b|\bngày\s+\d{1,2}\b|\btháng\s+\d{1,2}\b|\bquý\s+[IViv1-4]"
)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: the point of the gate that it concerns, and a sentence."""

    point: str
    sentence: str


def read(*, question: str, answer: str, outcome: str | None, planned_on: date | None) -> tuple[Hint, ...]:
    """What stands out in an answer.

    Args:
        question: title and text of what was asked.
        answer: the answer, NFC.
        outcome: what it says came of it, if it was chosen.
        planned_on: the day that it promises, if any.
    """
    said = (
        _off_topic(question, answer),
        _short(answer),
        _stock(answer),
        _private(answer),
        _unproven(answer, outcome),
        _unplanned(answer, outcome, planned_on),
    )
    return tuple(hint for hint in said if hint is not None)


def _content(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _EMPTY


def _off_topic(question: str, answer: str) -> Hint | None:
    if _content(question) & _content(answer):
        return None
    return Hint("on_topic", "Câu trả lời không nhắc lại từ nào thuộc nội dung được hỏi.")


def _short(answer: str) -> Hint | None:
    count = len(_WORD.findall(answer))
    return Hint("specific", f"Câu trả lời rất ngắn: {count} tiếng.") if count < SHORT else None


def _stock(answer: str) -> Hint | None:
    rest, used = answer.lower(), []
    for phrase in STOCK:
        if phrase in rest:
            used.append(phrase)
            rest = rest.replace(phrase, " ")
    if not used or len(_content(rest)) >= SHORT // 2:
        return None
    named = ", ".join(f"“{phrase}”" for phrase in used[:3])
    return Hint("specific", f"Câu trả lời gần như chỉ gồm lời chung: {named}.")


def _private(answer: str) -> Hint | None:
    kinds = dict.fromkeys(PERSONAL_NAMES[kind] for _, _, kind in personal.find(answer))
    return Hint("private", f"Trong câu trả lời có thể có: {', '.join(kinds)}.") if kinds else None


def _unproven(answer: str, outcome: str | None) -> Hint | None:
    if outcome != Outcome.RESOLVED or _DAY.search(answer) or _FIGURE.search(answer):
        return None
    return Hint("outcome", "Kết quả là “đã giải quyết xong” nhưng lời văn không nêu ngày hay số liệu nào.")


def _unplanned(answer: str, outcome: str | None, planned_on: date | None) -> Hint | None:
    if outcome != Outcome.PLANNED or planned_on is None or _says(answer, planned_on):
        return None
    return Hint("next_step", f"Lời văn không nhắc đến ngày cam kết hoàn thành {planned_on:%d/%m/%Y}.")


def _says(answer: str, day: date) -> bool:
    written = rf"(?<!\d)0?{day.day}(?:\s*[/.-]\s*|\s+tháng\s+)0?{day.month}(?!\d)"
    return re.search(written, answer.lower()) is not None
