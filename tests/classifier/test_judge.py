"""The judges read signs that a bag of words cannot see, and give probabilities of every label."""

import numpy as np
import pytest

from classifier.judge import (
    COLUMNS,
    KINDS,
    SCREEN_COLUMNS,
    SCREENS,
    Judge,
    kind_features,
    screen_features,
    signs_of,
)
from classifier.text import analyse


@pytest.mark.parametrize(
    ("text", "odd", "numbers", "repeats"),
    [
        ("Ứng dụng báo lỗi", 0, 0, 0),
        ("nghiêng nghĩ quyển giữa thuở", 0, 0, 0),
        ("asdf qwrt zxcvb", 1, 0, 0),
        ("11 22 33 44", 0, 1, 0),
        ("vâng vâng vâng vâng", 0, 0, 0.75),
        ("", 0, 0, 0),
    ],
)
def test_signs_tell_odd_syllables_numbers_and_repeats(text: str, odd: float, numbers: float, repeats: float) -> None:
    assert signs_of(analyse(text))[2:] == (odd, numbers, repeats)


def test_length_is_told_twice() -> None:
    length, is_short = signs_of(analyse("Xem ảnh"))[:2]
    assert length == pytest.approx(np.log(3))
    assert is_short == 1
    assert signs_of(analyse("Xin xem ảnh tôi gửi"))[1] == 0


def test_features_have_one_row_a_text_whatever_the_batch() -> None:
    tokens = [analyse("Sóng yếu?"), analyse("Xin hỏi? Cảm ơn")]
    scores = np.arange(2.0 * (2 * 30 + COLUMNS)).reshape(2, -1) / 100
    screens, kinds = screen_features(scores, tokens), kind_features(scores, tokens)
    assert screens.shape == (2, SCREEN_COLUMNS + 5 + 3)
    assert kinds.shape == (2, len(KINDS) + 2)
    assert kinds[:, -2:].tolist() == [[1, 1], [1, 0]]
    assert np.allclose(screen_features(scores[1:], tokens[1:]), screens[1:])
    assert screen_features(scores[:0], []).shape == (0, screens.shape[1])


def test_a_judge_gives_probabilities() -> None:
    judge = Judge(SCREENS, np.ones((3, len(SCREENS))), np.arange(float(len(SCREENS))))
    chances = judge.chances(np.zeros((2, 3)))
    assert chances.sum(axis=1) == pytest.approx(1)
    assert chances[0].argmax() == len(SCREENS) - 1
