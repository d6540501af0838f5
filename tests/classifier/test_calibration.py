"""Temperatures, knots and the threshold that keeps its promise."""

from itertools import pairwise

import numpy as np
import pytest

from classifier.calibration import NEVER, confidence_knots, temperature, threshold, wilson_bound
from classifier.confidence import softmax


def test_the_temperature_cools_boasting_scores() -> None:
    random = np.random.default_rng(3)
    honest = random.normal(size=(4_000, 3)) * 2
    truth = np.array([random.choice(3, p=row) for row in softmax(honest)])
    assert temperature(honest * 5, truth) == pytest.approx(5, rel=0.15)


def test_knots_rise_in_both_directions() -> None:
    random = np.random.default_rng(4)
    sure = random.random(3_000)
    for axis in confidence_knots(sure, random.random(3_000) < sure):
        assert all(left < right for left, right in pairwise(axis))


@pytest.mark.parametrize(("right", "total", "bound"), [(95, 100, 0.8882), (100, 100, 0.9630), (0, 0, 0.0)])
def test_wilson_s_lower_bound(right: int, total: int, bound: float) -> None:
    assert wilson_bound(right, total) == pytest.approx(bound, abs=5e-4)


def test_the_threshold_is_the_lowest_that_keeps_the_promise() -> None:
    sure = np.concatenate([np.full(300, 0.9), np.full(300, 0.5)])
    right = np.concatenate([np.ones(300, dtype=bool), np.zeros(300, dtype=bool)])
    assert threshold(sure, right) == 0.9


def test_too_few_labels_give_no_automatic_routing() -> None:
    assert threshold(np.full(20, 0.99), np.ones(20, dtype=bool)) == NEVER
