"""From the corpus to the artefact: out-of-fold scores, temperatures, threshold, the final fit, the metrics file."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from classifier import artefact, model
from classifier.bodies import load_bodies
from classifier.calibration import Floats, threshold
from classifier.dataset import Comment, WeakDocument, groups, load_corpus, load_lexicon, load_mandates
from classifier.evaluate import Judged, report
from classifier.model import Fitted, Recipe, Temperatures
from classifier.scorer import Scorer, View
from classifier.text import Tokens, analyse, fold

FOLDS = 5
READS = {"words": ("words", (1,)), "syllables": ("syllables", (1, 2)), "triples": ("syllables", (3,))}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """Everything that training reads, cut up once: `plain[i]` and `folded[i]` are `comments[i]` and its copy."""

    comments: Sequence[Comment]
    plain: Sequence[Tokens]
    folded: Sequence[Tokens]
    truth: NDArray[np.intp]
    weak: Sequence[Tokens]
    weak_truth: NDArray[np.intp]


def labels() -> tuple[str, ...]:
    """The bodies' codes in class-number order."""
    return tuple(load_bodies())


def prepare(comments: Sequence[Comment], weak: Iterable[WeakDocument]) -> Material:
    """Cut up `comments`, their accent-stripped copies and the `weak` documents (and copies)."""
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


def fit_on(material: Material, rows: Iterable[int], recipe: Recipe) -> Fitted:
    """Train on the comments `rows`, their copies and the weak documents."""
    chosen = list(rows)
    texts = [*(material.plain[i] for i in chosen), *(material.folded[i] for i in chosen), *material.weak]
    truth = np.concatenate([material.truth[chosen], material.truth[chosen], material.weak_truth])
    weights = np.concatenate([np.ones(2 * len(chosen)), np.full(len(material.weak), recipe.weak_weight)])
    return model.fit(texts, truth, weights, recipe)


def out_of_fold(
    material: Material, folds: NDArray[np.intp], recipe: Recipe, say: Say
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Scores of every comment, and of every copy, by models that saw neither it nor its group. `folds` is (n,)."""
    shape = (2, 2, len(material.comments), len(labels()))
    scores = np.zeros(shape)
    for fold_number in np.unique(folds):
        held = np.flatnonzero(folds == fold_number)
        fitted = fit_on(material, np.flatnonzero(folds != fold_number), recipe)
        for form, texts in enumerate((material.plain, material.folded)):
            scores[form][:, held] = model.raw_scores(fitted, [texts[i] for i in held])
        say(f"fold {fold_number + 1}: {len(held)} texts scored")
    return (scores[0, 0], scores[0, 1]), (scores[1, 0], scores[1, 1])


def grouped_folds(material: Material, recipe: Recipe) -> NDArray[np.intp]:
    """A fold number for each comment; groups are never parted."""
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=recipe.seed)
    folds = np.zeros(len(material.comments), dtype=np.intp)
    for number, (_, held) in enumerate(splitter.split(folds, material.truth, groups(material.comments))):
        folds[held] = number
    return folds


def judge(material: Material, chances: Floats, limit: float) -> list[Judged]:
    """Each comment's probabilities (n, classes) beside its truth; automatic from `limit` on."""
    names = labels()
    order = np.argsort(-chances, axis=1, kind="stable")
    return [
        Judged(c.body, c.accepted, tuple(names[i] for i in ranks[:5]), float(row[ranks[0]]), bool(row.max() >= limit))
        for c, ranks, row in zip(material.comments, order, chances, strict=True)
    ]


def train(directory: Path, recipe: Recipe | None = None, say: Say = print) -> Path:
    """Train, write the artefact and `metrics.json` into `directory`; the path of the artefact."""
    recipe = recipe or Recipe()
    material = prepare(load_corpus(), [*load_mandates(), *load_lexicon()])
    say(f"{len(material.comments)} comments, {len(material.weak)} weak documents")
    plain, folded = out_of_fold(material, grouped_folds(material, recipe), recipe, say)
    heats = calibrate(material, plain, folded, recipe)
    chances = model.blend(*plain, heats, recipe.svc_share)
    limit = threshold(chances.max(axis=1), _accepted(material, chances))
    figures = report(judge(material, chances, limit)).to_dict()
    say("out of fold: " + json.dumps(figures))
    scorer = compile_scorer(fit_on(material, range(len(material.comments)), recipe), heats)
    path = artefact.save(scorer, limit, directory)
    (directory / "metrics.json").write_text(json.dumps({"out_of_fold": figures, "threshold": limit}, indent=1) + "\n")
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return path


def calibrate(
    material: Material, plain: tuple[Floats, Floats], folded: tuple[Floats, Floats], recipe: Recipe
) -> Temperatures:
    """Temperatures from the out-of-fold scores of the comments and of their accent-stripped copies together."""
    svc, cnb = (np.vstack(pair) for pair in zip(plain, folded, strict=True))
    return model.fit_temperatures(svc, cnb, np.tile(material.truth, 2), recipe.svc_share)


def compile_scorer(fitted: Fitted, heats: Temperatures) -> Scorer:
    """The scikit-learn parts as plain arrays."""
    views, first = [], 0
    for name, table in fitted.features.transformer_list:
        unit, orders = READS[name]
        terms = table.get_feature_names_out().tolist()
        index = {term: first + row for row, term in enumerate(terms)}
        views.append(View(unit, orders, model.VIEWS[name][1], first, index, table.idf_.tolist()))
        first += len(terms)
    cnb = fitted.cnb.feature_log_prob_
    return Scorer(
        labels=labels(),
        views=tuple(views),
        weights=np.vstack([fitted.svc.coef_, cnb]).T.astype(np.float32),
        bias=np.concatenate([fitted.svc.intercept_, np.zeros(len(cnb))]),
        temperatures=(heats.svc, heats.cnb, heats.final),
        svc_share=fitted.recipe.svc_share,
    )


def _accepted(material: Material, chances: Floats) -> NDArray[np.bool_]:
    names = labels()
    return np.array([names[i] in c.accepted for c, i in zip(material.comments, chances.argmax(axis=1), strict=True)])
