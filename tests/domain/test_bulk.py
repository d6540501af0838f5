"""The table of what is done to many cases against the table of what is done to one."""

from __future__ import annotations

from feedback.domain.bulk import DEEDS
from feedback.domain.status import MOVES, Action, Actor

# What an official may do to one case and not to many, and why.
ONE_BY_ONE = {
    Action.ACKNOWLEDGE: "the machine does it the moment a comment arrives; no page offers it",
    Action.SORT: "the machine does it next; no page offers it",
    Action.SUPPLEMENT: "it takes down one sender's own words",
}
OFFICIALS = [move for move in MOVES if Actor.OFFICER in move.actors]


def test_every_action_that_an_official_may_take_is_done_in_bulk_or_named_with_its_reason() -> None:
    in_bulk = {action for deed in DEEDS.values() for action in deed.actions}
    assert {move.action for move in OFFICIALS} - in_bulk == set(ONE_BY_ONE)


def test_nothing_is_done_in_bulk_that_an_official_may_not_do_to_one() -> None:
    assert {action for deed in DEEDS.values() for action in deed.actions} <= {move.action for move in OFFICIALS}


def test_a_bulk_action_asks_for_the_permission_that_the_move_asks_for() -> None:
    for code, deed in DEEDS.items():
        asked = {deed.permission} | ({deed.other} if deed.other else set())
        for action in deed.actions:
            assert asked == {move.permission for move in OFFICIALS if move.action is action}, code


def test_what_puts_a_case_away_is_marked_so() -> None:
    ending = {Action.REFUSE, Action.REDIRECT, Action.MERGE, Action.CLOSE}
    assert {code for code, deed in DEEDS.items() if ending & set(deed.actions)} == {
        code for code, deed in DEEDS.items() if deed.closes
    }
