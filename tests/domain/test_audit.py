"""The hash chain of a case: whatever is done to it afterwards shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from feedback.domain.audit import START, Event, Head, first_break, seal
from feedback.domain.status import Actor

CASE = UUID(int=1)
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
LENGTH = 8


@pytest.fixture
def chain() -> list[Event]:
    """Eight events of one case."""
    head, events = Head(), []
    for number in range(LENGTH):
        event, head = seal(
            head,
            comment_id=CASE,
            at=AT + timedelta(minutes=number),
            actor=Actor.OFFICER if number % 2 else Actor.MACHINE,
            action=f"việc {number}",
            officer_id=number if number % 2 else None,
            data={"body": "BKHCN", "number": number},
        )
        events.append(event)
    return events


def resealed(event: Event, previous: str) -> Event:
    """The event as a forger would write it, its own hash made to fit."""
    forged, _ = seal(
        Head(event.sequence - 1, previous),
        comment_id=event.comment_id,
        at=event.at,
        actor=event.actor,
        action=event.action,
        officer_id=event.officer_id,
        data=event.data,
    )
    return forged


def test_an_untouched_chain_is_whole(chain: list[Event]) -> None:
    assert first_break(chain) is None
    assert first_break([]) is None


def test_the_first_event_follows_nothing_and_each_other_the_one_before(chain: list[Event]) -> None:
    assert chain[0].previous_hash == START == "0" * 64
    assert [event.previous_hash for event in chain[1:]] == [event.hash for event in chain[:-1]]
    assert [event.sequence for event in chain] == list(range(1, LENGTH + 1))


@pytest.mark.parametrize(
    "change",
    [
        {"comment_id": UUID(int=2)},
        {"at": AT - timedelta(microseconds=1)},
        {"actor": Actor.CITIZEN},
        {"officer_id": 99},
        {"action": "khác"},
        {"data": {"body": "BCA"}},
        {"data": {}},
        {"sequence": 77},
        {"previous_hash": "1" * 64},
        {"hash": "2" * 64},
    ],
)
@pytest.mark.parametrize("place", range(LENGTH))
def test_an_edited_field_breaks_the_chain_at_its_event(
    chain: list[Event], place: int, change: dict[str, object]
) -> None:
    chain[place] = replace(chain[place], **change)
    assert first_break(chain) == place + 1


@pytest.mark.parametrize("place", range(LENGTH - 1))
def test_an_edited_event_sealed_anew_breaks_the_chain_at_the_next(chain: list[Event], place: int) -> None:
    edited = replace(chain[place], action="khác")
    chain[place] = resealed(edited, edited.previous_hash)
    assert first_break(chain) == place + 2


@pytest.mark.parametrize("place", range(LENGTH - 1))
def test_a_deleted_event_breaks_the_chain(chain: list[Event], place: int) -> None:
    del chain[place]
    assert first_break(chain) == place + 1


@pytest.mark.parametrize("place", range(LENGTH))
def test_an_inserted_event_breaks_the_chain(chain: list[Event], place: int) -> None:
    chain.insert(place, chain[place])
    assert first_break(chain) == place + (1 if place == LENGTH else 2)


@pytest.mark.parametrize("place", range(LENGTH - 1))
def test_swapped_events_break_the_chain(chain: list[Event], place: int) -> None:
    chain[place], chain[place + 1] = chain[place + 1], chain[place]
    assert first_break(chain) == place + 1


@pytest.mark.parametrize("kept", range(LENGTH))
def test_a_truncated_chain_is_whole_but_no_longer_ends_at_the_head_of_its_case(chain: list[Event], kept: int) -> None:
    head = Head(chain[-1].sequence, chain[-1].hash)
    rest = chain[:kept]
    assert first_break(rest) is None
    last = Head(rest[-1].sequence, rest[-1].hash) if rest else Head()
    assert last != head


def test_the_order_of_the_facts_does_not_matter_but_their_values_do() -> None:
    one, _ = seal(Head(), comment_id=CASE, at=AT, actor=Actor.SYSTEM, action="a", data={"x": 1, "y": "ý"})
    same, _ = seal(Head(), comment_id=CASE, at=AT, actor=Actor.SYSTEM, action="a", data={"y": "ý", "x": 1})
    other, _ = seal(Head(), comment_id=CASE, at=AT, actor=Actor.SYSTEM, action="a", data={"x": 1, "y": "y"})
    assert one.hash == same.hash != other.hash


def test_the_same_instant_in_another_zone_has_the_same_hash() -> None:
    from feedback.domain.clock import VIETNAM

    one, _ = seal(Head(), comment_id=CASE, at=AT, actor=Actor.SYSTEM, action="a")
    same, _ = seal(Head(), comment_id=CASE, at=AT.astimezone(VIETNAM), actor=Actor.SYSTEM, action="a")
    assert one.hash == same.hash
