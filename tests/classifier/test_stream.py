"""Calibration on the stream: the floor rises only when the promise is refuted beyond chance."""

from __future__ import annotations

import pytest

from classifier.calibration import NEVER
from classifier.stream import Outcome, standing


def audited(right: int, wrong: int, confidence: float = 0.9) -> list[Outcome]:
    return [Outcome(confidence, number < right, True, 20.0) for number in range(right + wrong)]


def desk(right: int, wrong: int, confidence: float) -> list[Outcome]:
    return [Outcome(confidence, number < right, False, 1.0) for number in range(right + wrong)]


def test_without_an_audit_nothing_is_known() -> None:
    found = standing(desk(5, 5, 0.5))
    assert (found.judged, found.precision, found.low, found.high, found.floor) == (0, None, 0.0, 1.0, 0.0)


@pytest.mark.parametrize(("right", "wrong"), [(100, 0), (95, 5), (92, 8), (9, 1)])
def test_a_promise_that_may_hold_is_left_alone(right: int, wrong: int) -> None:
    found = standing(audited(right, wrong))
    assert found.precision == pytest.approx(right / (right + wrong))
    assert found.high >= 0.95
    assert found.floor == 0.0


def test_a_refuted_promise_raises_the_floor_to_where_it_holds() -> None:
    outcomes = [*audited(60, 0, 0.99), *audited(20, 20, 0.9)]
    found = standing(outcomes)
    assert (found.judged, found.precision) == (100, 0.8)
    assert found.high < 0.95
    assert found.floor == 0.99


def test_nothing_is_routed_when_it_holds_nowhere() -> None:
    assert standing(audited(10, 30)).floor == NEVER


def test_what_the_audit_drew_speaks_for_what_it_did_not() -> None:
    # Two hundred desk decisions that were right cannot outweigh twenty audited ones, each of which stands for twenty.
    outcomes = [*audited(14, 6, 0.9), *audited(40, 0, 0.99), *desk(200, 0, 0.9)]
    found = standing(outcomes)
    assert found.judged == 60
    assert found.floor in {0.99, 0.0}
    assert found.precision == pytest.approx(0.9)


def test_bounds_count_by_how_much_the_weights_differ() -> None:
    even = standing(audited(9, 1))
    uneven = standing(
        [Outcome(o.confidence, o.is_right, True, 1.0 + 99.0 * (n == 0)) for n, o in enumerate(audited(9, 1))]
    )
    assert uneven.high - uneven.low > even.high - even.low
