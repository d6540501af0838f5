"""The one way in which a case moves: by the table, with reason, times and chain."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, InvalidMove, NotFound
from feedback.domain.status import Action, Actor
from feedback.models import Comment
from feedback.services import moving
from tests import factories


def move(case: Comment, action: Action, at: datetime, actor: Actor = Actor.OFFICER, reason: str | None = None) -> None:
    who = factories.officer(at, factories.Role.INTAKE).id if actor is Actor.OFFICER else None
    moving.move(comment=case, action=action, actor=actor, at=at, officer_id=who, reason=reason)


def test_a_move_changes_state_version_and_chain_together(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    before = case.version
    later = now + timedelta(hours=1)
    move(case, Action.REFUSE, later, reason="Ngoài phạm vi.")
    assert (case.status, case.closed_at, case.updated_at, case.version) == ("refused", later, later, before + 1)
    event = factories.events(case)[-1]
    assert (event.action, event.actor, event.at) == ("refuse", "officer", later)
    assert event.data == {"from": "sorting", "to": "refused", "note": factories.digest("Ngoài phạm vi.")}
    assert "Ngoài phạm vi." not in str(event.data)
    assert first_break(factories.chain(case)) is None


def test_a_move_that_the_table_does_not_know_changes_nothing(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    before = (case.status, case.version, case.audit_hash)
    with pytest.raises(InvalidMove):
        move(case, Action.REPLY, now)
    assert (case.status, case.version, case.audit_hash) == before


@pytest.mark.parametrize("reason", [None, "", " \n"])
def test_a_move_that_needs_a_reason_does_not_happen_without(
    session: Session, now: datetime, reason: str | None
) -> None:
    case = factories.on_desk(now)
    with pytest.raises(InvalidInput):
        move(case, Action.REFUSE, now, reason=reason)
    assert case.status == "sorting"


@pytest.mark.parametrize("ended", [Action.REFUSE, Action.REDIRECT, Action.MERGE])
def test_a_case_ended_has_its_time_and_loses_it_when_reopened(session: Session, now: datetime, ended: Action) -> None:
    case = factories.on_desk(now)
    move(case, ended, now, reason="Lý do.")
    assert case.closed_at == now
    move(case, Action.REOPEN, now, Actor.CITIZEN, reason="Vẫn chưa xong việc.")
    assert (case.status, case.closed_at) == ("sorting", None)
    assert [(note[0], note[1]) for note in factories.notes(case)] == [("officer", ended), ("citizen", "reopen")]


def test_a_case_asked_to_supplement_closes_when_nothing_comes(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    move(case, Action.ASK_SUPPLEMENT, now, reason="Xin cho biết xã nào.")
    move(case, Action.LAPSE, now + timedelta(days=7), Actor.SYSTEM)
    assert (case.status, case.closed_at) == ("closed", now + timedelta(days=7))


def test_an_unknown_case_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        moving.lock(reference="PA-2026-999999")


def test_a_locked_case_is_read_as_it_is_now_not_as_it_was_loaded(committed: Flask, now: datetime) -> None:
    with transaction():
        reference = factories.submit(now).reference
    stale = factories.comment(reference)
    with committed.app_context(), transaction():
        factories.comment(reference).status = "received"
    with transaction():
        assert moving.lock(reference=reference) is stale
        assert stale.status == "received"
