"""Judges whether two comments, by whomever and in whatever words, report the same matter."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from classifier.likeness import compare
from classifier.matter import Matter, read
from classifier.trees import Trees
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
class Ruling:
    """What was learnt: the trees over the differences named `names`, "same" from `threshold`, suggested from `sure`."""

    names: list[str]
    trees: Trees
    threshold: float
    sure: float

    def score(self, differences: dict[str, float]) -> float:
        """The probability (0-1) that a pair with these differences is the same matter."""
        return self.trees.score(np.array([differences[name] for name in self.names]))

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "names": self.names,
            "trees": self.trees.to_dict(),
            "threshold": self.threshold,
            "sure": self.sure,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Ruling":
        """What `to_dict` gave; KeyError or ValueError when it is not that."""
        return cls(list(kept["names"]), Trees.from_dict(kept["trees"]), float(kept["threshold"]), float(kept["sure"]))


class Judge:
    """Compares comments by what was learnt; deterministic; recent texts are read once. Not safe between threads."""

    def __init__(self, ruling: Ruling, vocabulary: Vocabulary) -> None:
        """Take what was trained."""
        self._ruling = ruling
        self._vocabulary = vocabulary
        self.read = lru_cache(maxsize=KEPT)(self._read)

    @classmethod
    def load(cls, path: Path = MODEL) -> "Judge":
        """The judge kept in `path`, plain numbers in JSON; OSError or ValueError when it cannot be read."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(Ruling.from_dict(kept["ruling"]), Vocabulary.from_dict(kept["vocabulary"]))

    @property
    def sure(self) -> float:
        """The score (0-1) from which a comment may be shown as the same matter."""
        return self._ruling.sure

    def same(self, text_a: str, text_b: str) -> Verdict:
        """Whether both texts report the same matter; the order does not count; no text makes it fail."""
        score = self.score(self.read(text_a), self.read(text_b))
        return Verdict(score >= self._ruling.threshold, score)

    def score(self, one: Matter, other: Matter) -> float:
        """The probability (0-1) that two matters are the same; 0 when one says nothing, 1 when word for word equal."""
        if not (one.words and other.words):
            return 0.0
        if one.words == other.words:
            return 1.0
        return self._ruling.score(compare(one, other))

    def suggest(self, text: str, candidates: Iterable[tuple[int, str]]) -> list[Suggestion]:
        """Of the `candidates` (name, text), at most SUGGESTIONS that may be shown as the same matter, surest first."""
        scored = [Suggestion(name, self.same(text, other).score) for name, other in candidates]
        sure = [suggestion for suggestion in scored if suggestion.score >= self._ruling.sure]
        return sorted(sure, key=lambda suggestion: (-suggestion.score, suggestion.name))[:SUGGESTIONS]

    def _read(self, text: str) -> Matter:
        return read(text, self._vocabulary)
