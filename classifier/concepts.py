"""The same thing under its many names: phrases of the thesaurus found in a text and written as one concept."""

import csv
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from classifier.text import fold, normalise

THESAURUS = Path(__file__).parent / "data" / "duplicates" / "concepts.csv"
SYSTEM, PAPER, TROUBLE, PERSON, ASK, WORD = "system", "paper", "trouble", "person", "ask", "word"
SIGN = "#"
_SYLLABLE = re.compile(r"[^\W_]+")
_AMBIGUOUS = 3

Known = Callable[[tuple[str, ...], str], bool]


@dataclass(frozen=True, slots=True)
class _Phrase:
    folded: tuple[str, ...]
    marks: tuple[str, ...]
    concept: str


def every(_phrase: tuple[str, ...], _concept: str) -> bool:
    """Every phrase is known."""
    return True


def mark(written: Sequence[str], *, bare: bool, known: Known = every) -> list[str]:
    """The folded syllables of `written`, each longest known phrase of them replaced by its concept ("#khai_sinh").

    Accents must agree with the thesaurus, unless the text is `bare` of them; then a lone syllable of three letters or
    fewer is not trusted ("co" may be "cò" or "có"). A folded phrase stays as it is if `known` is false of it
    and its concept.
    """
    marked, position = [], 0
    folded = [fold(word) for word in written]
    while position < len(written):
        phrase = _phrase_at(written, folded, position, bare, known)
        marked.append(SIGN + phrase.concept if phrase else folded[position])
        position += len(phrase.folded) if phrase else 1
    return marked


def syllables(text: str) -> list[str]:
    """The runs of letters and digits of `text`, in order."""
    return _SYLLABLE.findall(text)


def slot_of(token: str) -> str:
    """What kind of concept `token` is: system, paper, trouble, person, ask or everyday word; "" if none."""
    return _slots().get(token, "")


def _phrase_at(
    written: Sequence[str], folded: Sequence[str], position: int, bare: bool, known: Known
) -> _Phrase | None:
    for phrase in _thesaurus().get(folded[position], ()):
        end = position + len(phrase.folded)
        fits = tuple(folded[position:end]) == phrase.folded and _agree(written[position:end], phrase, bare)
        if fits and known(phrase.folded, SIGN + phrase.concept):
            return phrase
    return None


def _agree(written: Sequence[str], phrase: _Phrase, bare: bool) -> bool:
    if bare and len(written) == 1 and len(written[0]) <= _AMBIGUOUS and any(phrase.marks):
        return False
    marks = map(_marks, written)
    return all(mine == theirs or (bare and not mine) for mine, theirs in zip(marks, phrase.marks, strict=True))


@lru_cache(maxsize=16_384)
def _marks(syllable: str) -> str:
    """The accents of a syllable in a fixed order, wherever they stand: "hoà" equals "hòa"."""
    apart = unicodedata.normalize("NFD", syllable.replace("đ", "d\u0335"))
    return "".join(sorted(character for character in apart if unicodedata.combining(character)))


@cache
def _rows() -> list[dict[str, str]]:
    with THESAURUS.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@cache
def _slots() -> dict[str, str]:
    return {SIGN + row["concept"]: row["slot"] for row in _rows()}


@cache
def _thesaurus() -> dict[str, tuple[_Phrase, ...]]:
    """The phrases by their first folded syllable, longest first."""
    phrases: dict[str, list[_Phrase]] = {}
    for row in _rows():
        for written in row["phrases"].split("|"):
            words = syllables(normalise(written))
            phrase = _Phrase(tuple(map(fold, words)), tuple(map(_marks, words)), row["concept"])
            phrases.setdefault(phrase.folded[0], []).append(phrase)
    return {first: tuple(sorted(found, key=lambda phrase: -len(phrase.folded))) for first, found in phrases.items()}
