"""The hand-written pairs of comments, and the pairs that follow from them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

_FOLDER = Path(__file__).parent / "corpus_pairs"
PAIRS = tuple(_FOLDER / f"{name}.jsonl" for name in ("pairs", "voices", "unseen", "hands"))
FRESH = _FOLDER / "fresh.jsonl"  # never learnt from, nor chosen by
FOLLOWS = "suy_ra"
_ONE_FACT = "mot_diem"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two comments; `matter` names the trouble they grew from, `fold` is dev, test, unseen or fresh."""

    text_a: str
    text_b: str
    same: bool
    kind: str
    matter: str
    fold: str


def load_pairs(*paths: Path) -> list[Pair]:
    """The pairs of `paths`, by default of PAIRS, in order; KeyError or ValueError when a line breaks their form."""
    texts = [path.read_text(encoding="utf-8") for path in paths or PAIRS]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    names = Pair.__slots__
    return [Pair(**{name: row[name] for name in names}) for row in rows]


def implied(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs that follow: what is another matter than a comment is another than its true duplicates too.

    A near miss is written after the one comment it changes; held against the others, which tell the same in other
    words, it no longer runs alike, and the judge must see what is told.
    """
    owner = _owners(pair for pair in pairs if pair.same)
    told = {frozenset((pair.text_a, pair.text_b)) for pair in pairs}
    found: dict[frozenset[str], Pair] = {}
    for pair in pairs:
        if pair.kind != _ONE_FACT or pair.same:
            continue
        for text, other in ((pair.text_a, pair.text_b), (pair.text_b, pair.text_a)):
            for twin in _twins(text, owner):
                key = frozenset((twin, other))
                if key not in told and owner.get(other, other) != owner[twin]:
                    found.setdefault(key, replace(pair, text_a=twin, text_b=other, kind=FOLLOWS))
    return list(found.values())


def _owners(duplicates: Iterable[Pair]) -> dict[str, str]:
    """For each comment that has duplicates, the first of all that are the same, through however many steps."""
    owner: dict[str, str] = {}
    for pair in duplicates:
        first = owner.setdefault(pair.text_a, pair.text_a)
        second = owner.setdefault(pair.text_b, pair.text_b)
        for text, found in owner.items():
            if found == second:
                owner[text] = first
    return owner


def _twins(text: str, owner: dict[str, str]) -> list[str]:
    return [twin for twin, first in owner.items() if twin != text and first == owner.get(text)]
