"""Fits how far a probability may be trusted: temperatures, the confidence knots, the threshold of automatic routing."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.isotonic import isotonic_regression

from classifier.confidence import BINS, SLOPE, Floats, Knots, log_odds, softmax

WILSON_Z = 1.959963984540054
NEVER = 1.01


def temperature(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The divisor of `scores` (n, classes) that makes `truth` (n,) likeliest. Guo et al. 2017."""
    rows = np.arange(len(truth))

    def loss(log_divisor: float) -> float:
        chosen = softmax(scores / np.exp(log_divisor))[rows, truth]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x))


def confidence_knots(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> Knots:
    """Log-odds of a raw `confidence` and the share that was `right` there, both rising; one a bin of equal size.

    One temperature leaves a linear model too sure at the top and too timid in the middle; this mends both ends.
    """
    odds = log_odds(confidence)
    parts = np.array_split(np.argsort(odds, kind="stable"), bins)
    shares = isotonic_regression([(right[part].sum() + 0.5) / (len(part) + 1) for part in parts])
    middles = [float(odds[part].mean()) for part in parts]
    rising = [float(share) * (1 - SLOPE * bins) + SLOPE * rank for rank, share in enumerate(shares)]
    return tuple(middles), tuple(rising)


def wilson_bound(right: float, total: float, z: float = WILSON_Z) -> float:
    """Lower end of Wilson's 95 % interval of `right` of `total`. Wilson 1927."""
    if total == 0:
        return 0.0
    share = right / total
    centre = share + z * z / (2 * total)
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return float((centre - spread) / (1 + z * z / total))


def threshold(confidence: Floats, right: NDArray[np.bool_], target: float = 0.95) -> float:
    """The lowest confidence at and above which Wilson's bound of precision reaches `target`; NEVER if none does."""
    order = np.argsort(-confidence, kind="stable")
    ranked, hits = confidence[order], np.cumsum(right[order])
    best = NEVER
    for rank, score in enumerate(ranked):
        is_last_of_ties = rank + 1 == len(ranked) or ranked[rank + 1] < score
        if is_last_of_ties and wilson_bound(hits[rank], rank + 1) >= target:
            best = float(score)
    return best
