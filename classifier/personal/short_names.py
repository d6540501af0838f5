"""Short names where capitals tell nothing: by rank ("ông chín hùng"), first in a line, after "gặp"."""

import re
from collections.abc import Iterator
from functools import cache

from classifier.personal.name_cues import COMPOUND
from classifier.personal.name_parts import SYLLABLE, folded, given, is_known, is_ordinary, is_over, parts_at, unsure
from classifier.personal.view import Span, View, look
from classifier.personal.words import words

_RANKED = (
    r"(?<!\w)(?:(?:ông|bà|anh|chị|cô|chú|bác|thím|dượng|cậu|dì|mợ)|(?:tôi|tui|em|mình) là) "
    r"(?P<rank>hai|ba|tư|năm|sáu|bảy|tám|chín|mười|út)(?= )"
)
_ASKED = (
    r"(?<!\w)(?:gặp|lh|liên hệ|nhắn|con (?:trai|gái|dâu|rể|út)|em (?:trai|gái)|vợ|chồng)(?: (?:tôi|em|mình"
    r"|cháu))? (?=\w)"
)
_ASKED += r"|(?<!\w)(?:em|anh|chị|cháu) (?:họ|ruột|trai|gái|nội|ngoại) (?:tôi|em|mình|tui)[,:(]? \(?(?=\w)"
_UPLAND = re.compile(
    r"(?<!\w)(?:tên|là|ông|bà|anh|chị|em|bạn|già làng|ten|la|ong|ba|chi|ban|gia lang) "
    r"((?:(?:y|ksor|siu|rmah|rcom|kpă|kpa|rơ châm|ro cham) |h['’])[^\W\d_]{2,}(?: (?:niê|nie|êban|eban|mlô|mlo"
    r"|ksor|kđoh|kdoh))*)(?!\w)"
)
_NOT_UPLAND = re.compile(
    r"y (?:nguyen|nguyên|ta|te|tế|tá|sĩ|si|bác|bac|như|nhu|kiến|kien|định|dinh|án|an|học|hoc|khoa|chang|chí|chi"
    r"|nghia|cua|toi)(?!\w)"
)
_SPEAKS = (
    r"[ ,:\-–(]{1,3}(?:xin|hỏi|phản ánh|kiến nghị|đề nghị|góp ý|ở|\d|quê|thôn|tổ|sn|sinh|con tôi|con em|thưa|nhờ)(?!\w)"
)
_LINE = re.compile(r"(?:^|\n)(?=\w)")
_MOST = 3
_CLOSE = frozenset(("", ",", ".", ")", "\n", ";", "("))


@cache
def _pattern(expression: str, *, bare: bool) -> re.Pattern[str]:
    return re.compile(folded(expression) if bare else expression)


def find(view: View) -> Iterator[Span]:
    """Every short name of `view`, which must be written all in capitals or all without."""
    if not view.is_flat:
        return
    for upland in _UPLAND.finditer(view.spelt):
        if not _NOT_UPLAND.match(upland[1]):
            yield Span(*upland.span(1), "person_name")
    for ranked in _pattern(_RANKED, bare=view.is_bare).finditer(view.spelt):
        if end := _ranked_end(view, ranked):
            yield Span(ranked.start("rank"), end, "person_name")
    for asked in _pattern(_ASKED, bare=view.is_bare).finditer(view.spelt):
        end = _given_end(view, asked.end(), asked[0])
        if end and view.low[end : end + 1] in _CLOSE:
            yield Span(asked.end(), end, "person_name")
    for line in _LINE.finditer(view.spelt):
        end = _given_end(view, line.end(), "")
        if end and " " in view.low[line.end() : end] and _speaks(view, end):
            yield Span(line.end(), end, "person_name")


def _ranked_end(view: View, ranked: re.Match[str]) -> int:
    """Where the given name ends that follows a rank among brothers and sisters; 0 when none does."""
    name = SYLLABLE.match(view.spelt, ranked.end())
    if not name or name[1] not in given(view) or COMPOUND.match(view.low, name.start(1)):
        return 0
    rank = look(ranked["rank"]).low
    is_usual = name[1] in words("after_name") or is_ordinary([rank, look(name[1]).low])
    return name.end() if is_over(view, name.end()) and not is_usual else 0


def _given_end(view: View, start: int, cue: str) -> int:
    """Where one to three syllables of a given name end that hardly are anything else; 0 when none stand there."""
    found = parts_at(view, start)[:_MOST]
    names = [part for part, _ in found]
    if not found or is_known(view, start, found) or COMPOUND.match(view.low, start):
        return 0
    before = [look(word).low for word in cue.split()[-1:]]
    is_odd = any(name in unsure(view) or name not in given(view) for name in names)
    return 0 if is_odd or is_ordinary([*before, *map(_low, names)]) else found[-1][1]


def _low(word: str) -> str:
    return look(word).low


def _speaks(view: View, end: int) -> bool:
    """Whether the one named up to `end` goes on to speak."""
    return bool(_pattern(_SPEAKS, bare=view.is_bare).match(view.spelt, end))
