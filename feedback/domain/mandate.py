"""The line of a body's mandate that a comment speaks of: what both say, the rarer the weightier."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log

from feedback.domain.text import fold

_SYLLABLE = re.compile(r"[^\W_]+")
# Two syllables that stand together say more than the two apart.
_PAIR = 2.0
_LEAST = 4.0  # below this a line and a text share nothing but ordinary words


@dataclass(frozen=True)
class Lines:
    """All lines of all mandates: for each class its lines with their terms, and what each term weighs."""

    of_class: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]
    weights: Mapping[str, float]

    def best(self, class_code: str, text: str) -> str | None:
        """The line of the class's mandate that shares most weight with `text`; None when none shares enough."""
        said = _terms(text)
        scored = [(self._shared(terms & said), line) for line, terms in self.of_class.get(class_code, ())]
        weight, line = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
        return line if weight >= _LEAST else None

    def _shared(self, terms: Iterable[str]) -> float:
        return sum(self.weights[term] for term in sorted(terms))


def read(mandates: Mapping[str, str]) -> Lines:
    """Cut the mandates, by class, into lines, and weigh their terms by how few lines hold them."""
    cut = {code: tuple((line, _terms(line)) for line in _lines(mandate)) for code, mandate in mandates.items()}
    held = Counter(term for lines in cut.values() for _, terms in lines for term in terms)
    number = sum(len(lines) for lines in cut.values())
    weights = {term: log(number / count) * (_PAIR if " " in term else 1.0) / 2 for term, count in held.items()}
    return Lines(cut, weights)


def _lines(mandate: str) -> list[str]:
    return [line.strip() for line in mandate.split(";") if line.strip()]


def _terms(text: str) -> frozenset[str]:
    syllables = _SYLLABLE.findall(fold(text))
    return frozenset(syllables) | {f"{one} {other}" for one, other in pairwise(syllables)}
