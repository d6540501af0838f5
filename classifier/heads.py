"""Further heads of the linear model: what screens a text and what kind it is, learnt on the router's own features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from classifier.confidence import Floats
from classifier.judge import KINDS, SCREENS, Judge
from classifier.model import Fitted, Labels, half
from classifier.text import Tokens

SCREEN_C = 0.5
KIND_C = 0.3
CNB_ALPHA = 0.1
TOLERANCE = 1e-3  # ten times finer takes four times as long for the same probabilities
IMPOSSIBLE = -50.0  # log-odds of a label that was never met


@dataclass(frozen=True)
class Lesson:
    """What the heads learn, with class numbers: kinds of the valid comments (-1 unknown), screens of the rest.

    Their vectors lie in `Fitted.learnt` in this order: the valid comments, `weak` documents, stopped texts, phrases.
    Weak documents describe the bodies' duties: valid matters, whatever words they share with a complaint.
    """

    kinds: Labels
    weak: int
    screens: Labels
    phrase_screens: Labels


@dataclass(frozen=True)
class Heads:
    """Columns beside the router's: `weights` (terms, columns) and `bias` (columns,); `judge` names their order."""

    weights: Floats
    bias: Floats


def fit(fitted: Fitted, lesson: Lesson) -> Heads:
    """Learn the columns: the screen by two SVCs (without and with `weak`) and a ComplementNB, the kind by an SVC."""
    seed, learnt = fitted.recipe.seed, fitted.learnt
    first, last = len(lesson.kinds), len(lesson.kinds) + lesson.weak
    valid, weak, stopped = learnt[:first], learnt[first:last], learnt[last:]
    screens = np.concatenate([np.zeros(first, dtype=np.intp), lesson.screens, lesson.phrase_screens])
    wide = np.concatenate([screens, np.zeros(lesson.weak, dtype=np.intp)])
    narrow_matrix = vstack([valid, stopped]).tocsr()
    wide_matrix = vstack([narrow_matrix, weak]).tocsr()
    told = lesson.kinds >= 0
    blocks = [
        _svc(narrow_matrix, screens, len(SCREENS), SCREEN_C, seed),
        _svc(wide_matrix, wide, len(SCREENS), SCREEN_C, seed),
        _cnb(wide_matrix, wide, len(SCREENS)),
        _svc(valid[np.flatnonzero(told)], lesson.kinds[told], len(KINDS), KIND_C, seed),
    ]
    return Heads(np.hstack([weights for weights, _ in blocks]), np.concatenate([bias for _, bias in blocks]))


def scores(fitted: Fitted, heads: Heads, texts: Sequence[Tokens]) -> Floats:
    """What every column says of `texts` (n, columns): SVC, ComplementNB, heads; as `Scorer.scores`."""
    matrix = fitted.features.transform(texts)
    svc = fitted.svc.decision_function(matrix)
    return np.hstack([svc, matrix @ fitted.cnb.feature_log_prob_.T, matrix @ heads.weights + heads.bias])


def fit_judge(labels: tuple[str, ...], features: Floats, truth: Labels) -> Judge:
    """Logistic regression of `truth` (n,) on `features` (n, features); a label that never occurs is impossible."""
    weights, bias = np.zeros((features.shape[1], len(labels))), np.full(len(labels), IMPOSSIBLE)
    met = np.unique(truth)
    if len(met) < 2:
        bias[met] = 0.0
        return Judge(labels, weights, bias)
    middle, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1.0
    found = LogisticRegression(max_iter=1_000, tol=TOLERANCE).fit((features - middle) / spread, truth)
    slopes, starts = _all_columns(found.coef_, found.intercept_)
    weights[:, met] = (slopes / spread).T
    bias[met] = starts - slopes @ (middle / spread)
    return Judge(labels, weights, bias)


def _svc(matrix: csr_matrix, truth: Labels, classes: int, strictness: float, seed: int) -> tuple[Floats, Floats]:
    weights, bias = np.zeros((matrix.shape[1], classes)), np.zeros(classes)
    met = np.unique(truth)
    if len(met) > 1:
        found = LinearSVC(C=strictness, class_weight="balanced", random_state=seed).fit(matrix, truth)
        slopes, bias[met] = _all_columns(found.coef_, found.intercept_)
        weights[:, met] = half(slopes.T)
    return weights, bias


def _cnb(matrix: csr_matrix, truth: Labels, classes: int) -> tuple[Floats, Floats]:
    weights = np.zeros((matrix.shape[1], classes))
    met = np.unique(truth)
    if len(met) > 1:
        found = ComplementNB(alpha=CNB_ALPHA).fit(matrix, truth).feature_log_prob_
        weights[:, met] = half((found - found.mean(axis=0)).T)
    return weights, np.zeros(classes)


def _all_columns(slopes: Floats, starts: Floats) -> tuple[Floats, Floats]:
    """A row for each of the classes, also when there are two and scikit-learn gives one row."""
    if len(slopes) > 1:
        return slopes, starts
    return np.vstack([-slopes, slopes]) / 2, np.concatenate([-starts, starts]) / 2
