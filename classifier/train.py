"""From the corpus to the artefact: scores of unseen texts, calibration, threshold, the final fit, the metrics file."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from classifier import artefact, model
from classifier.bodies import load_bodies
from classifier.calibration import confidence_knots, threshold
from classifier.confidence import Floats, Knots, settle
from classifier.dataset import Comment, WeakDocument, groups, load_corpus, load_lexicon, load_mandates, writer
from classifier.evaluate import Judged, report
from classifier.model import Fitted, Recipe, Temperatures
from classifier.places import find
from classifier.scorer import Scorer, View
from classifier.text import Tokens, analyse, fold

FOLDS = 5
ENOUGH = 1_000
TARGET = 0.955  # what is promised is 0.95; the rest is for texts unlike any of our writers'
READS = {"words": ("words", (1,)), "syllables": ("syllables", (1, 2)), "triples": ("syllables", (3,))}
Say = Callable[[str], None]
Folds = NDArray[np.intp]


@dataclass(frozen=True)
class Material:
    """Everything that training reads, cut up once: `plain[i]` and `folded[i]` are `comments[i]` and its copy."""

    comments: Sequence[Comment]
    plain: Sequence[Tokens]
    folded: Sequence[Tokens]
    truth: NDArray[np.intp]
    weak: Sequence[Tokens]
    weak_truth: NDArray[np.intp]


@dataclass(frozen=True)
class Scores:
    """What models that had not seen the comments say of them (n, classes): SVC and CNB, of the text and of its copy."""

    svc: Floats
    cnb: Floats
    folded_svc: Floats
    folded_cnb: Floats


@dataclass(frozen=True)
class Calibration:
    """How raw scores become trusted probabilities, and from which confidence on a comment is routed automatically."""

    heats: Temperatures
    knots: Knots
    threshold: float


def labels() -> tuple[str, ...]:
    """The bodies' codes in class-number order."""
    return tuple(load_bodies())


def train(directory: Path, recipe: Recipe | None = None, say: Say = print) -> Path:
    """Train, write the artefact and `metrics.json` into `directory`; the path of the artefact."""
    return train_on(prepare(load_corpus(), [*load_mandates(), *load_lexicon()]), directory, recipe or Recipe(), say)


def train_on(material: Material, directory: Path, recipe: Recipe, say: Say) -> Path:
    """`train` with `material` already prepared."""
    say(f"{len(material.comments)} comments, {len(material.weak)} weak documents")
    views = {name: unseen(material, folds, recipe, say) for name, folds in splits(material, recipe).items()}
    calibration = calibrate(material, list(views.values()), recipe)
    figures = {name: figures_of(material, scores, calibration, recipe) for name, scores in views.items()}
    scorer = compile_scorer(fit_on(material, range(len(material.comments)), recipe), calibration)
    path = artefact.save(scorer, calibration.threshold, directory)
    metrics = {"recipe": asdict(recipe), "threshold": calibration.threshold, "unseen": figures}
    (directory / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    for name, values in figures.items():
        say(f"{name}: {json.dumps(values)}")
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return path


def prepare(comments: Sequence[Comment], weak: Iterable[WeakDocument]) -> Material:
    """Cut up `comments`, their accent-stripped copies, the `weak` documents and theirs."""
    number = {code: index for index, code in enumerate(labels())}
    documents = list(weak)
    return Material(
        comments=comments,
        plain=[analyse(c.text) for c in comments],
        folded=[analyse(fold(c.text)) for c in comments],
        truth=np.array([number[c.body] for c in comments], dtype=np.intp),
        weak=[analyse(text) for d in documents for text in (d.text, fold(d.text))],
        weak_truth=np.array([number[d.body] for d in documents for _ in range(2)], dtype=np.intp),
    )


def splits(material: Material, recipe: Recipe) -> dict[str, Folds]:
    """Fold numbers (n,) by name: by persona and near-duplicate, and by the writer's hand when there are several."""
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=recipe.seed)
    by_group = np.zeros(len(material.comments), dtype=np.intp)
    for number, (_, held) in enumerate(splitter.split(by_group, material.truth, groups(material.comments))):
        by_group[held] = number
    names, by_writer = np.unique([writer(c) for c in material.comments], return_inverse=True)
    return {"by_group": by_group} | ({"by_writer": by_writer} if len(names) > 1 else {})


def unseen(material: Material, folds: Folds, recipe: Recipe, say: Say) -> Scores:
    """Scores of every comment, and of its copy, by models trained on the other folds only."""
    scores = np.zeros((4, len(material.comments), len(labels())))
    for number in np.unique(folds):
        held = np.flatnonzero(folds == number)
        fitted = fit_on(material, np.flatnonzero(folds != number).tolist(), recipe)
        scores[:2, held] = model.raw_scores(fitted, [material.plain[i] for i in held.tolist()])
        scores[2:, held] = model.raw_scores(fitted, [material.folded[i] for i in held.tolist()])
        say(f"fold {number + 1} of {folds.max() + 1}: {len(held)} texts scored")
    return Scores(*scores)


def fit_on(material: Material, rows: Iterable[int], recipe: Recipe) -> Fitted:
    """Train on the comments `rows`, their copies and the weak documents."""
    chosen = list(rows)
    texts = [*(material.plain[i] for i in chosen), *(material.folded[i] for i in chosen), *material.weak]
    truth = np.concatenate([material.truth[chosen], material.truth[chosen], material.weak_truth])
    weights = np.concatenate([np.ones(2 * len(chosen)), np.full(len(material.weak), recipe.weak_weight)])
    return model.fit(texts, truth, weights, recipe)


def calibrate(material: Material, views: Sequence[Scores], recipe: Recipe) -> Calibration:
    """Temperatures and knots from all unseen scores; the threshold that keeps its promise on each kind of them."""
    svc = np.vstack([part for v in views for part in (v.svc, v.folded_svc)])
    cnb = np.vstack([part for v in views for part in (v.cnb, v.folded_cnb)])
    heats = model.fit_temperatures(svc, cnb, np.tile(material.truth, 2 * len(views)), recipe.svc_share)
    raw = model.blend(svc, cnb, heats, recipe.svc_share)
    right = np.concatenate([_accepted(material, part) for part in np.split(raw, 2 * len(views))])
    knots = confidence_knots(raw.max(axis=1), right)
    kinds = [settle(model.blend(v.svc, v.cnb, heats, recipe.svc_share), knots) for v in views]
    return Calibration(heats, knots, max(_safe_threshold(material, chances) for chances in kinds))


def _safe_threshold(material: Material, chances: Floats) -> float:
    """The threshold that keeps its promise on all texts, and on those of each writer who wrote ENOUGH by themselves."""
    hands = np.array([writer(c) for c in material.comments])
    right, sure = _accepted(material, chances), chances.max(axis=1)
    slices = [hands == hand for hand in np.unique(hands) if (hands == hand).sum() >= ENOUGH]
    return max(threshold(sure[rows], right[rows], TARGET) for rows in (*slices, np.full(len(hands), True)))


def figures_of(material: Material, scores: Scores, calibration: Calibration, recipe: Recipe) -> dict[str, float]:
    """The report on unseen comments, and the share of copies without accents that get the same body."""
    plain, folded = (
        settle(model.blend(svc, cnb, calibration.heats, recipe.svc_share), calibration.knots)
        for svc, cnb in ((scores.svc, scores.cnb), (scores.folded_svc, scores.folded_cnb))
    )
    same = float((plain.argmax(axis=1) == folded.argmax(axis=1)).mean())
    return report(judge(material, plain, calibration.threshold)).to_dict() | {"same_without_accents": round(same, 4)}


def judge(material: Material, chances: Floats, limit: float) -> list[Judged]:
    """Each comment's probabilities (n, classes) beside its truth; automatic as the router would decide from `limit`."""
    order = np.argsort(-chances, axis=1, kind="stable")
    return [
        _judged(comment, ranks.tolist(), float(row[ranks[0]]), limit)
        for comment, ranks, row in zip(material.comments, order, chances, strict=True)
    ]


def _judged(comment: Comment, ranks: Sequence[int], confidence: float, limit: float) -> Judged:
    names = labels()
    is_placed = not load_bodies()[names[ranks[0]]].needs_place or bool(find(comment.text).province)
    ranked = tuple(names[rank] for rank in ranks[:5])
    return Judged(comment.body, comment.accepted, ranked, confidence, confidence >= limit and is_placed)


def compile_scorer(fitted: Fitted, calibration: Calibration) -> Scorer:
    """The scikit-learn parts as plain arrays."""
    rows = count()
    tables = fitted.features.transformer_list
    views = [
        View(*READS[name], model.VIEWS[name][1], dict(zip(table.get_feature_names_out().tolist(), rows, strict=False)))
        for name, table in tables
    ]
    cnb = fitted.cnb.feature_log_prob_
    heats = calibration.heats
    return Scorer(
        labels=labels(),
        views=tuple(views),
        idf=np.concatenate([table.idf_ for _, table in tables]),
        weights=np.vstack([fitted.svc.coef_, cnb]).T.astype(np.float32),
        bias=np.concatenate([fitted.svc.intercept_, np.zeros(len(cnb))]),
        temperatures=(heats.svc, heats.cnb, heats.final),
        svc_share=fitted.recipe.svc_share,
        knots=calibration.knots,
    )


def _accepted(material: Material, chances: Floats) -> NDArray[np.bool_]:
    names = labels()
    return np.array([names[i] in c.accepted for c, i in zip(material.comments, chances.argmax(axis=1), strict=True)])
