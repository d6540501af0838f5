"""Fits the judges of screening class and kind on scores of unseen texts, and measures them on texts new to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support

from classifier import heads
from classifier.confidence import Floats
from classifier.judge import COMPLAINTS, KINDS, SCREENS, Judge, Screening, kind_features, screen_features
from classifier.model import Labels
from classifier.text import Tokens

WANTED_RECALL = 0.95  # of complaints and denunciations on unseen texts
COSTS = tuple(range(1, 13))
VALID_COST = 0.7
UNSURE_VALID = 0.03  # the share of valid comments that may wait for a glance although they were not stopped

Figures = dict[str, object]


@dataclass(frozen=True)
class Seen:
    """One view: scores (n, columns) by models that had not learnt the texts, of each and of its accent-free copy.

    The first of the texts are the valid ones, as many as there are `kinds` (-1 unknown); `screens` (n,), `folds` (n,).
    """

    scores: Floats
    folded_scores: Floats
    tokens: Sequence[Tokens]
    folded_tokens: Sequence[Tokens]
    screens: Labels
    kinds: Labels
    folds: Labels

    def screen_features(self) -> tuple[Floats, Floats]:
        """Features of the texts, and of the copies."""
        return screen_features(self.scores, self.tokens), screen_features(self.folded_scores, self.folded_tokens)

    def kind_features(self) -> tuple[Floats, Floats]:
        """Features of the texts whose kind is `told`, and of their copies."""
        return (
            kind_features(self.scores[self.told], [self.tokens[i] for i in self.told]),
            kind_features(self.folded_scores[self.told], [self.folded_tokens[i] for i in self.told]),
        )

    @property
    def told(self) -> Labels:
        """The rows of the texts whose kind is known."""
        return np.flatnonzero(self.kinds >= 0)


@dataclass(frozen=True)
class Judges:
    """Both judges, and the figures of each by view."""

    screening: Screening
    kind: Judge
    figures: dict[str, Figures]


def fit_judges(views: dict[str, Seen]) -> Judges:
    """Fit on all views together; the costs, and all figures, from judges that had not seen the fold they judge."""
    unseen = {name: _unseen(SCREENS, view.screen_features(), view.screens, view.folds) for name, view in views.items()}
    first = next(iter(views))
    costs = _costs(unseen[first][0], views[first].screens)
    valid = views[first].screens == 0
    screening = Screening(
        judge=_judge(SCREENS, [(view.screen_features(), view.screens) for view in views.values()]),
        costs=costs,
        sure_valid=float(np.quantile(unseen[first][0][valid, 0], UNSURE_VALID)),
    )
    kind = _judge(KINDS, [(view.kind_features(), view.kinds[view.told]) for view in views.values()])
    figures = {name: _figures(view, unseen[name], screening) for name, view in views.items()}
    return Judges(screening, kind, figures)


def _judge(labels: tuple[str, ...], parts: Sequence[tuple[tuple[Floats, Floats], Labels]]) -> Judge:
    features = np.vstack([each for both, _ in parts for each in both])
    return heads.fit_judge(labels, features, np.concatenate([np.tile(truth, 2) for _, truth in parts]))


def _unseen(
    labels: tuple[str, ...], both: tuple[Floats, Floats], truth: Labels, folds: Labels
) -> tuple[Floats, Floats]:
    """Probabilities (n, labels) of texts and of copies by judges fitted on the other folds."""
    plain, folded = np.zeros((2, len(truth), len(labels)))
    for number in np.unique(folds):
        held = folds == number
        rest = ~held
        judge = _judge(labels, [((both[0][rest], both[1][rest]), truth[rest])])
        plain[held], folded[held] = judge.chances(both[0][held]), judge.chances(both[1][held])
    return plain, folded


def _costs(chances: Floats, truth: Labels) -> tuple[float, ...]:
    """The least cost of a missed complaint with which WANTED_RECALL is reached, else the greatest of COSTS."""
    complaints = [SCREENS.index(name) for name in COMPLAINTS]
    of_interest = np.isin(truth, complaints)
    for cost in COSTS:
        costs = tuple(VALID_COST if i == 0 else float(cost) if i in complaints else 1.0 for i in range(len(SCREENS)))
        said = (chances * np.array(costs)).argmax(axis=1)
        if not of_interest.any() or np.isin(said[of_interest], complaints).mean() >= WANTED_RECALL:
            break
    return costs


def _figures(view: Seen, screen_chances: tuple[Floats, Floats], screening: Screening) -> Figures:
    plain, folded = ((each * np.array(screening.costs)).argmax(axis=1) for each in screen_chances)
    kinds = view.kinds[view.told]
    kind_chances, kind_folded = _unseen(KINDS, view.kind_features(), kinds, view.folds[view.told])
    return {
        "screen": _screen_figures(view.screens, plain, screen_chances[0], screening)
        | {"same_without_accents": _round((plain == folded).mean())},
        "kind": _by_class(KINDS, kinds, kind_chances.argmax(axis=1))
        | {"same_without_accents": _share(kind_chances.argmax(axis=1) == kind_folded.argmax(axis=1))},
    }


def _screen_figures(truth: Labels, said: Labels, chances: Floats, screening: Screening) -> Figures:
    complaints = np.isin(truth, [SCREENS.index(name) for name in COMPLAINTS])
    valid = truth == 0
    passing = (said == 0) & (chances[:, 0] >= screening.sure_valid)
    return _by_class(SCREENS, truth, said) | {
        "macro_f1_balanced": _balanced(truth, said),
        "complaints_recall": _share(np.isin(said, [SCREENS.index(name) for name in COMPLAINTS])[complaints]),
        "complaints_kept_from_automatic": _share(~passing[complaints]),
        "valid_stopped": _share(said[valid] != 0),
        "valid_not_automatic": _share(~passing[valid]),
    }


def _balanced(truth: Labels, said: Labels) -> float:
    """Macro F1 as if every class had as many texts: valid ones do not outweigh the others fifteen to one."""
    weights = 1 / np.bincount(truth, minlength=len(SCREENS))[truth]
    return _round(f1_score(truth, said, average="macro", sample_weight=weights, zero_division=0))


def _by_class(labels: tuple[str, ...], truth: Labels, said: Labels) -> Figures:
    if not len(truth):
        return {"n": 0}
    every = list(range(len(labels)))
    shares = precision_recall_fscore_support(truth, said, labels=every, zero_division=0)
    return {
        "n": len(truth),
        "accuracy": _share(truth == said),
        "macro_f1": _round(f1_score(truth, said, average="macro", zero_division=0)),
        "by_class": {
            name: {"n": int(n), "precision": _round(p), "recall": _round(r), "f1": _round(f)}
            for name, p, r, f, n in zip(labels, *shares, strict=True)
        },
    }


def _share(hits: NDArray[np.bool_]) -> float:
    return _round(hits.mean()) if len(hits) else 0.0


def _round(value: float) -> float:
    return round(float(value), 4)
