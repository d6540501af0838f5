"""Comments on one matter: one leads, the others follow, and nobody loses a receipt, a clock or an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain import audit
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, OnHold
from feedback.domain.permissions import Role
from feedback.domain.vocabulary import SenderKind
from feedback.models import CaseClock, Comment, Officer
from feedback.services import arranging, identity, lookup, merging, refusing, supplementing
from tests import factories

LATER = timedelta(days=1)


@pytest.fixture
def intake(session: Session, now: datetime) -> Officer:
    """An officer of the intake office."""
    return factories.officer(now, Role.INTAKE)


def merge(officer: Officer, case: Comment, lead: Comment | str, at: datetime, reason: str = "") -> Comment:
    return merging.merge(
        officer=officer,
        reference=case.reference,
        version=case.version,
        at=at,
        lead=lead if isinstance(lead, str) else lead.reference,
        reason=reason,
    )


def answer_clock(case: Comment) -> CaseClock:
    statement = select(CaseClock).where(CaseClock.comment_id == case.id, CaseClock.clock == "answer")
    return factories.session().scalars(statement.execution_options(populate_existing=True)).one()


def test_a_case_follows_another_and_both_chains_tell_it(intake: Officer, now: datetime) -> None:
    lead, case = factories.routed(now), factories.on_desk(now)
    merge(intake, case, f" {lead.reference.lower()} ", now)
    assert (case.status, case.merged_into_id) == ("merged", lead.id)
    assert factories.events(case)[-1].data["case"] == lead.reference
    joined = factories.events(factories.comment(lead.reference))[-1]
    assert (joined.action, joined.data) == ("joined", {"case": case.reference})
    for one in (case, factories.comment(lead.reference)):
        assert audit.first_break(factories.chain(one)) is None
    assert factories.notes(case)[-1] == ("officer", "merge", merging.USUAL)
    around = arranging.around(comment=factories.comment(lead.reference))
    assert (around.followers, around.voices) == ((case.reference,), 2)
    assert arranging.around(comment=case).lead == lead.reference


def test_whoever_is_merged_into_a_follower_follows_its_lead(intake: Officer, now: datetime) -> None:
    lead, first, second = (factories.routed(now) for _ in range(3))
    merge(intake, first, lead, now)
    merge(intake, second, first, now)
    assert factories.comment(second.reference).merged_into_id == lead.id


def test_the_followers_of_a_lead_move_with_it(intake: Officer, now: datetime) -> None:
    lead, former, follower = (factories.routed(now) for _ in range(3))
    merge(intake, follower, former, now)
    merge(intake, factories.comment(former.reference), lead, now)
    assert factories.comment(follower.reference).merged_into_id == lead.id
    assert factories.events(factories.comment(follower.reference))[-1].action == "lead_changed"
    assert arranging.around(comment=factories.comment(lead.reference)).voices == 3


def test_nobody_follows_in_a_circle(intake: Officer, now: datetime) -> None:
    lead, follower = factories.routed(now), factories.routed(now)
    merge(intake, follower, lead, now)
    for target in (lead, follower):
        with pytest.raises(InvalidInput) as refused:
            merge(intake, factories.comment(lead.reference), target, now)
        assert set(refused.value.fields) == {"lead"}


@pytest.mark.parametrize("lead", ["", "PA-2026-999999", "không phải số", "PA-2026-1\x00"])
def test_a_lead_that_there_is_not_is_refused(intake: Officer, now: datetime, lead: str) -> None:
    case = factories.routed(now)
    with pytest.raises(InvalidInput) as refused:
        merge(intake, case, lead, now)
    assert set(refused.value.fields) == {"lead"}


def test_a_lead_beyond_reach_is_as_one_that_there_is_not(session: Session, now: datetime) -> None:
    case, other = factories.routed(now), factories.on_desk(now)
    coordinator = factories.officer(now, Role.COORDINATOR, "BKHCN")
    with pytest.raises(InvalidInput):
        merge(coordinator, case, other, now)
    assert merge(coordinator, case, factories.routed(now), now).status == "merged"


def test_what_is_kept_does_not_follow_what_is_not(intake: Officer, now: datetime) -> None:
    kept, case = factories.screened(now), factories.on_desk(now)
    for one, lead in ((case, kept), (kept, case)):
        with pytest.raises(InvalidInput):
            merge(intake, one, lead, now)


def test_what_ended_leads_nobody(intake: Officer, now: datetime) -> None:
    ended, case = factories.on_desk(now), factories.on_desk(now)
    refusing.refuse(officer=intake, reference=ended.reference, version=ended.version, at=now, code="xuc_pham")
    with pytest.raises(InvalidInput):
        merge(intake, case, ended, now)


@pytest.mark.parametrize("held", ["case", "lead", "follower"])
def test_a_hold_on_any_of_them_stops_it(intake: Officer, session: Session, now: datetime, held: str) -> None:
    cases = {name: factories.routed(now) for name in ("case", "lead", "follower")}
    merge(intake, cases["follower"], cases["case"], now)
    cases[held].held = True
    session.flush()
    with pytest.raises(OnHold):
        merge(intake, cases["case"], cases["lead"], now)


def test_an_answer_sent_before_is_the_answer_of_whoever_joins_later(intake: Officer, now: datetime) -> None:
    lead, case = factories.replied(factories.routed(now), now), factories.routed(now)
    merge(intake, case, lead, now + LATER)
    assert case.replied_at == now + LATER
    assert answer_clock(case).stopped_at == now + LATER
    assert [message.event for message in factories.notifications(case)][-2:] == ["merged", "replied"]


def test_too_many_words_are_refused(intake: Officer, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        merge(intake, factories.routed(now), factories.routed(now), now, "a" * 2001)
    assert set(refused.value.fields) == {"reason"}


def test_a_citizen_takes_a_merged_comment_out_again(intake: Officer, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    due = case.due_at
    merge(intake, case, factories.routed(now), now)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason="Sự việc ở bản khác.", at=now + LATER)
    assert (case.status, case.merged_into_id, case.due_at) == ("sorting", None, due)


def test_a_merged_comment_is_confirmed_once_and_only_after_its_answer(intake: Officer, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    lead = factories.routed(now)
    merge(intake, factories.comment(receipt.reference), lead, now)
    with pytest.raises(InvalidMove):
        lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)
    factories.replied(factories.comment(lead.reference), now + LATER)
    assert lookup.open_case(reference=receipt.reference, key=receipt.key).may_confirm
    lookup.confirm(reference=receipt.reference, key=receipt.key, at=now + LATER)
    case = factories.comment(receipt.reference)
    assert (case.status, case.confirmed_at) == ("merged", now + LATER)
    assert not lookup.open_case(reference=receipt.reference, key=receipt.key).may_confirm


def test_who_followed_what_was_refused_goes_back_to_be_sorted_and_is_told(
    intake: Officer, session: Session, now: datetime
) -> None:
    lead, case, held = (factories.on_desk(now) for _ in range(3))
    merge(intake, case, lead, now)
    merge(intake, held, lead, now)
    held.held = True
    session.flush()
    refusing.refuse(officer=intake, reference=lead.reference, version=lead.version, at=now, code="gui_lap")
    assert (case.status, case.merged_into_id) == ("sorting", None)
    assert [message.event for message in factories.notifications(case)] == ["merged", "reopened"]
    assert held.status == "merged"


def test_asking_the_lead_for_more_lets_nobody_go(intake: Officer, now: datetime) -> None:
    lead, case = factories.on_desk(now), factories.on_desk(now)
    merge(intake, case, lead, now)
    words = "Xin cho biết sự việc xảy ra ở đâu."
    supplementing.ask(officer=intake, reference=lead.reference, version=lead.version, at=now, reason=words)
    merging.release(lead=lead, at=now)
    assert case.status == "merged"


def test_what_is_known_of_the_sender_is_covered_for_others(session: Session, now: datetime) -> None:
    case = factories.routed(now, name="Lò Thị Mẫn", phone="0912345678", title="Sóng yếu ở nhà Quàng Văn Tý")
    case.personal = [[15, 28, "person_name"]]
    said = identity.hidden(comment=case, text="Kính gửi bà LÒ THỊ MẪN (0912345678), nhà Quàng Văn Tý: trạm đã lắp.")
    assert said.count(identity.HIDDEN) == 3
    assert "trạm đã lắp" in said
    anonymous = factories.routed(now, sender_kind=SenderKind.ANONYMOUS, name=None, email=None, consents=frozenset())
    assert identity.hidden(comment=anonymous, text="Trạm đã lắp.") == "Trạm đã lắp."


def test_a_handler_marks_nothing_as_a_duplicate(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(NotAllowed):
        merge(factories.officer(now, Role.HANDLER, "BKHCN"), case, factories.routed(now), now)
