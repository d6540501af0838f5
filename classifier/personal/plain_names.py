"""Persons' names written without capitals (or all in capitals): a surname right after a title or another cue."""

import re
from collections.abc import Iterator
from functools import cache

from classifier.personal.name_cues import COMPOUND, SAYS_NAME, SPEAKERS, TITLES, announced, is_place_before
from classifier.personal.name_parts import goes_beyond, is_on_street, is_ordinary, runs_on
from classifier.personal.view import Span, View, look
from classifier.personal.words import places, words

_BEFORE = re.compile(
    rf"(?:(?<![a-z0-9])(?P<title>{'|'.join(sorted({look(title).low for title in TITLES}))})\s?[:.]?|[:,(\"])\s*$"
)
_SYLLABLE = re.compile(r" {1,2}([^\W\d_]+)(?![\w@])")
_BARE_GIVEN = re.compile(
    r"(?<!\w)(?<!chung )(?:anh (?P<he>tuan|quang|duc|cuong|hoang|khanh|kien|hieu|vinh|toan|quyet|tung)"
    r"|chi (?P<she>oanh|quynh|loan|yen|nga|thao|hanh|trinh|phuong))(?!\w)"
)
_HAILS = (
    r"anh|chị|cô|chú|bác|ông|bà|a|c|cụ|bé|thầy|cậu|dì|bạn|em tên|tôi tên|tên"
    r"|tên là|mình là|em là|cháu|con tôi|em gái|em trai|chồng em|vợ tôi|ms|shipper|gặp|lh|liên hệ"
)
_ORDINARY = frozenset(("lý", "hồ", "triệu", "cao", "mai"))
_ACCENTED = {"van": "văn", "thi": "thị"}
_MOST_AFTER_SURNAME = 4
_SEEN_BACK = 40
_CLEAR, _LOOSE = "clear", "loose"


@cache
def _surnames(*, with_rare: bool) -> re.Pattern[str]:
    rare = {look(surname).low for surname in words("surname")} if with_rare else set()
    names = "|".join(sorted(filter(str.isalpha, rare | words("bare_surname")), key=len, reverse=True))
    return re.compile(rf"[ \n:(\"](?P<surname>{names})(?= [a-z])")


@cache
def _given() -> re.Pattern[str]:
    """A title, and syllables that are hardly anything but names."""
    first, then = "|".join(sorted(words("plain_given"))), "|".join(sorted(words("plain_given") | words("plain_second")))
    return re.compile(rf"(?<!\w)(?:{_HAILS}) (?!anh |chi )((?:(?:{then}) (?:{then})(?: (?:{then}))?|{first}))(?!\w)")


def find(view: View) -> Iterator[Span]:
    """Every name of `view` that only its surname and its cue show."""
    for match in _surnames(with_rare=view.is_flat and not view.is_bare).finditer(" " + view.low):
        start, surname = match.start("surname") - 1, match["surname"]
        if not (view.text[start].islower() or view.is_upper):
            continue
        if not _is_spelt(view, start, surname):
            continue
        how = _how_announced(view, start)
        end = _end(view, start + len(surname), surname, how) if how or view.is_flat else 0
        if end and (view.is_upper or view.text[start:end].islower()):
            yield Span(start, end, "person_name")
    if view.is_flat:
        yield from _hailed(view)


def _hailed(view: View) -> Iterator[Span]:
    """Given names after a title in a text without capitals."""
    if view.is_bare:
        for match in _BARE_GIVEN.finditer(view.low):
            if runs_on(view, [(match[0].split()[1], match.end())]):
                continue
            yield Span(*match.span(str(match.lastgroup)), "person_name")
        return
    lower = view.text.lower()
    for match in _given().finditer(lower if len(lower) == len(view.text) else ""):
        compound = COMPOUND.match(view.low, match.start(1))
        if not compound or compound.end() <= match.end(1):
            yield Span(*match.span(1), "person_name")


def _is_spelt(view: View, start: int, surname: str) -> bool:
    """Whether the surname carries its marks, where the writer uses marks."""
    written = view.text[start : start + len(surname)].lower()
    if view.is_bare or (view.is_upper and written == surname and written in words("sure_surname")):
        return True
    return written in words("surname" if view.is_flat else "plain_surname")


def _how_announced(view: View, start: int) -> str:
    """Whether a title or another cue stands right before `start`, with its marks where the writer uses marks."""
    window = view.low[max(0, start - _SEEN_BACK) : start]
    title = _BEFORE.search(window)
    if title and title["title"]:
        at = start - len(window) + title.start("title")
        written = view.text[at : at + len(title["title"])].lower()
        if (view.is_bare and not is_place_before(view, start)) or written in TITLES:
            return _CLEAR
    cue = announced(view, start)
    if not cue or cue["cue"] in SPEAKERS:
        return ""
    return _CLEAR if SAYS_NAME.search(cue["cue"]) or "ten" in cue["cue"] or ":" in cue[0] else _LOOSE


def _end(view: View, position: int, surname: str, how: str) -> int:
    """Where the name ends whose `surname` ends at `position`; 0 when it is no name."""
    syllables: list[str] = []
    end = position
    while len(syllables) < _MOST_AFTER_SURNAME and (match := _SYLLABLE.match(view.low, end)):
        written = view.text[match.start(1) : match.end(1)].lower()
        is_spelt = view.is_bare or written == match[1] or _ACCENTED.get(match[1], written) == written
        if not is_spelt or not _goes_on(match[1], syllables):
            break
        syllables.append(match[1])
        end = match.end()
    if not how:
        return end if _is_evident(view, position - len(surname), position, end) else 0
    is_full = len(syllables) > 1 and syllables[0] in (words("middle") if how == _CLEAR else _ACCENTED)
    is_sure = surname in words("sure_surname") and syllables and syllables[-1] in words("given") - words("stop")
    if view.is_bare and _is_ordinary_bare(view, surname, syllables, end):
        return 0
    if is_full and surname == "phi" and COMPOUND.match(view.low, position - len(surname)):
        return 0
    is_sure = is_sure and not (view.is_bare and is_ordinary([surname, syllables[0]]))
    return end if is_full or (is_sure and how == _CLEAR) else 0


def _is_ordinary_bare(view: View, surname: str, syllables: list[str], end: int) -> bool:
    """Whether, without marks, the `surname` and the `syllables` up to `end` are ordinary words."""
    if syllables and (is_on_street(surname, syllables[0]) or goes_beyond([surname, *syllables])):
        return True
    before = view.low[max(0, end - 2 * _SEEN_BACK) : end].split()[: -len(syllables) - 1][-1:]
    if surname not in words("bare_common_surname") and before and f"{before[0]} {surname}" in places():
        return True
    if not syllables or surname in words("bare_common_surname") or (len(syllables) > 1 and syllables[0] == "thi"):
        return not syllables
    if len(syllables) > 1 and syllables[0] == "van":
        return is_ordinary(syllables)
    is_closed = view.low[end : end + 1] in {"", ",", ".", ")", ";", "\n"}
    return is_ordinary([surname, *syllables]) and not (is_closed and syllables[0] in words("bare_middle"))


def _is_evident(view: View, start: int, position: int, end: int) -> bool:
    """Whether, by their marks, the surname at `start` and the two or more syllables after it can only be a name."""
    surname, rest = view.text[start:position].lower(), view.text[position:end].lower().split()
    if len(rest) < len(_ACCENTED) or surname not in words("plain_surname") - _ORDINARY:
        return False
    is_known = all(syllable in words("plain_given") | words("plain_second") for syllable in rest[1:])
    is_name = rest[0] in _ACCENTED.values() or (is_known and rest[0] in words("plain_second") | words("plain_given"))
    return is_name and f"{surname} {' '.join(rest)}" not in words("street") and not is_place_before(view, start)


def _goes_on(syllable: str, before: list[str]) -> bool:
    """Whether `syllable` continues a name that has the syllables `before` after its surname."""
    is_name = syllable in words("given") or syllable in words("middle")
    if not before:
        return is_name or syllable not in words("stop")
    if len(before) == 1 and before[0] in _ACCENTED:
        return is_name or syllable not in words("stop")
    if len(before) == 1 and before[0] in words("middle"):
        return is_name
    return is_name and syllable not in words("stop")
