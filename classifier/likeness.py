"""What two comments have in common and where they part, as numbers for the judge of duplicates."""

from collections.abc import Iterable
from math import fsum

from classifier.alignment import Alignment
from classifier.concepts import ASK, PAPER, PERSON, SYSTEM, TROUBLE, WORD
from classifier.matter import Matter, cosine
from classifier.nearness import coverage

_TOKENS_WEIGHED = 6


def compare(one: Matter, other: Matter) -> dict[str, float]:
    """The likenesses and differences of two comments that both say something, the same whichever comes first.

    All are of the order of 1.
    """
    one, other = sorted((one, other), key=lambda matter: matter.tokens)
    alignment = Alignment(one, other)
    return {
        "pairs": cosine(one.pair_weights, other.pair_weights),
        "tokens": cosine(one.token_weights, other.token_weights),
        "meaning": float(one.meaning @ other.meaning),
        **_concepts(one, other),
        **_shared(one, other),
        **coverage(one, other),
        **_names(one, other),
        **_facts(one, other),
        **alignment.differences(),
        "agreed": alignment.agreed(),
    }


def _concepts(one: Matter, other: Matter) -> dict[str, float]:
    """What both name of each kind; what excludes each other, when both name it; how far the cores part."""
    core_one, core_other = (
        frozenset().union(*map(matter.concepts, (SYSTEM, PAPER, TROUBLE))) for matter in (one, other)
    )
    found = {
        f"{slot}_shared": min(one.weigh(one.concepts(slot) & other.concepts(slot)), 8) / 4
        for slot in (SYSTEM, PAPER, TROUBLE, PERSON, ASK)
    }
    return (
        found
        | {
            f"{slot}_conflict": _conflict(one, one.concepts(slot), other.concepts(slot))
            for slot in (SYSTEM, PAPER, TROUBLE)
        }
        | {
            "word_shared": min(one.weigh(one.concepts(WORD) & other.concepts(WORD)), 24) / 8,
            "word_apart": _apart(one, one.concepts(WORD), other.concepts(WORD), neither=0.5),
            "trouble_apart": _apart(one, one.concepts(TROUBLE), other.concepts(TROUBLE), neither=0.0),
            "core_shared": min(one.weigh(core_one & core_other), 15) / 5,
            "core_apart": _apart(one, core_one, core_other, neither=0.5),
        }
    )


def _conflict(matter: Matter, mine: frozenset[str], theirs: frozenset[str]) -> float:
    """1 when both name something and nothing is named by both."""
    least = min(matter.weigh(mine), matter.weigh(theirs))
    return 1 - matter.weigh(mine & theirs) / least if least else 0.0


def _apart(matter: Matter, mine: frozenset[str], theirs: frozenset[str], *, neither: float) -> float:
    most = max(matter.weigh(mine), matter.weigh(theirs))
    return 1 - matter.weigh(mine & theirs) / most if most else neither


def _shared(one: Matter, other: Matter) -> dict[str, float]:
    """The most telling tokens of both, the share of the shorter that is in the longer, and how long they are."""
    mine, theirs = frozenset(one.distinct), frozenset(other.distinct)
    weights = sorted(map(one.vocabulary.weight, sorted(mine & theirs)), reverse=True)
    return {
        "first": sum(weights[:1]) / 8,
        "first_three": sum(weights[:3]) / 16,
        "first_six": sum(weights[:_TOKENS_WEIGHED]) / 24,
        "contained": fsum(weights) / max(min(float(one.weights.sum()), float(other.weights.sum())), 1e-9),
        "length": min(len(one.words), len(other.words)) / max(len(one.words), len(other.words)),
    }


def _names(one: Matter, other: Matter) -> dict[str, float]:
    """Proper names that both say, and that one says and the other does not."""
    mine, theirs = _missing(one, other), _missing(other, one)
    both = (one.names - mine) | (other.names - theirs)
    least, most = sorted((_weigh(one, mine), _weigh(other, theirs)))
    return {
        "name_shared": min(_weigh(one, both), 16) / 8,
        "name_missing": min(most, 16) / 8,
        "name_conflict": min(least, 16) / 8,
    }


def _missing(one: Matter, other: Matter) -> frozenset[str]:
    return frozenset(name for name in one.names if f" {name} " not in other.said)


def _weigh(matter: Matter, names: Iterable[str]) -> float:
    return fsum(max(map(matter.vocabulary.weight, name.split())) for name in names)


def _facts(one: Matter, other: Matter) -> dict[str, float]:
    """Provinces, numbers in digits, negation."""
    both, numbers = one.numbers & other.numbers, bool(one.numbers and other.numbers)
    return {
        "place_conflict": float(bool(one.province and other.province) and one.province != other.province),
        "place_same": float(bool(one.province) and one.province == other.province),
        "numbers_shared": float(min(len(both), 3)),
        "numbers_apart": float(numbers and not both),
        "negation": 5 * abs(one.negated - other.negated),
    }
