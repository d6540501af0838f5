"""Which texts would teach most: those between two bodies, and unlike each other."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from classifier.text import fold


def order(texts: Sequence[str], margins: Sequence[float], limit: int) -> list[int]:
    """Numbers of at most `limit` texts, the most instructive first.

    Each next one is that with the largest (1 - margin) x (1 - cosine to the nearest chosen): little margin between the
    first two bodies, little in common with what was chosen before. Ties go to the earlier text.
    """
    if not texts:
        return []
    vectors = TfidfVectorizer(analyzer=_words, sublinear_tf=True).fit_transform(texts)
    doubt = 1.0 - np.asarray(margins, dtype=float)
    nearest = np.zeros(len(texts))
    chosen: list[int] = []
    for _ in range(min(limit, len(texts))):
        worth = doubt * (1.0 - np.minimum(nearest, 1.0))
        worth[chosen] = -1.0
        best = int(worth.argmax())
        chosen.append(best)
        nearest = np.maximum(nearest, (vectors @ vectors[best].T).toarray().ravel())
    return chosen


def _words(text: str) -> list[str]:
    return [*fold(text.lower()).split(), ""]  # never nothing
