"""From the corpus to the artefact: scores of unseen texts, calibration, rules, the final fit, the metrics file."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier import artefact, heads, model
from classifier.bodies import load_bodies
from classifier.calibration import confidence_knots, threshold
from classifier.confidence import Floats, Knots, settle
from classifier.dataset import Comment, load_corpus, load_lexicon, load_mandates
from classifier.evaluate import Judged, curves, report
from classifier.heads import Heads, Lesson
from classifier.judge import COLUMNS
from classifier.material import Folds, Material, labels, prepare, splits
from classifier.model import Fitted, Recipe, Temperatures
from classifier.places import find
from classifier.rules import Rules
from classifier.scorer import Scorer, View
from classifier.screened import load_phrases, load_stopped
from classifier.train_heads import Judges, Seen, fit_judges
from classifier.train_rules import fit_rules, ranking

TARGET = 0.95
READS = {"words": ("words", (1,)), "syllables": ("syllables", (1, 2)), "triples": ("syllables", (3,))}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Scores:
    """What models that had not seen the texts say of them and of their copies (texts, columns), as `heads.scores`.

    The first `comments` of the texts are the valid ones, the others those that the screen must stop.
    """

    plain: Floats
    folded: Floats
    comments: int

    @property
    def svc(self) -> Floats:
        """The routing SVC of the comments (n, classes)."""
        return self._part(self.plain, 0)

    @property
    def cnb(self) -> Floats:
        """The routing ComplementNB of the comments."""
        return self._part(self.plain, 1)

    @property
    def folded_svc(self) -> Floats:
        """The routing SVC of the copies."""
        return self._part(self.folded, 0)

    @property
    def folded_cnb(self) -> Floats:
        """The routing ComplementNB of the copies."""
        return self._part(self.folded, 1)

    def _part(self, scores: Floats, block: int) -> Floats:
        width = len(labels())
        return scores[: self.comments, block * width : (block + 1) * width]


@dataclass(frozen=True)
class Calibration:
    """How raw scores become trusted probabilities, and from which confidence on a comment is routed automatically."""

    heats: Temperatures
    knots: Knots
    threshold: float


def train(directory: Path, recipe: Recipe | None = None, say: Say = print) -> Path:
    """Train, write the artefact and `metrics.json` into `directory`; the path of the artefact."""
    weak = [*load_mandates(), *load_lexicon()]
    return train_on(prepare(load_corpus(), weak, load_stopped(), load_phrases()), directory, recipe or Recipe(), say)


def train_on(material: Material, directory: Path, recipe: Recipe, say: Say) -> Path:
    """`train` with `material` already prepared."""
    stopped = material.screened.texts
    say(f"{len(material.comments)} comments, {len(stopped)} to be stopped, {len(material.weak)} weak documents")
    folds = splits(material, recipe)
    views = {name: unseen(material, numbers, recipe, say) for name, numbers in folds.items()}
    calibration = calibrate(material, list(views.values()), recipe)
    rules = rules_of(material, list(views.values()), calibration, recipe)
    judges = fit_judges({name: _seen(material, views[name], folds[name]) for name in views})
    fitted, further = fit_on(material, range(len(material.every_plain)), recipe)
    path = artefact.save(compile_scorer(fitted, further, calibration, judges), rules, directory)
    figures = {
        name: figures_of(material, scores, calibration, rules, recipe) | judges.figures[name]
        for name, scores in views.items()
    }
    metrics = {"recipe": asdict(recipe), "threshold": rules.threshold, "rules": asdict(rules), "unseen": figures}
    metrics["screening"] = {"costs": judges.screening.costs, "sure_valid": judges.screening.sure_valid}
    (directory / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    for name, values in figures.items():
        say(f"{name}: {json.dumps({key: value for key, value in values.items() if isinstance(value, float)})}")
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return path


def unseen(material: Material, folds: Folds, recipe: Recipe, say: Say) -> Scores:
    """Scores of every text, and of its copy, by models trained on the other folds only."""
    views = material.every_plain, material.every_folded
    scores = np.zeros((2, len(folds), 2 * len(labels()) + COLUMNS))

    def score(number: int) -> None:
        held = np.flatnonzero(folds == number).tolist()
        fitted, further = fit_on(material, np.flatnonzero(folds != number).tolist(), recipe)
        for part, texts in enumerate(views):
            scores[part, held] = heads.scores(fitted, further, [texts[i] for i in held])
        say(f"fold {number + 1} of {folds.max() + 1}: {len(held)} texts scored")

    # One after the other: liblinear has one random generator a process, and two folds at once would share it.
    for number in np.unique(folds).tolist():
        score(number)
    return Scores(scores[0], scores[1], len(material.comments))


def fit_on(material: Material, rows: Iterable[int], recipe: Recipe) -> tuple[Fitted, Heads]:
    """Train on the texts `rows` (comments first), their copies, the weak documents and the phrases of the screen."""
    size = len(material.comments)
    chosen = list(rows)
    valid = [i for i in chosen if i < size]
    kept = [i - size for i in chosen if i >= size]
    texts = [*(material.plain[i] for i in valid), *(material.folded[i] for i in valid)]
    truth = np.concatenate([material.truth[valid], material.truth[valid], material.weak_truth])
    weights = np.concatenate([np.ones(len(texts)), np.full(len(material.weak), recipe.weak_weight)])
    screened = material.screened
    stopped = [*(screened.plain[i] for i in kept), *(screened.folded[i] for i in kept)]
    fitted = model.fit([*texts, *material.weak], truth, weights, recipe, [*stopped, *screened.phrases])
    lesson = Lesson(
        kinds=np.tile(material.kinds[valid], 2),
        weak=len(material.weak),
        screens=np.tile(screened.truth[kept], 2),
        phrase_screens=np.array(screened.phrase_truth, dtype=np.intp),
    )
    return fitted, heads.fit(fitted, lesson)


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


def rules_of(material: Material, views: Sequence[Scores], calibration: Calibration, recipe: Recipe) -> Rules:
    """When to decide automatically, from the unseen scores of the comments as they are written."""
    numbers = {code: index for index, code in enumerate(labels())}
    accepted = [frozenset(numbers[body] for body in comment.accepted) for comment in material.comments]
    chances = [_chances(v.svc, v.cnb, calibration, recipe) for v in views]
    return fit_rules(labels(), [ranking(each, accepted) for each in chances], calibration.threshold)


def _chances(svc: Floats, cnb: Floats, calibration: Calibration, recipe: Recipe) -> Floats:
    return settle(model.blend(svc, cnb, calibration.heats, recipe.svc_share), calibration.knots)


def _seen(material: Material, scores: Scores, folds: Folds) -> Seen:
    screens = np.concatenate([np.zeros(len(material.comments), dtype=np.intp), material.screened.truth])
    plain, folded = material.every_plain, material.every_folded
    return Seen(scores.plain, scores.folded, plain, folded, screens, material.kinds, folds)


def _safe_threshold(material: Material, chances: Floats) -> float:
    """The threshold that keeps its promise on all texts together; `rules_of` mends it body by body."""
    return threshold(chances.max(axis=1), _accepted(material, chances), TARGET)


def figures_of(
    material: Material, scores: Scores, calibration: Calibration, rules: Rules, recipe: Recipe
) -> dict[str, object]:
    """The report on unseen comments, and the share of copies without accents that get the same body."""
    plain, folded = (
        _chances(svc, cnb, calibration, recipe)
        for svc, cnb in ((scores.svc, scores.cnb), (scores.folded_svc, scores.folded_cnb))
    )
    same = float((plain.argmax(axis=1) == folded.argmax(axis=1)).mean())
    cases = judge(material, plain, rules)
    return report(cases).to_dict() | {"same_without_accents": round(same, 4)} | curves(cases)


def judge(material: Material, chances: Floats, rules: Rules) -> list[Judged]:
    """Each comment's probabilities (n, classes) beside its truth; automatic as the router would decide by `rules`."""
    order = np.argsort(-chances, axis=1, kind="stable")
    return [
        _judged(comment, [(labels()[rank], float(row[rank])) for rank in ranks.tolist()[:5]], rules)
        for comment, ranks, row in zip(material.comments, order, chances, strict=True)
    ]


def _judged(comment: Comment, ranked: Sequence[tuple[str, float]], rules: Rules) -> Judged:
    body, confidence = ranked[0]
    is_placed = not load_bodies()[body].needs_place or bool(find(comment.text).province)
    names = tuple(name for name, _ in ranked)
    return Judged(comment.body, comment.accepted, names, confidence, not rules.reason(ranked) and is_placed)


def compile_scorer(fitted: Fitted, further: Heads, calibration: Calibration, judges: Judges) -> Scorer:
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
        weights=np.hstack([fitted.svc.coef_.T, cnb.T, further.weights]).astype(np.float32),
        bias=np.concatenate([fitted.svc.intercept_, np.zeros(len(cnb)), further.bias]),
        temperatures=(heats.svc, heats.cnb, heats.final),
        svc_share=fitted.recipe.svc_share,
        knots=calibration.knots,
        screening=judges.screening,
        kind=judges.kind,
    )


def _accepted(material: Material, chances: Floats) -> NDArray[np.bool_]:
    names = labels()
    return np.array([names[i] in c.accepted for c, i in zip(material.comments, chances.argmax(axis=1), strict=True)])
