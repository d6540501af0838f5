"""Syllables that names are made of, where capitals tell nothing: by their marks, or without any."""

import re
from collections.abc import Sequence
from itertools import pairwise

from classifier.personal.name_cues import COMPOUND
from classifier.personal.view import View, look
from classifier.personal.words import bare, ordinary_pairs, places, words

Parts = list[tuple[str, int]]

SYLLABLE = re.compile(r" ?([^\W\d_]+(?:['’][^\W\d_]+)?)(?![\w@])")
_MIDDLES = frozenset(("văn", "thị", "seo"))
ROYAL = frozenset(("ton nu", "ton that", "au duong"))
_STREETED = frozenset(("le", "ngo", "vo", "ly", "phan", "hoang", "dinh"))
_MOST = 5
_BARE_ORDINARY = frozenset(
    ("tran trong", "phan anh", "nguyen nhan", "dang ky", "dang nhap", "lam cong", "khong co", "de nghi")
)


def parts_at(view: View, position: int) -> Parts:
    """The next syllables that may be parts of a name, each with its end; whatever follows "văn" or "thị" is one."""
    found: Parts = []
    while len(found) < _MOST and (match := SYLLABLE.match(view.spelt, position)):
        if not (_is_part(view, match[1]) or (found and _is_free(view, found, match))):
            break
        found.append((match[1], match.end()))
        position = match.end()
    return found


def _is_free(view: View, found: Parts, match: re.Match[str]) -> bool:
    """Whether any syllable may stand here: behind "văn" or "thị", or last of all before a mark."""
    if f"{look(found[-1][0]).low} {view.low[match.start(1) : match.end()]}" in ROYAL:
        return True
    if len(found) == 1:
        return False
    is_last = view.low[match.end() : match.end() + 1] in {"", ",", ".", ";", ")", "\n", ":", "-"}
    is_middle = look(found[-1][0]).low in {"van", "thi"}
    return is_last if view.low[match.start(1) : match.end()] in words("stop") or not is_middle else True


def _is_part(view: View, syllable: str) -> bool:
    if view.is_bare:
        return syllable in words("given") | words("middle") | bare("surname")
    return syllable in words("marked_given") or syllable in words("surname") or syllable in _MIDDLES


def folded(pattern: str) -> str:
    """A regular expression for text without marks made of one for text with marks."""
    return "".join(
        look(character).low if character.isalpha() and not character.isascii() else character for character in pattern
    )


def surnames(view: View, parts: Sequence[str]) -> frozenset[str]:
    """Surnames that `parts` may begin with: without marks the rare ones only before "van", "thi" or "a"."""
    if not view.is_bare:
        return words("surname")
    is_clear = len(parts) > 1 and parts[1] in {"van", "thi", "a"}
    return words("bare_surname") | (bare("surname") if is_clear else frozenset())


def given(view: View) -> frozenset[str]:
    """Syllables of given names as the writer writes, with marks or without."""
    return words("given") if view.is_bare else words("marked_given")


def unsure(view: View) -> frozenset[str]:
    """Syllables of names that are ordinary words as well."""
    return words("bare_unsure") if view.is_bare else words("unsure")


def is_ordinary(parts: Sequence[str]) -> bool:
    """Whether two neighbours of the folded `parts` also stand side by side in ordinary sentences."""
    return any(f"{one} {other}" in ordinary_pairs() for one, other in pairwise(parts))


def goes_beyond(parts: Sequence[str]) -> bool:
    """Whether the folded `parts` run from a name of three syllables into the sentence."""
    return any(part in bare("after_name") for part in parts[3:])


def is_on_street(first: str, second: str) -> bool:
    """Whether the folded pair is "đường" and the surname of the one it is named after, not a Dương."""
    return first == "duong" and second in words("bare_common_surname") | _STREETED


def runs_on(view: View, parts: Parts) -> bool:
    """Whether the last of the `parts` and the next word also stand side by side in ordinary sentences."""
    after = SYLLABLE.match(view.low, parts[-1][1])
    return after is not None and is_ordinary([look(parts[-1][0]).low, after[1]])


def is_over(view: View, end: int) -> bool:
    """Whether something that no name has follows: a mark, a number, or a word that goes on with the sentence."""
    match = SYLLABLE.match(view.spelt, end)
    is_marked = not view.low.startswith(" ", end)
    return match is None or is_marked or match[1] in (bare if view.is_bare else words)("after_name")


def is_known(view: View, start: int, parts: Sequence[tuple[str, int]]) -> bool:
    """Whether the `parts` are a place, a country, a thing known by that name, or run into an ordinary word."""
    name = " ".join(part for part, _ in parts)
    if look(name).low in places() or name in (bare if view.is_bare else words)("known"):
        return True
    if view.is_bare and " ".join(part for part, _ in parts[:2]) in _BARE_ORDINARY:
        return True
    starts = [start, *(end - len(part) for part, end in parts[1:])]
    last = _ordinary_end(view, starts[-1])
    return last > parts[-1][1] or any(_ordinary_end(view, at) for at in starts[1:-1])


def _ordinary_end(view: View, start: int) -> int:
    """Where an ordinary word of two syllables that begins at `start` ends; 0 when none does."""
    if not view.is_bare and view.spelt.startswith(("thị ", "văn "), start):
        return 0
    word = COMPOUND.match(view.low, start)
    return word.end() if word and not view.low[word.end() : word.end() + 1].isalpha() else 0
