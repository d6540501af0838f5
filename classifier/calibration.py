"""How far a probability may be trusted: temperatures, calibration error, the threshold of automatic routing."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]

BINS = 15
WILSON_Z = 1.959963984540054
NEVER = 1.01


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row of `scores` (n, classes)."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def temperature(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The divisor of `scores` (n, classes) that makes `truth` (n,) likeliest. Guo et al. 2017."""
    rows = np.arange(len(truth))

    def loss(log_divisor: float) -> float:
        chosen = softmax(scores / np.exp(log_divisor))[rows, truth]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x))


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error over `bins` equal bins of (0, 1]; 0 for no rows."""
    if not len(confidence):
        return 0.0
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(right[bin_of == b].sum() - confidence[bin_of == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(confidence))


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
    hits = np.cumsum(right[order])
    best = NEVER
    for rank, index in enumerate(order):
        last_of_ties = rank + 1 == len(order) or confidence[order[rank + 1]] < confidence[index]
        if last_of_ties and wilson_bound(hits[rank], rank + 1) >= target:
            best = float(confidence[index])
    return best
