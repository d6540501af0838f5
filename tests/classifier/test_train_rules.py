"""Thresholds come from comments that were not learnt: by body where one falls short, by rival where two are close."""

import numpy as np
import pytest

from classifier.rules import NEVER
from classifier.train_rules import BUDGET, FEW, Ranking, fit_rules, ranking

LABELS = ("A", "B", "C")


def view(cases: list[tuple[int, float, bool, float, bool]]) -> Ranking:
    """A ranking from (first body, its chance, right, rival's chance, rival accepted)."""
    first, sure, right, rival, accepted = map(np.array, zip(*cases, strict=True))
    return Ranking(first, sure, right, rival, accepted)


def test_a_ranking_names_the_two_best_and_what_is_accepted() -> None:
    found = ranking(np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]]), [frozenset({1, 2}), frozenset({2})])
    assert found.first.tolist() == [1, 0]
    assert found.sure.tolist() == [0.7, 0.5]
    assert found.right.tolist() == [True, False]
    assert found.rival.tolist() == [0.2, 0.3]
    assert found.rival_accepted.tolist() == [True, False]


def test_a_body_that_falls_short_gets_a_higher_threshold() -> None:
    good = [(0, 0.9, True, 0.01, False)] * 200
    poor = [(1, 0.85, False, 0.01, False)] * 20 + [(1, 0.95, True, 0.01, False)] * 200
    rules = fit_rules(LABELS, [view(good + poor)], 0.8)
    assert rules.raised == {"B": 0.95}
    assert rules.threshold_of("A") == 0.8


def test_a_body_that_is_never_good_enough_is_never_automatic() -> None:
    poor = [(2, 0.9, number % 2 == 0, 0.01, False) for number in range(100)]
    rules = fit_rules(LABELS, [view([(0, 0.9, True, 0.01, False)] * 200 + poor)], 0.8)
    assert rules.raised == {"C": NEVER}


def test_few_automatic_comments_raise_nothing() -> None:
    few = [(1, 0.9, False, 0.01, False)] * (FEW - 1)
    assert fit_rules(LABELS, [view([(0, 0.9, True, 0.01, False)] * 200 + few)], 0.8).raised == {}


def test_of_two_views_the_stricter_counts() -> None:
    mild = view([(1, 0.85, True, 0.01, False)] * 200)
    strict = view([(1, 0.85, False, 0.01, False)] * 20 + [(1, 0.95, True, 0.01, False)] * 200)
    assert fit_rules(LABELS, [mild, strict], 0.8).raised == {"B": 0.95}


@pytest.mark.parametrize(("share", "close"), [(0.5, 0.12), (0.99, NEVER)])
def test_a_rival_in_sight_matters_when_choices_beside_one_go_wrong(share: float, close: float) -> None:
    beside = [(0, 0.85, number < share * 100, 0.12, False) for number in range(100)]
    alone = [(0, 0.95, True, 0.01, False)] * 3_000
    assert fit_rules(LABELS, [view(beside + alone)], 0.8).close == close


def test_a_further_body_takes_part_from_the_chance_at_which_one_in_three_was_accepted() -> None:
    likely = [(0, 0.5, True, 0.4, number % 2 == 0) for number in range(100)]
    unlikely = [(0, 0.9, True, 0.05, False)] * 400
    assert fit_rules(LABELS, [view(likely + unlikely)], 0.95).coordinating == 0.4
    assert fit_rules(LABELS, [view(unlikely)], 0.95).coordinating == NEVER
    assert BUDGET == 0.95
