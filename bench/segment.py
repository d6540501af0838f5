"""How fast texts are cut up and scored, against the library and scikit-learn doing the same in the same run.

N1: `word_tokenize` over ours. N2: `word_tokenize` + the same model in scikit-learn over ours, text by text.
Both arms alternate; a figure is the median over the rounds. `python -m bench.segment` prints and writes JSON.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from underthesea import word_tokenize

from classifier import model
from classifier.calibration import confidence_knots
from classifier.confidence import Floats, Knots, settle
from classifier.dataset import Comment, load_corpus
from classifier.judge import Judge, Screening
from classifier.material import prepare
from classifier.model import Fitted, Recipe, Temperatures
from classifier.text import Tokens, analyse, fold, normalise, segmenter, warm
from classifier.train import Calibration, compile_scorer, fit_on
from classifier.train_heads import Judges

ROUNDS = 7
TEXTS = 600
SINGLE = 150
TRAINED_ON = 1_500
RESULTS = Path(__file__).parent / "results"
HEATS = Temperatures(0.12, 0.15, 0.9)
SILENT = Judge((), np.empty((0, 0)), np.empty(0))  # N2 is about the bodies alone
NO_JUDGES = Judges(Screening(SILENT, (), 0.0), SILENT, {})


def main() -> None:
    """Measure N1 and N2, print them and write `results/segment.json`."""
    warm()
    word_tokenize("khởi động")
    comments = load_corpus()
    fresh, seen = comments[:: len(comments) // TEXTS], comments[1 :: max(2, len(comments) // TRAINED_ON)]
    figures = {
        "load": os.getloadavg()[0],
        "spin_seconds": _seconds(_spin),
        **_segmentation([comment.text for comment in fresh]),
        **_single(fresh[:SINGLE], seen),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "segment.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


def _segmentation(texts: Sequence[str]) -> dict[str, float]:
    """N1: texts never seen before in the first round, the same afterwards."""
    fast = segmenter()
    pairs = [(_seconds(lambda: [word_tokenize(t) for t in texts]), _seconds(lambda: [fast.words(t) for t in texts]))]
    differing = sum(fast.words(text) != word_tokenize(text) for text in texts)
    for _ in range(ROUNDS):
        library = _seconds(lambda: [word_tokenize(t) for t in texts])
        pairs.append((library, _seconds(lambda: [fast.words(t) for t in texts])))
    syllables = sum(len(text.split()) for text in texts)
    return {
        "n1_ratio": median(library / ours for library, ours in pairs[1:]),
        "n1_ratio_unseen_texts": pairs[0][0] / pairs[0][1],
        "n1_library_ms_per_100_syllables": median(library for library, _ in pairs) * 1e5 / syllables,
        "n1_ours_ms_per_100_syllables": median(ours for _, ours in pairs[1:]) * 1e5 / syllables,
        "n1_differing_texts": differing,
    }


def _single(texts: Sequence[Comment], seen: Sequence[Comment]) -> dict[str, float]:
    """N2 against scikit-learn's own parts of the same model, and the greatest difference of a probability."""
    material = prepare(seen, [])
    fitted, further = fit_on(material, range(len(seen)), Recipe())
    knots = confidence_knots(np.linspace(0.05, 0.999, 200), np.arange(200) > 60)
    scorer = compile_scorer(fitted, further, Calibration(HEATS, knots, 0.9), NO_JUDGES)
    pairs, largest = [], 0.0
    for _ in range(ROUNDS):
        library, expected = _timed(lambda: [_with_library(fitted, knots, comment.text) for comment in texts])
        ours, found = _timed(lambda: [scorer.probabilities([scorer.read(analyse(c.text))]) for c in texts])
        pairs.append((library, ours))
        largest = float(np.abs(np.vstack(expected) - np.vstack(found)).max())
    return {
        "n2_ratio": median(library / ours for library, ours in pairs),
        "n2_library_ms": median(library for library, _ in pairs) * 1e3 / len(texts),
        "n2_ours_ms": median(ours for _, ours in pairs) * 1e3 / len(texts),
        "n2_largest_difference": largest,
    }


def _with_library(fitted: Fitted, knots: Knots, text: str) -> Floats:
    """What the model says of one text by way of `word_tokenize` and scikit-learn."""
    words = [word.split(" ") for word in word_tokenize(normalise(text))]
    spoken = [kept for word in words if (kept := [unit for unit in word if any(map(str.isalnum, unit))])]
    tokens = Tokens(
        words=tuple(map("_".join, spoken)),
        lengths=tuple(map(len, spoken)),
        syllables=tuple(fold(unit) for word in spoken for unit in word),
    )
    return settle(model.blend(*model.raw_scores(fitted, [tokens]), HEATS, fitted.recipe.svc_share), knots)


def _timed(work: Callable[[], list[Floats]]) -> tuple[float, list[Floats]]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spin() -> int:
    return sum(range(3_000_000))


if __name__ == "__main__":
    main()
