"""Which of the citizen's own words spoke for the chosen body."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from classifier.scorer import Scorer, View
from classifier.text import Tokens, runs

MOST = 8
GAP = 2
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch [start, end) of `nfc(text)` and its share of everything that spoke for the body (0–1)."""

    start: int
    end: int
    weight: float


def evidence(scorer: Scorer, tokens: Tokens, spans: list[tuple[int, int]], label: int) -> list[Evidence]:
    """At most MOST stretches for class number `label`, in reading order; `spans` are the syllables' places."""
    support = np.maximum(syllable_support(scorer, tokens, label), 0.0)
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


def syllable_support(scorer: Scorer, tokens: Tokens, label: int) -> np.ndarray:
    """For each syllable (n,), how much the terms it is part of speak for class number `label` against the others."""
    support = np.zeros(len(tokens.syllables))
    known = scorer.contributions(tokens, label)
    for view in scorer.views:
        for order in view.orders:
            _share_out(support, view, order, tokens, known)
    return support


def _share_out(support: np.ndarray, view: View, order: int, tokens: Tokens, known: Mapping[int, float]) -> None:
    """Add each term's contribution to `support`, in equal parts to the syllables of all its occurrences."""
    units = getattr(tokens, view.unit)
    lengths = tokens.lengths if view.unit == "words" else (1,) * len(units)
    edges = [0, *accumulate(lengths)]
    terms = runs(units, order)
    times = Counter(terms)
    for position, term in enumerate(terms):
        first, last = edges[position], edges[position + order]
        support[first:last] += known.get(view.index.get(term, -1), 0.0) / times[term] / (last - first)


def _merge(spans: list[tuple[int, int, float]]) -> list[Evidence]:
    merged: list[Evidence] = []
    for start, end, weight in sorted(spans):
        if merged and start - merged[-1].end < GAP:
            last = merged.pop()
            merged.append(Evidence(last.start, max(last.end, end), last.weight + weight))
        else:
            merged.append(Evidence(start, end, weight))
    return merged
