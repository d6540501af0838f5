"""Folds that part no kin, and what training leaves behind."""

import json
from pathlib import Path

import numpy as np
import pytest

from classifier import train
from classifier.dataset import Comment, writer
from classifier.judge import KINDS, SCREENS
from classifier.material import FOLDS, WRITER_FOLDS, Material, labels, splits
from classifier.model import Recipe
from classifier.rules import NEVER


def everybody(material: Material) -> list[Comment]:
    """The comments, then the texts to be stopped, as the folds count them."""
    return [*material.comments, *(text.comment for text in material.screened.texts)]


def test_folds_never_part_a_persona(material: Material) -> None:
    folds = splits(material, Recipe())["by_group"]
    by_author: dict[str, set[int]] = {}
    for comment, fold in zip(everybody(material), folds, strict=True):
        by_author.setdefault(comment.author, set()).add(int(fold))
    assert all(len(found) == 1 for found in by_author.values())
    assert set(folds.tolist()) == set(range(FOLDS))


def test_folds_never_part_a_writer(material: Material) -> None:
    folds = splits(material, Recipe())["by_writer"]
    hands = {writer(c) for c in everybody(material)}
    assert len({(writer(c), int(f)) for c, f in zip(everybody(material), folds, strict=True)}) == len(hands)
    assert set(folds.tolist()) == set(range(min(WRITER_FOLDS, len(hands))))


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
    assert list(splits(alone, Recipe())) == ["by_group"]


def test_the_threshold_is_the_lowest_that_keeps_its_promise(material: Material) -> None:
    right = np.zeros((len(material.comments), len(labels())))
    right[np.arange(len(right)), material.truth] = 0.9
    assert train._safe_threshold(material, right) == 0.9
    assert train._safe_threshold(material, np.roll(right, 1, axis=1)) == NEVER


def test_training_writes_the_model_and_its_figures(model_dir: Path) -> None:
    metrics = json.loads((model_dir / "metrics.json").read_text(encoding="utf-8"))
    assert set(metrics["unseen"]) == {"by_group", "by_writer"}
    for figures in metrics["unseen"].values():
        assert figures["top1"] > 0.4
        assert {"screen", "kind", "by_body", "reliability", "coverage_precision"} <= set(figures)
        assert set(figures["screen"]["by_class"]) == set(SCREENS)
        assert set(figures["kind"]["by_class"]) == set(KINDS)
        assert sum(each["n"] for each in figures["reliability"]) == figures["n"]
        assert [each["coverage"] for each in figures["coverage_precision"]] == sorted(
            (each["coverage"] for each in figures["coverage_precision"]), reverse=True
        )
    assert (model_dir / "model.zip").stat().st_size < 50_000_000


def test_the_whole_corpus_is_what_train_reads(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "load_corpus", lambda: list(material.comments[::2]))
    monkeypatch.setattr(train, "load_lexicon", list)
    monkeypatch.setattr(train, "load_stopped", lambda: list(material.screened.texts[::2]))
    lines: list[str] = []
    path = train.train(tmp_path, say=lines.append)
    assert path.is_file()
    assert lines[0].startswith(f"{len(material.comments[::2])} comments")
