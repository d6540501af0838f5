"""Holding, releasing, closing and opening again: each for a reason, by whoever may, and in its turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer
from feedback.services import concluding, holding, lookup
from tests import factories

REASON = "Cơ quan thanh tra yêu cầu."


@pytest.fixture
def leader(session: Session, now: datetime) -> Officer:
    return factories.officer(now, Role.LEADER, "BKHCN")


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    return factories.replied(factories.routed(now), now, "resolved")


def do(act: Any, officer: Officer, case: Comment, now: datetime, reason: str = REASON) -> Comment:
    done: Comment = act(officer=officer, reference=case.reference, version=case.version, reason=reason, at=now)
    return done


def test_a_held_case_stays_where_it_is_until_it_is_released(leader: Officer, case: Comment, now: datetime) -> None:
    do(holding.hold, leader, case, now)
    assert (case.held, case.status) == (True, "replied")
    with pytest.raises(OnHold):
        do(holding.hold, leader, case, now)
    with pytest.raises(OnHold):
        do(concluding.close, leader, case, now)
    do(holding.release, leader, case, now)
    assert (case.held, case.status) == (False, "replied")
    assert [event.action for event in factories.events(case)][-2:] == ["hold", "release"]
    assert [note[1:] for note in factories.notes(case)] == [("hold", REASON), ("release", REASON)]
    assert first_break(factories.chain(case)) is None
    with pytest.raises(InvalidMove, match="không bị giữ"):
        do(holding.release, leader, case, now)


@pytest.mark.parametrize("act", [holding.hold, concluding.reopen])
@pytest.mark.parametrize("reason", ["", " \n", "\u200b"])
def test_nothing_is_held_or_opened_again_without_a_reason(
    leader: Officer, case: Comment, now: datetime, act: Any, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(act, leader, case, now, reason)
    assert list(refused.value.fields) == ["reason"]


def test_a_case_is_closed_without_a_reason_and_that_confirms_nothing(
    leader: Officer, case: Comment, now: datetime
) -> None:
    do(concluding.close, leader, case, now, "")
    assert (case.status, case.closed_at, case.confirmed_at, case.resolved_at) == ("closed", now, None, now)


@pytest.mark.parametrize(("status", "into"), [("replied", "reopened"), ("rated", "reopened"), ("closed", "sorting")])
def test_a_case_opened_again_is_no_longer_resolved_and_stays_answered(
    session: Session, leader: Officer, case: Comment, now: datetime, status: str, into: str
) -> None:
    case.status, case.closed_at, case.confirmed_at = status, now if status == "closed" else None, now
    session.flush()
    do(concluding.reopen, leader, case, now)
    assert (case.status, case.closed_at, case.resolved_at, case.confirmed_at) == (into, None, None, None)
    assert case.replied_at == now
    assert factories.notifications(case)[-1].event == "reopened"
    assert factories.notes(case)[-1] == ("officer", "reopen", REASON)


def test_a_merged_case_opened_again_stands_by_itself(session: Session, now: datetime) -> None:
    lead, case = factories.on_desk(now), factories.on_desk(now)
    case.status, case.merged_into_id, case.closed_at = "merged", lead.id, now
    session.flush()
    do(concluding.reopen, factories.officer(now, Role.INTAKE), case, now)
    session.flush()
    assert (case.status, case.merged_into_id) == ("sorting", None)


def test_the_citizen_reads_who_opened_the_case_again(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.replied(factories.comment(receipt.reference), now)
    do(concluding.reopen, factories.officer(now, Role.LEADER, "BKHCN"), case, now)
    told = lookup.open_case(reference=receipt.reference, key=receipt.key).timeline
    assert told[-1].sentence == "Cơ quan mở lại ý kiến để tiếp tục giải quyết."


@pytest.mark.parametrize("act", [concluding.close, concluding.reopen])
def test_a_case_that_nobody_answered_is_neither_closed_nor_opened_again(
    session: Session, leader: Officer, now: datetime, act: Any
) -> None:
    with pytest.raises(InvalidMove):
        do(act, leader, factories.routed(now), now)


ACTS = [holding.hold, holding.release, concluding.close, concluding.reopen]


@pytest.mark.parametrize("act", ACTS)
def test_only_whoever_may_and_reaches_the_case_at_its_version_does_it(
    session: Session, leader: Officer, case: Comment, now: datetime, act: Any
) -> None:
    with pytest.raises(NotAllowed):
        do(act, factories.officer(now, Role.HANDLER, "BKHCN"), case, now)
    with pytest.raises(NotFound):
        do(act, factories.officer(now, Role.LEADER, "BCA"), case, now)
    with pytest.raises(Stale):
        do(act, leader, Comment(reference=case.reference, version=case.version - 1), now)
