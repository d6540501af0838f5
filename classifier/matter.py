"""What a comment is about, read once for every comparison: words, concepts, names, place, negation."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum, hypot, log

import numpy as np
from numpy.typing import NDArray

from classifier import places
from classifier.concepts import WORD, Known, every, mark, slot_of, syllables
from classifier.text import fold, nfc, normalise, runs
from classifier.vocabulary import Vectors, Vocabulary

_WORD = re.compile(r"[^\W_]+")
_OPENS_SENTENCE = re.compile(r"[.!?:\n\"“]\s*$")
_NEGATIONS = frozenset(("khong", "chua", "chang", "dung"))
_BARE_SHARE = 0.1


@dataclass(frozen=True)
class Matter:
    """One comment, taken apart.

    `words` are its folded syllables; `tokens` the same with concepts in place of their phrases; `names` the folded
    proper names; `province` a code or ""; `negated` the share of negating syllables (0-1).
    """

    vocabulary: Vocabulary
    words: tuple[str, ...]
    tokens: tuple[str, ...]
    names: frozenset[str]
    province: str
    negated: float

    @cached_property
    def said(self) -> str:
        """The folded syllables, with a space before and after each."""
        return f" {' '.join(self.words)} "

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        """Each token once, in a fixed order."""
        return tuple(sorted(set(self.tokens)))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """How telling each of `distinct` is."""
        return np.array([self.vocabulary.weight(token) for token in self.distinct])

    @cached_property
    def meanings(self) -> Vectors:
        """The unit vector of each of `distinct` (n, d)."""
        return self.vocabulary.meanings(self.distinct)

    @cached_property
    def meaning(self) -> Vectors:
        """The unit vector of the whole (d,)."""
        return self.vocabulary.meaning((*self.tokens, *runs(self.words, 2)))

    @cached_property
    def token_weights(self) -> dict[str, float]:
        """The TF-IDF weight of each token."""
        return {t: (1 + log(n)) * self.vocabulary.weight(t) for t, n in Counter(self.tokens).items()}

    @cached_property
    def pair_weights(self) -> dict[str, float]:
        """The TF-IDF weight of each two neighbouring syllables."""
        pairs = Counter(runs(self.words, 2))
        return {pair: (1 + log(n)) * self.vocabulary.pair_weight(pair) for pair, n in pairs.items()}

    @cached_property
    def numbers(self) -> frozenset[str]:
        """What it writes in digits."""
        return frozenset(word for word in self.words if word.isdigit())

    @cached_property
    def named(self) -> frozenset[str]:
        """The syllables of its proper names."""
        return frozenset(word for name in self.names for word in name.split())

    def weigh(self, tokens: Iterable[str]) -> float:
        """How telling `tokens` are together, each as often as it is given; the sum does not hang on a set's order."""
        return fsum(map(self.vocabulary.weight, tokens))

    def concepts(self, slot: str) -> frozenset[str]:
        """The concepts of one slot that the comment names."""
        return frozenset(token for token in self.tokens if slot_of(token) == slot)


def read(text: str, vocabulary: Vocabulary, known: Known = every) -> Matter:
    """Take `text` apart, by the phrases that are `known`; an empty text gives an empty matter."""
    written = syllables(normalise(text))
    words = tuple(map(fold, written))
    return Matter(
        vocabulary=vocabulary,
        words=words,
        tokens=tuple(mark(written, bare=is_bare(text), known=known)),
        names=frozenset(_names(nfc(text))),
        province=places.find(text).province,
        negated=sum(word in _NEGATIONS for word in words) / max(len(words), 1),
    )


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine (0-1) of two weighted bags; 0 when one is empty."""
    product = fsum(weight * other[term] for term, weight in one.items() if term in other)
    return product / ((hypot(*one.values()) * hypot(*other.values())) or 1.0)


def is_bare(text: str) -> bool:
    """Whether `text` is written without accents, but for the odd word."""
    words = _WORD.findall(nfc(text))
    accented = sum(fold(str(word)) != word for word in words)
    return bool(accented < _BARE_SHARE * len(words))


def _names(text: str) -> set[str]:
    """Runs of capitalised syllables that are no concept, save a sentence's lone first word; none in all capitals."""
    if text.isupper():
        return set()
    found, run, opens = set[str](), list[re.Match[str]](), False
    for match in _WORD.finditer(text):
        if run and text[run[-1].end() : match.start()] == " " and match[0][0].isupper():
            run.append(match)
            continue
        found |= _name(run, opens)
        run = [match] if match[0][0].isupper() else []
        opens = match.start() == 0 or bool(_OPENS_SENTENCE.search(text[max(0, match.start() - 3) : match.start()]))
    return found | _name(run, opens)


def _name(run: list[re.Match[str]], opens: bool) -> set[str]:
    words = [fold(match[0]).lower() for match in run]
    if len(words) <= opens or any(slot_of(token) not in {"", WORD} for token in mark(words, bare=True)):
        return set()
    return {" ".join(words)}
