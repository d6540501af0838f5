"""What the further heads read of a text, and how they judge it: the screening class and the kind; needs numpy only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

from classifier.confidence import Floats, softmax
from classifier.text import Tokens

VALID = "hop_le"
SCREENS = (VALID, "khieu_nai", "to_cao", "ngoai_pham_vi", "rac", "xuc_pham", "chi_tep_dinh_kem")
COMPLAINTS = ("khieu_nai", "to_cao")
KINDS = ("hoi", "phan_anh", "kien_nghi", "sang_kien")
SCREEN_COLUMNS = 3 * len(SCREENS)
COLUMNS = SCREEN_COLUMNS + len(KINDS)
SHORT = 3
HEAT = 0.25  # brings the routing SVC's scores to about the scale of probabilities
CNB_SCALE = 10.0

_SYLLABLE = re.compile(
    r"(?:ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnptiuoy])?"
)


@dataclass(frozen=True)
class Judge:
    """A linear judge of a few features: `weights` (features, labels) and `bias` (labels,)."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def chances(self, features: Floats) -> Floats:
        """Probabilities (n, labels) of `features` (n, features); a row's do not depend on the others."""
        scores = np.array([row @ self.weights for row in features]).reshape(-1, len(self.labels))
        return softmax(scores + self.bias)


@dataclass(frozen=True)
class Screening:
    """The judge of the screening classes; `costs` (labels,) multiply its probabilities before the greatest is taken.

    A complaint that is missed costs more than a comment that waits for a glance. From `sure_valid` on, the
    probability of a valid comment is enough to route it automatically.
    """

    judge: Judge
    costs: tuple[float, ...]
    sure_valid: float


def screen_features(scores: Floats, tokens: Sequence[Tokens]) -> Floats:
    """What the screening judge reads (n, features): its columns of `scores` (n, columns), how sure routing is, signs.

    A text that no body's words fit is out of scope or rubbish; a linear bag of words alone cannot see that.
    """
    bodies = (scores.shape[1] - COLUMNS) // 2
    svc, cnb = scores[:, :bodies], scores[:, bodies : 2 * bodies]
    own = scores[:, 2 * bodies : 2 * bodies + SCREEN_COLUMNS].copy()
    own[:, 2 * len(SCREENS) :] /= CNB_SCALE
    signs = np.array([signs_of(text) for text in tokens]).reshape(-1, 5)
    best = cnb.max(axis=1) / np.maximum(signs[:, 0], 1)
    return np.column_stack([own, signs, svc.max(axis=1), softmax(svc / HEAT).max(axis=1), best])


def kind_features(scores: Floats, tokens: Sequence[Tokens]) -> Floats:
    """What the judge of kinds reads (n, features): its columns of `scores`, and whether and where there is a "?"."""
    asks = np.array([[float(text.asks > 0), float(text.asks > 1)] for text in tokens]).reshape(-1, 2)
    return np.column_stack([scores[:, -len(KINDS) :], asks])


def signs_of(tokens: Tokens) -> tuple[float, float, float, float, float]:
    """Length (logarithm), whether very short, and the shares of odd syllables, of numbers and of repeats."""
    count = len(tokens.syllables)
    most = max(1, count)
    odd = sum(map(_is_odd, tokens.syllables))
    numbers = sum(map(_has_digit, tokens.syllables))
    return (
        log(1 + count),
        float(count <= SHORT),
        odd / most,
        numbers / most,
        (count - len(set(tokens.syllables))) / most,
    )


@lru_cache(maxsize=65_536)
def _is_odd(syllable: str) -> bool:
    """Whether letters are no syllable that Vietnamese has."""
    return syllable.isalpha() and not _SYLLABLE.fullmatch(syllable)


@lru_cache(maxsize=65_536)
def _has_digit(syllable: str) -> bool:
    return any(map(str.isdigit, syllable))
