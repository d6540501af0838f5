"""Probabilities and calibration error."""

import numpy as np

from classifier.confidence import calibration_error, log_odds, settle, softmax

KNOTS = ((-3.0, 0.0, 5.0), (0.1, 0.6, 0.98))


def test_probabilities_sum_to_one() -> None:
    assert np.allclose(softmax(np.array([[1.0, 2.0, 3.0], [900.0, -900.0, 0.0]])).sum(axis=1), 1)


def test_log_odds_stay_finite() -> None:
    assert np.isfinite(log_odds(np.array([0.0, 0.5, 1.0]))).all()


def test_settled_chances_keep_their_best_body_and_order() -> None:
    raw = np.array([[0.5, 0.45, 0.05], [1.0, 0.0, 0.0], [0.2, 0.35, 0.45]])
    settled = settle(raw, KNOTS)
    assert (settled.argmax(axis=1) == raw.argmax(axis=1)).all()
    assert (settled.sum(axis=1) <= 1 + 1e-9).all()
    assert settled.max() <= 0.98


def test_a_surer_raw_chance_stays_surer() -> None:
    raw = np.array([[share, 1 - share] for share in np.linspace(0.51, 0.9999999, 50)])
    assert (np.diff(settle(raw, KNOTS).max(axis=1)) > 0).all()


def test_perfectly_honest_confidence_has_no_error() -> None:
    right = np.array([True] * 9 + [False])
    assert calibration_error(np.full(10, 0.9), right) < 1e-9


def test_boasting_has_an_error() -> None:
    assert abs(calibration_error(np.full(10, 0.9), np.zeros(10, dtype=bool)) - 0.9) < 1e-9


def test_no_rows_have_no_error() -> None:
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0
