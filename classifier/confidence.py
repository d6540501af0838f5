"""Probabilities as the running model makes them, and how far they are from the truth; needs numpy only."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Knots = tuple[tuple[float, ...], tuple[float, ...]]

BINS = 15
SLOPE = 1e-4
EDGE = 1e-12
MOST_ODDS = 28.0


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row of `scores` (n, classes)."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return np.asarray(raised)


def log_odds(share: Floats) -> Floats:
    """The logarithm of the odds of shares, which are kept off 0 and 1."""
    kept = np.minimum(np.maximum(share, EDGE), 1 - EDGE)
    return np.asarray(np.log(kept / (1 - kept)))


def settle(chances: Floats, knots: Knots) -> Floats:
    """`chances` (n, classes) with each row's best moved along `knots`, the others scaled into the rest, never above it.

    `knots` are log-odds of the raw best chance and, for each, the share that was right; both rise.
    """
    rows = np.arange(len(chances))
    best = chances.argmax(axis=1)
    raw = chances[rows, best]
    odds = log_odds(raw)
    sure = np.interp(odds, *knots) + SLOPE * (odds / MOST_ODDS - 1)
    rest = chances * ((1 - sure) / np.maximum(1 - raw, EDGE))[:, None]
    settled = np.minimum(rest, sure[:, None])
    settled[rows, best] = sure
    return np.asarray(settled)


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error over `bins` equal bins of (0, 1]; 0 for no rows. Naeini et al. 2015."""
    if not len(confidence):
        return 0.0
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(right[bin_of == b].sum() - confidence[bin_of == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(confidence))
