"""How much of what one comment says the other says too, near-synonyms and misspellings counted as partly said."""

from collections.abc import Sequence
from functools import lru_cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from classifier.concepts import ASK, PAPER, PERSON, SIGN, SYSTEM, TROUBLE, slot_of
from classifier.matter import Matter, cosine

Floats = NDArray[np.float64]

_LONG = 3
_ALIKE = 0.6
_STRANGE, _SURE = 0.3, 0.9
_FEW = 3


def coverage(one: Matter, other: Matter) -> dict[str, float]:
    """How far each comment is covered by the other, how telling what is left over is, and the same of details alone."""
    near = nearness(one, other)
    said, other_said = near.max(axis=1), near.max(axis=0)
    missing, other_missing = one.weights * (1 - said), other.weights * (1 - other_said)
    shares = _covered(missing, one.weights), _covered(other_missing, other.weights)
    return {
        "covered": max(shares),
        "covered_least": min(shares),
        "novel": min(float(missing.sum()), float(other_missing.sum()), 20.0) / 10,
        "copied": max(shares) ** 3 * exp(-max(missing.max(), other_missing.max()) / 3),
        **_weightiest(np.sort(missing)[::-1], np.sort(other_missing)[::-1]),
        **_of_details(one, other, missing, other_missing),
        "soft_detail": _soft_detail(one, other, near),
    }


def nearness(one: Matter, other: Matter) -> Floats:
    """How near each token of one (rows) is to each of the other (columns): 1 the same, 0 nothing in common."""
    near: Floats = np.clip((one.meanings @ other.meanings.T - _STRANGE) / 0.6, 0, _SURE).astype(np.float64)
    columns = {token: column for column, token in enumerate(other.distinct)}
    for row, token in enumerate(one.distinct):
        if token in columns:
            near[row, columns[token]] = 1.0
        elif token not in one.vocabulary.words.rows and _is_long(token):
            near[row] = np.maximum(near[row], [_spelt_alike(token, theirs) for theirs in other.distinct])
    return near


def _covered(missing: Floats, whole: Floats) -> float:
    total = float(whole.sum())
    return 1 - float(missing.sum()) / total if total else 0.0


def _weightiest(missing: Floats, other_missing: Floats) -> dict[str, float]:
    """The weightiest things left over, heaviest first on either side."""
    few, other_few = float(missing[:_FEW].sum()), float(other_missing[:_FEW].sum())
    return {
        "missing_first": min(float(missing[0]), float(other_missing[0])) / 8,
        "missing_least": min(few, other_few) / 24,
        "missing_most": max(few, other_few) / 24,
    }


def _of_details(one: Matter, other: Matter, missing: Floats, other_missing: Floats) -> dict[str, float]:
    """The same of what is left without proper names, systems, papers, persons and everyday words."""
    names = one.named | other.named
    mine, theirs = _details(one, names), _details(other, names)
    return {
        "details": cosine(_bag(one, mine), _bag(other, theirs)),
        "details_covered": max(
            _covered(missing[mine], one.weights[mine]), _covered(other_missing[theirs], other.weights[theirs])
        ),
    }


def _details(matter: Matter, names: frozenset[str]) -> list[int]:
    """The rows of `distinct` that tell the particulars."""
    particular = matter.concepts(TROUBLE) | matter.concepts(ASK)
    return [
        row
        for row, token in enumerate(matter.distinct)
        if token not in names and (not token.startswith(SIGN) or token in particular)
    ]


def _bag(matter: Matter, rows: Sequence[int]) -> dict[str, float]:
    return {matter.distinct[row]: matter.token_weights[matter.distinct[row]] for row in rows}


def _soft_detail(one: Matter, other: Matter, near: Floats) -> float:
    """How much of the happening, without names, systems, papers and persons, is said on both sides, on the mean."""
    mine, theirs = _happening(one), _happening(other)
    if not (mine and theirs):
        return 0.0
    said = near[mine].max(axis=1) @ one.weights[mine] / max(float(one.weights[mine].sum()), 1e-9)
    other_said = near[:, theirs].max(axis=0) @ other.weights[theirs] / max(float(other.weights[theirs].sum()), 1e-9)
    return float(said + other_said) / 2


def _happening(matter: Matter) -> Sequence[int]:
    return [
        row
        for row, token in enumerate(matter.distinct)
        if token not in matter.named and slot_of(token) not in {SYSTEM, PAPER, PERSON}
    ]


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
