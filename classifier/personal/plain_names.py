"""Persons' names written without capitals (or all in capitals): a surname right after a title or another cue."""

import re
from collections.abc import Iterator
from functools import cache

from classifier.personal.name_cues import CUE_BEFORE, TITLES
from classifier.personal.view import Span, View, look
from classifier.personal.words import words

_BEFORE = re.compile(rf"(?:(?<![a-z0-9])(?P<title>{'|'.join(sorted({look(title).low for title in TITLES}))})\s?[:.]?|[:,(\"])\s*$")
_SYLLABLE = re.compile(r" {1,2}([^\W\d_]+)(?![\w@])")
_ACCENTED = {"van": "văn", "thi": "thị"}
_MOST_AFTER_SURNAME = 4
_SEEN_BACK = 40


@cache
def _surnames() -> re.Pattern[str]:
    names = "|".join(sorted(words("bare_surname"), key=len, reverse=True))
    return re.compile(rf"[ \n:(\"](?P<surname>{names})(?= [a-z])")


def find(view: View) -> Iterator[Span]:
    """Every name of `view` that only its surname and its cue show."""
    for match in _surnames().finditer(view.low):
        start = match.start("surname")
        if not (view.text[start].islower() or view.is_upper) or not _is_spelt(view, start, match["surname"]):
            continue
        if _is_announced(view, start):
            end = _end(view, match.end("surname"), match["surname"])
            if end and (view.is_upper or view.text[start:end].islower()):
                yield Span(start, end, "person_name")


def _is_spelt(view: View, start: int, surname: str) -> bool:
    """Whether the surname carries its marks, where the writer uses marks."""
    written = view.text[start : start + len(surname)].lower()
    return view.is_bare if written == surname != "le" and written not in words("surname") else written in words("surname") or view.is_bare


def _is_announced(view: View, start: int) -> bool:
    """Whether a title or another cue stands right before `start`, with its marks where the writer uses marks."""
    window = view.low[max(0, start - _SEEN_BACK) : start]
    title = _BEFORE.search(window)
    if title and title["title"]:
        at = start - len(window) + title.start("title")
        written = view.text[at : at + len(title["title"])].lower()
        if view.is_bare or written in TITLES:
            return True
    return bool(CUE_BEFORE.search(window))


def _end(view: View, position: int, surname: str) -> int:
    """Where the name ends whose `surname` ends at `position`; 0 when it is no name."""
    syllables: list[str] = []
    end = position
    while len(syllables) < _MOST_AFTER_SURNAME and (match := _SYLLABLE.match(view.low, end)):
        written = view.text[match.start(1) : match.end(1)].lower()
        if not _goes_on(match[1], syllables) or not (view.is_bare or _ACCENTED.get(match[1], written) == written):
            break
        syllables.append(match[1])
        end = match.end()
    is_sure = surname in words("sure_surname") and syllables and syllables[-1] in words("given") - words("stop")
    is_full = len(syllables) > 1 and syllables[0] in words("middle")
    return end if is_full or is_sure else 0


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
