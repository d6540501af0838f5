"""Judges whether two comments, by whomever and in whatever words, report the same matter."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

from classifier.likeness import compare
from classifier.matter import Matter, read
from classifier.vocabulary import Vocabulary

MODEL = Path(__file__).parent / "data" / "duplicates" / "judge.json"
SUGGESTIONS = 3
KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the matter is the same, and how probable that is (0-1)."""

    same: bool
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An open comment that very probably reports the same matter, with its score (0-1)."""

    name: int
    score: float


@dataclass(frozen=True)
class Weights:
    """The logistic regression: a weight for each difference, a bias; "same" from `threshold`, suggested from `sure`."""

    of: dict[str, float]
    bias: float
    threshold: float
    sure: float

    def score(self, differences: dict[str, float]) -> float:
        """The probability (0-1) that a pair with these differences is the same matter."""
        return 1 / (1 + exp(-self.bias - sum(weight * differences[name] for name, weight in self.of.items())))


class Judge:
    """Compares comments with kept weights; deterministic; recent texts are read once. Not safe between threads."""

    def __init__(self, weights: Weights, vocabulary: Vocabulary) -> None:
        """Take what was trained."""
        self._weights = weights
        self._vocabulary = vocabulary
        self.read = lru_cache(maxsize=KEPT)(self._read)

    @classmethod
    def load(cls, path: Path = MODEL) -> "Judge":
        """The judge kept in `path`, plain numbers in JSON; OSError or ValueError when it cannot be read."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(Weights(**kept["weights"]), Vocabulary.from_dict(kept["vocabulary"]))

    @property
    def sure(self) -> float:
        """The score (0-1) from which a comment may be shown as the same matter."""
        return self._weights.sure

    def same(self, text_a: str, text_b: str) -> Verdict:
        """Whether both texts report the same matter; the order does not count; no text makes it fail."""
        score = self.score(self.read(text_a), self.read(text_b))
        return Verdict(score >= self._weights.threshold, score)

    def score(self, one: Matter, other: Matter) -> float:
        """The probability (0-1) that two matters are the same; 0 when one says nothing, 1 when word for word equal."""
        if not (one.words and other.words):
            return 0.0
        if one.words == other.words:
            return 1.0
        return self._weights.score(compare(one, other))

    def suggest(self, text: str, candidates: Iterable[tuple[int, str]]) -> list[Suggestion]:
        """Of the `candidates` (name, text), at most SUGGESTIONS that may be shown as the same matter, surest first."""
        scored = [Suggestion(name, self.same(text, other).score) for name, other in candidates]
        sure = [suggestion for suggestion in scored if suggestion.score >= self._weights.sure]
        return sorted(sure, key=lambda suggestion: (-suggestion.score, suggestion.name))[:SUGGESTIONS]

    def _read(self, text: str) -> Matter:
        return read(text, self._vocabulary)
