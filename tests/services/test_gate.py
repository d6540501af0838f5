"""The quality gate in its service: every point or back, and four facts that never stand for one another."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer, Response
from feedback.services import answering
from tests import factories

POINTS = factories.EVERY_POINT


@pytest.fixture
def checker(session: Session, now: datetime) -> Officer:
    return factories.officer(now, Role.CHECKER, "BKHCN")


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    """A case whose answer waits for the checker."""
    return factories.checking(factories.routed(now), factories.officer(now, Role.HANDLER, "BKHCN"), now)


def last(case: Comment) -> Response:
    rows = select(Response).where(Response.comment_id == case.id).order_by(Response.id.desc())
    return factories.session().scalars(rows).first()  # type: ignore[return-value]


def do(act: Any, officer: Officer, case: Comment, now: datetime, **more: Any) -> Any:
    return act(officer=officer, reference=case.reference, version=case.version, at=now, **more)


@pytest.mark.parametrize("absent", POINTS)
def test_an_answer_that_misses_one_point_is_not_approved(
    checker: Officer, case: Comment, now: datetime, absent: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(answering.approve, checker, case, now, points=[point for point in POINTS if point != absent])
    assert list(refused.value.fields) == ["points"]
    assert (case.status, last(case).checklist) == ("checking", None)


def test_what_was_found_of_each_point_is_kept_with_an_approval(checker: Officer, case: Comment, now: datetime) -> None:
    do(answering.approve, checker, case, now, points=POINTS)
    assert last(case).checklist == dict.fromkeys(POINTS, True)


def test_what_was_found_of_each_point_is_kept_with_a_return(checker: Officer, case: Comment, now: datetime) -> None:
    do(answering.send_back, checker, case, now, note="Xin nêu căn cứ.", points=["on_topic"])
    assert last(case).checklist == {point: point == "on_topic" for point in POINTS}


def test_an_answer_with_nothing_missing_is_not_sent_back(checker: Officer, case: Comment, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(answering.send_back, checker, case, now, note="Chưa ưng.", points=POINTS)
    assert list(refused.value.fields) == ["points"]


def test_an_answer_from_before_outcomes_is_not_approved(
    session: Session, checker: Officer, case: Comment, now: datetime
) -> None:
    last(case).outcome = None
    session.flush()
    with pytest.raises(InvalidInput) as refused:
        do(answering.approve, checker, case, now, points=POINTS)
    assert "chưa nêu kết quả" in refused.value.fields["points"][0]


def test_a_draft_may_leave_the_outcome_open_and_an_answer_may_not(session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    draft = do(answering.save_draft, handler, case, now, text=factories.ANSWER, outcome="")
    assert draft.outcome is None
    with pytest.raises(InvalidInput) as refused:
        do(answering.submit, handler, case, now, text=factories.ANSWER, outcome="")
    assert list(refused.value.fields) == ["outcome"]


def test_a_planned_answer_keeps_its_day_and_no_other_does(session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    day = date(2026, 6, 30)
    draft = do(answering.save_draft, handler, case, now, text=factories.ANSWER, outcome="planned", planned_on=day)
    assert draft.planned_on == day
    do(answering.submit, handler, case, now, text=factories.ANSWER, outcome="explained", planned_on=day)
    assert last(case).planned_on is None


def test_an_approved_answer_waits_for_whoever_sends_it(checker: Officer, case: Comment, now: datetime) -> None:
    do(answering.approve, checker, case, now, points=POINTS, send_it=False)
    assert (case.status, last(case).state, case.replied_at) == ("approved", "approved", None)
    leader = factories.officer(now, Role.LEADER, "BKHCN")
    later = now + timedelta(hours=1)
    do(answering.send, leader, case, later)
    assert (case.status, last(case).state, last(case).sent_at) == ("replied", "sent", later)
    assert [event.action for event in factories.events(case)][-2:] == ["approve", "reply"]
    assert [told.event for told in factories.notifications(case)] == ["assigned", "replied"]


def test_an_approved_answer_may_still_be_sent_back_by_whoever_did_not_write_it(
    checker: Officer, case: Comment, now: datetime
) -> None:
    do(answering.approve, checker, case, now, points=POINTS, send_it=False)
    leader = factories.officer(now, Role.LEADER, "BKHCN")
    do(answering.send_back, leader, case, now, note="Xin đổi ngày lắp trạm.", points=["private"])
    assert (case.status, last(case).state, last(case).checker_id) == ("in_progress", "sent_back", leader.id)


def test_nothing_is_sent_before_it_is_approved(checker: Officer, case: Comment, now: datetime) -> None:
    with pytest.raises(InvalidMove):
        do(answering.send, checker, case, now)


def test_whoever_may_not_send_may_not_approve_and_send(session: Session, case: Comment, now: datetime) -> None:
    writer = factories.officer(now, Role.HANDLER, "BKHCN")
    with pytest.raises(NotAllowed):
        do(answering.send, writer, case, now)


FACTS = ("forwarded_at", "replied_at", "resolved_at", "confirmed_at")


@pytest.mark.parametrize(
    ("outcome", "true"),
    [
        ("resolved", ("forwarded_at", "replied_at", "resolved_at")),
        ("explained", ("forwarded_at", "replied_at")),
        ("not_possible", ("forwarded_at", "replied_at")),
        ("forwarded", ("forwarded_at",)),
    ],
)
def test_each_outcome_makes_its_own_facts_true_and_no_others(
    session: Session, now: datetime, outcome: str, true: tuple[str, ...]
) -> None:
    case = factories.replied(factories.routed(now), now, outcome)
    assert tuple(fact for fact in FACTS if getattr(case, fact) is not None) == true
    assert factories.events(case)[-1].data["outcome"] == outcome


def test_a_later_answer_that_solves_less_takes_the_solution_back_and_keeps_the_first_answer(
    session: Session, now: datetime
) -> None:
    case = factories.replied(factories.routed(now), now, "resolved")
    case.status = "reopened"
    session.flush()
    later = now + timedelta(days=3)
    case = factories.replied(case, later, "explained")
    assert (case.replied_at, case.resolved_at) == (now, None)
