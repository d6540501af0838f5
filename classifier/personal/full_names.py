"""Full names where capitals tell nothing: a surname, then two or more syllables that names are made of."""

import re
from collections.abc import Iterator
from functools import cache

from classifier.personal.name_cues import is_place_before
from classifier.personal.name_parts import (
    ROYAL,
    Parts,
    folded,
    given,
    goes_beyond,
    is_known,
    is_on_street,
    is_ordinary,
    is_over,
    parts_at,
    unsure,
)
from classifier.personal.view import Span, View
from classifier.personal.words import bare as folded_words
from classifier.personal.words import places, words

_MIDDLES = frozenset(("văn", "thị", "van", "thi"))
_NEVER = frozenset(("mã", "ông", "văn", "viên", "hàng", "thi", "nay"))
_ROLE = (
    r"(?:^|[:,;(\"\n\-.–]|(?<![^\s(])(?:ông|bà|anh|chị|cô|chú|bác|cụ|em|cháu|thầy|tôi|tui|mình|con(?: trai| gái)?|vợ"
    r"|chồng|bố|mẹ|cha|bác sĩ|bs|luật sư|ls|kỹ sư|giám đốc|gđ|chủ tịch|bí thư|trưởng \w+|hiệu trưởng|cán bộ|nhân viên"
    r"|tài xế|lái xe|cử tri|hộ(?: nghèo)?|của|gồm|là|do|và|chủ (?:cũ|mới|hộ|xe|đất|nhà)"
    r"|hộ kinh doanh|chuyên viên|họ|thím|dượng|dì|cậu|mợ|bạn|gặp|lh|khách hàng|chủ nhiệm"
    r"|(?:anh|chị|em|cậu|chú|bác|cô|dì) (?:ruột|họ)(?: (?:tôi|em|mình))?|gửi|người (?:nhận|bán|mua|gửi|nộp"
    r"|đại diện)|học sinh|sinh viên|bệnh nhân|thành|cho|tên|đồng chí|dân phố|ghi))\s*$"
)
_HOLDER = re.compile(r"(?:\d|tk|bank|tcb|vcb|mb|bidv|acb|ten|chu (?:tk|tai khoan|the)|nhan)[\s,.:;(\-]{1,4}$")
_NUMBER_BEFORE = re.compile(r"\d[a-z]?\s*$")
_CLOSE = frozenset(("", ",", ".", ";", "(", ")", ":", "\n"))
_PAIRED = frozenset(("nguyen", "tran", "le", "pham", "huynh", "hoang", "vu", "vo", "phan", "bui", "ngo", "ho", "dinh"))
_VERBS = frozenset(("do", "chu", "trieu", "lo", "dang", "to", "phan", "ma", "sai", "mua", "phi", "cua"))
_SEEN_BACK = 24
_FULL = 3


@cache
def _surnames(*, bare: bool) -> re.Pattern[str]:
    known = words("bare_surname") if bare else words("surname")
    names = "|".join(sorted(filter(str.isalpha, known), key=len, reverse=True))
    rare = "|".join(sorted(filter(str.isalpha, folded_words("surname") - known)))
    also = rf"|(?:{rare})(?= (?:van|thi) [a-z])" if bare else ""
    return re.compile(rf"(?<![\w@.])(?:(?:{names})(?= [^\W\d_]){also})")


@cache
def _role(*, bare: bool) -> re.Pattern[str]:
    return re.compile(folded(_ROLE) if bare else _ROLE)


def find(view: View) -> Iterator[Span]:
    """Every full name of `view`, which must be written all in capitals or all without."""
    if not view.is_flat:
        return
    done = 0
    for match in _surnames(bare=view.is_bare).finditer(view.spelt):
        if match.start() >= done and (end := _end(view, match.start())):
            done = end
            yield Span(match.start(), end, "person_name")
    if not view.is_bare:
        yield from _printed(view)


def _printed(view: View) -> Iterator[Span]:
    """Names without marks beside an account, as a bank prints them, in a text that has marks."""
    printed = View(view.low, view.low)
    for match in _surnames(bare=True).finditer(view.spelt):
        start = match.start()
        if _HOLDER.search(view.low, max(0, start - _SEEN_BACK), start):
            found = [part for part in parts_at(printed, start) if view.spelt[start : part[1]].isascii()]
            if len(found) >= _FULL and is_over(view, found[-1][1]):
                yield Span(start, found[-1][1], "person_name")


def _end(view: View, start: int) -> int:
    """Where the name that begins at `start` ends; 0 when none does."""
    before = view.spelt[max(0, start - _SEEN_BACK) : start]
    if is_place_before(view, start) or _NUMBER_BEFORE.search(before):
        return 0
    found = parts_at(view, start)
    is_cued = bool(_role(bare=view.is_bare).search(before))
    while len(found) >= _FULL:
        if _is_name(view, start, found, is_cued=is_cued):
            return found[-1][1]
        found.pop()
    return 0


def _is_name(view: View, start: int, parts: Parts, *, is_cued: bool) -> bool:
    name = [part for part, _ in parts]
    end = parts[-1][1]
    if is_known(view, start, parts) or " ".join(name) in (folded_words if view.is_bare else words)("street"):
        return False
    if view.is_bare and name[0] not in words("bare_common_surname") and _is_ordinary_before(view, start, name[0]):
        return False
    is_clear = is_over(view, end) or (view.is_bare and _is_clear_bare(view, name))
    if not is_clear and (not is_cued or len(name) > _FULL or name[-1] in unsure(view)):
        return False
    is_closed = is_cued and view.low[end : end + 2].strip()[:1] in _CLOSE
    return (
        _is_usual_bare(view, name, is_cued=is_cued, is_closed=is_closed)
        if view.is_bare
        else _is_usual(view, name, is_cued=is_cued)
    )


def _is_usual(view: View, name: list[str], *, is_cued: bool) -> bool:
    """Whether these syllables with marks make a name."""
    odd = sum(part in unsure(view) for part in name[1:])
    if name[0] in _NEVER and name[1] not in _MIDDLES:
        return False
    if name[1] in _MIDDLES:
        return is_cued or name[0] in words("common_surname") or name[-1] not in unsure(view)
    if name[0] in words("ordinary_surname"):
        return is_cued and not odd
    return (is_cued and odd < len(name) - 1) or (name[0] in words("common_surname") and not odd)


def _is_usual_bare(view: View, name: list[str], *, is_cued: bool, is_closed: bool) -> bool:
    """Whether these syllables without marks make a name."""
    if is_on_street(name[0], name[1]) or goes_beyond(name):
        return False
    if f"{name[0]} {name[1]}" in ROYAL:
        return True
    if name[1] in _MIDDLES and not (is_closed and not is_ordinary(name[1:])) and not _is_usual_middle(view, name):
        return is_closed and name[-1] in given(view)
    if is_cued and name[0] in _PAIRED and name[1] in _PAIRED and len(name) > _FULL and not is_ordinary(name[1:]):
        return True
    if is_cued and name[1] in _MIDDLES:
        return True
    if is_cued and name[-1] in given(view) and not is_ordinary(name):
        return True
    is_sure = name[0] in words("bare_common_surname") and (name[-1] not in unsure(view) or not is_ordinary(name))
    is_likely = is_sure or (is_cued and (is_closed or name[0] in words("bare_common_surname")))
    return name[1] in words("bare_middle") and name[-1] in given(view) and is_likely


def _is_ordinary_before(view: View, start: int, first: str) -> bool:
    """Whether the word right before `start` and the `first` of the name are neighbours in ordinary sentences."""
    before = view.low[max(0, start - _SEEN_BACK) : start]
    pair = [*before.split()[-1:], first]
    return before.endswith(" ") and (is_ordinary(pair) or " ".join(pair) in places())


def _is_usual_middle(view: View, name: list[str]) -> bool:
    """Whether "van" or "thi" is a middle name here, not "vẫn", "vận" or "thì"."""
    is_common = name[0] in words("bare_common_surname")
    is_known = name[0] in words("bare_surname") and name[-1] in given(view) - unsure(view)
    is_verb = name[0] in _VERBS and is_ordinary(name[1:])
    return is_common or (is_known and not is_verb) or not is_ordinary(name)


def _is_clear_bare(view: View, name: list[str]) -> bool:
    """Whether these syllables without marks are hardly anything but a name, whatever follows."""
    is_usual = name[0] in words("bare_common_surname") and name[1] in words("bare_middle")
    return is_usual and name[-1] in given(view) - unsure(view) and not is_ordinary(name)
