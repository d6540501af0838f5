"""Charging somebody with a case: only who could work on it, and every change is written down."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer
from feedback.services import answering, arranging, assigning, triage
from tests import factories


@pytest.fixture
def coordinator(session: Session, now: datetime) -> Officer:
    """Who arranges the work of the ministry of science and technology."""
    return factories.officer(now, Role.COORDINATOR, "BKHCN")


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """Who answers there."""
    return factories.officer(now, Role.HANDLER, "BKHCN", display_name="An")


def assign(officer: Officer, case: Comment, assignee: Officer | None, now: datetime, reason: str = "") -> Comment:
    return assigning.assign(
        officer=officer,
        reference=case.reference,
        version=case.version,
        assignee_id=assignee.id if assignee else None,
        reason=reason,
        at=now,
    )


def test_a_case_is_given_to_an_officer_and_the_log_says_to_whom(
    coordinator: Officer, handler: Officer, now: datetime
) -> None:
    case = factories.routed(now)
    status, version = case.status, case.version
    assign(coordinator, case, handler, now, "Việc gấp.")
    assert (case.assignee_id, case.status, case.version) == (handler.id, status, version + 1)
    event = factories.events(case)[-1]
    assert (event.action, event.officer_id) == ("assign", coordinator.id)
    assert (event.data["assignee"], event.data["before"]) == (handler.id, None)
    assert ("officer", "assign", "Việc gấp.") in factories.notes(case)
    assert first_break(factories.chain(case)) is None


def test_a_case_can_be_taken_from_everybody(coordinator: Officer, handler: Officer, now: datetime) -> None:
    case = assign(coordinator, factories.routed(now), handler, now)
    assert assign(coordinator, case, None, now).assignee_id is None


@pytest.mark.parametrize("role", [Role.HANDLER, Role.CHECKER, Role.COORDINATOR, Role.LEADER])
def test_whoever_answers_or_checks_in_the_body_can_be_charged(coordinator: Officer, now: datetime, role: Role) -> None:
    colleague = factories.officer(now, role, "BKHCN")
    assert assign(coordinator, factories.routed(now), colleague, now).assignee_id == colleague.id


def test_nobody_else_can_be_charged(coordinator: Officer, now: datetime) -> None:
    case = factories.routed(now)
    strangers = [
        factories.officer(now, Role.HANDLER, "BCA"),
        factories.officer(now, Role.HANDLER, "BKHCN", active=False),
        factories.officer(now, Role.AUDITOR),
        factories.officer(now, Role.INTAKE),
    ]
    for stranger in strangers:
        with pytest.raises(InvalidInput) as refused:
            assign(coordinator, case, stranger, now)
        assert "assignee" in refused.value.fields
    assert case.assignee_id is None


def test_a_case_on_the_desk_is_charged_to_those_who_sort(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    sorter, colleague = factories.officer(now, Role.INTAKE), factories.officer(now, Role.INTAKE)
    of_another_province = factories.officer(now, Role.INTAKE, "UBND_TINH:HN")
    assert assign(sorter, case, colleague, now).assignee_id == colleague.id
    with pytest.raises(InvalidInput):
        assign(sorter, case, of_another_province, now)


def test_a_confidential_case_is_charged_to_nobody_of_a_body_without_the_right(session: Session, now: datetime) -> None:
    case = factories.screened(now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    with pytest.raises(InvalidInput):
        assign(factories.officer(now, Role.INTAKE), case, handler, now)


def test_the_same_charge_twice_is_refused(coordinator: Officer, handler: Officer, now: datetime) -> None:
    case = assign(coordinator, factories.routed(now), handler, now)
    with pytest.raises(InvalidInput):
        assign(coordinator, case, handler, now)


def test_who_may_not_arrange_may_not_assign(handler: Officer, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        assign(handler, factories.routed(now), handler, now)


def test_another_body_s_case_is_not_found_and_a_changed_one_is_stale(
    coordinator: Officer, handler: Officer, now: datetime
) -> None:
    factories.submit(now)
    case = factories.routed(now)
    with pytest.raises(Stale):
        assigning.assign(officer=coordinator, reference=case.reference, version=0, assignee_id=handler.id, at=now)
    with pytest.raises(NotFound):
        assign(factories.officer(now, Role.COORDINATOR, "BCA"), case, handler, now)


def test_a_held_case_and_an_answered_one_are_not_assigned(
    coordinator: Officer, handler: Officer, now: datetime
) -> None:
    held = factories.routed(now)
    held.held = True
    with pytest.raises(OnHold):
        assign(coordinator, held, handler, now)
    with pytest.raises(InvalidMove):
        assign(coordinator, factories.replied(factories.routed(now), now), handler, now)


def test_who_accepts_a_case_of_nobody_is_charged_with_it(coordinator: Officer, handler: Officer, now: datetime) -> None:
    mine = factories.accepted(now, handler)
    assert mine.assignee_id == handler.id
    other = factories.officer(now, Role.HANDLER, "BKHCN")
    theirs = assign(coordinator, factories.routed(now), other, now)
    answering.accept(officer=handler, reference=theirs.reference, version=theirs.version, at=now)
    assert theirs.assignee_id == other.id


def test_a_case_that_leaves_the_body_is_charged_to_nobody(handler: Officer, now: datetime) -> None:
    case = factories.accepted(now, handler)
    triage.return_to_desk(
        officer=handler, reference=case.reference, version=case.version, reason="Việc của cơ quan khác.", at=now
    )
    assert case.assignee_id is None


def test_of_several_cases_those_can_be_charged_who_can_be_with_one(
    coordinator: Officer, handler: Officer, now: datetime
) -> None:
    sorter = factories.officer(now, Role.INTAKE)
    ids = [factories.routed(now).id, factories.routed(now).id, factories.on_desk(now).id]
    found = assigning.choices_among(comment_ids=ids)
    assert {one.id for one in found} == {coordinator.id, handler.id, sorter.id}
    assert len(found) == 3


def test_the_page_shows_who_is_charged_even_when_they_could_not_be_now(
    coordinator: Officer, handler: Officer, now: datetime
) -> None:
    case = assign(coordinator, factories.routed(now), handler, now)
    handler.active = False
    shown = arranging.around(comment=case).people
    assert shown.assignee is not None
    assert shown.assignee.name == "An"
    assert [one.id for one in shown.choices] == [coordinator.id]
