"""Names without capitals behind "tên là …", "em là …", a title or a farewell: by their syllables and what follows."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from classifier.personal.name_cues import COMPOUND, is_place_before
from classifier.personal.name_parts import (
    SYLLABLE,
    folded,
    given,
    goes_beyond,
    is_known,
    is_on_street,
    is_ordinary,
    is_over,
    parts_at,
    runs_on,
    surnames,
    unsure,
)
from classifier.personal.view import Span, View
from classifier.personal.words import bare, places, words

_WHO = (
    r"tôi|tui|em|mình|cháu|con|mk|bé|vợ|chồng|bố|mẹ|ba|má|cha|ông|bà|anh|chị|cô|chú|bác|bạn|người|nhân viên|cán bộ"
    r"|chủ (?:hộ|xe|nhà|trọ|tk|tài khoản|đất)"
)
_WHOSE = r"(?: (?:tôi|em|mình|cháu|tui|ruột|trai|gái|dâu|rể|họ|ngoại|nội|nó|ấy|đó|ta|cũ|mới)){0,3}"
_TOLD = (
    rf"(?:(?:{_WHO}){_WHOSE} )?tên(?: (?:tôi|em|mình|cháu|con|vợ|chồng|bố|mẹ|đầy đủ|thật|gọi|người nhận)){{0,2}}"
    r"(?: (?:là|đúng là)|\s?:)?"
    r"|người (?:viết|gửi|làm đơn|phản ánh|kiến nghị|đề nghị|liên hệ|nhận|nộp|mua|bán|bị hại|đại diện)(?: là|\s?:)?"
    r"|chủ (?:hộ|xe|tk|tài khoản|đất|nhà|trọ)(?: là|\s?:)?|tôi:"
)
_POST = (
    r"(?:phó )?(?:giám đốc|chủ tịch|bí thư|trưởng (?:thôn|ấp|xóm|bản|phòng)|hiệu trưởng)|bác sĩ|luật sư|cán bộ"
    r"|nhân viên|chuyên viên|tài xế"
)
_IS = rf"(?:tôi|tui|em|mình|cháu|mk|con (?:tôi|em|mình)|(?:vợ|chồng|bố|mẹ|ba|má|cha){_WHOSE}) là"
_WORK = r"kế toán|công an|cán bộ|trưởng thôn|tổ trưởng|văn thư|địa chính|hàng xóm|chủ nhà|chủ trọ|bảo vệ|giáo viên|giáo"
_TITLE = (
    r"(?:ông|bà|anh|chị|cô|chú|bác|thầy|dì|cậu|cụ|thím|mợ|dượng|bạn|đồng chí|đ/c|bé|em|cháu|con (?:trai|gái|dâu|rể))"
    rf"(?: (?:{_WORK}|tôi|nội|ngoại|gái|trai))?"
)
_CUES = (
    rf"(?<![^\s(,.:;\"/\-])(?:(?P<told>{_TOLD})|(?P<is>{_IS})(?! (?:ông|bà|anh|chị|cô|chú|bác|cụ) )"
    rf"|(?P<post>{_POST})|(?P<title>{_TITLE})) (?=[^\s\d])"
)
_BYE = (
    r"(?:cảm ơn|trân trọng|kính thư|kính chào|hồi âm|ký tên)[^\n]{0,20}[.,!:\n]\s{0,2}"
    r"|\d{3} ?[(–—\-] ?|\.(?:com|vn)[;,]? ?[(;–—\-] ?"
)
_SMALL = frozenset(("em", "cháu", "bé", "bạn", "chau", "be", "ban"))
_HAILS = frozenset(("ông", "bà", "anh", "chị"))
_MARKS = frozenset((",", ".", ")", ";", ""))
_BARE_HAILS = frozenset(("anh", "chi", "ong"))
_NO_BARE_TITLES = frozenset(("duong", "cau", "cu", "di", "mo"))
_LEADERS = frozenset(("bac ho", "cu ho"))
_PHONE_AFTER = re.compile(r"[ ,:(\-]{1,3}(?:sdt |dt |so )?[0o][0-9o]{2}")
_PHONED = frozenset(("anh", "chi", "ong", "co", "chu", "bac"))
_FULL = 3
_SHORT = 2


@cache
def _cues(*, bare: bool) -> re.Pattern[str]:
    return re.compile(folded(_CUES) if bare else _CUES)


@cache
def _byes(*, bare: bool) -> re.Pattern[str]:
    return re.compile(folded(_BYE) if bare else _BYE)


def find(view: View) -> Iterator[Span]:
    """Every name of `view` without capitals (or all in capitals) that is told, hailed, or ends a letter."""
    for cue in _cues(bare=view.is_bare).finditer(view.spelt):
        if view.is_bare and cue["title"] in _NO_BARE_TITLES:
            continue
        is_plain = view.text[cue.end()].islower() or view.is_upper
        if is_plain and not (cue["title"] and is_place_before(view, cue.start())):
            end = _end(view, cue)
            if end:
                yield Span(cue.end(), end, "person_name")
    if view.is_flat:
        for bye in _byes(bare=view.is_bare).finditer(view.spelt):
            if end := _signature_end(view, bye.end()):
                yield Span(bye.end(), end, "person_name")


def _end(view: View, cue: re.Match[str]) -> int:
    """Where the name behind the `cue` ends; 0 when none stands there."""
    found = parts_at(view, cue.end())
    while found:
        end = found[-1][1]
        is_name = not is_known(view, cue.end(), found) and _is_name(view, cue, [part for part, _ in found], end)
        if is_name and not (view.is_bare and _is_ordinary_bare(view, cue, end)):
            return end
        found.pop()
    return 0


def _is_ordinary_bare(view: View, cue: re.Match[str], end: int) -> bool:
    """Whether, without marks, the words from the last of the `cue` to `end` and on are an ordinary sentence."""
    name = view.low[cue.end() : end].split()
    is_closed = view.low[end : end + 2].strip()[:1] in _MARKS or not view.low[end : end + 2].strip().isalnum()
    if goes_beyond(name) or is_on_street(name[0], name[1] if name[1:] else ""):
        return True
    if f"{cue[0].split()[-1]} {name[0]}" in places():
        return True
    is_usual = name[0] in words("bare_common_surname") or (cue["post"] and len(name) == _FULL)
    if not is_usual and len(name) >= _FULL and is_ordinary([cue[0].split()[-1], name[0]]):
        return True
    if cue["told"] and is_closed and len(name) >= _FULL and name[0] in words("bare_surname"):
        return False
    if len(name) >= _FULL and name[0] in words("bare_surname") and name[1] in words("bare_middle"):
        return False
    if len(name) == _FULL and name[1] == "a" and name[0] in bare("surname"):
        return False
    if name[0] == "y" or (len(name) >= _FULL and name[1] in {"van", "thi"}):
        return is_ordinary(name[1:])
    last = cue[0].split()[-1].strip(":")
    if f"{last} {' '.join(name[:2])}" in places() or cue[0].startswith("ban "):
        return True
    if _has_phone(view, cue, name, end):
        return False
    if last in {"noi", "ngoai"} or (last in {"trai", "gai"} and not is_closed):
        return True
    return is_ordinary(name) or (not is_closed and (is_ordinary([last, name[0]]) or runs_on(view, [(name[-1], end)])))


def _has_phone(view: View, cue: re.Match[str], name: Sequence[str], end: int) -> bool:
    """Whether a given name after "anh" or "chị" stands right before a phone number."""
    is_hailed = cue["title"] in _PHONED and len(name) == 1 and name[0] in given(view)
    return is_hailed and bool(_PHONE_AFTER.match(view.low, end))


def _is_name(view: View, cue: re.Match[str], name: list[str], end: int) -> bool:
    if " ".join(name) in words("country") and (cue["title"] is None or cue["title"] == "anh"):
        return False
    if f"{cue[0]}{' '.join(name)}" in words("known"):
        return False
    if len(name) >= _FULL and name[0] in surnames(view, name) and (name[-1] not in unsure(view) or is_over(view, end)):
        return not view.is_bare or cue["title"] is None or name[1] in words("bare_middle") | {"a"}
    if not is_over(view, end) or COMPOUND.match(view.low, cue.end()):
        return False
    return _is_short_name(view, cue, name, end)


def _is_short_name(view: View, cue: re.Match[str], name: list[str], end: int) -> bool:
    """Whether one or two syllables, with a clear end behind them, are a name after this `cue`."""
    known = given(view)
    if not all(part in known for part in name[1:]) or (len(name) == 1 and not _may_stand_alone(view, name[0], end)):
        return False
    odd = sum(part in unsure(view) for part in name)
    if view.is_bare and _has_phone(view, cue, name, end):
        return True
    if cue["told"] and view.is_bare and odd and len(name) == 1 and ":" not in cue[0]:
        return False
    if cue["told"]:
        is_said = " " in cue["told"] or ":" in cue["told"]
        return not odd or (is_said and (odd < len(name) or len(name) > 1 or not view.low.startswith(" ", end)))
    if len(name) == _SHORT and name[0] in words("rank") and not view.is_bare:
        return name[1] not in unsure(view)
    if cue["post"]:
        return len(name) > 1 and name[0] in surnames(view, name) and not odd
    title = cue[0].strip()
    if view.is_bare and cue["title"] and len(name) <= _SHORT and not is_ordinary([title.split()[-1], *name]):
        is_closed = view.low[end : end + 1] in _MARKS and title not in _SMALL
        is_leader = f"{title} {name[0]}" in _LEADERS
        return (is_closed or not odd) and not is_leader and not runs_on(view, [(name[-1], end)])
    if view.is_bare and (odd or (cue["title"] and title not in _BARE_HAILS)):
        return False
    if len(name) == 1 and (odd or title in _SMALL):
        return not view.text[end:].strip(" .") if not odd else title in _HAILS and view.low[end : end + 1] in _MARKS
    return not odd


def _may_stand_alone(view: View, name: str, end: int) -> bool:
    """Whether `name` is a given name, not the surname of one that goes on."""
    next_part = SYLLABLE.match(view.spelt, end)
    goes_on = next_part and view.low.startswith(" ", end) and next_part[1] in given(view)
    return name in given(view) and not (goes_on and name in words("bare_surname" if view.is_bare else "surname"))


def _signature_end(view: View, start: int) -> int:
    """Where a name of one to four syllables ends that closes a line or a bracket; 0 when none does."""
    found = parts_at(view, start)
    if not found or found[-1][1] == start or is_known(view, start, found):
        return 0
    end = found[-1][1]
    names = [part for part, _ in found]
    is_closed = view.text[end : end + 1] in {"", ")", "\n"} or not view.text[end:].strip(" .")
    is_sure = (
        (len(names) >= _FULL and names[0] in surnames(view, names))
        or (len(names) > 1 and not all(name in unsure(view) for name in names))
        or (names[0] not in unsure(view) and view.text[end : end + 1] == ")")
    )
    return end if is_closed and is_sure and all(name in given(view) for name in names[len(names) > 1 :]) else 0
