"""Folds that part no kin, and what training leaves behind."""

import json
from pathlib import Path

import numpy as np
import pytest

from classifier import train
from classifier.dataset import writer
from classifier.model import Recipe
from classifier.train import Material


def test_folds_never_part_a_persona(material: Material) -> None:
    folds = train.splits(material, Recipe())["by_group"]
    by_author: dict[str, set[int]] = {}
    for comment, fold in zip(material.comments, folds, strict=True):
        by_author.setdefault(comment.author, set()).add(int(fold))
    assert all(len(found) == 1 for found in by_author.values())
    assert set(folds.tolist()) == set(range(train.FOLDS))


def test_writers_are_held_out_one_by_one(material: Material) -> None:
    folds = train.splits(material, Recipe())["by_writer"]
    assert len({(writer(c), int(f)) for c, f in zip(material.comments, folds, strict=True)}) == 2


def test_one_writer_alone_is_not_held_out(material: Material) -> None:
    rows = [i for i, c in enumerate(material.comments) if writer(c) == "w1"]
    alone = Material(
        [material.comments[i] for i in rows],
        [material.plain[i] for i in rows],
        [material.folded[i] for i in rows],
        material.truth[rows],
        material.weak,
        material.weak_truth,
    )
    assert list(train.splits(alone, Recipe())) == ["by_group"]


def test_a_writer_of_few_texts_does_not_stop_automatic_routing(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = np.zeros((len(material.comments), len(train.labels())))
    right[np.arange(len(right)), material.truth] = 0.9
    assert train._safe_threshold(material, right) == 0.9
    monkeypatch.setattr(train, "ENOUGH", 10)
    assert train._safe_threshold(material, right) == 0.9


def test_training_writes_the_model_and_its_figures(model_dir: Path) -> None:
    metrics = json.loads((model_dir / "metrics.json").read_text(encoding="utf-8"))
    assert set(metrics["unseen"]) == {"by_group", "by_writer"}
    assert metrics["unseen"]["by_group"]["top1"] > 0.4
    assert (model_dir / "model.zip").stat().st_size < 50_000_000


def test_the_whole_corpus_is_what_train_reads(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "load_corpus", lambda: list(material.comments[::2]))
    monkeypatch.setattr(train, "load_lexicon", list)
    lines: list[str] = []
    path = train.train(tmp_path, say=lines.append)
    assert path.is_file()
    assert lines[0].startswith(f"{len(material.comments[::2])} comments")
