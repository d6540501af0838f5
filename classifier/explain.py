"""Which of the citizen's own words spoke for the chosen body."""

from dataclasses import dataclass

import numpy as np

from classifier.scorer import Scorer
from classifier.text import Tokens

MOST = 8
GAP = 2


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
    kept = [(start, end, weight) for (start, end), weight in zip(spans, support / total, strict=True) if weight > 0]
    merged = _merge(kept)
    strongest = sorted(merged, key=lambda e: -e.weight)[:MOST]
    return sorted(strongest, key=lambda e: e.start)


def syllable_support(scorer: Scorer, tokens: Tokens, label: int) -> np.ndarray:
    """For each syllable (n,), how much the terms it is part of speak for class number `label` against the others."""
    support = np.zeros(len(tokens.syllables))
    ends = np.cumsum(tokens.lengths).tolist()
    words = list(zip([0, *ends], ends, strict=False))
    syllables = [(i, i + 1) for i in range(len(tokens.syllables))]
    known = dict(zip(*(part.tolist() for part in scorer.contributions(tokens, label)), strict=True))
    for index, units, places in (
        (scorer.words.index, tokens.words, words),
        (scorer.syllables.index, tokens.syllables, syllables),
    ):
        pairs = [(f"{a} {b}", (p[0], q[1])) for a, b, p, q in zip(units, units[1:], places, places[1:], strict=False)]
        terms = [*zip(units, places, strict=True), *pairs]
        times = {term: sum(1 for t, _ in terms if t == term) for term in {t for t, _ in terms}}
        for term, (first, last) in terms:
            share = known.get(index.get(term, -1), 0.0) / times[term] / (last - first)
            support[first:last] += share
    return support


def _merge(spans: list[tuple[int, int, float]]) -> list[Evidence]:
    merged: list[Evidence] = []
    for start, end, weight in sorted(spans):
        if merged and start - merged[-1].end < GAP:
            last = merged.pop()
            merged.append(Evidence(last.start, max(last.end, end), last.weight + weight))
        else:
            merged.append(Evidence(start, end, weight))
    return merged
