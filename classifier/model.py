"""The linear model: two views of the text, two classifiers, three temperatures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from classifier.calibration import temperature
from classifier.confidence import Floats, softmax
from classifier.text import Tokens, runs

Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Recipe:
    """What was chosen by measurement; docs/model-card.md holds the table."""

    svc_c: float = 0.7
    cnb_alpha: float = 0.1
    svc_share: float = 0.65
    weak_weight: float = 1.0
    seed: int = 20261124


@dataclass(frozen=True)
class Temperatures:
    """Divisors of the scores of each classifier and of the logarithm of their mean."""

    svc: float = 1.0
    cnb: float = 1.0
    final: float = 1.0


@dataclass(frozen=True)
class Fitted:
    """The scikit-learn parts after training, and the vectors of what they learnt from: `texts`, then `others`."""

    features: FeatureUnion
    svc: LinearSVC
    cnb: ComplementNB
    recipe: Recipe
    learnt: csr_matrix


def word_terms(tokens: Tokens) -> list[str]:
    """The segmented words."""
    return list(tokens.words)


def syllable_terms(tokens: Tokens) -> list[str]:
    """Accent-folded syllables and pairs of neighbours."""
    return [*tokens.syllables, *runs(tokens.syllables, 2)]


def triple_terms(tokens: Tokens) -> list[str]:
    """Three neighbouring accent-folded syllables."""
    return runs(tokens.syllables, 3)


VIEWS: dict[str, tuple[Callable[[Tokens], list[str]], float, int]] = {
    "words": (word_terms, 0.6, 2),
    "syllables": (syllable_terms, 1.0, 2),
    "triples": (triple_terms, 0.4, 3),
}


def features() -> FeatureUnion:
    """TF-IDF of each of VIEWS: its terms, the length of its vector, in how many texts a term must occur.

    A text and its accent-stripped copy share their folded terms, so that 3 means two different texts.
    """
    tables = [
        (name, TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=least))
        for name, (terms, _, least) in VIEWS.items()
    ]
    return FeatureUnion(tables, transformer_weights={name: length for name, (_, length, _) in VIEWS.items()})


def fit(
    texts: Sequence[Tokens], truth: Labels, weights: Floats, recipe: Recipe, others: Sequence[Tokens] = ()
) -> Fitted:
    """Train on `texts` (n) with class numbers `truth` (n,) and sample `weights` (n,).

    The words of `others` are counted with theirs, so that further heads can learn from them by the same features.
    """
    union = features()
    learnt = csr_matrix(union.fit_transform([*texts, *others]))
    matrix = learnt[: len(texts)]
    svc = LinearSVC(C=recipe.svc_c, class_weight="balanced", random_state=recipe.seed)
    cnb = ComplementNB(alpha=recipe.cnb_alpha)
    svc.fit(matrix, truth, sample_weight=weights)
    cnb.fit(matrix, truth, sample_weight=weights)
    svc.coef_ = half(svc.coef_)
    cnb.feature_log_prob_ = half(cnb.feature_log_prob_ - cnb.feature_log_prob_.mean(axis=0))
    return Fitted(union, svc, cnb, recipe, learnt)


def half(weights: Floats) -> Floats:
    """`weights` as the artefact keeps them, in half precision, so that what is measured is what is shipped."""
    return weights.astype(np.float16).astype(float)


def raw_scores(fitted: Fitted, texts: Sequence[Tokens]) -> tuple[Floats, Floats]:
    """Scores (n, classes) of the two classifiers, before any temperature."""
    matrix: csr_matrix = fitted.features.transform(texts)
    return (
        np.asarray(fitted.svc.decision_function(matrix), dtype=float),
        np.asarray(matrix @ fitted.cnb.feature_log_prob_.T, dtype=float),
    )


def blend(svc: Floats, cnb: Floats, temperatures: Temperatures, svc_share: float) -> Floats:
    """Calibrated probabilities (n, classes) from the two classifiers' scores."""
    mean = svc_share * softmax(svc / temperatures.svc) + (1 - svc_share) * softmax(cnb / temperatures.cnb)
    return softmax(np.log(np.maximum(mean, 1e-300)) / temperatures.final)


def fit_temperatures(svc: Floats, cnb: Floats, truth: Labels, svc_share: float) -> Temperatures:
    """Temperatures from scores of texts that the classifiers did not learn from."""
    parts = Temperatures(svc=temperature(svc, truth), cnb=temperature(cnb, truth))
    mean = blend(svc, cnb, parts, svc_share)
    return replace(parts, final=temperature(np.log(np.maximum(mean, 1e-300)), truth))
