"""What hangs together, given pairs."""

from __future__ import annotations

from feedback.domain.components import chained, components


def test_pairs_make_groups_however_they_are_named() -> None:
    assert components([(1, 2), (4, 5), (3, 2), (6, 4), (2, 1)]) == [[1, 2, 3], [4, 5, 6]]
    assert components([]) == []


def test_a_long_chain_is_one_group() -> None:
    assert components((number + 1, number) for number in range(5000)) == [[1, 0, *range(2, 5001)]]


def test_a_group_is_joined_by_pairs_and_one_alone_by_none() -> None:
    assert chained([(1, 2, 3), (4,)]) == [(1, 2), (2, 3)]
