"""Which of the citizen's own words spoke for the chosen body."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from classifier.scorer import Reading, Scorer, View
from classifier.text import Tokens

MOST = 8
GAP = 2
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch [start, end) of `nfc(text)` and its share of everything that spoke for the body (0–1)."""

    start: int
    end: int
    weight: float


def evidence(
    scorer: Scorer, tokens: Tokens, reading: Reading, spans: Sequence[tuple[int, int]], label: int
) -> list[Evidence]:
    """At most MOST stretches for class number `label`, in reading order; `spans` are the syllables' places."""
    support = np.maximum(syllable_support(scorer, tokens, reading, label), 0.0)
    total = float(support.sum())
    if not total:
        return []
    merged = _merge([(*spans[i], float(support[i]) / total) for i in _strongest(support)])
    strongest = sorted(merged, key=lambda e: -e.weight)[:MOST]
    return sorted(strongest, key=lambda e: e.start)


def _strongest(support: np.ndarray) -> list[int]:
    """The fewest syllables that make up ENOUGH of all support."""
    order = np.argsort(-support, kind="stable")
    reached = np.searchsorted(np.cumsum(support[order]), ENOUGH * support.sum())
    return [int(i) for i in order[: reached + 1] if support[i] > 0]


def syllable_support(scorer: Scorer, tokens: Tokens, reading: Reading, label: int) -> np.ndarray:
    """For each syllable (n,), how much the terms it is part of speak for class number `label` against the others."""
    support = [0.0] * len(tokens.syllables)
    known = scorer.contributions(reading, label)
    for view, rows in zip(scorer.views, reading.terms, strict=True):
        times = Counter(rows)
        for row, (first, last) in zip(rows, _places(view, tokens), strict=True):
            if row is not None:
                share = known[row] / times[row] / (last - first)
                for syllable in range(first, last):
                    support[syllable] += share
    return np.array(support)


def _places(view: View, tokens: Tokens) -> Iterator[tuple[int, int]]:
    """The first syllable of each term and the one after its last, in the order of `View.rows`."""
    lengths = tokens.lengths if view.unit == "words" else (1,) * len(tokens.syllables)
    edges = [0, *accumulate(lengths)]
    for order in view.orders:
        yield from zip(edges, edges[order:], strict=False)


def _merge(spans: list[tuple[int, int, float]]) -> list[Evidence]:
    merged: list[Evidence] = []
    for start, end, weight in sorted(spans):
        if merged and start - merged[-1].end < GAP:
            last = merged.pop()
            merged.append(Evidence(last.start, max(last.end, end), last.weight + weight))
        else:
            merged.append(Evidence(start, end, weight))
    return merged
