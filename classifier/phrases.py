"""Finds the phrases of a data file in a text that was cut up once."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.text import Tokens, analyse

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase stands for (`label`), its words and its `weight`."""

    label: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text: its syllables are [first, last) of `Tokens.syllables`."""

    phrase: Phrase
    first: int
    last: int


class Phrases:
    """The longest phrase at each place of a text, from left to right, none overlapping another.

    A text that has accents must have those of the phrase; in one without any accent the bare letters do, but not of a
    single syllable ("thuế" would be found in every "thuê").
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Index `phrases` twice: as written, and without accents."""
        self._written, self._bare = _Index(), _Index()
        for phrase in phrases:
            tokens = analyse(phrase.words)
            self._written.add(accented(tokens), phrase)
            if len(tokens.syllables) > 1 or tokens.words == tokens.syllables:
                self._bare.add(tokens.syllables, phrase)

    def find(self, tokens: Tokens) -> list[Found]:
        """Every phrase found; two phrases of the same words are both found."""
        written = accented(tokens)
        is_bare = written == tokens.syllables
        return (self._bare if is_bare else self._written).find(written)


def accented(tokens: Tokens) -> tuple[str, ...]:
    """The syllables as written, in the order of the folded ones; those when a word has an underscore of its own."""
    syllables = tuple("_".join(tokens.words).split("_"))
    return syllables if len(syllables) == len(tokens.syllables) else tokens.syllables


@cache
def load_phrases(file: str, label: str) -> Phrases:
    """The phrases of `data/file`: the column `label`, `phrase`, and `weight` where there is one."""
    with (DATA / file).open(encoding="utf-8", newline="") as source:
        return Phrases(Phrase(row[label], row["phrase"], float(row.get("weight", 1))) for row in csv.DictReader(source))


class _Index:
    """Phrases by their words, and for each first word the lengths that begin so, longest first."""

    def __init__(self) -> None:
        self._phrases: dict[str, list[Phrase]] = {}
        self._lengths: dict[str, list[int]] = {}

    def add(self, syllables: Sequence[str], phrase: Phrase) -> None:
        self._phrases.setdefault(" ".join(syllables), []).append(phrase)
        lengths = self._lengths.get(syllables[0], [])
        self._lengths[syllables[0]] = sorted({*lengths, len(syllables)}, reverse=True)

    def find(self, syllables: Sequence[str]) -> list[Found]:
        found: list[Found] = []
        free = 0
        for first, syllable in enumerate(syllables):
            if first >= free and (lengths := self._lengths.get(syllable)):
                hits = self._longest(syllables, first, lengths)
                found += hits
                free = hits[0].last if hits else free
        return found

    def _longest(self, syllables: Sequence[str], first: int, lengths: Sequence[int]) -> list[Found]:
        for length in lengths:
            last = min(first + length, len(syllables))
            phrases = self._phrases.get(" ".join(syllables[first:last]))
            if phrases:
                return [Found(phrase, first, last) for phrase in phrases]
        return []
