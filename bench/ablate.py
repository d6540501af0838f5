"""What each part of the router is worth: the learning curve, and the figures with one part left out or put in.

Every trial is learnt with each writer of the corpus left out in turn and judged on that writer's texts, then learnt
whole and judged on the held-out texts; temperatures and knots come from the texts of unseen writers.
`nice -n 10 python -m bench.ablate` prints two tables and writes `results/ablate.json`; about a minute a trial.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from bench.ground import report
from bench.held_out import held_out
from classifier import model
from classifier.dataset import load_corpus, load_lexicon, load_mandates, writer
from classifier.material import Material, labels, prepare
from classifier.model import VIEWS, Fitted, Recipe
from classifier.rules import Rules
from classifier.text import Tokens
from classifier.train import Calibration, Scores, calibrate, figures_of

View = tuple[object, float, int]
Figures = dict[str, float]
LETTERS = (3, 4, 5)
COLUMNS = ("top1_also", "top1", "top3", "macro_f1", "ece", "auto_coverage", "auto_precision", "same_without_accents")
BARE = "accents kept: no accent-stripped copies"


def characters(tokens: Tokens) -> list[str]:
    """Three to five neighbouring letters within a syllable and its edges, accents kept."""
    syllables = [f" {syllable} " for word in tokens.words for syllable in word.split("_")]
    return [s[start : start + size] for s in syllables for size in LETTERS for start in range(len(s) - size + 1)]


def single_terms(tokens: Tokens) -> list[str]:
    """Accent-folded syllables, each by itself."""
    return list(tokens.syllables)


@dataclass(frozen=True)
class Trial:
    """One way to learn: which views, how many of the comments, with which documents, with copies or without."""

    name: str
    views: Mapping[str, View] = field(default_factory=lambda: dict(VIEWS))
    share: float = 1.0
    documents: str = "mandates and lexicon"
    has_copies: bool = True


WORDS, SYLLABLES, TRIPLES = ({name: view} for name, view in VIEWS.items())
CURVE = [Trial(f"{share:.0%} of the corpus", share=share) for share in (0.25, 0.5, 0.75)]
WHOLE = Trial("as it is")
PARTS = [
    Trial("segmentation off: folded syllables only", views=SYLLABLES | TRIPLES),
    Trial("segmented words only", views=WORDS),
    Trial("no triples", views=WORDS | SYLLABLES),
    Trial("no pairs, no triples", views=WORDS | {"syllables": (single_terms, 1.0, 2)}),
    Trial("with letters 3–5 beside", views=VIEWS | {"letters": (characters, 0.6, 3)}),
    Trial(BARE, has_copies=False),
    Trial("no lexicon", documents="mandates"),
    Trial("no weak documents", documents=""),
]
BLENDS = {"LinearSVC alone": 1.0, "ComplementNB alone": 0.0}


@dataclass(frozen=True)
class Ground:
    """What is learnt from and what is judged: the corpus, the held-out texts, each comment's writer and rank (n,)."""

    corpus: Material
    held: Material
    hands: NDArray[np.str_]
    ranks: NDArray[np.float64]
    mandates: int


def main() -> None:
    """Run all trials, print the tables, write the figures."""
    place = _ground()
    rows = dict(chain.from_iterable(_run(place, trial) for trial in (WHOLE, *CURVE, *PARTS)))
    print(f"\n{_table(rows)}\n")
    report("ablate", {"comments": len(place.corpus.comments), "held_out": len(place.held.comments), "trials": rows})


def _ground() -> Ground:
    comments = load_corpus()
    mandates = load_mandates()
    corpus = prepare(comments, [*mandates, *load_lexicon()])
    return Ground(
        corpus=corpus,
        held=prepare(held_out(), []),
        hands=np.array([writer(comment) for comment in comments]),
        ranks=_ranks(corpus.truth),
        mandates=2 * len(mandates),
    )


def _ranks(truth: NDArray[np.intp]) -> NDArray[np.float64]:
    """For each comment its place (0–1) in a drawn order of its class: the first quarter lies in the first half."""
    ranks = np.zeros(len(truth))
    sizes = Counter(truth.tolist())
    met: Counter[int] = Counter()
    for row in np.random.default_rng(Recipe().seed).permutation(len(truth)).tolist():
        label = int(truth[row])
        ranks[row] = met[label] / sizes[label]
        met[label] += 1
    return ranks


def _run(place: Ground, trial: Trial) -> Iterator[tuple[str, dict[str, Figures]]]:
    """The figures of a trial; those of each classifier alone besides, for the recipe as it is."""
    started = time.perf_counter()
    recipe = Recipe()
    writers, held = _unseen_writers(place, trial, recipe), _held(place, trial, recipe)
    yield trial.name, _figures(place, writers, held, recipe)
    if trial is WHOLE:
        for name, share in BLENDS.items():
            yield name, _figures(place, writers, held, replace(recipe, svc_share=share))
    print(f"{trial.name}: {time.perf_counter() - started:.0f} s", flush=True)


def _figures(place: Ground, writers: Scores, held: Scores, recipe: Recipe) -> dict[str, Figures]:
    calibration = calibrate(place.corpus, [writers], recipe)
    return {
        "unseen_writers": _plain(place.corpus, writers, calibration, recipe),
        "held_out": _plain(place.held, held, calibration, recipe),
    }


def _plain(material: Material, scores: Scores, calibration: Calibration, recipe: Recipe) -> Figures:
    """The figures of one threshold for all bodies, so that trials differ by what they learnt alone."""
    found = figures_of(material, scores, calibration, Rules(calibration.threshold), recipe)
    return {name: value for name, value in found.items() if isinstance(value, (int, float))}


def _scores(arrays: np.ndarray) -> Scores:
    """Scores from (4, texts, classes): SVC and ComplementNB of the texts, then of their copies."""
    return Scores(np.hstack(arrays[:2]), np.hstack(arrays[2:]), arrays.shape[1])


def _unseen_writers(place: Ground, trial: Trial, recipe: Recipe) -> Scores:
    """Scores of every comment by a model that learnt nothing of its writer's."""
    scores = np.zeros((4, len(place.hands), len(labels())))
    for hand in np.unique(place.hands):
        mine = np.flatnonzero(place.hands == hand).tolist()
        fitted = _fit(place, trial, np.flatnonzero(place.hands != hand).tolist(), recipe)
        scores[:2, mine] = model.raw_scores(fitted, [place.corpus.plain[i] for i in mine])
        scores[2:, mine] = model.raw_scores(fitted, [place.corpus.folded[i] for i in mine])
    return _scores(scores)


def _held(place: Ground, trial: Trial, recipe: Recipe) -> Scores:
    fitted = _fit(place, trial, range(len(place.hands)), recipe)
    texts, copies = (model.raw_scores(fitted, each) for each in (place.held.plain, place.held.folded))
    return _scores(np.array([*texts, *copies]))


def _fit(place: Ground, trial: Trial, rows: Iterable[int], recipe: Recipe) -> Fitted:
    """Learn the share of `rows` that the trial allows, as `classifier.train.fit_on` learns all."""
    corpus = place.corpus
    chosen = [row for row in rows if place.ranks[row] < trial.share]
    weak = range(_documents(place, trial))[:: 1 if trial.has_copies else 2]
    texts = [corpus.plain[i] for i in chosen]
    truth = [corpus.truth[chosen]]
    if trial.has_copies:
        texts += [corpus.folded[i] for i in chosen]
        truth *= 2
    weights = np.concatenate([np.ones(len(texts)), np.full(len(weak), recipe.weak_weight)])
    texts += [corpus.weak[i] for i in weak]
    with mock.patch.dict(VIEWS, _floors(trial), clear=True):
        return model.fit(texts, np.concatenate([*truth, corpus.weak_truth[list(weak)]]), weights, recipe)


def _documents(place: Ground, trial: Trial) -> int:
    return {"": 0, "mandates": place.mandates}.get(trial.documents, len(place.corpus.weak))


def _floors(trial: Trial) -> Mapping[str, View]:
    """The views; without copies a text counts once, so that half as many texts must hold a term."""
    if trial.has_copies:
        return trial.views
    return {name: (terms, length, (least + 1) // 2) for name, (terms, length, least) in trial.views.items()}


def _table(rows: Mapping[str, Mapping[str, Figures]]) -> str:
    """Markdown, one trial a row: unseen writers, then the held-out texts."""
    heads = ["trial", *COLUMNS, *(f"held-out {name}" for name in ("top1_also", "top3", "ece"))]
    lines = [heads, ["---"] * len(heads)]
    for name, figures in rows.items():
        writers, held = figures["unseen_writers"], figures["held_out"]
        values = [*(writers[column] for column in COLUMNS), *(held[column] for column in ("top1_also", "top3", "ece"))]
        lines.append([name, *_cells(values)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(values: Sequence[float]) -> list[str]:
    return [f"{value:.3f}".removeprefix("0") for value in values]


if __name__ == "__main__":
    main()
