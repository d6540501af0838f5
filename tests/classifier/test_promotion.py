"""The rule of promotion: better beyond chance, and no class falls."""

from __future__ import annotations

import pytest

from classifier.promotion import ClassLine, compare, mcnemar


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (3, 3, 1.0), (9, 1, 0.021484375), (1, 9, 0.021484375)],
)
def test_the_chance_of_an_uneven_parting_is_exact(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p)


@pytest.mark.parametrize(
    ("n", "champion", "challenger", "fallen"),
    [
        (12, 12, 11, False),  # one text of twelve is 8 points, and chance
        (12, 12, 10, True),
        (12, 10, 12, False),
        (33, 33, 32, False),
        (34, 34, 33, False),  # 2.9 points
        (34, 34, 32, True),  # 5.9 points
        (100, 90, 87, False),  # 3 points, not more
        (100, 90, 86, True),
    ],
)
def test_a_class_falls_by_more_than_three_points_or_two_texts_of_few(
    n: int, champion: int, challenger: int, fallen: bool
) -> None:
    assert ClassLine("BCA", n, champion, challenger).has_fallen is fallen


def judged(both: int, gained: int, lost: int, neither: int) -> tuple[list[bool], list[bool]]:
    champion = [True] * both + [False] * gained + [True] * lost + [False] * neither
    challenger = [True] * both + [True] * gained + [False] * lost + [False] * neither
    return champion, challenger


@pytest.mark.parametrize(
    ("gained", "lost", "better"), [(6, 0, True), (5, 0, False), (9, 1, True), (0, 6, False), (0, 0, False)]
)
def test_better_is_more_than_luck(gained: int, lost: int, better: bool) -> None:
    champion, challenger = judged(20, gained, lost, 4)
    found = compare(["BCA"] * len(champion), champion, challenger)
    assert (found.n, found.gained, found.lost, found.is_better) == (len(champion), gained, lost, better)


def test_a_challenger_that_is_better_at_the_cost_of_one_body_is_not_promoted() -> None:
    champion, challenger = judged(20, 14, 2, 0)
    bodies = ["BCA"] * 34 + ["BYT"] * 2
    found = compare(bodies, champion, challenger)
    assert (found.is_better, found.fallen, found.may_be_promoted) == (True, ("BYT",), False)
    assert found.to_dict() == {
        "n": 36,
        "gained": 14,
        "lost": 2,
        "p": 0.004180908203125,
        "fallen": ["BYT"],
        "promotable": False,
    }


def test_a_challenger_that_is_better_everywhere_is_promoted() -> None:
    champion, challenger = judged(20, 7, 0, 3)
    assert compare(["BCA"] * 30, champion, challenger).may_be_promoted
