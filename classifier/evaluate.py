"""Figures of merit of predictions against labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from classifier.confidence import calibration_error


@dataclass(frozen=True, slots=True)
class Judged:
    """One prediction beside its truth: `ranked` bodies best first, `accepted` is the truth and what counts as right."""

    body: str
    accepted: frozenset[str]
    ranked: tuple[str, ...]
    confidence: float
    is_auto: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Shares are 0–1. `top3`, `auto_precision` count every accepted body as right, `top1` and `ece` the label only."""

    n: int
    top1: float
    top1_also: float
    top3: float
    macro_f1: float
    ece: float
    ece_also: float
    auto_coverage: float
    auto_precision: float
    auto_precision_label: float

    def to_dict(self) -> dict[str, float]:
        """The figures rounded to four places."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def report(cases: Sequence[Judged]) -> Report:
    """Judge `cases`; ValueError when there are none."""
    if not cases:
        raise ValueError("nothing to evaluate")
    right = np.array([case.ranked[0] == case.body for case in cases])
    accepted = np.array([case.ranked[0] in case.accepted for case in cases])
    within_three = np.array([bool(case.accepted & set(case.ranked[:3])) for case in cases])
    confidence = np.array([case.confidence for case in cases])
    auto = np.array([case.is_auto for case in cases])
    return Report(
        n=len(cases),
        top1=float(right.mean()),
        top1_also=float(accepted.mean()),
        top3=float(within_three.mean()),
        macro_f1=_macro_f1(cases),
        ece=calibration_error(confidence, right),
        ece_also=calibration_error(confidence, accepted),
        auto_coverage=float(auto.mean()),
        auto_precision=_share(accepted[auto]),
        auto_precision_label=_share(right[auto]),
    )


def _macro_f1(cases: Sequence[Judged]) -> float:
    """Mean F1 of the bodies that occur as truth."""
    truth = Counter(case.body for case in cases)
    guessed = Counter(case.ranked[0] for case in cases)
    hits = Counter(case.body for case in cases if case.ranked[0] == case.body)
    return sum(2 * hits[body] / (truth[body] + guessed[body]) for body in truth) / len(truth)


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else 0.0
