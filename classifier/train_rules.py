"""Fits when to decide automatically, when two bodies are too close, and which bodies should take part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.confidence import Floats
from classifier.rules import NEVER, Rules

BUDGET = 0.95
FEW = 30  # fewer automatic comments of a body are no ground for a threshold of its own
CLOSE_PRECISION = 0.85  # below this, a rival in sight is a reason to look
COORDINATING_PRECISION = 1 / 3  # one justified body in three is worth telling the others

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Ranking:
    """Unseen comments (n,): the two likeliest bodies, their chances, and whether each would be accepted."""

    first: NDArray[np.intp]
    sure: Floats
    right: Mask
    rival: Floats
    rival_accepted: Mask


def ranking(chances: Floats, accepted: Sequence[frozenset[int]]) -> Ranking:
    """The two best of `chances` (n, classes) beside the class numbers that would be `accepted`."""
    order = np.argsort(-chances, axis=1, kind="stable")
    rows = np.arange(len(chances))
    first, second = order[:, 0], order[:, 1]
    return Ranking(
        first=first,
        sure=chances[rows, first],
        right=np.array([body in known for body, known in zip(first.tolist(), accepted, strict=True)], dtype=bool),
        rival=chances[rows, second],
        rival_accepted=np.array([b in known for b, known in zip(second.tolist(), accepted, strict=True)], dtype=bool),
    )


def fit_rules(labels: tuple[str, ...], views: Sequence[Ranking], limit: float) -> Rules:
    """The rules for the global threshold `limit`; of several views of the same comments the strictest counts."""
    raised: dict[str, float] = {}
    for view in views:
        for body, own in _raised(labels, view, limit).items():
            raised[body] = max(own, raised.get(body, 0.0))
    all_views = _joined(views)
    needed = np.array([max(limit, raised.get(labels[body], 0.0)) for body in all_views.first.tolist()])
    automatic = all_views.sure >= needed
    return Rules(
        threshold=limit,
        raised=dict(sorted(raised.items())),
        close=_close(all_views.rival[automatic], all_views.right[automatic]),
        coordinating=_floor(all_views.rival, all_views.rival_accepted, COORDINATING_PRECISION),
    )


def _raised(labels: tuple[str, ...], view: Ranking, limit: float) -> dict[str, float]:
    """Bodies whose precision above `limit` is under BUDGET, each with the threshold from which it is kept.

    One body has too few cases for Wilson's bound, which the global threshold keeps for all of them together.
    """
    automatic = view.sure >= limit
    mine = {body: view.first == body for body in range(len(labels))}
    short = {
        body: rows
        for body, rows in mine.items()
        if (automatic & rows).sum() >= FEW and view.right[automatic & rows].mean() < BUDGET
    }
    floors = {body: _floor(view.sure[rows], view.right[rows], BUDGET) for body, rows in short.items()}
    return {labels[body]: max(limit, floor) for body, floor in floors.items()}


def _floor(scores: Floats, hits: Mask, share: float) -> float:
    """The lowest score at and above which at least FEW cases reach `share` of hits; NEVER when none does."""
    ranked, shares = _shares(scores, hits)
    good = ranked[shares >= share]
    return float(good[-1]) if len(good) else NEVER


def _close(rival: Floats, right: Mask) -> float:
    """The lowest chance of a rival at and above which under CLOSE_PRECISION of automatic comments were right."""
    ranked, shares = _shares(rival, right)
    bad = ranked[shares < CLOSE_PRECISION]
    return float(bad[-1]) if len(bad) else NEVER


def _shares(scores: Floats, hits: Mask) -> tuple[Floats, Floats]:
    """Each score that at least FEW cases reach, falling, and the share of hits at and above it."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    shares = np.cumsum(hits[order]) / np.arange(1, len(order) + 1)
    is_last_of_ties = np.append(ranked[1:] < ranked[:-1], True)
    kept = is_last_of_ties & (np.arange(1, len(order) + 1) >= FEW)
    return ranked[kept], shares[kept]


def _joined(views: Sequence[Ranking]) -> Ranking:
    return Ranking(
        first=np.concatenate([view.first for view in views]),
        sure=np.concatenate([view.sure for view in views]),
        right=np.concatenate([view.right for view in views]),
        rival=np.concatenate([view.rival for view in views]),
        rival_accepted=np.concatenate([view.rival_accepted for view in views]),
    )
