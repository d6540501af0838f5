"""What each move does to the clocks: the table, and what carrying it out writes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from feedback.domain.clock_effects import (
    EFFECTS,
    SUBMIT,
    Entry,
    Extension,
    Given,
    consequences,
    effects_of,
)
from feedback.domain.ledger import Clock, ClockState, Event, Length, Unit, derive
from feedback.domain.status import ENDED, MOVES, Action, Status
from tests.domain.working_calendar import CALENDAR, vietnam

FILED = vietnam(2026, 3, 10, 9)
HOUR = timedelta(hours=1)
LENGTHS = {
    Clock.ACKNOWLEDGE: Length(4, Unit.HOUR),
    Clock.CLASSIFY: Length(2),
    Clock.SUPPLEMENT: Length(5),
    Clock.ACCEPT: Length(2),
    Clock.ANSWER: Length(15),
    Clock.CHECK: Length(2),
    Clock.PUBLISH: Length(1),
}
# A walk, with how the clocks stand after it: r running, p paused, s stopped.
A, S = Action, Status
SORTED = ((SUBMIT, S.SUBMITTED), (A.ACKNOWLEDGE, S.RECEIVED), (A.SORT, S.SORTING))
ROUTED = (*SORTED, (A.ROUTE, S.ASSIGNED))
ACCEPTED = (*ROUTED, (A.ACCEPT, S.IN_PROGRESS))
CHECKING = (*ACCEPTED, (A.ANSWER, S.ANSWERED), (A.CHECK, S.CHECKING))
REPLIED = (*CHECKING, (A.REPLY, S.REPLIED))
ASKED = (*ROUTED, (A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT))
WALKS = [
    (SORTED[:1], "acknowledge r, answer r"),
    (SORTED, "acknowledge s, answer r, classify r"),
    (ROUTED, "accept r, acknowledge s, answer r, classify s"),
    ((*ROUTED, (A.RETURN, S.RETURNED)), "accept s, acknowledge s, answer r, classify r"),
    ((*ROUTED, (A.RETURN, S.RETURNED), (A.ROUTE, S.ASSIGNED)), "accept r, acknowledge s, answer r, classify s"),
    (ACCEPTED, "accept s, acknowledge s, answer r, classify s"),
    ((*ACCEPTED, (A.EXTEND, S.EXTENDED)), "accept s, acknowledge s, answer r, classify s"),
    (CHECKING, "accept s, acknowledge s, answer r, check r, classify s"),
    ((*CHECKING, (A.SEND_BACK, S.IN_PROGRESS)), "accept s, acknowledge s, answer r, check s, classify s"),
    (REPLIED, "accept s, acknowledge s, answer s, check s, classify s, publish r"),
    ((*REPLIED, (A.REOPEN, S.REOPENED)), "accept r, acknowledge s, answer r, check s, classify s, publish s"),
    (
        (*REPLIED, (A.CLOSE, S.CLOSED), (A.REOPEN, S.SORTING)),
        "accept s, acknowledge s, answer r, check s, classify r, publish s",
    ),
    ((*REPLIED, (A.PUBLISH, S.REPLIED)), "accept s, acknowledge s, answer s, check s, classify s, publish s"),
    ((*CHECKING, (A.APPROVE, S.APPROVED)), "accept s, acknowledge s, answer r, check s, classify s"),
    ((*ACCEPTED, (A.TRANSFER, S.ASSIGNED)), "accept r, acknowledge s, answer r, classify s"),
    (
        (*SORTED, (A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT)),
        "acknowledge s, answer p, classify p, supplement r",
    ),
    (
        (*SORTED, (A.ASK_SUPPLEMENT, S.AWAITING_SUPPLEMENT), (A.SUPPLEMENT, S.SORTING)),
        "acknowledge s, answer r, classify r, supplement s",
    ),
    (ASKED, "accept p, acknowledge s, answer p, classify s, supplement r"),
    ((*ASKED, (A.SUPPLEMENT, S.SORTING)), "accept s, acknowledge s, answer r, classify r, supplement s"),
    ((*ASKED, (A.LAPSE, S.CLOSED)), "accept s, acknowledge s, answer s, classify s, supplement s"),
    ((*SORTED, (A.REFUSE, S.REFUSED)), "acknowledge s, answer s, classify s"),
    ((*SORTED, (A.REDIRECT, S.REDIRECTED)), "acknowledge s, answer s, classify s"),
    ((*ROUTED, (A.MERGE, S.MERGED)), "accept s, acknowledge s, answer r, classify s"),
]


def given(clock: Clock) -> Given:
    return Given(LENGTHS[clock], f"Nguồn của {clock}", f"{clock}/*/*")


def walk(
    *moves: tuple[str, Status], extension: Extension | None = None
) -> tuple[dict[Clock, list[Event]], list[Entry]]:
    """The ledger after these moves, an hour apart, and what the last of them wrote."""
    ledger: dict[Clock, list[Event]] = {}
    entries: list[Entry] = []
    for number, (action, into) in enumerate(moves):
        entries = consequences(
            ledger,
            action,
            into,
            at=FILED + number * HOUR,
            calendar=CALENDAR,
            given=given,
            extension=extension or Extension(working_days=5),
            reason="Vụ việc phức tạp",
        )
        for entry in entries:
            ledger.setdefault(entry.clock, []).append(entry.event)
    return ledger, entries


def standing(ledger: dict[Clock, list[Event]]) -> str:
    states = {clock: derive(events) for clock, events in ledger.items()}
    return ", ".join(f"{clock} {state.state[0]}" for clock, state in sorted(states.items()) if state)


@pytest.mark.parametrize(("moves", "expected"), WALKS)
def test_the_clocks_stand_after_a_walk_as_written_down_apart(
    moves: tuple[tuple[str, Status], ...], expected: str
) -> None:
    assert standing(walk(*moves)[0]) == expected


def test_whatever_ends_a_case_stops_every_clock_but_the_answer_owed_to_a_merged_one() -> None:
    for move in MOVES:
        stopped = {
            effect.clock
            for effect in effects_of(move.action, move.target or Status.SORTING)
            if effect.kind == "stopped"
        }
        if move.target in ENDED:
            assert stopped == set(Clock) - ({Clock.ANSWER} if move.target is Status.MERGED else set()), move.action


def test_every_action_of_the_table_is_an_action() -> None:
    assert set(EFFECTS) - {SUBMIT} <= set(Action)


def test_a_start_says_its_source_and_the_row_that_it_came_from() -> None:
    _, entries = walk(*ROUTED)
    started = next(entry for entry in entries if entry.clock is Clock.ACCEPT)
    assert (started.profile, started.event.cause, started.event.length) == (
        "accept/*/*",
        "Nguồn của accept",
        LENGTHS[Clock.ACCEPT],
    )


def test_a_body_with_a_length_of_its_own_changes_the_due_date_when_the_case_reaches_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger, _ = walk(*SORTED)
    monkeypatch.setitem(LENGTHS, Clock.ANSWER, Length(3))
    entries = consequences(ledger, Action.ROUTE, Status.ASSIGNED, at=FILED + HOUR, calendar=CALENDAR, given=given)
    handed = next(entry for entry in entries if entry.clock is Clock.ANSWER)
    assert (handed.profile, handed.event.length, handed.event.due_at, handed.event.previous_due_at) == (
        "answer/*/*",
        Length(3),
        vietnam(2026, 3, 13, 17),
        vietnam(2026, 3, 31, 17),
    )
    assert handed.event.cause == "Chuyển đến cơ quan giải quyết. Nguồn của answer"


@pytest.mark.parametrize(
    ("extension", "due"),
    [
        (Extension(working_days=5), vietnam(2026, 4, 7, 17)),
        (Extension(until=vietnam(2026, 4, 2, 17)), vietnam(2026, 4, 2, 17)),
    ],
)
def test_an_extension_moves_the_answers_due_date_and_says_the_officers_reason(
    extension: Extension, due: datetime
) -> None:
    ledger, entries = walk(*ACCEPTED, (Action.EXTEND, Status.EXTENDED), extension=extension)
    assert entries[-1].event.cause == "Vụ việc phức tạp"
    state = derive(ledger[Clock.ANSWER])
    assert state is not None
    assert (state.state, state.due_at) == (ClockState.RUNNING, due)


def test_an_extension_of_nothing_is_refused() -> None:
    ledger, _ = walk(*ACCEPTED)
    with pytest.raises(ValueError, match="days or its date"):
        consequences(ledger, Action.EXTEND, Status.EXTENDED, at=FILED, calendar=CALENDAR, given=given)
