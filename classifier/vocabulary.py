"""How telling each token is, and where it lies in meaning: plain numbers, learnt from the corpus and kept as JSON."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_COMMON = 0.7
_STEPS = 127


@dataclass(frozen=True)
class Table:
    """`rows` is the row of each term in `vectors` (n, d)."""

    rows: dict[str, int]
    vectors: Vectors

    def of(self, term: str) -> Vectors:
        """The vector (d,) of a term; zero for one that is not known."""
        row = self.rows.get(term)
        return np.zeros(self.vectors.shape[1], dtype=np.float32) if row is None else self.vectors[row]

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON: the vectors as bytes of -127..127 in base64, with one scale a row."""
        scales = np.maximum(np.abs(self.vectors).max(axis=1), 1e-9) / _STEPS
        steps = np.rint(self.vectors / scales[:, None]).astype(np.int8)
        return {
            "terms": list(self.rows),
            "scales": [float(f"{scale:.4g}") for scale in scales],
            "steps": base64.b64encode(steps.tobytes()).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Table":
        """What `to_dict` gave."""
        terms, scales = kept["terms"], np.array(kept["scales"], dtype=np.float32)
        steps = np.frombuffer(base64.b64decode(kept["steps"]), dtype=np.int8).reshape(len(terms), -1)
        return cls({term: row for row, term in enumerate(terms)}, steps.astype(np.float32) * scales[:, None])


@dataclass(frozen=True)
class Vocabulary:
    """`counts` is in how many of `documents` a token or a pair of neighbours occurs.

    `texts` places tokens and pairs by the texts they occur in (truncated SVD, scaled by the token's weight there),
    `words` tokens by the words they stand beside (unit vectors).
    """

    documents: int
    counts: dict[str, int]
    texts: Table
    words: Table

    def weight(self, token: str) -> float:
        """How telling a token is: 0 for what every other comment says, about 8 for what none has said."""
        return max(0.0, log(self.documents / (1 + self.counts.get(token, 0))) - _COMMON)

    def pair_weight(self, pair: str) -> float:
        """Smoothed inverse document frequency of two neighbouring syllables."""
        return log((1 + self.documents) / (1 + self.counts.get(pair, 0))) + 1

    def meaning(self, terms: Sequence[str]) -> Vectors:
        """The unit vector (d,) of a text with these `terms`; zero when none is known."""
        known = Counter(term for term in terms if term in self.texts.rows)
        total = np.zeros(self.texts.vectors.shape[1], dtype=np.float32)
        for term, count in known.items():
            total += np.float32(1 + log(count)) * self.texts.of(term)
        return unit(total)

    def meanings(self, tokens: Sequence[str]) -> Vectors:
        """The unit vector of each token (n, d) by the company it keeps; zero for one that is not known."""
        return np.array([unit(self.words.of(token)) for token in tokens])

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "documents": self.documents,
            "counts": self.counts,
            "texts": self.texts.to_dict(),
            "words": self.words.to_dict(),
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Vocabulary":
        """What `to_dict` gave."""
        return cls(
            int(kept["documents"]), kept["counts"], Table.from_dict(kept["texts"]), Table.from_dict(kept["words"])
        )


def unit(vector: Vectors) -> Vectors:
    """`vector` at length 1; zero stays zero."""
    length = np.float32(np.linalg.norm(vector))
    return vector / length if length else vector
