"""Which of the citizen's own words spoke for the chosen body."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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
    support = np.zeros(len(tokens.syllables))
    known = scorer.contributions(reading, label)
    for view, rows in zip(scorer.views, reading.terms, strict=True):
        each = {row: known[row] / times for row, times in Counter(rows).items() if row is not None}
        _share_out(view, tokens, np.array([0.0 if row is None else each[row] for row in rows]), support)
    return support


def _share_out(view: View, tokens: Tokens, shares: np.ndarray, support: np.ndarray) -> None:
    """Add the share of each term, in the order of `View.rows`, to its syllables in equal parts."""
    if view.unit == "words":
        lengths = np.array(tokens.lengths, dtype=np.intp)
        support += np.repeat(shares / lengths, lengths)
        return
    start = 0
    for order in view.orders:
        number = max(len(support) - order + 1, 0)
        part = shares[start : start + number] / order
        for place in range(order):
            support[place : place + number] += part
        start += number


def _merge(spans: list[tuple[int, int, float]]) -> list[Evidence]:
    merged: list[Evidence] = []
    for start, end, weight in sorted(spans):
        if merged and start - merged[-1].end < GAP:
            last = merged.pop()
            merged.append(Evidence(last.start, max(last.end, end), last.weight + weight))
        else:
            merged.append(Evidence(start, end, weight))
    return merged
