"""Tagging: one word once, taken off again, written down without the word."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Role
from feedback.domain.tags import MOST
from feedback.models import CaseTag, Comment, Officer
from feedback.services import arranging, tagging
from tests import factories


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """Who answers for the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    """A case of that ministry."""
    return factories.routed(now)


def put(officer: Officer, case: Comment, word: str, now: datetime) -> Comment:
    return tagging.tag(officer=officer, reference=case.reference, version=case.version, tag=word, at=now)


def take(officer: Officer, case: Comment, word: str, now: datetime) -> Comment:
    return tagging.untag(officer=officer, reference=case.reference, version=case.version, tag=word, at=now)


def test_a_tag_is_put_on_in_one_spelling_and_taken_off(handler: Officer, case: Comment, now: datetime) -> None:
    put(handler, case, "Mạng YẾU", now)
    assert arranging.around(comment=case).people.tags == ("mạng yếu",)
    take(handler, case, "mạng yếu ", now)
    assert arranging.around(comment=case).people.tags == ()
    assert [event.action for event in factories.events(case)][-2:] == ["tag", "tag"]
    assert first_break(factories.chain(case)) is None


def test_the_log_holds_the_digest_and_not_the_word(handler: Officer, case: Comment, now: datetime) -> None:
    put(handler, case, "mạng yếu", now)
    data = factories.events(case)[-1].data
    assert data["added"] == factories.digest("mạng yếu")
    assert "mạng" not in str(data)


def test_a_tag_twice_a_tag_too_many_and_no_tag_are_refused(handler: Officer, case: Comment, now: datetime) -> None:
    put(handler, case, "mạng yếu", now)
    for word in ("MẠNG YẾU", "x", "<b>"):
        with pytest.raises(InvalidInput):
            put(handler, case, word, now)
    for number in range(MOST - 1):
        put(handler, case, f"thẻ {number}", now)
    with pytest.raises(InvalidInput):
        put(handler, case, "thẻ thừa", now)
    with pytest.raises(InvalidInput):
        take(handler, case, "thẻ khác", now)


def test_a_settled_case_can_be_tagged_and_a_held_one_cannot(handler: Officer, case: Comment, now: datetime) -> None:
    put(handler, factories.replied(factories.routed(now), now), "đã xong", now)
    case.held = True
    with pytest.raises(OnHold):
        put(handler, case, "mạng yếu", now)


def test_only_who_may_and_at_the_version_read(handler: Officer, case: Comment, now: datetime, session: Session) -> None:
    with pytest.raises(NotAllowed):
        put(factories.officer(now, Role.AUDITOR), case, "mạng yếu", now)
    with pytest.raises(NotFound):
        put(factories.officer(now, Role.HANDLER, "BCA"), case, "mạng yếu", now)
    with pytest.raises(Stale):
        tagging.tag(officer=handler, reference=case.reference, version=0, tag="mạng yếu", at=now)
    assert session.scalars(select(CaseTag)).all() == []
