"""The comparison card: the same frozen texts before two models, and what each costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier import card
from classifier.artefact import ArtefactError
from classifier.evaluate import Judged
from classifier.learning import Case
from tests import stub_model


def case(text: str, body: str, part: str = "held_out", *, recent: bool = False) -> Case:
    return Case(text, body, frozenset([body]), part, recent)


CASES = [
    case("sóng qa qb qc", "BKHCN"),
    case("vneid qa qb qc", "BCA"),
    case("sóng sóng qa qb qc", "BKHCN", "labels"),
    case("khói qa qb qc", "UBND_TINH", "labels", recent=True),
]


@pytest.fixture
def models(tmp_path: Path) -> tuple[Path, Path]:
    """Two models: the second takes two bodies for each other."""
    stub_model.save(tmp_path / "one")
    stub_model.save(tmp_path / "two", stub_model.OTHER_WORDS)
    return tmp_path / "one", tmp_path / "two"


def test_two_models_are_put_side_by_side(models: tuple[Path, Path]) -> None:
    one, two = (card.measure(directory, CASES) for directory in models)
    assert one.version != two.version
    assert one.right == [True] * 4
    assert two.right == [False, False, False, True]
    found = card.comparison(one, two)
    assert (found.n, found.gained, found.lost, found.fallen) == (4, 0, 3, ("BKHCN",))


def test_the_card_tells_overall_by_class_of_last_month_and_the_cost(models: tuple[Path, Path]) -> None:
    figures = card.figures(card.measure(models[1], CASES), CASES)
    parts = figures["parts"]
    assert isinstance(parts, dict)
    assert {name: (part["n"], part["top1_also"]) for name, part in parts.items()} == {
        "overall": (4, 0.25),
        "held_out": (2, 0.0),
        "labels": (2, 0.5),
        "recent": (1, 1.0),
    }
    assert figures["classes"] == {"BCA": [1, 0], "BKHCN": [2, 0], "UBND_TINH": [1, 1]}
    assert isinstance(figures["milliseconds"], float)
    assert isinstance(figures["megabytes"], float)


def test_a_part_without_texts_is_none(models: tuple[Path, Path]) -> None:
    parts = card.figures(card.measure(models[0], CASES[:1]), CASES[:1])["parts"]
    assert isinstance(parts, dict)
    assert parts["recent"] is None


def test_a_model_that_cannot_be_used_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError):
        card.measure(tmp_path, CASES)


def told(confidence: float, *, right: bool) -> Judged:
    return Judged("BCA", frozenset(["BCA"]), ("BCA" if right else "BYT",), confidence, False)


def test_reliability_is_what_was_right_where_so_much_was_stated() -> None:
    judged = [told(0.92, right=True), told(0.98, right=False), told(1.0, right=True), told(0.31, right=False)]
    assert card.reliability(judged) == [[0.31, 0.0, 1], [0.9667, 0.6667, 3]]
    assert card.reliability([]) == []


def test_coverage_starts_with_the_surest() -> None:
    judged = [told(0.2, right=False), told(0.9, right=True), told(0.5, right=False), told(0.7, right=True)]
    assert card.coverage(judged) == [[0.25, 1.0, 0.9], [0.5, 1.0, 0.7], [0.75, 0.6667, 0.5], [1.0, 0.5, 0.2]]
    assert card.coverage([]) == []
