"""The trained model as plain arrays: what is stored, loaded and run; needs numpy only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Floats
from classifier.text import Tokens

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """One TF-IDF view: `index` of each term among the rows of the weights, and its `idf` by index - `first`."""

    index: dict[str, int]
    first: int
    idf: list[float]


@dataclass(frozen=True)
class Scorer:
    """Weights (terms, 2 x classes): the first half of the columns is the SVC's, the second the ComplementNB's."""

    labels: tuple[str, ...]
    words: View
    syllables: View
    weights: Weights
    bias: Floats
    temperatures: tuple[float, float, float]
    svc_share: float

    def probabilities(self, texts: Sequence[Tokens]) -> Floats:
        """Calibrated probabilities (n, classes), each text scored by itself so that a batch changes nothing."""
        if not texts:
            return np.empty((0, len(self.labels)))
        return np.vstack([self._probabilities(text) for text in texts])

    def vector(self, tokens: Tokens) -> tuple[NDArray[np.intp], Floats]:
        """Row numbers and TF-IDF values of the terms of one text that the model knows."""
        words, word_values = _weigh(self.words, tokens.words)
        syllables, syllable_values = _weigh(self.syllables, tokens.syllables)
        return np.array(words + syllables, dtype=np.intp), np.array(word_values + syllable_values)

    def contributions(self, tokens: Tokens, label: int) -> tuple[NDArray[np.intp], Floats]:
        """Row numbers of the known terms, and what each adds for class number `label` above the mean class."""
        rows, values = self.vector(tokens)
        half = len(self.labels)
        svc, cnb = self.weights[rows, :half], self.weights[rows, half:]
        svc_heat, cnb_heat, _ = self.temperatures
        support = self.svc_share / svc_heat * (svc[:, label] - svc.mean(axis=1))
        support = support + (1 - self.svc_share) / cnb_heat * (cnb[:, label] - cnb.mean(axis=1))
        return rows, values * support

    def _probabilities(self, tokens: Tokens) -> Floats:
        rows, values = self.vector(tokens)
        scores = values @ self.weights[rows] + self.bias
        half = len(self.labels)
        svc_heat, cnb_heat, final = self.temperatures
        svc, cnb = _softmax(scores[:half] / svc_heat), _softmax(scores[half:] / cnb_heat)
        mean = self.svc_share * svc + (1 - self.svc_share) * cnb
        return _softmax(np.log(np.maximum(mean, 1e-300)) / final)


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def _weigh(view: View, units: tuple[str, ...]) -> tuple[list[int], list[float]]:
    index = view.index
    counts = Counter(units)
    counts.update(map(" ".join, zip(units, units[1:], strict=False)))
    known = [(row, count) for term, count in counts.items() if (row := index.get(term)) is not None]
    values = [(1 + log(count)) * view.idf[row - view.first] for row, count in known]
    length = sqrt(sum(value * value for value in values)) or 1.0
    return [row for row, _ in known], [value / length for value in values]
