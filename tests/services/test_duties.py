"""What falls due by itself: notes of delay every seven days, and cases closed that were never supplemented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.domain.status import Action, Actor
from feedback.domain.vocabulary import Consent
from feedback.models import Comment
from feedback.services import duties, moving
from tests import factories


def vietnam(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=VIETNAM)


LATE = vietnam("2026-04-01T08:00")  # a Wednesday, the day after the due date


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    """A case due on Tuesday 31 March 2026 at 17:00."""
    return factories.routed(now)


def told(case: Comment, event: str) -> list[datetime]:
    return [message.created_at for message in factories.notifications(case) if message.event == event]


def test_the_sender_of_a_late_case_is_told_at_once_and_then_every_seven_days(case: Comment, now: datetime) -> None:
    hours = [LATE + timedelta(hours=hour) for hour in range(-24, 24 * 16)]
    assert sum(duties.tell_of_delay(hour) for hour in hours) == 3
    assert told(case, "progress") == [LATE, LATE + timedelta(days=7), LATE + timedelta(days=14)]
    assert [event.action for event in factories.events(case)][-3:] == ["progress"] * 3
    assert factories.notifications(case)[-1].facts["due_at"] == case.due_at.isoformat()


@pytest.mark.parametrize("stamp", ["2026-03-31T16:00", "2026-03-31T20:00", "2026-04-01T07:00", "2026-04-04T09:00"])
def test_before_it_is_late_or_outside_working_hours_nobody_is_told(case: Comment, stamp: str) -> None:
    assert duties.tell_of_delay(vietnam(stamp)) == 0


def test_once_it_is_answered_or_extended_there_are_no_more_notes(case: Comment, now: datetime) -> None:
    duties.tell_of_delay(LATE)
    factories.due(case, LATE + timedelta(days=30))
    assert duties.tell_of_delay(LATE + timedelta(days=7)) == 0
    factories.due(case, LATE)
    factories.replied(case, now)
    factories.session().flush()
    assert duties.tell_of_delay(LATE + timedelta(days=7)) == 0


@pytest.mark.parametrize(
    "sender", [{"consents": frozenset({Consent.PROCESS})}, {"email": None, "phone": None}, {"consents": frozenset()}]
)
def test_who_cannot_be_told_has_no_note_written(session: Session, now: datetime, sender: dict[str, object]) -> None:
    factories.routed(now, **sender)
    assert duties.tell_of_delay(LATE) == 0


def asked(case: Comment, at: datetime) -> Comment:
    moving.move(
        comment=case,
        action=Action.ASK_SUPPLEMENT,
        actor=Actor.OFFICER,
        at=at,
        officer_id=factories.officer(at, Role.HANDLER, "BKHCN").id,
        reason="Xin cho biết tên bản.",
    )
    factories.session().flush()
    return case


def test_a_case_that_waits_in_vain_is_closed_after_its_time_and_the_sender_told(case: Comment, now: datetime) -> None:
    asked(case, now)
    until = vietnam("2026-03-17T17:00")
    assert duties.supplement_due(comment=case) == until
    assert duties.close_unanswered(until) == 0
    assert duties.close_unanswered(until + timedelta(minutes=1)) == 1
    assert (case.status, case.closed_at) == ("closed", until + timedelta(minutes=1))
    assert told(case, "lapsed") == [until + timedelta(minutes=1)]
    assert factories.notifications(case)[-1].facts == {"until": until.astimezone(UTC).isoformat()}
    assert factories.events(case)[-1].actor == "system"
    assert duties.close_unanswered(until + timedelta(minutes=1)) == 0


def test_a_case_that_was_supplemented_goes_on(case: Comment, now: datetime) -> None:
    asked(case, now)
    moving.move(comment=case, action=Action.SUPPLEMENT, actor=Actor.CITIZEN, at=now, reason="Bản Nà Lốc, xã Mường Bú.")
    factories.session().flush()
    assert duties.close_unanswered(now + timedelta(days=60)) == 0
    assert case.status == "sorting"


def test_asked_again_the_time_counts_from_the_last_asking(case: Comment, now: datetime) -> None:
    asked(case, now)
    moving.move(comment=case, action=Action.SUPPLEMENT, actor=Actor.CITIZEN, at=now, reason="Bản Nà Lốc, xã Mường Bú.")
    asked(case, now + timedelta(days=14))
    assert duties.close_unanswered(now + timedelta(days=15)) == 0
    assert duties.close_unanswered(now + timedelta(days=22)) == 1


def test_a_case_on_hold_is_neither_closed_nor_told_of(case: Comment, now: datetime) -> None:
    asked(case, now).held = True
    assert duties.close_unanswered(now + timedelta(days=60)) == 0
    case.status = "in_progress"
    assert duties.tell_of_delay(LATE) == 0
