"""Templates of answers: paragraphs with named gaps, which the case fills where it can and the official where not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from feedback.domain.errors import InvalidInput
from feedback.domain.status import Status

MOST_PARAGRAPHS = 12
LONGEST_NAME, LONGEST_LABEL, LONGEST_PARAGRAPH, LONGEST_TEMPLATE = 120, 60, 4_000, 10_000

# What stands between braces in a template. The first are filled from the case, the others by whoever writes.
FROM_CASE = MappingProxyType(
    {
        "số ý kiến": "số công khai của ý kiến, như PA-2026-000123",
        "tiêu đề": "tiêu đề mà người gửi đặt",
        "loại ý kiến": "câu hỏi, phản ánh, kiến nghị hoặc sáng kiến",
        "lĩnh vực": "lĩnh vực mà người gửi chọn",
        "ngày gửi": "ngày hệ thống nhận ý kiến",
        "hạn trả lời": "ngày phải trả lời người gửi",
        "ngày hôm nay": "ngày dùng mẫu",
        "cơ quan": "cơ quan đang giải quyết; khi chưa có thì là cơ quan của người soạn",
        "tên địa phương": "tỉnh, thành phố nơi xảy ra sự việc",
    }
)
BY_HAND = MappingProxyType(
    {
        "căn cứ": "văn bản, điều khoản làm căn cứ",
        "nội dung trả lời": "phần trả lời chính",
        "kết quả": "việc cơ quan đã làm và kết quả",
        "nguyên nhân": "nguyên nhân của sự việc",
        "lý do": "lý do của quyết định",
        "ngày hoàn thành": "ngày dự kiến làm xong",
        "hạn mới": "hạn trả lời mới sau khi gia hạn",
        "việc cần làm": "việc người gửi cần làm tiếp",
        "nội dung cần bổ sung": "những gì người gửi cần bổ sung",
        "cơ quan có thẩm quyền": "nơi giải quyết đúng thẩm quyền",
        "địa chỉ liên hệ": "địa chỉ, điện thoại hoặc trang web để liên hệ",
        "số ý kiến gốc": "số của ý kiến mà ý kiến này được gộp vào",
    }
)
VARIABLES = MappingProxyType({**FROM_CASE, **BY_HAND})

# The states whose form a template may come filled into, and how that is said.
FIRING = MappingProxyType(
    {
        Status.AWAITING_SUPPLEMENT: "Khi đề nghị người gửi bổ sung",
        Status.REFUSED: "Khi từ chối, có nêu lý do",
        Status.REDIRECTED: "Khi hướng dẫn chuyển kênh",
        Status.MERGED: "Khi gộp với ý kiến trùng",
        Status.EXTENDED: "Khi gia hạn",
        Status.RETURNED: "Khi trả lại vì không thuộc thẩm quyền",
    }
)

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_GAP = re.compile(r"\[\s*cần điền\s*:?\s*([^\[\]\n]{0,80})\]", re.IGNORECASE)
_BRACES = "Dấu ngoặc nhọn chỉ dùng để bao quanh một biến trong danh sách."


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: a short label to choose it by, its words, and whether it may be left out."""

    label: str
    text: str
    optional: bool = False


def gap(variable: str) -> str:
    """What stands in a text where something is still to be written."""
    return f"[CẦN ĐIỀN: {variable}]"


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with each variable's value in its place, or a gap; a value is never read for variables again."""
    return _VARIABLE.sub(lambda found: _value(found, values), text)


def _value(found: re.Match[str], values: Mapping[str, str | None]) -> str:
    name = variable_name(found[1])
    return found[0] if name not in VARIABLES else values.get(name) or gap(name)


def variable_name(written: str) -> str:
    """A variable's name as the list has it, however it was spaced or capitalised."""
    return " ".join(written.lower().split())


def gaps(text: str) -> tuple[str, ...]:
    """What is still to be written in a text, each once, in order."""
    marked = [(found.start(), found[1].strip()) for found in _GAP.finditer(text)]
    left = [
        (found.start(), name) for found in _VARIABLE.finditer(text) if (name := variable_name(found[1])) in VARIABLES
    ]
    return tuple(dict.fromkeys(name or "nội dung" for _, name in sorted(marked + left)))


def refuse_gaps(text: str, *, field: str) -> None:
    """Raise InvalidInput beside `field` when words for a citizen still have gaps."""
    found = gaps(text)
    if found:
        named = ", ".join(f"“{name}”" for name in found)
        raise InvalidInput({field: [f"Nội dung còn chỗ chưa điền: {named}. Xin điền hoặc bỏ trước khi gửi đi."]})


def compose(paragraphs: Sequence[Paragraph], values: Mapping[str, str | None], ticked: Collection[int] = ()) -> str:
    """The obligatory paragraphs and the optional ones whose places (from 0) are ticked, filled, blank lines between."""
    kept = [one for place, one in enumerate(paragraphs) if not one.optional or place in ticked]
    return "\n\n".join(fill(one.text, values) for one in kept)


def problems(paragraphs: Sequence[Paragraph]) -> dict[str, list[str]]:
    """What is wrong with a template's paragraphs, by field: label_1, text_1, … in the order of the paragraphs."""
    found: dict[str, list[str]] = {}
    for number, one in enumerate(paragraphs, start=1):
        if not 1 <= len(one.label) <= LONGEST_LABEL:
            found[f"label_{number}"] = [f"Xin đặt tên ngắn cho đoạn, tối đa {LONGEST_LABEL} ký tự."]
        wrong = _wrong_with(one.text)
        if wrong:
            found[f"text_{number}"] = [wrong]
    if not paragraphs:
        found["text_1"] = ["Xin viết ít nhất một đoạn."]
    elif all(one.optional for one in paragraphs):
        found.setdefault("text_1", ["Cần ít nhất một đoạn luôn có trong câu trả lời."])
    elif len(paragraphs) > MOST_PARAGRAPHS or sum(len(one.text) for one in paragraphs) > LONGEST_TEMPLATE:
        found.setdefault("text_1", [f"Mẫu dài quá: tối đa {MOST_PARAGRAPHS} đoạn, tổng cộng 10.000 ký tự."])
    return found


def _wrong_with(text: str) -> str | None:
    if not text:
        return "Xin viết nội dung của đoạn."
    if len(text) > LONGEST_PARAGRAPH:
        return "Đoạn dài quá 4.000 ký tự. Xin tách thành nhiều đoạn."
    names = [(found[1], variable_name(found[1])) for found in _VARIABLE.finditer(text)]
    unknown = next((written for written, name in names if name not in VARIABLES), None)
    if unknown is not None:
        shown = unknown.strip() if len(unknown) <= 60 else f"{unknown[:60].strip()}…"
        return f"Không có biến “{shown}”. Xin chọn trong danh sách biến."
    return _BRACES if set("{}") & set(_VARIABLE.sub("", text)) else None
