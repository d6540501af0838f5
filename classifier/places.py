"""Finds the province and the commune that a text speaks of, by today's and yesterday's names, accents or none."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Literal

from classifier.text import fold, nfc

DATA = Path(__file__).parent / "data"

SHORTEST_COMMUNE = 2  # syllables: a single one after "xã" is more often no name ("xã Internet")

_UNIT = re.compile(r"[^\W_]+")
_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_WORD = rf"[{_UPPER}][^\W\d_{_UPPER}]{{0,6}}\b"
_COMMUNE = re.compile(
    rf"\b(?:[xX]ã|[pP]hường|[đĐ]ặc khu|[tT]hị trấn|phuong|dac khu|thi tran)[ \u00a0]+"
    rf"(?P<name>\d{{1,2}}\b|{_WORD}(?:[ \u00a0-]{_WORD}){{0,3}})"
)
_CUES = frozenset(("tinh", "tp", "o", "tai", "den", "ve", "que", "ban", "ubnd", "huyen", "quan", "phuong", "xa", "tx"))
_HOME = frozenset(("tinh", "pho", "tp", "huyen", "quan", "tx", "xa", "o", "que"))
_ORDINARY_EVEN_ACCENTED = frozenset(("hoa binh", "thai binh", "hai duong", "cao bang", "binh duong", "gia lai"))


How = Literal["", "province", "former_province", "alias", "district"]


@dataclass(frozen=True, slots=True)
class Place:
    """The `province` code ("" when none is named) and the [start, end) of every mention in `nfc(text)`.

    `how` says by which sort of name it was found first; `commune` is the one named first, as written ("xã Tân Lập").
    """

    province: str
    spans: tuple[tuple[int, int], ...]
    how: How = ""
    commune: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    syllables: tuple[str, ...]
    province: str
    how: How

    @property
    def is_district(self) -> bool:
        return self.how == "district"


@dataclass(frozen=True, slots=True)
class _Mention:
    name: _Name
    start: int
    end: int
    weight: int

    @property
    def province(self) -> str:
        return self.name.province


def find(text: str) -> Place:
    """The province that `text` names most surely: announced names ("ở …", "tỉnh …") and the first one count more."""
    text = nfc(text)
    mentions = list(_mentions(text))
    commune = _commune(text, {mention.start for mention in mentions})
    if not mentions:
        return Place("", (), commune=commune)
    weight = Counter({mentions[0].province: 1})
    for mention in mentions:
        weight[mention.province] += mention.weight
    best = max(weight, key=weight.__getitem__)
    found = [mention for mention in mentions if mention.province == best]
    return Place(best, tuple((m.start, m.end) for m in found), found[0].name.how, commune)


def _commune(text: str, starts: Container[int]) -> str:
    """The first commune, ward or special zone by its written name, which ends where another place begins (`starts`)."""
    if text.isupper():
        return ""
    for match in _COMMUNE.finditer(text):
        shift = match.start("name")
        spans = ((shift + word.start(), shift + word.end()) for word in _UNIT.finditer(match["name"]))
        first = next(spans)  # may be a former district's name too: "xã Ea Súp"
        kept = [first, *takewhile(lambda span: span[0] not in starts, spans)]
        if len(kept) >= SHORTEST_COMMUNE or match["name"].isdigit():
            return text[match.start() : kept[-1][1]]
    return ""


def _mentions(text: str) -> Iterator[_Mention]:
    units = [(match.start(), match.end()) for match in _UNIT.finditer(text)]
    folded = [fold(text[start:end]).lower() for start, end in units]
    gazetteer = _gazetteer()
    position = 0
    while position < len(units):
        if folded[position] not in gazetteer:
            position += 1
            continue
        name = next((n for n in _starting(folded, position) if _is_meant(n, text, units, folded, position)), None)
        if name is None:
            position += 1
            continue
        last = position + len(name.syllables)
        start, end = units[position][0], units[last - 1][1]
        yield _Mention(name, start, end, _weight(folded, position))
        position = last


def _starting(folded: list[str], position: int) -> Iterator[_Name]:
    for written, name in _gazetteer()[folded[position]]:
        if written == folded[position : position + len(written)]:
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
def _gazetteer() -> dict[str, list[tuple[list[str], _Name]]]:
    names: dict[str, list[_Name]] = {}
    for name in _names():
        names.setdefault(_folded(name)[0], []).append(name)
    longest_first = {first: sorted(found, key=lambda n: -len(n.syllables)) for first, found in names.items()}
    return {first: [(list(_folded(name)), name) for name in found] for first, found in longest_first.items()}


def _names() -> Iterator[_Name]:
    for row in _rows("provinces.csv"):
        yield _name(row["name"], row["code"], "province")
        for name in filter(None, row["merged_from"].split("|")):
            yield _name(name, row["code"], "former_province")
    for row in _rows("place_aliases.csv"):
        yield _name(row["alias"], row["province"], "alias")
    for row in _rows("district_aliases.csv"):
        yield _name(row["alias"], row["province"], "district")


def _name(name: str, province: str, how: How) -> _Name:
    return _Name(tuple(_UNIT.findall(name)), province, how)


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
