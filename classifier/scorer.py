"""The trained model as plain arrays: what is stored, loaded and run; needs numpy only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from classifier.confidence import Floats, Knots, settle, softmax
from classifier.text import Tokens, runs

UNKNOWN = -1

Weights = NDArray[np.float32]
Rows = NDArray[np.intp]


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
    idf: Floats

    def rows(self, tokens: Tokens) -> list[int]:
        """The row of each term, order by order and from left to right; UNKNOWN for terms the model never met."""
        units = getattr(tokens, self.unit)
        row_of = self.index.get
        terms = [term for order in self.orders for term in (units if order == 1 else runs(units, order))]
        return [row_of(term, UNKNOWN) for term in terms]

    def weigh(self, rows: Sequence[int]) -> tuple[Rows, Floats]:
        """The known rows, each once, and their TF-IDF values."""
        counts = Counter(rows)
        counts.pop(UNKNOWN, None)
        known = np.fromiter(counts.keys(), np.intp, len(counts))
        values = self.idf[known - self.first] * (1 + np.log(np.fromiter(counts.values(), float, len(counts))))
        return known, values * (self.length / (sqrt(values @ values) or 1.0))


@dataclass(frozen=True)
class Reading:
    """One text as the model reads it: the row of each term of each view, and the vector (`rows`, `values`)."""

    terms: tuple[list[int], ...]
    rows: Rows
    values: Floats


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

    def read(self, tokens: Tokens) -> Reading:
        """Look up the terms of one text."""
        terms = tuple(view.rows(tokens) for view in self.views)
        parts = [view.weigh(rows) for view, rows in zip(self.views, terms, strict=True)]
        return Reading(terms, np.concatenate([rows for rows, _ in parts]), np.concatenate([v for _, v in parts]))

    def probabilities(self, readings: Sequence[Reading]) -> Floats:
        """Calibrated probabilities (n, classes); a text's do not depend on its batch."""
        half = len(self.labels)
        scores = np.empty((len(readings), 2 * half))
        for row, reading in enumerate(readings):
            scores[row] = reading.values @ self.weights[reading.rows]
        scores += self.bias
        svc_heat, cnb_heat, final = self.temperatures
        svc, cnb = softmax(scores[:, :half] / svc_heat), softmax(scores[:, half:] / cnb_heat)
        mean = self.svc_share * svc + (1 - self.svc_share) * cnb
        return settle(softmax(np.log(np.maximum(mean, 1e-300)) / final), self.knots)

    def contributions(self, reading: Reading, label: int) -> dict[int, float]:
        """For each known term's row, what it adds for class number `label` above the mean class."""
        half = len(self.labels)
        weights = self.weights[reading.rows]
        svc_heat, cnb_heat, _ = self.temperatures
        support = self.svc_share / svc_heat * _above_mean(weights[:, :half], label)
        support = support + (1 - self.svc_share) / cnb_heat * _above_mean(weights[:, half:], label)
        return dict(zip(reading.rows.tolist(), (reading.values * support).tolist(), strict=True))


def _above_mean(weights: Weights, label: int) -> Weights:
    return np.asarray(weights[:, label] - weights.mean(axis=1))
