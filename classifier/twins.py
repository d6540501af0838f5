"""Which texts say nearly the same: the share of neighbouring syllables that two texts have in common."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from classifier.text import fold, normalise, runs

ALIKE = 0.6
"""Above this share two texts must never stand on both sides of a fold."""

BLOCK = 1_000
"""Texts compared with all others at once: what is held in memory at a time."""

_SYLLABLE = re.compile(r"[^\W_]+")


class Twins(NamedTuple):
    """Two texts by their place in the list, the earlier one first, and how alike they are (0–1)."""

    first: int
    second: int
    share: float


def shingles(text: str) -> list[str]:
    """Each accent-folded syllable of `text` behind its neighbour, the first behind nothing; as `bands` reads a text."""
    return runs(["", *_SYLLABLE.findall(fold(normalise(text)))], 2)


def twins(texts: Sequence[str], above: float = ALIKE) -> Iterator[Twins]:
    """Every pair of `texts` whose shingles overlap by a share (Jaccard) over `above`, in order.

    All pairs that have a shingle in common are compared exactly: at 0.6 the bands would miss 28 pairs of 100, and
    5,000 texts take a second.
    """
    if not any(map(shingles, texts)):
        return
    table = CountVectorizer(analyzer=shingles, binary=True, dtype=np.float32).fit_transform(texts)
    sizes = np.asarray(table.sum(axis=1)).ravel()
    for start in range(0, len(texts), BLOCK):
        shared = (table[start : start + BLOCK] @ table.T).tocoo()
        rows = shared.row + start
        share = shared.data / (sizes[rows] + sizes[shared.col] - shared.data)
        near = (share > above) & (rows < shared.col)
        found = zip(rows[near].tolist(), shared.col[near].tolist(), share[near].tolist(), strict=True)
        yield from sorted(Twins(*pair) for pair in found)


def clusters(texts: Sequence[str]) -> NDArray[np.intp]:
    """A number for each text (n,), the same for twins and for the twins of twins."""
    pairs = np.array([pair[:2] for pair in twins(texts)], dtype=np.intp).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(len(texts), len(texts)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)
