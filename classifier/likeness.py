"""What two comments have in common and where they part, as numbers for the judge of duplicates."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import exp, fsum, hypot

import numpy as np
from numpy.typing import NDArray

from classifier.alignment import Alignment
from classifier.concepts import ASK, PAPER, SIGN, SYSTEM, TROUBLE
from classifier.matter import Matter

Floats = NDArray[np.float64]

CLOSE_FROM = 0.55
_GATE = 0.1
_LONG = 3
_ALIKE = 0.6
# In texts that run alike one swapped fact decides; in texts that do not, what they share decides.
LOOSE = (
    "pairs", "tokens", "meaning", "system_conflict", "trouble_shared", "covered", "place_conflict", "core_shared",
    "core_apart", "place_same", "paper_shared", "ask_shared", "details", "details_covered",
)  # fmt: skip
CLOSE = (
    "novel", "copied", "name_swap", "added", "swaps", "number_swap", "system_conflict", "paper_conflict",
    "trouble_apart", "name_conflict", "swapped", "core_apart", "place_conflict", "negation",
)  # fmt: skip


def compare(one: Matter, other: Matter) -> dict[str, float]:
    """The likenesses and differences of two comments that both say something, the same whichever comes first.

    Names that begin with "loose" count in so far as the texts differ in wording, those with "close" in so far as they
    run alike; "close" itself (0-1) says how far. All are of the order of 1.
    """
    one, other = sorted((one, other), key=lambda matter: matter.tokens)
    alignment = Alignment(one, other)
    found = {
        "pairs": cosine(one.pair_weights, other.pair_weights),
        "tokens": cosine(one.token_weights, other.token_weights),
        "meaning": float(one.meaning @ other.meaning),
        **_concepts(one, other),
        **_novelty(one, other),
        **_facts(one, other),
        **alignment.differences(),
    }
    close = 1 / (1 + exp((CLOSE_FROM - alignment.agreed()) / _GATE))
    return {
        **{f"loose_{name}": (1 - close) * found[name] for name in LOOSE},
        **{f"close_{name}": close * found[name] for name in CLOSE},
        "close": close,
    }


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine (0-1) of two weighted bags; 0 when one is empty."""
    product = fsum(weight * other[term] for term, weight in one.items() if term in other)
    return product / ((hypot(*one.values()) * hypot(*other.values())) or 1.0)


def _concepts(one: Matter, other: Matter) -> dict[str, float]:
    """Named systems and papers that exclude each other; what else both name; how far the cores part."""
    core_one = frozenset().union(*map(one.concepts, (SYSTEM, PAPER, TROUBLE)))
    core_other = frozenset().union(*map(other.concepts, (SYSTEM, PAPER, TROUBLE)))
    return {
        "system_conflict": _conflict(one, one.concepts(SYSTEM), other.concepts(SYSTEM)),
        "paper_conflict": _conflict(one, one.concepts(PAPER), other.concepts(PAPER)),
        "paper_shared": min(one.weigh(one.concepts(PAPER) & other.concepts(PAPER)), 8) / 4,
        "trouble_shared": min(one.weigh(one.concepts(TROUBLE) & other.concepts(TROUBLE)), 8) / 4,
        "trouble_apart": _apart(one, one.concepts(TROUBLE), other.concepts(TROUBLE), neither=0.0),
        "ask_shared": min(one.weigh(one.concepts(ASK) & other.concepts(ASK)), 8) / 4,
        "core_shared": min(one.weigh(core_one & core_other), 15) / 5,
        "core_apart": _apart(one, core_one, core_other, neither=0.5),
    }


def _conflict(matter: Matter, mine: frozenset[str], theirs: frozenset[str]) -> float:
    """1 when both name something and nothing is named by both."""
    least = min(matter.weigh(mine), matter.weigh(theirs))
    return 1 - matter.weigh(mine & theirs) / least if least else 0.0


def _apart(matter: Matter, mine: frozenset[str], theirs: frozenset[str], *, neither: float) -> float:
    most = max(matter.weigh(mine), matter.weigh(theirs))
    return 1 - matter.weigh(mine & theirs) / most if most else neither


def _novelty(one: Matter, other: Matter) -> dict[str, float]:
    """What one says that the other does not, near-synonyms and misspellings counted as partly said.

    The details are what is left without proper names, systems, papers and persons.
    """
    near = _nearness(one, other)
    mine, theirs = one.weights * (1 - near.max(axis=1)), other.weights * (1 - near.max(axis=0))
    names = one.named | other.named
    details, other_details = _details(one, names), _details(other, names)
    covered = max(_covered(mine, one.weights), _covered(theirs, other.weights))
    return {
        "covered": covered,
        "novel": min(float(mine.sum()), float(theirs.sum()), 20.0) / 10,
        "copied": covered**3 * exp(-max(mine.max(), theirs.max()) / 3),
        "details": cosine(_bag(one, details), _bag(other, other_details)),
        "details_covered": max(
            _covered(mine[details], one.weights[details]), _covered(theirs[other_details], other.weights[other_details])
        ),
    }


def _covered(missing: Floats, whole: Floats) -> float:
    total = float(whole.sum())
    return 1 - float(missing.sum()) / total if total else 0.0


def _details(matter: Matter, names: frozenset[str]) -> list[int]:
    """The rows of `distinct` that tell the particulars."""
    particular = matter.concepts(TROUBLE) | matter.concepts(ASK)
    return [
        row
        for row, token in enumerate(matter.distinct)
        if token not in names and (not token.startswith(SIGN) or token in particular)
    ]


def _bag(matter: Matter, rows: Iterable[int]) -> dict[str, float]:
    return {matter.distinct[row]: matter.token_weights[matter.distinct[row]] for row in rows}


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
    """Names and places, negation."""
    mine = [name for name in sorted(one.names) if f" {name} " not in other.said]
    theirs = [name for name in sorted(other.names) if f" {name} " not in one.said]
    return {
        "name_conflict": min(1.0, min(_weigh_names(one, mine), _weigh_names(one, theirs)) / 5),
        "place_conflict": float(bool(one.province and other.province) and one.province != other.province),
        "place_same": float(bool(one.province) and one.province == other.province),
        "negation": 5 * abs(one.negated - other.negated),
    }


def _weigh_names(matter: Matter, names: Iterable[str]) -> float:
    return fsum(max(map(matter.vocabulary.weight, name.split())) for name in names)
