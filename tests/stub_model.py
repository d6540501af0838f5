"""A model small enough to know by heart: three words, each speaking for one body, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from classifier import artefact
from classifier.bodies import load_bodies
from classifier.scorer import Scorer, View

WORDS = {"song": "BKHCN", "vneid": "BCA", "khoi": "UBND_TINH"}
THRESHOLD = 0.9


def save(directory: Path, words: dict[str, str] = WORDS) -> Path:
    """Write the model into a directory; return its file."""
    labels = tuple(load_bodies())
    weights = np.zeros((len(words), 2 * len(labels)), np.float32)
    for row, body in enumerate(words.values()):
        weights[row, labels.index(body)] = weights[row, len(labels) + labels.index(body)] = 20
    index = {word: row for row, word in enumerate(words)}
    scorer = Scorer(
        labels=labels,
        views=(View("syllables", (1,), 1.0, 0, index, [1.0] * len(words)),),
        weights=weights,
        bias=np.zeros(2 * len(labels)),
        temperatures=(1.0, 1.0, 1.0),
        svc_share=0.5,
        knots=((0.0, 0.05), (10.0, 0.98)),
    )
    return artefact.save(scorer, THRESHOLD, directory)
