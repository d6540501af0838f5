"""Figures of merit."""

import pytest

from classifier.evaluate import Judged, report


def judged(body: str, ranked: str, *, also: str = "", confidence: float = 0.9, auto: bool = True) -> Judged:
    """A case; bodies are single letters."""
    return Judged(body, frozenset(body + also), tuple(ranked), confidence, auto)


def test_an_accepted_body_counts_where_it_should() -> None:
    found = report([judged("A", "ABC"), judged("A", "BCA", also="B"), judged("C", "ABC", auto=False)])
    assert found.n == 3
    assert found.top1 == pytest.approx(1 / 3)
    assert found.top1_also == pytest.approx(2 / 3)
    assert found.top3 == 1
    assert found.auto_coverage == pytest.approx(2 / 3)
    assert found.auto_precision == 1
    assert found.auto_precision_label == 0.5


def test_macro_f1_is_the_mean_over_true_bodies() -> None:
    found = report([judged("A", "A"), judged("A", "B"), judged("B", "B")])
    assert found.macro_f1 == pytest.approx(2 / 3)


def test_without_automatic_routing_there_is_no_precision() -> None:
    assert report([judged("A", "A", auto=False)]).auto_precision == 0


def test_figures_are_rounded() -> None:
    assert report([judged("A", "A"), judged("B", "A"), judged("C", "A")]).to_dict()["top1"] == 0.3333


def test_nothing_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="nothing"):
        report([])
