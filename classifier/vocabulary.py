"""How telling each token is, and where it lies in meaning: plain numbers, learnt from the corpus and kept as JSON."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_COMMON = 0.7
_STEPS = 127


@dataclass(frozen=True)
class Vocabulary:
    """`counts` is in how many of `documents` a token or a pair of neighbours occurs; `rows` its row of
    `vectors` (n, d).

    The vectors are those of a truncated SVD, each scaled by the token's weight there.
    """

    documents: int
    counts: dict[str, int]
    rows: dict[str, int]
    vectors: Vectors

    def weight(self, token: str) -> float:
        """How telling a token is: 0 for what every other comment says, about 8 for what none has said."""
        return max(0.0, log(self.documents / (1 + self.counts.get(token, 0))) - _COMMON)

    def pair_weight(self, pair: str) -> float:
        """Smoothed inverse document frequency of two neighbouring syllables."""
        return log((1 + self.documents) / (1 + self.counts.get(pair, 0))) + 1

    def meaning(self, terms: Sequence[str]) -> Vectors:
        """The unit vector (d,) of a text with these `terms`; zero when none is known."""
        known = Counter(term for term in terms if term in self.rows)
        total = np.zeros(self.vectors.shape[1], dtype=np.float32)
        for term, count in known.items():
            total += np.float32(1 + log(count)) * self.vectors[self.rows[term]]
        return unit(total)

    def meanings(self, tokens: Sequence[str]) -> Vectors:
        """The unit vector of each token (n, d); zero for one that is not known."""
        zero = np.zeros(self.vectors.shape[1], dtype=np.float32)
        return np.array([unit(self.vectors[self.rows[t]]) if t in self.rows else zero for t in tokens])

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON: the vectors as bytes of -127..127 in base64, with one scale a row."""
        scales = np.maximum(np.abs(self.vectors).max(axis=1), 1e-9) / _STEPS
        steps = np.rint(self.vectors / scales[:, None]).astype(np.int8)
        return {
            "documents": self.documents,
            "counts": self.counts,
            "terms": list(self.rows),
            "scales": [float(f"{scale:.4g}") for scale in scales],
            "steps": base64.b64encode(steps.tobytes()).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, kept: dict[str, object]) -> "Vocabulary":
        """What `to_dict` gave."""
        terms, scales, counts = kept["terms"], kept["scales"], kept["counts"]
        assert isinstance(terms, list)  # noqa: S101 -- narrows the type of our own file
        assert isinstance(counts, dict)  # noqa: S101 -- likewise
        steps = np.frombuffer(base64.b64decode(str(kept["steps"])), dtype=np.int8).reshape(len(terms), -1)
        vectors = steps.astype(np.float32) * np.array(scales, dtype=np.float32)[:, None]
        return cls(int(str(kept["documents"])), counts, {term: row for row, term in enumerate(terms)}, vectors)


def unit(vector: Vectors) -> Vectors:
    """`vector` at length 1; zero stays zero."""
    length = np.float32(np.linalg.norm(vector))
    return vector / length if length else vector
