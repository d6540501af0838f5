"""The keys by which comments that may report the same matter find each other: in like words, and in other words."""

from collections.abc import Iterable
from hashlib import blake2b
from itertools import combinations

from classifier.bands import signature
from classifier.matter import Matter, cosine
from classifier.vocabulary import Vocabulary

TELLING = 7
# From here on the most alike of 5,639 texts of the corpus have the same body in half of the cases, from 0.5 in three
# of four, from 0.55 in nine of ten; chance would give one of thirty.
ALIKE = 0.4


def keys(text: str, matter: Matter) -> list[int]:
    """The keys of a text that was read as `matter`, each once, signed 64-bit; none for a text without a word.

    Near-copies share a band of their signatures; the same matter in other words shares two of its TELLING most telling
    tokens, concepts of the thesaurus among them. Texts with one key in common are candidates, no more: the more keys
    they share, the better.
    """
    return sorted({*signature(text).tolist(), *told_keys(matter.distinct, matter.vocabulary)})


def told_keys(tokens: Iterable[str], vocabulary: Vocabulary) -> list[int]:
    """A key for each pair of the TELLING most telling of distinct `tokens`."""
    weighed = [(-vocabulary.weight(token), token) for token in tokens]
    # In the order of the alphabet, so that a pair has one name.
    telling = sorted(token for weight, token in sorted(weighed)[:TELLING] if weight < 0)
    return [_key(pair) for pair in combinations(telling, 2)]


def alike(one: Matter, other: Matter) -> float:
    """How alike two comments are in words and in meaning (0-1): enough for an example, too little for "the same"."""
    meaning = max(0.0, float(one.meaning @ other.meaning))
    return min(1.0, (cosine(one.token_weights, other.token_weights) + meaning) / 2)


def _key(pair: tuple[str, str]) -> int:
    return int.from_bytes(blake2b(" ".join(pair).encode(), digest_size=8).digest(), "big", signed=True)
