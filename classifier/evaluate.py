"""Figures of merit of predictions against labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from classifier.confidence import BINS, calibration_error

THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.97, 0.98)


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


def curves(cases: Sequence[Judged]) -> dict[str, object]:
    """Figures that one number hides: of each body, of each bin of confidence, and of each threshold there could be."""
    return {"by_body": _by_body(cases), "reliability": _reliability(cases), "coverage_precision": _coverage(cases)}


def _by_body(cases: Sequence[Judged]) -> dict[str, dict[str, float]]:
    truth = Counter(case.body for case in cases)
    guessed = Counter(case.ranked[0] for case in cases)
    hits = Counter(case.body for case in cases if case.ranked[0] == case.body)
    auto = Counter(case.ranked[0] for case in cases if case.is_auto)
    good = Counter(case.ranked[0] for case in cases if case.is_auto and case.ranked[0] in case.accepted)
    return {
        body: {
            "n": truth[body],
            "precision": _ratio(hits[body], guessed[body]),
            "recall": _ratio(hits[body], truth[body]),
            "f1": _ratio(2 * hits[body], truth[body] + guessed[body]),
            "automatic": auto[body],
            "automatic_precision": _ratio(good[body], auto[body]),
        }
        for body in sorted(truth | guessed)
    }


def _reliability(cases: Sequence[Judged]) -> list[dict[str, float]]:
    """Each of BINS equal bins that is not empty: its lower end, how many, mean confidence, share accepted."""
    confidence = np.array([case.confidence for case in cases])
    accepted = np.array([case.ranked[0] in case.accepted for case in cases])
    bin_of = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        {
            "from": round(number / BINS, 4),
            "n": int((bin_of == number).sum()),
            "confidence": round(float(confidence[bin_of == number].mean()), 4),
            "accepted": round(float(accepted[bin_of == number].mean()), 4),
        }
        for number in np.unique(bin_of).tolist()
    ]


def _coverage(cases: Sequence[Judged]) -> list[dict[str, float]]:
    """The share at or above each of THRESHOLDS, and the share of these that was accepted."""
    confidence = np.array([case.confidence for case in cases])
    accepted = np.array([case.ranked[0] in case.accepted for case in cases])
    return [
        {
            "threshold": limit,
            "coverage": round(float((confidence >= limit).mean()), 4),
            "precision": round(_share(accepted[confidence >= limit]), 4),
        }
        for limit in THRESHOLDS
    ]


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _macro_f1(cases: Sequence[Judged]) -> float:
    """Mean F1 of the bodies that occur as truth."""
    truth = Counter(case.body for case in cases)
    guessed = Counter(case.ranked[0] for case in cases)
    hits = Counter(case.body for case in cases if case.ranked[0] == case.body)
    return sum(2 * hits[body] / (truth[body] + guessed[body]) for body in truth) / len(truth)


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else 0.0
