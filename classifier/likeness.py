"""What two comments have in common and where they part, as numbers for the judge of duplicates."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from math import exp, hypot, log

import numpy as np
from numpy.typing import NDArray

from classifier.concepts import PAPER, SIGN, SYSTEM, TROUBLE
from classifier.matter import Matter

Floats = NDArray[np.float64]

_LONG = 3
_ALIKE = 0.6


def compare(one: Matter, other: Matter) -> dict[str, float]:
    """The likenesses and differences of two comments by name, the same whichever comes first.

    All are of the order of 1: shares and cosines lie in 0-1, weights are capped and scaled.
    """
    one, other = sorted((one, other), key=lambda matter: matter.tokens)
    return {
        "pairs": cosine(one.pair_weights, other.pair_weights),
        "tokens": cosine(one.token_weights, other.token_weights),
        "meaning": float(one.meaning @ other.meaning),
        **_concepts(one, other),
        **_novelty(one, other),
        **_facts(one, other),
        **_alignment(one, other),
    }


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine (0-1) of two weighted bags; 0 when one is empty."""
    product = sum(weight * other[term] for term, weight in one.items() if term in other)
    return product / ((hypot(*one.values()) * hypot(*other.values())) or 1.0)


def _concepts(one: Matter, other: Matter) -> dict[str, float]:
    """Named systems and papers that exclude each other; troubles shared and not."""
    mine, theirs = one.concepts(TROUBLE), other.concepts(TROUBLE)
    shared = _weigh(one, mine & theirs)
    return {
        "system_conflict": _conflict(one, one.concepts(SYSTEM), other.concepts(SYSTEM)),
        "paper_conflict": _conflict(one, one.concepts(PAPER), other.concepts(PAPER)),
        "trouble_shared": min(shared, 8) / 4,
        "trouble_apart": 1 - shared / _positive(max(_weigh(one, mine), _weigh(one, theirs))) if mine or theirs else 0.0,
    }


def _conflict(matter: Matter, mine: frozenset[str], theirs: frozenset[str]) -> float:
    least = min(_weigh(matter, mine), _weigh(matter, theirs))
    return 1 - _weigh(matter, mine & theirs) / least if least else 0.0


def _weigh(matter: Matter, tokens: Iterable[str]) -> float:
    return sum(matter.vocabulary.weight(token) for token in sorted(tokens))


def _positive(number: float) -> float:
    return max(number, 1e-9)


def _novelty(one: Matter, other: Matter) -> dict[str, float]:
    """What one says that the other does not, near-synonyms and misspellings counted as partly said."""
    if not (one.tokens and other.tokens):
        return {"covered": 0.0, "novel": 0.0, "copied": 0.0}
    near = _nearness(one, other)
    mine, theirs = one.weights * (1 - near.max(axis=1)), other.weights * (1 - near.max(axis=0))
    covered = max(
        1 - part.sum() / _positive(whole.sum()) for part, whole in ((mine, one.weights), (theirs, other.weights))
    )
    return {
        "covered": float(covered),
        "novel": min(float(mine.sum()), float(theirs.sum()), 20.0) / 10,
        "copied": float(covered) ** 3 * exp(-max(mine.max(), theirs.max()) / 3),
    }


def _nearness(one: Matter, other: Matter) -> Floats:
    """How near each token of one (rows) is to each of the other (columns): 1 the same, 0 nothing in common."""
    near: Floats = np.clip((one.meanings @ other.meanings.T - 0.3) / 0.6, 0, 0.9).astype(np.float64)
    columns = {token: column for column, token in enumerate(other.distinct)}
    for row, token in enumerate(one.distinct):
        if token in columns:
            near[row, columns[token]] = 1.0
        elif token not in one.vocabulary.rows and _is_long(token):
            near[row] = np.maximum(near[row], [_spelt_alike(token, theirs) for theirs in other.distinct])
    return near


def _spelt_alike(one: str, other: str) -> float:
    if not _is_long(other):
        return 0.0
    mine, theirs = _grams(one), _grams(other)
    share = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    return share if share > _ALIKE else 0.0


def _is_long(token: str) -> bool:
    return len(token) > _LONG and not token.startswith(SIGN)


@lru_cache(maxsize=16_384)
def _grams(token: str) -> frozenset[str]:
    framed = f"_{token}_"
    return frozenset(framed[start : start + 2] for start in range(len(framed) - 1))


def _facts(one: Matter, other: Matter) -> dict[str, float]:
    """Names, places and numbers, negation and length."""
    mine = sorted(name for name in one.names if f" {name} " not in other.said)
    theirs = sorted(name for name in other.names if f" {name} " not in one.said)
    apart = bool(one.province and other.province and one.province != other.province)
    return {
        "name_conflict": min(1.0, min(_weigh_names(one, mine), _weigh_names(one, theirs)) / 5),
        "place_conflict": float(apart),
        "numbers_shared": float(min(len(one.numbers & other.numbers), 3)),
        "negation": 5 * abs(one.negated - other.negated),
        "length": abs(log(max(len(one.words), 1) / max(len(other.words), 1))),
    }


def _weigh_names(matter: Matter, names: Sequence[str]) -> float:
    return sum(max(map(matter.vocabulary.weight, name.split())) for name in names)


def _alignment(one: Matter, other: Matter) -> dict[str, float]:
    """Laid side by side: how much agrees word for word, and how much was put in another's place."""
    steps = SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes()
    equal = sum(_weigh_run(one, one.tokens[start:end]) for step, start, end, _, _ in steps if step == "equal")
    whole = _weigh_run(one, one.tokens) + _weigh_run(one, other.tokens)
    agreed = 2 * equal / _positive(whole)
    swaps = [
        min(_weigh_new(one, one.tokens[a:b], other), _weigh_new(other, other.tokens[c:d], one))
        for step, a, b, c, d in steps
        if step == "replace"
    ]
    return {
        "swapped": min(max(swaps, default=0.0), 12) / 6,
        "aligned": max(0.0, agreed - 0.45) * 4,
        "aligned_swaps": max(0.0, agreed - 0.3) * min(sum(swaps), 20) / 4,
    }


def _weigh_run(matter: Matter, tokens: Sequence[str]) -> float:
    return sum(map(matter.vocabulary.weight, tokens))


def _weigh_new(matter: Matter, tokens: Sequence[str], other: Matter) -> float:
    return _weigh_run(matter, [token for token in tokens if token not in other.token_weights])
