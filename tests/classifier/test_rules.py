"""When a comment goes by itself, when two bodies are too close, and who else should take part."""

import pytest

from classifier.rules import NEVER, Rules

RULES = Rules(threshold=0.8, raised={"BTC": 0.9}, close=0.15, coordinating=0.1)


@pytest.mark.parametrize(
    ("ranked", "reason"),
    [
        ([("BCA", 0.85), ("BTC", 0.05)], ""),
        ([("BTC", 0.85), ("BCA", 0.02)], "unsure"),
        ([("BTC", 0.91), ("BCA", 0.02)], ""),
        ([("BCA", 0.8), ("BTC", 0.15)], "close"),
        ([("BCA", 0.5), ("BTC", 0.4)], "close"),
        ([("BCA", 0.5), ("BTC", 0.2)], "unsure"),
        ([("BCA", 0.75), ("BTC", 0.06)], "unsure"),
    ],
)
def test_a_ranking_gets_its_reason(ranked: list[tuple[str, float]], reason: str) -> None:
    assert RULES.reason(ranked) == reason


def test_further_bodies_are_those_likely_enough() -> None:
    ranked = [("BCA", 0.6), ("BTC", 0.2), ("NHNN", 0.1), ("BKHCN", 0.09)]
    assert RULES.further(ranked) == [("BTC", 0.2), ("NHNN", 0.1)]


def test_rules_that_were_not_fitted_bind_nobody() -> None:
    plain = Rules(threshold=0.8)
    assert plain.threshold_of("BTC") == 0.8
    assert plain.reason([("BCA", 0.8), ("BTC", 0.2)]) == ""
    assert plain.further([("BCA", 0.5), ("BTC", 0.5)]) == []
    assert NEVER > 1
