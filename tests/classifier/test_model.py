"""The scikit-learn parts and the arrays made from them say the same."""

import numpy as np

from classifier import model
from classifier.calibration import NEVER
from classifier.confidence import settle
from classifier.judge import KINDS, SCREENS, Judge, Screening
from classifier.material import Material
from classifier.model import Recipe, Temperatures
from classifier.text import analyse
from classifier.train import Calibration, compile_scorer, fit_on
from classifier.train_heads import Judges

KNOTS = ((-5.0, 5.0), (0.1, 0.95))
CONSTANT = Judge(KINDS, np.zeros((6, len(KINDS))), np.zeros(len(KINDS)))
JUDGES = Judges(Screening(Judge(SCREENS, np.zeros((29, 7)), np.zeros(7)), (1.0,) * 7, 0.5), CONSTANT, {})


def test_a_text_gives_words_pairs_and_triples() -> None:
    tokens = analyse("hộ chiếu Việt Nam")
    assert model.word_terms(tokens) == ["hộ_chiếu", "việt_nam"]
    assert model.syllable_terms(tokens) == ["ho", "chieu", "viet", "nam", "ho chieu", "chieu viet", "viet nam"]
    assert model.triple_terms(tokens) == ["ho chieu viet", "chieu viet nam"]


def test_the_compiled_scorer_equals_scikit_learn(material: Material) -> None:
    recipe, heats = Recipe(), Temperatures(0.2, 0.3, 0.9)
    fitted, further = fit_on(material, range(0, len(material.comments), 2), recipe)
    texts = list(material.plain[1::2])
    expected = settle(model.blend(*model.raw_scores(fitted, texts), heats, recipe.svc_share), KNOTS)
    scorer = compile_scorer(fitted, further, Calibration(heats, KNOTS, NEVER), JUDGES)
    found = scorer.probabilities([scorer.read(text) for text in texts])
    assert np.abs(found - expected).max() <= 1e-6


def test_training_twice_gives_the_same_weights(material: Material) -> None:
    (first, heads), (second, again) = (fit_on(material, range(60), Recipe()) for _ in range(2))
    assert (first.svc.coef_ == second.svc.coef_).all()
    assert (heads.weights == again.weights).all()


def test_temperatures_are_found_for_both_and_for_their_mean(material: Material) -> None:
    fitted, _ = fit_on(material, range(0, len(material.comments), 2), Recipe())
    scores = model.raw_scores(fitted, list(material.plain[1::2]))
    heats = model.fit_temperatures(*scores, material.truth[1::2], 0.5)
    assert min(heats.svc, heats.cnb, heats.final) > 0
