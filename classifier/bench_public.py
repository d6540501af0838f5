"""The recipe of the router on a labelled set of others, so that it can be held against published results."""

import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from classifier import model
from classifier.calibration import confidence_knots, threshold
from classifier.confidence import Floats, Knots, calibration_error, settle
from classifier.model import Fitted, Recipe, Temperatures
from classifier.public_sets import Example, PublicSet, PublicSetError
from classifier.text import Tokens, analyse, fold
from classifier.twins import clusters

FOLDS = 5
TARGET = 0.95
UNKNOWN = -10.0  # far below what either classifier says of a class that it has learnt

Labels = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PublicReport:
    """Shares are 0–1, of the test split; `safe` is above the threshold that Wilson's bound of TARGET sets on training.

    Macro F1 is over the labels that occur as truth or as answer, as published; `seconds` are of wall time.
    """

    set: str
    n: int
    n_train: int
    classes: int
    accuracy: float
    macro_f1: float
    weighted_f1: float
    ece: float
    safe_coverage: float
    safe_precision: float
    same_without_accents: float
    seconds: float

    def to_dict(self) -> dict[str, object]:
        """The figures, shares rounded to four places."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class _Lesson:
    """What is learnt: each text and its accent-stripped copy, class numbers (n,), clusters of near-duplicates (n,)."""

    plain: Sequence[Tokens]
    folded: Sequence[Tokens]
    truth: Labels
    groups: Labels
    classes: int

    def fit(self, rows: Sequence[int], recipe: Recipe) -> Fitted:
        """Train on these rows and their copies."""
        texts = [*(self.plain[i] for i in rows), *(self.folded[i] for i in rows)]
        return model.fit(texts, np.tile(self.truth[list(rows)], 2), np.ones(len(texts)), recipe)


@dataclass(frozen=True)
class _Trust:
    """What the unseen scores teach: temperatures, confidence knots, and the threshold of a safe answer."""

    heats: Temperatures
    knots: Knots
    limit: float
    svc_share: float

    def answers(self, svc: Floats, cnb: Floats) -> Floats:
        """Calibrated probabilities (n, classes)."""
        return settle(model.blend(svc, cnb, self.heats, self.svc_share), self.knots)


def run(found: PublicSet, recipe: Recipe | None = None) -> PublicReport:
    """Learn `found.train`, judge `found.test`; PublicSetError when there is too little to learn from."""
    recipe = recipe or Recipe()
    started = time.perf_counter()
    names = sorted({example.label for example in found.train})
    lesson = _prepare(found.train, names)
    try:
        trust = _calibrate(lesson, _unseen(lesson, recipe), recipe)
        fitted = lesson.fit(range(len(found.train)), recipe)
    except ValueError as error:
        raise PublicSetError(f"{found.name}: too few texts to learn from ({error})") from error
    texts = [example.text for example in found.test]
    plain, folded = (
        trust.answers(*_scores(fitted, [analyse(text) for text in each], len(names)))
        for each in (texts, map(fold, texts))
    )
    return _report(found, names, plain, folded, trust.limit, time.perf_counter() - started)


def _calibrate(lesson: _Lesson, scores: tuple[Floats, Floats], recipe: Recipe) -> _Trust:
    """Temperatures and knots from texts and copies, the threshold from the texts alone; as the router is calibrated."""
    size = len(lesson.truth)
    truth = np.tile(lesson.truth, 2)
    heats = model.fit_temperatures(*scores, truth, recipe.svc_share)
    raw = model.blend(*scores, heats, recipe.svc_share)
    right = raw.argmax(axis=1) == truth
    knots = confidence_knots(raw.max(axis=1), right)
    limit = threshold(settle(raw[:size], knots).max(axis=1), right[:size], TARGET)
    return _Trust(heats, knots, limit, recipe.svc_share)


def _prepare(examples: Sequence[Example], names: Sequence[str]) -> _Lesson:
    number = {name: index for index, name in enumerate(names)}
    return _Lesson(
        plain=[analyse(example.text) for example in examples],
        folded=[analyse(fold(example.text)) for example in examples],
        truth=np.array([number[example.label] for example in examples], dtype=np.intp),
        groups=clusters([example.text for example in examples]),
        classes=len(names),
    )


def _unseen(lesson: _Lesson, recipe: Recipe) -> tuple[Floats, Floats]:
    """SVC's and CNB's scores (2n, classes) of all texts, then of their copies, by models of the other folds."""
    size = len(lesson.truth)
    svc, cnb = np.zeros((2, 2 * size, lesson.classes))
    for rest, held in _folds(lesson, recipe.seed):
        fitted = lesson.fit(rest.tolist(), recipe)
        for offset, texts in ((0, lesson.plain), (size, lesson.folded)):
            scores = _scores(fitted, [texts[i] for i in held.tolist()], lesson.classes)
            svc[offset + held], cnb[offset + held] = scores
    return svc, cnb


def _folds(lesson: _Lesson, seed: int) -> Iterator[tuple[Labels, Labels]]:
    """Rows to learn from and rows held out, near-duplicates together; fewer folds when every label is rare."""
    most = max(Counter(lesson.truth.tolist()).values())
    splitter = StratifiedGroupKFold(min(FOLDS, most), shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        for rest, held in splitter.split(lesson.truth, lesson.truth, lesson.groups):
            if len(held):
                yield rest, held


def _scores(fitted: Fitted, texts: Sequence[Tokens], classes: int) -> tuple[Floats, Floats]:
    """`raw_scores` with a column for every class, also for two only and for those that a fold did not learn."""
    svc, cnb = model.raw_scores(fitted, texts)
    if svc.ndim == 1:
        svc = np.column_stack([-svc, svc])
    full = np.full((2, len(texts), classes), UNKNOWN)
    full[:, :, fitted.svc.classes_] = svc, cnb
    return full[0], full[1]


def _report(
    found: PublicSet, names: Sequence[str], plain: Floats, folded: Floats, limit: float, seconds: float
) -> PublicReport:
    truth = [example.label for example in found.test]
    said = [names[index] for index in plain.argmax(axis=1)]
    right = np.array([one == other for one, other in zip(truth, said, strict=True)])
    sure = plain.max(axis=1)
    macro, weighted = (float(f1_score(truth, said, average=kind, zero_division=0)) for kind in ("macro", "weighted"))
    return PublicReport(
        set=found.name,
        n=len(found.test),
        n_train=len(found.train),
        classes=len(names),
        accuracy=float(right.mean()),
        macro_f1=macro,
        weighted_f1=weighted,
        ece=calibration_error(sure, right),
        safe_coverage=float((sure >= limit).mean()),
        safe_precision=float(right[sure >= limit].mean()) if (sure >= limit).any() else 0.0,
        same_without_accents=float((plain.argmax(axis=1) == folded.argmax(axis=1)).mean()),
        seconds=seconds,
    )
