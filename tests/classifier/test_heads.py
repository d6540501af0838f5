"""The heads learn beside the router, also from few classes or none."""

import numpy as np
import pytest

from classifier import heads
from classifier.heads import IMPOSSIBLE, fit_judge
from classifier.judge import COLUMNS, KINDS, SCREEN_COLUMNS, SCREENS
from classifier.material import Material
from classifier.model import Recipe
from classifier.text import analyse
from classifier.train import fit_on


def test_every_column_scores_every_text(material: Material) -> None:
    fitted, further = fit_on(material, range(len(material.every_plain)), Recipe())
    found = heads.scores(fitted, further, [analyse("Tôi tố cáo ông chủ tịch xã nhận hối lộ"), analyse("")])
    assert found.shape == (2, 60 + COLUMNS)
    screens = found[0, 60 : 60 + len(SCREENS)]
    assert SCREENS[int(screens.argmax())] == "to_cao"


def test_without_a_text_to_stop_the_screen_has_nothing_to_say(material: Material) -> None:
    _, further = fit_on(
        Material(
            material.comments, material.plain, material.folded, material.truth, material.weak, material.weak_truth
        ),
        range(len(material.comments)),
        Recipe(),
    )
    assert not further.weights[:, :SCREEN_COLUMNS].any()
    assert further.weights[:, SCREEN_COLUMNS:].any()


def test_one_class_to_stop_is_learnt_as_well(material: Material) -> None:
    size = len(material.comments)
    spam = [size + i for i, text in enumerate(material.screened.texts) if text.screen == "rac"]
    _, further = fit_on(material, [*range(size), *spam], Recipe())
    assert further.weights.shape[1] == COLUMNS


@pytest.mark.parametrize("met", [(0,), (0, 2), (0, 1, 2, 3)])
def test_a_judge_never_says_what_it_never_met(met: tuple[int, ...]) -> None:
    truth = np.array([met[i % len(met)] for i in range(80)], dtype=np.intp)
    features = np.column_stack([truth == number for number in range(4)] + [np.ones(80)]).astype(float)
    judge = fit_judge(KINDS, features, truth)
    chances = judge.chances(features)
    assert (chances.argmax(axis=1) == truth).all()
    assert [number for number in range(4) if judge.bias[number] != IMPOSSIBLE] == list(met)
    assert chances[:, [n for n in range(4) if n not in met]].max(initial=0) < 1e-6
