"""The table of moves: every state, every action, every actor, against a table written from the process itself."""

from __future__ import annotations

import itertools

import pytest

from feedback.domain.errors import InvalidMove
from feedback.domain.status import (
    ENDED,
    MOVES,
    ON_TRIAGE_DESK,
    OPEN,
    SETTLED,
    STATUS_NAMES,
    WITH_BODY,
    Action,
    Actor,
    Status,
    actions_from,
    move_for,
)

# Who may do it: c the citizen, o an officer, m the machine, s the system. A star asks for a reason.
EXPECTED = """
submitted            acknowledge     received             oms
received             sort            sorting              oms
sorting              route           assigned             oms
returned             route           assigned             oms
sorting              ask_supplement  awaiting_supplement  o*
returned             ask_supplement  awaiting_supplement  o*
assigned             ask_supplement  awaiting_supplement  o*
in_progress          ask_supplement  awaiting_supplement  o*
extended             ask_supplement  awaiting_supplement  o*
reopened             ask_supplement  awaiting_supplement  o*
awaiting_supplement  supplement      sorting              co
awaiting_supplement  lapse           closed               ms
sorting              refuse          refused              o*
returned             refuse          refused              o*
sorting              redirect        redirected           oms*
returned             redirect        redirected           oms*
sorting              merge           merged               co*
returned             merge           merged               co*
assigned             merge           merged               co*
in_progress          merge           merged               co*
extended             merge           merged               co*
reopened             merge           merged               co*
assigned             return          returned             o*
in_progress          return          returned             o*
extended             return          returned             o*
reopened             return          returned             o*
assigned             accept          in_progress          o
reopened             accept          in_progress          o
in_progress          extend          extended             o*
reopened             extend          extended             o*
in_progress          answer          answered             o
extended             answer          answered             o
reopened             answer          answered             o
answered             check           checking             oms
answered             send_back       in_progress          o*
checking             send_back       in_progress          o*
approved             send_back       in_progress          o*
checking             approve         approved             o
approved             reply           replied              o
replied              rate            rated                c
replied              close           closed               coms
rated                close           closed               coms
replied              reopen          reopened             co*
rated                reopen          reopened             co*
closed               reopen          sorting              co*
refused              reopen          sorting              co*
redirected           reopen          sorting              co*
merged               reopen          sorting              co*
merged               reopen          sorting              s
merged               rate            merged               c
assigned             transfer        assigned             o*
in_progress          transfer        assigned             o*
extended             transfer        assigned             o*
reopened             transfer        assigned             o*
"""
# What leaves a case where it is: the action, the states, and whether it asks for a reason.
STAYING = """
split       sorting,returned,assigned,in_progress,extended,reopened                            *
coordinate  assigned,in_progress,extended,reopened                                             *
assign      sorting,returned,assigned,in_progress,extended,reopened,answered,checking,approved
tag         any
publish     replied,rated,closed
withdraw    any                                                                                *
hold        any                                                                                *
release     any                                                                                *
"""
LETTERS = {"c": Actor.CITIZEN, "o": Actor.OFFICER, "m": Actor.MACHINE, "s": Actor.SYSTEM}


def _expected() -> dict[tuple[Status, Action, Actor], tuple[Status, bool]]:
    table = {}
    for source, action, target, who in (line.split() for line in EXPECTED.strip().splitlines()):
        for letter in who.rstrip("*"):
            table[Status(source), Action(action), LETTERS[letter]] = Status(target), who.endswith("*")
    for action, sources, *star in (line.split() for line in STAYING.strip().splitlines()):
        for source in Status if sources == "any" else map(Status, sources.split(",")):
            table[source, Action(action), Actor.OFFICER] = source, bool(star)
    return table


TABLE = _expected()
EVERY = list(itertools.product(Status, Action, Actor))
REFUSED = [case for case in EVERY if case not in TABLE]


@pytest.mark.parametrize(("source", "action", "actor"), list(TABLE))
def test_a_move_of_the_process_is_allowed_and_leads_where_it_should(
    source: Status, action: Action, actor: Actor
) -> None:
    move = move_for(source, action, actor)
    assert (move.lands(source), move.reason_required) == TABLE[source, action, actor]


@pytest.mark.parametrize(("source", "action", "actor"), REFUSED)
def test_any_other_move_is_refused(source: Status, action: Action, actor: Actor) -> None:
    with pytest.raises(InvalidMove):
        move_for(source, action, actor)


def test_every_state_action_and_actor_was_asked() -> None:
    assert len(TABLE) + len(REFUSED) == len(EVERY) == 18 * 29 * 4


@pytest.mark.parametrize(("source", "actor"), list(itertools.product(Status, Actor)))
def test_the_actions_offered_are_those_that_would_be_allowed(source: Status, actor: Actor) -> None:
    offered = actions_from(source, actor)
    assert sorted(offered) == sorted(action for state, action, who in TABLE if (state, who) == (source, actor))


def test_every_move_of_an_officer_names_the_permission_that_it_needs() -> None:
    assert [move for move in MOVES if (Actor.OFFICER in move.actors) is not (move.permission is not None)] == []


def test_no_two_rows_allow_the_same_move() -> None:
    seen = [(source, move.action, actor) for move in MOVES for source in move.sources for actor in move.actors]
    assert len(seen) == len(set(seen))


def test_every_state_can_be_reached_from_filing_and_none_is_a_dead_end() -> None:
    reached = {Status.SUBMITTED}
    while found := {TABLE[case][0] for case in TABLE if case[0] in reached} - reached:
        reached |= found
    assert reached == set(Status)
    assert {source for source, _, _ in TABLE} == set(Status)


def test_states_fall_into_open_and_settled() -> None:
    assert {"refused", "redirected", "merged", "closed"} == ENDED
    assert {"refused", "redirected", "merged", "closed", "replied", "rated"} == SETTLED
    assert set(Status) - SETTLED == OPEN
    assert {"sorting", "returned"} == ON_TRIAGE_DESK
    assert {"assigned", "in_progress", "extended", "reopened"} == WITH_BODY


def test_every_state_has_a_vietnamese_name_of_its_own() -> None:
    assert set(STATUS_NAMES) == set(Status)
    assert len(set(STATUS_NAMES.values())) == len(Status)
