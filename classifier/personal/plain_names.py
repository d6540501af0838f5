"""Persons' names written without capitals (or all in capitals): a surname right after a title or another cue."""

import re
from collections.abc import Iterator
from functools import cache

from classifier.personal.name_cues import SAYS_NAME, SPEAKERS, TITLES, announced
from classifier.personal.view import Span, View, look
from classifier.personal.words import words

_BEFORE = re.compile(
    rf"(?:(?<![a-z0-9])(?P<title>{'|'.join(sorted({look(title).low for title in TITLES}))})\s?[:.]?|[:,(\"])\s*$"
)
_SYLLABLE = re.compile(r" {1,2}([^\W\d_]+)(?![\w@])")
_BARE_GIVEN = re.compile(
    r"(?<!\w)(?:anh (tuan|quang|duc|cuong|hoang|khanh|kien|hieu|vinh|toan|quyet|tung)|chi (oanh|quynh|loan|yen|nga"
    r"|thao|hanh|trinh|phuong))(?!\w)"
)
_ACCENTED = {"van": "văn", "thi": "thị"}
_MOST_AFTER_SURNAME = 4
_SEEN_BACK = 40
_CLEAR, _LOOSE = "clear", "loose"


@cache
def _surnames() -> re.Pattern[str]:
    names = "|".join(sorted(words("bare_surname"), key=len, reverse=True))
    return re.compile(rf"[ \n:(\"](?P<surname>{names})(?= [a-z])")


@cache
def _given() -> re.Pattern[str]:
    """A title and one syllable that is nothing but a name, all in small letters."""
    return re.compile(rf"(?<!\w)(?:anh|chị|cô|chú|bác|ông|bà|a|c) ({'|'.join(sorted(words('plain_given')))})(?![\w])")


def find(view: View) -> Iterator[Span]:
    """Every name of `view` that only its surname and its cue show."""
    if view.text.islower():
        pattern = _BARE_GIVEN if view.is_bare else _given()
        yield from (Span(*match.span(match.lastindex or 0), "person_name") for match in pattern.finditer(view.text))
    for match in _surnames().finditer(view.low):
        start = match.start("surname")
        if not (view.text[start].islower() or view.is_upper) or not _is_spelt(view, start, match["surname"]):
            continue
        how = _how_announced(view, start)
        if how:
            end = _end(view, match.end("surname"), match["surname"], is_loose=how == _LOOSE)
            if end and (view.is_upper or view.text[start:end].islower()):
                yield Span(start, end, "person_name")


def _is_spelt(view: View, start: int, surname: str) -> bool:
    """Whether the surname carries its marks, where the writer uses marks."""
    written = view.text[start : start + len(surname)].lower()
    return view.is_bare or written in words("plain_surname")


def _how_announced(view: View, start: int) -> str:
    """Whether a title or another cue stands right before `start`, with its marks where the writer uses marks."""
    window = view.low[max(0, start - _SEEN_BACK) : start]
    title = _BEFORE.search(window)
    if title and title["title"]:
        at = start - len(window) + title.start("title")
        written = view.text[at : at + len(title["title"])].lower()
        if view.is_bare or written in TITLES:
            return _CLEAR
    cue = announced(view, start)
    if not cue or cue["cue"] in SPEAKERS:
        return ""
    return _CLEAR if SAYS_NAME.search(cue["cue"]) or "ten" in cue["cue"] or ":" in cue[0] else _LOOSE


def _end(view: View, position: int, surname: str, *, is_loose: bool) -> int:
    """Where the name ends whose `surname` ends at `position`; 0 when it is no name."""
    syllables: list[str] = []
    end = position
    while len(syllables) < _MOST_AFTER_SURNAME and (match := _SYLLABLE.match(view.low, end)):
        written = view.text[match.start(1) : match.end(1)].lower()
        if not _goes_on(match[1], syllables) or not (view.is_bare or _ACCENTED.get(match[1], written) == written):
            break
        syllables.append(match[1])
        end = match.end()
    is_full = len(syllables) > 1 and syllables[0] in (_ACCENTED if is_loose else words("middle"))
    is_sure = surname in words("sure_surname") and syllables and syllables[-1] in words("given") - words("stop")
    return end if is_full or (is_sure and not is_loose) else 0


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
