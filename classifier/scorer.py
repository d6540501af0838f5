"""The trained model as plain arrays: what is stored, loaded and run; needs numpy only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, log

import numpy as np
from numpy.typing import NDArray

from classifier.confidence import Floats, Knots, settle, softmax
from classifier.text import Tokens, runs

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """One TF-IDF view of a text.

    `unit` names the field of Tokens it reads, `orders` how many neighbours make a term; `index` is the row of each
    term, `idf` its weight by row - `first`; the vector of a text has `length`.
    """

    unit: str
    orders: tuple[int, ...]
    length: float
    first: int
    index: dict[str, int]
    idf: list[float]

    def weigh(self, tokens: Tokens) -> tuple[list[int], list[float]]:
        """Row numbers and TF-IDF values of the known terms of one text."""
        units = getattr(tokens, self.unit)
        terms = [term for order in self.orders for term in (units if order == 1 else runs(units, order))]
        index, idf, first = self.index, self.idf, self.first
        known = [(row, count) for term, count in Counter(terms).items() if (row := index.get(term)) is not None]
        values = [(1 + log(count)) * idf[row - first] for row, count in known]
        scale = self.length / (hypot(*values) or 1.0)
        return [row for row, _ in known], [value * scale for value in values]


@dataclass(frozen=True)
class Scorer:
    """Weights (terms, 2 x classes): the first half of the columns is the SVC's, the second the ComplementNB's."""

    labels: tuple[str, ...]
    views: tuple[View, ...]
    weights: Weights
    bias: Floats
    temperatures: tuple[float, float, float]
    svc_share: float
    knots: Knots

    def probabilities(self, texts: Sequence[Tokens]) -> Floats:
        """Calibrated probabilities (n, classes), each text scored by itself so that a batch changes nothing."""
        if not texts:
            return np.empty((0, len(self.labels)))
        return np.vstack([self._probabilities(text) for text in texts])

    def vector(self, tokens: Tokens) -> tuple[NDArray[np.intp], Floats]:
        """Row numbers and TF-IDF values of the terms of one text that the model knows."""
        parts = [view.weigh(tokens) for view in self.views]
        rows = [row for part, _ in parts for row in part]
        return np.array(rows, dtype=np.intp), np.array([value for _, part in parts for value in part])

    def contributions(self, tokens: Tokens, label: int) -> dict[int, float]:
        """For each known term's row, what it adds for class number `label` above the mean class."""
        rows, values = self.vector(tokens)
        half = len(self.labels)
        svc, cnb = self.weights[rows, :half], self.weights[rows, half:]
        svc_heat, cnb_heat, _ = self.temperatures
        support = self.svc_share / svc_heat * (svc[:, label] - svc.mean(axis=1))
        support = support + (1 - self.svc_share) / cnb_heat * (cnb[:, label] - cnb.mean(axis=1))
        return dict(zip(rows.tolist(), (values * support).tolist(), strict=True))

    def _probabilities(self, tokens: Tokens) -> Floats:
        rows, values = self.vector(tokens)
        scores = (values @ self.weights[rows] + self.bias)[None]
        half = len(self.labels)
        svc_heat, cnb_heat, final = self.temperatures
        svc, cnb = softmax(scores[:, :half] / svc_heat), softmax(scores[:, half:] / cnb_heat)
        mean = self.svc_share * svc + (1 - self.svc_share) * cnb
        return settle(softmax(np.log(np.maximum(mean, 1e-300)) / final), self.knots)
