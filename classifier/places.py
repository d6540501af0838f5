"""Finds the province that a text speaks of, by today's and yesterday's names, with or without accents."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from classifier.text import fold, nfc

DATA = Path(__file__).parent / "data"

_UNIT = re.compile(r"[^\W_]+")
_CUES = frozenset(("tinh", "tp", "o", "tai", "den", "ve", "que", "ban", "ubnd", "huyen", "quan", "phuong", "xa", "tx"))
_HOME = frozenset(("tinh", "pho", "tp", "huyen", "quan", "tx", "xa", "o", "que"))
_ORDINARY_EVEN_ACCENTED = frozenset(("hoa binh", "thai binh", "hai duong", "cao bang", "binh duong", "gia lai"))


@dataclass(frozen=True, slots=True)
class Place:
    """The `province` code ("" when none is named) and the [start, end) of every mention in `nfc(text)`."""

    province: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Name:
    syllables: tuple[str, ...]
    province: str
    is_district: bool


@dataclass(frozen=True, slots=True)
class _Mention:
    province: str
    start: int
    end: int
    weight: int


def find(text: str) -> Place:
    """The province that `text` names most surely: announced names ("ở …", "tỉnh …") and the first one count more."""
    mentions = list(_mentions(nfc(text)))
    if not mentions:
        return Place("", ())
    weight = Counter({mentions[0].province: 1})
    for mention in mentions:
        weight[mention.province] += mention.weight
    best = max(weight, key=weight.__getitem__)
    return Place(best, tuple((m.start, m.end) for m in mentions if m.province == best))


def _mentions(text: str) -> Iterator[_Mention]:
    units = [(match.start(), match.end()) for match in _UNIT.finditer(text)]
    folded = [fold(text[start:end]).lower() for start, end in units]
    position = 0
    while position < len(units):
        name = next((n for n in _starting(folded, position) if _is_meant(n, text, units, folded, position)), None)
        if name is None:
            position += 1
            continue
        last = position + len(name.syllables)
        start, end = units[position][0], units[last - 1][1]
        yield _Mention(name.province, start, end, _weight(folded, position))
        position = last


def _starting(folded: list[str], position: int) -> Iterator[_Name]:
    for name in _gazetteer().get(folded[position], ()):
        if _folded(name) == tuple(folded[position : position + len(name.syllables)]):
            yield name


def _weight(folded: list[str], position: int) -> int:
    return 2 if position > 0 and folded[position - 1] in _HOME else 1


def _is_meant(name: _Name, text: str, units: list[tuple[int, int]], folded: list[str], position: int) -> bool:
    written = [text[start:end] for start, end in units[position : position + len(name.syllables)]]
    bare = all(map(_is_bare, written))
    if any(_marks(a) != _marks(b) for a, b in zip(written, name.syllables, strict=True)) and not (
        bare and _is_bare(text)
    ):
        return False
    if all(unit[0].isupper() for unit in written) and not (bare and text.isupper()):
        return True
    announced = position > 0 and folded[position - 1] in _CUES
    ordinary = _ordinary() if bare else _ORDINARY_EVEN_ACCENTED
    return announced or not (name.is_district or " ".join(_folded(name)) in ordinary)


def _is_bare(text: str) -> bool:
    return fold(text) == text


@lru_cache(maxsize=4_096)
def _marks(syllable: str) -> tuple[str, str]:
    """Letters and marks apart, so that "hoà" equals "hòa"."""
    apart = unicodedata.normalize("NFD", syllable.lower())
    marks = sorted(c for c in apart if unicodedata.combining(c))
    return "".join(c for c in apart if not unicodedata.combining(c)), "".join(marks)


@lru_cache(maxsize=4_096)
def _folded(name: _Name) -> tuple[str, ...]:
    return tuple(fold(syllable).lower() for syllable in name.syllables)


@cache
def _ordinary() -> frozenset[str]:
    """Names that are also ordinary words once their accents are gone."""
    return frozenset((DATA / "ordinary_places.txt").read_text(encoding="utf-8").split("\n"))


@cache
def _gazetteer() -> dict[str, tuple[_Name, ...]]:
    names: dict[str, list[_Name]] = {}
    for name in _names():
        names.setdefault(_folded(name)[0], []).append(name)
    return {first: tuple(sorted(found, key=lambda n: -len(n.syllables))) for first, found in names.items()}


def _names() -> Iterator[_Name]:
    for row in _rows("provinces.csv"):
        for name in (row["name"], *filter(None, row["merged_from"].split("|"))):
            yield _name(name, row["code"])
    for row in _rows("place_aliases.csv"):
        yield _name(row["alias"], row["province"])
    for row in _rows("district_aliases.csv"):
        yield _name(row["alias"], row["province"], is_district=True)


def _name(name: str, province: str, *, is_district: bool = False) -> _Name:
    return _Name(tuple(_UNIT.findall(name)), province, is_district)


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
