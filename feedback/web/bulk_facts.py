"""What an action over many cases asks for, read from its form and checked before any case is touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from flask import request

from feedback.domain.answer import checked_outcome
from feedback.domain.bulk import Deed
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput
from feedback.domain.quality import POINTS, require_all
from feedback.domain.receipt import read_reference
from feedback.domain.screening import SCREENED_OUT
from feedback.domain.tags import tag_of
from feedback.domain.text import clean
from feedback.services import answering, bodies, coordinating, refusing, splitting
from feedback.web.arranging import read_day
from feedback.web.charging import chosen_assignee
from feedback.web.desk import now_utc

LONGEST_REASON = 2000
_LONGEST_LETTER = 5000


def read(deed: Deed) -> tuple[str, dict[str, str]]:
    """The reason and the facts of an action; raise InvalidInput with a sentence a field."""
    wrong: dict[str, list[str]] = {}
    reason = clean(request.form.get("reason", ""))
    if not deed.shortest <= len(reason) <= LONGEST_REASON:
        wrong["reason"] = [
            "Xin nêu lý do, tối đa 2.000 ký tự."
            if deed.shortest == 1
            else f"Xin nêu lý do, từ {deed.shortest} đến 2.000 ký tự."
        ]
    facts = {}
    for name in deed.facts:
        try:
            facts[name] = _READ[name](request.form.get(name, ""))
        except InvalidInput as error:
            wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    return reason, facts


def _assignee(raw: str) -> str:
    chosen = chosen_assignee(raw)
    return "" if chosen is None else str(chosen)


def _tag(raw: str) -> str:
    word = tag_of(raw)
    if word is None:
        raise InvalidInput({"tag": ["Thẻ có từ 2 đến 40 chữ, số; có thể có dấu cách và các dấu - _ . / & +."]})
    return word


def _body(raw: str) -> str:
    if raw not in bodies.identifiers():
        raise InvalidInput({"body": ["Xin chọn cơ quan giải quyết."]})
    return raw


def _label(raw: str) -> str:
    if raw not in SCREENED_OUT:
        raise InvalidInput({"label": ["Xin chọn kết quả sàng lọc."]})
    return raw


def _letter(raw: str) -> str:
    words = clean(raw)
    if len(words) > _LONGEST_LETTER:
        raise InvalidInput({"letter": ["Xin viết ngắn lại, tối đa 5.000 ký tự."]})
    return words


def _text(raw: str) -> str:
    words = clean(raw)
    if not answering.SHORTEST <= len(words) <= answering.LONGEST:
        raise InvalidInput({"text": [f"Câu trả lời cần có từ {answering.SHORTEST} đến 20.000 ký tự."]})
    return words


def _outcome(raw: str) -> str:
    return checked_outcome(raw, read_day(request.form.get("planned_on", "")), today=today())


def _refusal(raw: str) -> str:
    if raw not in {one.code for one in refusing.reasons()}:
        raise InvalidInput({"refusal": ["Xin chọn lý do từ chối trong danh sách."]})
    return raw


def _until(raw: str) -> str:
    day = read_day(raw)
    if day is None:
        raise InvalidInput({"until": ["Xin chọn hạn trả lời mới."]})
    return day.isoformat()


def _lead(raw: str) -> str:
    reference = read_reference(raw)
    if reference is None:
        raise InvalidInput({"lead": ["Xin ghi số của ý kiến chính, như PA-2026-000123."]})
    return reference


def _helpers(_: str) -> str:
    chosen = sorted({code for code in request.form.getlist("helpers") if code})
    if not chosen or len(chosen) > coordinating.MOST or not set(chosen) <= set(bodies.identifiers()):
        raise InvalidInput({"helpers": [f"Xin chọn từ 1 đến {coordinating.MOST} cơ quan trong danh sách."]})
    return ",".join(chosen)


def _title(raw: str) -> str:
    words = " ".join(clean(raw).split())
    if not splitting.SHORTEST_TITLE <= len(words) <= splitting.LONGEST_TITLE:
        raise InvalidInput({"title": [splitting.WRONG_TITLE]})
    return words


def _part(raw: str) -> str:
    words = clean(raw)
    if not splitting.SHORTEST <= len(words) <= splitting.LONGEST:
        raise InvalidInput({"part": [splitting.WRONG_LENGTH]})
    return words


def _day(raw: str) -> str:
    day = read_day(raw)
    if day is None and raw:
        raise InvalidInput({"planned_on": ["Ngày chưa đúng. Xin chọn ngày trong lịch."]})
    return day.isoformat() if day else ""


def _points(_: str) -> str:
    ticked = [point.code for point in POINTS if request.form.get(f"point-{point.code}")]
    require_all(ticked)
    return ",".join(ticked)


def today() -> date:
    """Today in Viet Nam."""
    return now_utc().astimezone(VIETNAM).date()


_READ: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "assignee": _assignee,
        "tag": _tag,
        "body": _body,
        "label": _label,
        "letter": _letter,
        "refusal": _refusal,
        "until": _until,
        "lead": _lead,
        "helpers": _helpers,
        "title": _title,
        "part": _part,
        "text": _text,
        "outcome": _outcome,
        "planned_on": _day,
        "points": _points,
    }
)
