"""Calibration on the stream: whether automatic routing keeps its promise on what really came in, audited at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from classifier.calibration import NEVER, WILSON_Z

PROMISE = 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision that an official has judged; one that the audit drew weighs 1 over the chance of being drawn."""

    confidence: float
    is_right: bool
    is_automatic: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Weighted precision of what was routed automatically, its Wilson bounds, and how many decisions it rests on.

    `floor` is the confidence below which nothing may be routed automatically until the next training; 0 while the
    promise is not refuted.
    """

    judged: int
    precision: float | None
    low: float
    high: float
    floor: float


def standing(outcomes: Sequence[Outcome]) -> Standing:
    """How automatic routing stands. The floor rises only when the promise is refuted beyond chance."""
    automatic = [outcome for outcome in outcomes if outcome.is_automatic]
    if not automatic:
        return Standing(0, None, 0.0, 1.0, 0.0)
    precision, low, high = _bounds(automatic)
    floor = _floor(outcomes) if high < PROMISE else 0.0
    return Standing(len(automatic), precision, low, high, floor)


def _floor(outcomes: Sequence[Outcome]) -> float:
    """The least confidence from which everything surer is right often enough; NEVER when there is none."""
    sure = sorted(outcomes, key=lambda outcome: -outcome.confidence)
    weight = right = 0.0
    floor = NEVER
    for outcome, after in zip(sure, [*sure[1:], None], strict=True):
        weight += outcome.weight
        right += outcome.weight * outcome.is_right
        ends = after is None or after.confidence < outcome.confidence
        if ends and right / weight >= PROMISE:
            floor = outcome.confidence
    return floor


def _bounds(outcomes: Sequence[Outcome]) -> tuple[float, float, float]:
    """Weighted share right and its Wilson bounds for the effective number of decisions (Kish 1965)."""
    weights = [outcome.weight for outcome in outcomes]
    share = sum(o.weight for o in outcomes if o.is_right) / sum(weights)
    n = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    z = WILSON_Z
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return share, max(0.0, middle - half), min(1.0, middle + half)
