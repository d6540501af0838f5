"""What words mean by the company they keep: vectors of the words that stand near a word more often than by chance."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from classifier.vocabulary import Table, unit

WINDOW = 6
RAREST = 4
_DAMPING = 0.75


def learn(documents: Sequence[Sequence[str]], dimensions: int) -> Table:
    """A unit vector for each token of `documents` said at least RAREST times.

    Positive pointwise mutual information, neighbours counted by 1/distance and smoothed, then a truncated SVD (Levy,
    Goldberg and Dagan 2015, "Improving distributional similarity with lessons learned from word embeddings").
    """
    said = Counter(token for document in documents for token in document)
    rows = {token: row for row, token in enumerate(sorted(token for token, n in said.items() if n >= RAREST))}
    together = _together(([rows.get(token, -1) for token in document] for document in documents), len(rows))
    svd = TruncatedSVD(min(dimensions, len(rows) - 1), random_state=0)
    placed = svd.fit_transform(together) / np.sqrt(np.maximum(svd.singular_values_, 1e-9))
    return Table(rows, np.array([unit(vector) for vector in placed.astype(np.float32)]))


def _together(documents: Iterable[Sequence[int]], size: int) -> csr_matrix:
    counts: Counter[tuple[int, int]] = Counter()
    for document in documents:
        for place, one in enumerate(document):
            for distance, other in enumerate(document[place + 1 : place + WINDOW], start=1):
                if one >= 0 <= other != one:
                    counts[one, other] += 1 / distance  # type: ignore[assignment]
                    counts[other, one] += 1 / distance  # type: ignore[assignment]
    places, near = np.array(list(counts)), np.array(list(counts.values()))
    return _beyond_chance(places[:, 0], places[:, 1], near, size)


def _beyond_chance(
    one: NDArray[np.int64], other: NDArray[np.int64], near: NDArray[np.float64], size: int
) -> csr_matrix:
    total = np.bincount(one, weights=near, minlength=size)
    share = total**_DAMPING / (total**_DAMPING).sum()
    beyond = np.log(near / (total[one] * share[other]))
    kept = beyond > 0
    return csr_matrix((beyond[kept], (one[kept], other[kept])), shape=(size, size))
