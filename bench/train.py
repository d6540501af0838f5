"""Training against the same scikit-learn fits without calibration, rules and artefact (goal T1)."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from bench.ground import interleaved, report
from classifier import heads, model
from classifier.dataset import load_corpus, load_lexicon, load_mandates
from classifier.material import Material, prepare, splits
from classifier.model import Recipe
from classifier.screened import load_phrases, load_stopped
from classifier.text import Tokens
from classifier.train import train_on

SHARE = int(os.environ.get("BENCH_SHARE", "4"))  # learn every so manieth text, so that several pairs can be run
PAIRS = 3

Rows = NDArray[np.intp]


def main() -> None:
    """Measure both arms on texts that were cut up beforehand, and report."""
    corpus, stopped = load_corpus()[::SHARE], load_stopped()[::SHARE]
    material = prepare(corpus, [*load_mandates(), *load_lexicon()], stopped, load_phrases())
    medians = interleaved({"train": lambda: _train(material), "bare": lambda: _bare(material)}, pairs=PAIRS)
    figures = {"train_cpu_s": round(medians["train"], 1), "bare_cpu_s": round(medians["bare"], 1)}
    sizes = {"comments": len(corpus), "stopped": len(stopped)}
    report("train", {**sizes, **figures, "T1_ratio": round(medians["train"] / medians["bare"], 3)})


def _train(material: Material) -> float:
    start = time.process_time()
    with tempfile.TemporaryDirectory() as directory:
        train_on(material, Path(directory), Recipe(), say=[].append)
    return time.process_time() - start


def _bare(material: Material) -> float:
    start = time.process_time()
    recipe, plain, folded = Recipe(), material.every_plain, material.every_folded
    for learnt, held in _rounds(material, recipe):
        union = model.features()
        texts = [*(plain[i] for i in learnt), *(folded[i] for i in learnt)]
        matrix = union.fit_transform([*texts, *material.weak, *material.screened.phrases])
        _fits(material, matrix, learnt, recipe)
        for side in (plain, folded):
            _transform(union, [side[i] for i in held])
    return time.process_time() - start


def _rounds(material: Material, recipe: Recipe) -> Iterator[tuple[Rows, Rows]]:
    """What is learnt and what is held out, fold by fold of each split, and at last everything."""
    for folds in splits(material, recipe).values():
        for number in np.unique(folds):
            yield np.flatnonzero(folds != number), np.flatnonzero(folds == number)
    yield np.arange(len(material.every_plain)), np.zeros(0, dtype=np.intp)


def _fits(material: Material, matrix: csr_matrix, learnt: Rows, recipe: Recipe) -> None:
    size, number = len(material.comments), len(learnt)
    comments = np.flatnonzero(learnt < size)
    both = np.concatenate([comments, comments + number])
    valid, truth = matrix[both], np.tile(material.truth[learnt[comments]], 2)
    screens = np.concatenate([np.zeros(size, dtype=np.intp), material.screened.truth])
    every, kinds = np.tile(screens[learnt], 2), np.tile(material.kinds[learnt[comments]], 2)
    told = np.flatnonzero(kinds >= 0)
    weak = slice(2 * number, 2 * number + len(material.weak))
    routed = np.concatenate([truth, material.weak_truth])
    rows = np.concatenate([both, np.arange(weak.start, weak.stop)])
    LinearSVC(C=recipe.svc_c, class_weight="balanced", random_state=recipe.seed).fit(matrix[rows], routed)
    ComplementNB(alpha=recipe.cnb_alpha).fit(matrix[rows], routed)
    narrow, wide = matrix[: 2 * number], matrix[: weak.stop]
    widened = np.concatenate([every, np.zeros(len(material.weak), dtype=np.intp)])
    for part, classes in ((narrow, every), (wide, widened)):
        LinearSVC(C=heads.SCREEN_C, class_weight="balanced", random_state=recipe.seed).fit(part, classes)
    ComplementNB(alpha=heads.CNB_ALPHA).fit(wide, widened)
    LinearSVC(C=heads.KIND_C, class_weight="balanced", random_state=recipe.seed).fit(valid[told], kinds[told])


def _transform(union: FeatureUnion, texts: list[Tokens]) -> None:
    if texts:
        union.transform(texts)


if __name__ == "__main__":
    main()
