"""What officials are told of: before it is due, up the ladder after it, once each, one letter an officer and slot."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer, OfficerDigest, OfficerNotice, Outbox
from feedback.services import notices, outbox
from tests import factories

BODY = "BKHCN"


def vietnam(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=VIETNAM)


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    """A case due on Friday 20 March 2026 at 17:00."""
    return factories.due(factories.routed(now), vietnam("2026-03-20T17:00"))


def staff(now: datetime, *roles: Role) -> dict[Role, Officer]:
    """One officer a role; those who work for a body work for the one that has the case."""
    return {role: factories.officer(now, role, None if role is Role.INTAKE else BODY) for role in roles}


LADDER = (Role.HANDLER, Role.COORDINATOR, Role.LEADER, Role.INTAKE)


def told(session: Session) -> set[tuple[str, int]]:
    return {(row.kind, row.officer_id) for row in session.execute(select(OfficerNotice.kind, OfficerNotice.officer_id))}


@pytest.mark.parametrize(
    ("slot", "kinds"),
    [
        ("2026-03-17T08:00", set()),
        ("2026-03-18T08:00", {"answer_soon"}),
        ("2026-03-19T08:00", {"answer_soon"}),
        ("2026-03-20T08:00", {"answer_today"}),
        ("2026-03-20T18:00", {"answer_today"}),
        ("2026-03-21T08:00", set()),
        ("2026-03-22T08:00", set()),
        ("2026-03-23T08:00", {"answer_late_1"}),
    ],
)
def test_the_handler_is_reminded_two_working_days_before_and_on_the_day(
    session: Session, case: Comment, now: datetime, slot: str, kinds: set[str]
) -> None:
    people = staff(now, *LADDER)
    notices.tell_officials(vietnam(slot))
    assert told(session) == {(kind, people[Role.HANDLER].id) for kind in kinds}


def test_a_missed_due_date_climbs_one_rung_a_working_day(session: Session, case: Comment, now: datetime) -> None:
    people = staff(now, *LADDER)
    climbed: set[tuple[str, int]] = set()
    days = ["2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27"]
    for rung, day in enumerate(days, 1):
        notices.tell_officials(vietnam(f"{day}T08:00"))
        if rung <= len(LADDER):
            climbed.add((f"answer_late_{rung}", people[LADDER[rung - 1]].id))
        assert told(session) == climbed


def test_after_days_without_a_clock_every_rung_that_was_missed_is_told(
    session: Session, case: Comment, now: datetime
) -> None:
    staff(now, *LADDER)
    notices.tell_officials(vietnam("2026-03-26T10:00"))
    assert {kind for kind, _ in told(session)} == {f"answer_late_{rung}" for rung in range(1, 5)}


def test_a_rung_that_nobody_holds_is_told_to_the_next(session: Session, case: Comment, now: datetime) -> None:
    people = staff(now, Role.LEADER, Role.INTAKE)
    notices.tell_officials(vietnam("2026-03-24T08:00"))
    leader = people[Role.LEADER].id
    assert told(session) == {("answer_late_1", leader), ("answer_late_2", leader)}


def test_the_officer_charged_with_a_case_is_told_and_the_other_handlers_are_not(
    session: Session, case: Comment, now: datetime
) -> None:
    mine, _ = factories.officer(now, Role.HANDLER, BODY), factories.officer(now, Role.HANDLER, BODY)
    case.assignee_id = mine.id
    session.flush()
    notices.tell_officials(vietnam("2026-03-20T08:00"))
    assert told(session) == {("answer_today", mine.id)}


def test_a_case_on_hold_is_not_spoken_of(session: Session, case: Comment, now: datetime) -> None:
    staff(now, *LADDER)
    case.held = True
    session.flush()
    notices.tell_officials(vietnam("2026-03-26T08:00"))
    assert told(session) == set()


def test_a_merged_case_is_spoken_of_with_the_one_that_took_it_in(
    session: Session, case: Comment, now: datetime
) -> None:
    staff(now, *LADDER)
    lead = factories.replied(factories.routed(now), now)
    case.status, case.closed_at, case.merged_into_id = "merged", now, lead.id
    session.flush()
    notices.tell_officials(vietnam("2026-03-26T08:00"))
    assert {kind.partition("_")[0] for kind, _ in told(session)} <= {"publish"}  # of the lead


def test_an_intake_officer_of_a_province_hears_of_its_cases_alone(
    session: Session, case: Comment, now: datetime
) -> None:
    case.province = "SONLA"
    local = factories.officer(now, Role.INTAKE, "UBND_TINH:SONLA")
    factories.officer(now, Role.INTAKE, "UBND_TINH:HN")
    central = factories.officer(now, Role.INTAKE)
    notices.tell_officials(vietnam("2026-03-23T08:00"))
    assert told(session) == {("answer_late_1", local.id), ("answer_late_1", central.id)}


def test_nobody_of_another_body_and_no_closed_account_is_told(session: Session, case: Comment, now: datetime) -> None:
    factories.officer(now, Role.HANDLER, "BCA")
    factories.officer(now, Role.HANDLER, BODY, active=False)
    notices.tell_officials(vietnam("2026-03-20T08:00"))
    assert told(session) == set()


def test_a_case_that_came_to_another_body_is_told_there(session: Session, case: Comment, now: datetime) -> None:
    first, second = factories.officer(now, Role.HANDLER, BODY), factories.officer(now, Role.HANDLER, "BCA")
    notices.tell_officials(vietnam("2026-03-20T08:00"))
    case.body_id = second.body_id
    session.flush()
    notices.tell_officials(vietnam("2026-03-20T09:00"))
    assert told(session) == {("answer_today", first.id), ("answer_today", second.id)}


def test_nothing_is_told_twice_but_a_new_due_date_is_told_anew(session: Session, case: Comment, now: datetime) -> None:
    staff(now, Role.HANDLER)
    for _ in range(2):
        notices.tell_officials(vietnam("2026-03-20T08:00"))
    assert session.scalar(select(func.count(OfficerNotice.id))) == 1
    factories.due(case, vietnam("2026-03-27T17:00"))
    notices.tell_officials(vietnam("2026-03-27T08:00"))
    assert session.scalar(select(func.count(OfficerNotice.id))) == 2


def test_what_is_answered_or_on_the_desk_is_not_the_body_s_to_be_reminded_of(
    session: Session, case: Comment, now: datetime
) -> None:
    staff(now, *LADDER)
    factories.replied(case, now)
    notices.tell_officials(vietnam("2026-03-26T08:00"))
    assert {kind.partition("_")[0] for kind, _ in told(session)} <= {"publish"}


def test_many_cases_make_one_letter_an_officer_and_slot(session: Session, case: Comment, now: datetime) -> None:
    handler = staff(now, Role.HANDLER)[Role.HANDLER]
    for _ in range(3):
        factories.due(factories.routed(now), case.due_at)
    slot = vietnam("2026-03-20T08:00")
    assert notices.tell_officials(slot) == "4 notices, 1 letters"
    (digest,) = session.scalars(select(OfficerDigest)).all()
    assert (digest.officer_id, digest.slot, digest.state) == (handler.id, slot, "pending")
    (promise,) = session.scalars(select(Outbox).where(Outbox.digest_id == digest.id)).all()
    assert (promise.topic, promise.comment_id) == ("notify", None)
    assert notices.tell_officials(slot) == "0 notices, 0 letters"


def test_what_is_found_outside_working_hours_waits_for_one_letter_in_the_morning(
    session: Session, case: Comment, now: datetime
) -> None:
    staff(now, Role.HANDLER)
    assert notices.tell_officials(vietnam("2026-03-18T20:00")) == "1 notices, 0 letters"
    assert notices.tell_officials(vietnam("2026-03-19T07:00")) == "0 notices, 0 letters"
    assert notices.tell_officials(vietnam("2026-03-19T08:00")) == "0 notices, 1 letters"


def test_administrators_hear_once_a_day_of_what_is_stuck(session: Session, now: datetime) -> None:
    administrator = factories.officer(now, Role.ADMINISTRATOR)
    factories.officer(now, Role.HANDLER, BODY)
    assert notices.tell_officials(vietnam("2026-03-20T08:00")) == "0 notices, 0 letters"
    factories.submit(now)
    (promise,) = factories.promises("classify")
    outbox.put_off(identifier=promise.id, delay=now - now, error="smtp_451")
    for hour in ("08", "09"):
        notices.tell_officials(vietnam(f"2026-03-20T{hour}:00"))
    assert told(session) == {("stuck", administrator.id)}
    notices.tell_officials(vietnam("2026-03-23T08:00"))
    assert session.scalar(select(func.count(OfficerNotice.id))) == 2
