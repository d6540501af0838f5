"""One action over many cases: each by its own service, each with its own end, nothing done silently."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.bulk import DEEDS, MOST, deeds_for
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from feedback.domain.permissions import GRANTS, Role
from feedback.domain.quality import POINTS
from feedback.domain.status import Status
from feedback.models import CaseRead, Comment, Officer, OfficerNotice
from feedback.services import answering, arranging, bulk
from feedback.services.bulk import Chosen
from feedback.services.deeds import DOING, Call
from tests import factories

WHY = "Xử lý theo đợt tháng Ba."


def chosen(*cases: Comment) -> list[Chosen]:
    return [Chosen(case.reference, case.version) for case in cases]


def perform(officer: Officer, action: str, case: Comment, now: datetime, **facts: str) -> None:
    batch = uuid4()
    bulk.begin(officer=officer, batch_id=batch, action=action, reason=WHY, facts=facts, size=1, at=now)
    [line] = bulk.lines(officer=officer, chosen=chosen(case))
    call = Call(officer, line.reference, line.seen, now, WHY, facts)
    bulk.perform(batch_id=batch, action=action, line=line, call=call)


def read(officer: Officer, case: Comment, session: Session, now: datetime) -> None:
    session.add(CaseRead(officer_id=officer.id, comment_id=case.id, version=case.version, at=now))
    session.flush()


def test_every_action_has_its_service_and_somebody_may_try_it() -> None:
    assert set(DOING) == set(DEEDS)
    tried = {code for role in Role for code in deeds_for(GRANTS[role])}
    assert tried == set(DEEDS)


def test_the_selection_comes_in_one_order_within_reach_with_what_was_read(session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    cases = [factories.routed(now) for _ in range(3)]
    read(handler, cases[1], session, now)
    foreign = factories.on_desk(now)
    lines = bulk.lines(officer=handler, chosen=chosen(foreign, *reversed(cases)))
    assert [line.id for line in lines] == sorted(case.id for case in cases)
    assert {line.reference: line.read for line in lines} == {case.reference: case is cases[1] for case in cases}


@pytest.mark.parametrize("number", [0, MOST + 1])
def test_none_and_too_many_are_refused(session: Session, now: datetime, number: int) -> None:
    with pytest.raises(InvalidInput):
        bulk.lines(
            officer=factories.officer(now, Role.INTAKE),
            chosen=[Chosen(f"PA-2026-{place:06d}", 1) for place in range(number)],
        )


def test_the_case_keeps_the_reason_and_the_batch_in_its_log(session: Session, now: datetime) -> None:
    handler, case = factories.officer(now, Role.HANDLER, "BKHCN"), factories.routed(now)
    perform(handler, "gan-the", case, now, tag="đợt ba")
    event = factories.events(case)[-1]
    assert (event.action, event.data["deed"], event.data["note"]) == ("bulk", "gan-the", factories.digest(WHY))
    assert ("officer", "bulk", WHY) in factories.notes(case)
    assert arranging.around(comment=case).people.tags == ("đợt ba",)
    assert first_break(factories.chain(case)) is None


@pytest.mark.parametrize(
    ("action", "facts", "target"),
    [
        ("nhan", {}, Status.IN_PROGRESS),
        ("tra-lai", {}, Status.RETURNED),
        ("gan-the", {"tag": "đợt ba"}, Status.ASSIGNED),
    ],
)
def test_a_body_s_actions_do_what_they_do_alone(
    session: Session, now: datetime, action: str, facts: dict[str, str], target: Status
) -> None:
    case = factories.routed(now)
    perform(factories.officer(now, Role.HANDLER, "BKHCN"), action, case, now, **facts)
    assert case.status == target


def test_cases_on_the_desk_are_sent_to_a_body_with_one_reason(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    perform(factories.officer(now, Role.INTAKE), "chuyen", case, now, body="BCA")
    assert (case.status, factories.body_code(case)) == (Status.ASSIGNED, "BCA")


def test_held_cases_are_let_go_and_answered_ones_closed_and_opened_again(session: Session, now: datetime) -> None:
    leader, intake = factories.officer(now, Role.LEADER, "BKHCN"), factories.officer(now, Role.INTAKE)
    case = factories.replied(factories.routed(now), now)
    read(leader, case, session, now)
    for officer, action, status, held in (
        (leader, "giu", Status.REPLIED, True),
        (leader, "go-giu", Status.REPLIED, False),
        (leader, "dong", Status.CLOSED, False),
        (intake, "mo-lai", Status.SORTING, False),
    ):
        perform(officer, action, case, now)
        assert (case.status, case.held) == (status, held)
    other = factories.routed(now)
    perform(intake, "chuyen-tiep", other, now, body="BCA")
    assert factories.body_code(other) == "BCA"


def test_an_action_of_either_permission_is_offered_to_both() -> None:
    assert all("bo-sung" in deeds_for(GRANTS[role]) for role in (Role.INTAKE, Role.HANDLER))


def test_what_ends_a_case_needs_the_case_read(session: Session, now: datetime) -> None:
    intake = factories.officer(now, Role.INTAKE)
    case = factories.screened(now, "rac")
    with pytest.raises(NotAllowed) as refused:
        perform(intake, "sang-loc", case, now, label="rac", letter="")
    assert refused.value.sentence == bulk.UNREAD
    assert case.status == Status.SORTING
    read(intake, case, session, now)
    perform(intake, "sang-loc", case, now, label="rac", letter="")
    assert case.status == Status.REFUSED


def test_no_answer_is_approved_in_bulk_that_was_not_read(session: Session, now: datetime) -> None:
    checker = factories.officer(now, Role.CHECKER, "BKHCN")
    case = factories.checking(factories.routed(now), factories.officer(now, Role.HANDLER, "BKHCN"), now)
    points = ",".join(point.code for point in POINTS)
    with pytest.raises(NotAllowed):
        perform(checker, "duyet", case, now, points=points)
    read(checker, case, session, now)
    perform(checker, "duyet", case, now, points=points)
    assert case.status == Status.REPLIED


def test_a_common_answer_is_each_case_s_own(session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    perform(handler, "tra-loi", case, now, text=factories.ANSWER, outcome="planned", planned_on="2026-06-30")
    answer = answering.open_draft(comment=case)
    assert answer is not None
    assert (answer.text, answer.outcome, str(answer.planned_on)) == (factories.ANSWER, "planned", "2026-06-30")


def test_every_action_that_ends_a_case_is_marked_so() -> None:
    assert {code for code, deed in DEEDS.items() if deed.closes} >= {"sang-loc"}


def test_a_case_changed_since_it_was_seen_is_stale(session: Session, now: datetime) -> None:
    handler, case = factories.officer(now, Role.HANDLER, "BKHCN"), factories.routed(now)
    [line] = bulk.lines(officer=handler, chosen=[Chosen(case.reference, case.version - 1)])
    batch = uuid4()
    bulk.begin(officer=handler, batch_id=batch, action="nhan", reason=WHY, facts={}, size=1, at=now)
    with pytest.raises(Stale):
        bulk.perform(
            batch_id=batch, action="nhan", line=line, call=Call(handler, line.reference, line.seen, now, WHY, {})
        )


def test_the_same_form_twice_is_one_batch_and_another_officer_s_is_not_found(session: Session, now: datetime) -> None:
    handler, other = (factories.officer(now, Role.HANDLER, "BKHCN") for _ in range(2))
    batch = uuid4()
    begin = {"batch_id": batch, "action": "nhan", "reason": WHY, "facts": {}, "size": 1, "at": now}
    assert bulk.begin(officer=handler, **begin) is True  # type: ignore[arg-type]
    assert bulk.begin(officer=handler, **begin) is False  # type: ignore[arg-type]
    for ask in (lambda: bulk.begin(officer=other, **begin), lambda: bulk.outcome(officer=other, batch_id=batch)):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(NotAllowed):
        bulk.begin(officer=handler, **{**begin, "action": "chuyen"})  # type: ignore[arg-type]


def test_an_outcome_counts_what_was_done_what_refused_and_what_was_never_reached(
    session: Session, now: datetime
) -> None:
    handler, case = factories.officer(now, Role.HANDLER, "BKHCN"), factories.routed(now)
    batch = uuid4()
    bulk.begin(officer=handler, batch_id=batch, action="nhan", reason=WHY, facts={}, size=3, at=now)
    [line] = bulk.lines(officer=handler, chosen=chosen(case))
    bulk.perform(batch_id=batch, action="nhan", line=line, call=Call(handler, line.reference, line.seen, now, WHY, {}))
    bulk.refused(batch_id=batch, reference="PA-2026-999999", comment_id=None, sentence="Không tìm thấy.")
    outcome = bulk.outcome(officer=handler, batch_id=batch)
    assert (outcome.done, outcome.failed, outcome.untried) == (1, 1, 1)
    assert [item.reference for item in outcome.items] == ["PA-2026-999999", case.reference]


def test_who_is_charged_with_a_batch_is_told_once_and_nobody_of_their_own_doing(
    session: Session, now: datetime
) -> None:
    coordinator = factories.officer(now, Role.COORDINATOR, "BKHCN")
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    for place, assignee in enumerate((handler, coordinator)):
        batch, at = uuid4(), now + timedelta(hours=place)
        facts = {"assignee": str(assignee.id)}
        bulk.begin(officer=coordinator, batch_id=batch, action="phan-cong", reason=WHY, facts=facts, size=3, at=at)
        for case in [factories.routed(now) for _ in range(3)]:
            [line] = bulk.lines(officer=coordinator, chosen=chosen(case))
            call = Call(coordinator, line.reference, line.seen, at, WHY, facts)
            bulk.perform(batch_id=batch, action="phan-cong", line=line, call=call)
        bulk.finish(officer=coordinator, batch_id=batch, at=at)
        bulk.finish(officer=coordinator, batch_id=batch, at=at)
    [notice] = session.scalars(select(OfficerNotice)).all()
    assert (notice.officer_id, notice.kind, notice.comment_id, notice.occasion) == (handler.id, "assigned", None, now)


def test_a_batch_that_charged_nobody_tells_nobody(session: Session, now: datetime) -> None:
    coordinator = factories.officer(now, Role.COORDINATOR, "BKHCN")
    batch, facts = uuid4(), {"assignee": str(coordinator.id + 1)}
    bulk.begin(officer=coordinator, batch_id=batch, action="phan-cong", reason=WHY, facts=facts, size=1, at=now)
    bulk.finish(officer=coordinator, batch_id=batch, at=now)
    assert session.scalars(select(OfficerNotice)).all() == []
