"""The trained model as plain arrays: what is stored, loaded and run; needs numpy only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from classifier.confidence import Floats, Knots, settle, softmax
from classifier.judge import Judge, Screening
from classifier.text import Tokens, runs

LEAST = 1e-300

Weights = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class View:
    """One TF-IDF view of a text.

    `unit` names the field of Tokens it reads, `orders` how many neighbours make a term; `index` is the row of each
    term among the weights; the vector of a text has `length`.
    """

    unit: str
    orders: tuple[int, ...]
    length: float
    index: dict[str, int]

    def terms(self, tokens: Tokens) -> list[str]:
        """The terms of one text, order by order and from left to right."""
        units = getattr(tokens, self.unit)
        return [term for order in self.orders for term in (units if order == 1 else runs(units, order))]

    def rows(self, tokens: Tokens) -> list[int | None]:
        """The row of each of `terms`; None for one that the model never met."""
        return list(map(self.index.get, self.terms(tokens)))


@dataclass(frozen=True)
class Reading:
    """One text as the model reads it: the row of each term of each view, and the vector (`rows`, `values`)."""

    terms: tuple[list[int | None], ...]
    rows: Rows
    values: Floats


@dataclass(frozen=True)
class Scorer:
    """Weights (terms, columns): one column a class for the SVC, one a class for the ComplementNB, then the heads'.

    `screening` and `kind` judge by what `judge` reads of all columns.
    """

    labels: tuple[str, ...]
    views: tuple[View, ...]
    idf: Floats
    weights: Weights
    bias: Floats
    temperatures: tuple[float, float, float]
    svc_share: float
    knots: Knots
    screening: Screening
    kind: Judge

    def read(self, tokens: Tokens) -> Reading:
        """Look up the terms of one text and weigh them."""
        terms = tuple(view.rows(tokens) for view in self.views)
        counts = [Counter(filter(_is_known, rows)) for rows in terms]
        rows = np.array([row for count in counts for row in count], dtype=np.intp)
        values = self.idf[rows] * (1 + np.log([times for count in counts for times in count.values()]))
        first = 0
        for view, count in zip(self.views, counts, strict=True):
            part = values[first : first + len(count)]
            part *= view.length / (sqrt(part @ part) or 1.0)
            first += len(count)
        return Reading(terms, rows, values)

    def scores(self, readings: Sequence[Reading]) -> Floats:
        """What every column says of every text (n, columns); a text's scores do not depend on its batch."""
        width = self.weights.shape[1]
        found = np.array([reading.values @ self.weights[reading.rows] for reading in readings]).reshape(-1, width)
        return np.asarray(found + self.bias)

    def probabilities(self, readings: Sequence[Reading]) -> Floats:
        """Calibrated probabilities (n, classes) of the bodies."""
        return self.route(self.scores(readings))

    def route(self, scores: Floats) -> Floats:
        """Calibrated probabilities (n, classes) from `scores` (n, columns)."""
        half = len(self.labels)
        svc_heat, cnb_heat, final = self.temperatures
        mean = self.svc_share * softmax(scores[:, :half] / svc_heat)
        mean += (1 - self.svc_share) * softmax(scores[:, half : 2 * half] / cnb_heat)
        return settle(softmax(np.log(np.maximum(mean, LEAST)) / final), self.knots)

    def contributions(self, reading: Reading, label: int) -> dict[int, float]:
        """For each known term's row, what it adds for class number `label` above the mean class."""
        half = len(self.labels)
        weights = self.weights[reading.rows]
        svc_heat, cnb_heat, _ = self.temperatures
        support = self.svc_share / svc_heat * _above_mean(weights[:, :half], label)
        support = support + (1 - self.svc_share) / cnb_heat * _above_mean(weights[:, half : 2 * half], label)
        return dict(zip(reading.rows.tolist(), (reading.values * support).tolist(), strict=True))


def _above_mean(weights: Weights, label: int) -> Weights:
    return np.asarray(weights[:, label] - weights.mean(axis=1))


def _is_known(row: int | None) -> bool:
    return row is not None
