"""The comparison card: what champion and challenger make of the same frozen texts, in figures that JSON can hold."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier import promotion
from classifier.artefact import NAME
from classifier.evaluate import Judged, report
from classifier.learning import Case
from classifier.router import Router

BINS = 10
STEPS = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on the frozen set: each text judged, and what the model costs."""

    version: str
    judged: tuple[Judged, ...]
    milliseconds: float
    megabytes: float

    @property
    def right(self) -> list[bool]:
        """Whether each text was sent to an accepted body."""
        return [_is_right(case) for case in self.judged]


def measure(directory: Path, cases: Sequence[Case]) -> Measured:
    """Load the model of `directory` and let it route `cases`; ArtefactError when it cannot be used."""
    router = Router.load(directory)
    texts = [case.text for case in cases]
    router.predict(texts[:20])  # the first texts fill the segmenter's tables
    began = time.perf_counter()
    predictions = router.predict(texts)
    took = (time.perf_counter() - began) / max(1, len(texts))
    judged = tuple(
        Judged(
            case.body, case.accepted, tuple(c.body for c in said.candidates), said.confidence, said.decision == "auto"
        )
        for case, said in zip(cases, predictions, strict=True)
    )
    return Measured(router.version, judged, 1000 * took, (directory / NAME).stat().st_size / 1e6)


def figures(measured: Measured, cases: Sequence[Case]) -> dict[str, object]:
    """Everything that the card shows of one model."""
    parts = {
        "overall": [True] * len(cases),
        "held_out": [case.part == "held_out" for case in cases],
        "labels": [case.part == "labels" for case in cases],
        "recent": [case.part == "labels" and case.is_recent for case in cases],
    }
    return {
        "version": measured.version,
        "parts": {name: _report(measured.judged, chosen) for name, chosen in parts.items()},
        "classes": _classes(measured),
        "reliability": reliability(measured.judged),
        "coverage": coverage(measured.judged),
        "milliseconds": round(measured.milliseconds, 2),
        "megabytes": round(measured.megabytes, 1),
    }


def comparison(champion: Measured, challenger: Measured) -> promotion.Comparison:
    """The paired test of two models measured on the same cases."""
    return promotion.compare([case.body for case in champion.judged], champion.right, challenger.right)


def reliability(judged: Iterable[Judged]) -> list[list[float]]:
    """Ten bins of stated confidence: its mean, the share that was right, how many texts; empty ones are left out."""
    cases = list(judged)
    stated = np.array([case.confidence for case in cases])
    right = np.array([_is_right(case) for case in cases])
    places = np.minimum((stated * BINS).astype(int), BINS - 1)
    bins = [places == number for number in range(BINS)]
    return [
        [round(float(stated[chosen].mean()), 4), round(float(right[chosen].mean()), 4), int(chosen.sum())]
        for chosen in bins
        if chosen.any()
    ]


def coverage(judged: Iterable[Judged]) -> list[list[float]]:
    """The surest twentieth, two twentieths, …: the share routed, how much of it is right, its least confidence."""
    cases = sorted(judged, key=lambda case: -case.confidence)
    right = np.cumsum([_is_right(case) for case in cases])
    counts = sorted({max(1, round(len(cases) * step / STEPS)) for step in range(1, STEPS + 1)} if cases else ())
    return [
        [round(n / len(cases), 4), round(float(right[n - 1]) / n, 4), round(cases[n - 1].confidence, 4)] for n in counts
    ]


def _is_right(case: Judged) -> bool:
    return case.ranked[0] in case.accepted


def _report(judged: Sequence[Judged], chosen: Sequence[bool]) -> dict[str, float] | None:
    kept = [case for case, wanted in zip(judged, chosen, strict=True) if wanted]
    return report(kept).to_dict() if kept else None


def _classes(measured: Measured) -> dict[str, list[int]]:
    bodies = [case.body for case in measured.judged]
    lines = promotion.by_class(bodies, measured.right, measured.right)
    return {line.body: [line.n, line.champion] for line in lines}
