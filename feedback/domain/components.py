"""Which things hang together, given the pairs that do."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def components(pairs: Iterable[tuple[Thing, Thing]]) -> list[list[Thing]]:
    """The groups that the pairs make, each in the order in which its things were first named; alone stands nothing."""
    parent: dict[Thing, Thing] = {}

    def root(thing: Thing) -> Thing:
        parent.setdefault(thing, thing)
        while parent[thing] != thing:
            parent[thing] = parent[parent[thing]]  # each look-up halves the way of the next
            thing = parent[thing]
        return thing

    for one, other in pairs:
        first, second = root(one), root(other)
        parent[second] = first
    found: dict[Thing, list[Thing]] = {}
    for thing in list(parent):
        found.setdefault(root(thing), []).append(thing)
    return list(found.values())


def chained(groups: Iterable[Sequence[Thing]]) -> list[tuple[Thing, Thing]]:
    """Pairs that join what stands in one group."""
    return [pair for group in groups for pair in pairwise(group)]
