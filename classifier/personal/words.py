"""The tables of names and ordinary words that the finders consult."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from classifier.personal.view import look

_WORDS = Path(__file__).parent / "words.csv"
_PAIRS = Path(__file__).parent / "ordinary_pairs.csv"
_PLACES = Path(__file__).parent.parent / "data"
_PLACE_COLUMNS = {
    "provinces.csv": ("name", "merged_from"),
    "place_aliases.csv": ("alias",),
    "district_aliases.csv": ("alias",),
}


@cache
def words(kind: str) -> frozenset[str]:
    """All words of `kind` in words.csv, in lower case; "any_surname" is with marks or without."""
    if kind == "any_surname":
        return words("surname") | words("bare_surname")
    return frozenset(row["word"] for row in _rows(_WORDS) if row["kind"] == kind)


@cache
def bare(kind: str) -> frozenset[str]:
    """The same words as a writer without marks spells them."""
    return frozenset(look(word).low for word in words(kind))


@cache
def ordinary_pairs() -> frozenset[str]:
    """Folded "first second" of syllables of names that ordinary sentences also have side by side."""
    return frozenset(f"{row['first']} {second}" for row in _rows(_PAIRS) for second in row["seconds"].split())


@cache
def places() -> frozenset[str]:
    """Folded names of provinces and districts, of today and yesterday."""
    return frozenset(look(name).low for file in _PLACE_COLUMNS for name in _names(file))


def _names(file: str) -> Iterator[str]:
    for row in _rows(_PLACES / file):
        for column in _PLACE_COLUMNS[file]:
            yield from filter(None, row[column].split("|"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
