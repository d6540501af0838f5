"""Publishing, taking back, splitting, naming bodies that help, over many cases: in each by the rules of one case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import DomainError, InvalidInput, InvalidMove, NotAllowed, OnHold
from feedback.domain.permissions import Role
from feedback.domain.vocabulary import Consent
from feedback.models import Body, CaseBody, CaseRead, Comment, Officer
from feedback.services import bulk
from feedback.services.bulk import Chosen
from feedback.services.deeds import Call
from tests import factories

WHY = "Xử lý theo đợt tháng Ba."
AGREED = frozenset({Consent.PROCESS, Consent.CONTACT, Consent.PUBLISH})
PART = "Ngoài ra cổng dịch vụ công của xã không nhận được ảnh chụp giấy tờ."
TEXT = f"Mạng ở thôn rất yếu, gọi điện cũng khó. {PART} Đề nghị cơ quan xem xét giúp."


@pytest.fixture
def leader(session: Session, now: datetime) -> Officer:
    """The leader of the ministry."""
    return factories.officer(now, Role.LEADER, "BKHCN")


def do(officer: Officer, action: str, case: Comment, now: datetime, *, opened: bool = True, **facts: str) -> None:
    """One case of a batch, which the officer has opened and read or not."""
    session = factories.session()
    if opened and session.get(CaseRead, (officer.id, case.id)) is None:
        session.add(CaseRead(officer_id=officer.id, comment_id=case.id, version=case.version, at=now))
        session.flush()
    batch = uuid4()
    bulk.begin(officer=officer, batch_id=batch, action=action, reason=WHY, facts=facts, size=1, at=now)
    [line] = bulk.lines(officer=officer, chosen=[Chosen(case.reference, case.version)])
    call = Call(officer, line.reference, line.seen, now, WHY, facts)
    bulk.perform(batch_id=batch, action=action, line=line, call=call)


def answered(now: datetime, personal: list[object] | None = None, **changes: Any) -> Comment:
    """An answered case whose sender agreed to publication."""
    case = factories.replied(factories.routed(now, **{"consents": AGREED, **changes}), now)
    case.personal = [] if personal is None else personal
    factories.session().flush()
    return case


def helpers(case: Comment) -> list[str]:
    named = select(Body.code).join(CaseBody, CaseBody.body_id == Body.id).where(CaseBody.comment_id == case.id)
    return sorted(factories.session().scalars(named))


def test_an_answered_case_without_personal_data_is_published_and_taken_back(leader: Officer, now: datetime) -> None:
    case = answered(now)
    do(leader, "cong-khai", case, now)
    assert case.published_at == now
    do(leader, "thoi-cong-khai", case, now)
    assert case.published_at is None
    done = [event.action for event in factories.events(case)][-4:]
    assert done == ["publish", "bulk", "withdraw", "bulk"]
    assert ("officer", "withdraw", WHY) in factories.notes(case)
    assert first_break(factories.chain(case)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"personal": [[0, 3, "person_name"]]},
        {"text": "Xin gọi cho tôi theo số 0912 345 678 để được hướng dẫn thêm."},
        {"name": "Lò Thị Thử", "text": "Tôi là Lò Thị Thử, mong cơ quan xem xét việc này."},
    ],
)
def test_what_has_personal_data_is_told_to_be_published_one_by_one(
    leader: Officer, now: datetime, changes: dict[str, Any]
) -> None:
    case = answered(now, **changes)
    with pytest.raises(InvalidMove) as refused:
        do(leader, "cong-khai", case, now)
    assert "xin công khai riêng" in refused.value.sentence
    assert case.published_at is None


def test_personal_data_in_the_answer_alone_is_looked_at_too(leader: Officer, now: datetime) -> None:
    case = factories.routed(now, consents=AGREED)
    case.personal = []
    handler, checker = (factories.officer(now, role, "BKHCN") for role in (Role.HANDLER, Role.CHECKER))
    answer = "Kính gửi Ông/Bà, xin gọi số 0987654321 của bộ phận một cửa để được hướng dẫn cụ thể."
    case = factories.approved(factories.checking(case, handler, now, text=answer), checker, now)
    with pytest.raises(InvalidMove):
        do(leader, "cong-khai", case, now)
    assert case.published_at is None


def test_what_may_not_be_published_alone_is_not_published_in_bulk(leader: Officer, now: datetime) -> None:
    refused = answered(now, consents=AGREED - {Consent.PUBLISH})
    unread, unanswered, held = answered(now), factories.routed(now, consents=AGREED), answered(now)
    held.held = True
    factories.session().flush()
    for case, opened, error in (
        (refused, True, InvalidMove),
        (unread, False, NotAllowed),
        (unanswered, True, InvalidMove),
        (held, True, OnHold),
    ):
        with pytest.raises(error):
            do(leader, "cong-khai", case, now, opened=opened)
        assert case.published_at is None


def test_what_is_not_public_is_not_taken_back(leader: Officer, now: datetime) -> None:
    with pytest.raises(InvalidMove):
        do(leader, "thoi-cong-khai", answered(now), now)


def test_bodies_that_help_are_named_for_many_and_all_of_them_let_go(leader: Officer, now: datetime) -> None:
    case = factories.routed(now)
    do(leader, "phoi-hop", case, now, helpers="BCA,BTC")
    assert helpers(case) == ["BCA", "BTC"]
    for wrong in ("BCA,BTC", "BKHCN"):  # nothing new; the body that leads
        with pytest.raises(InvalidInput):
            do(leader, "phoi-hop", case, now, helpers=wrong)
    do(leader, "thoi-phoi-hop", case, now)
    assert helpers(case) == []
    with pytest.raises(InvalidInput):
        do(leader, "thoi-phoi-hop", case, now)


def test_the_same_passage_is_split_off_from_each_text_that_has_it(leader: Officer, now: datetime) -> None:
    facts = {"title": "Cổng dịch vụ công không nhận ảnh", "part": PART}
    cases = [factories.routed(now, text=TEXT) for _ in range(2)]
    for case in cases:
        do(leader, "tach", case, now, **facts)
    parts = factories.session().scalars(select(Comment).where(Comment.split_from_id.in_([case.id for case in cases])))
    assert [(part.title, part.text) for part in parts] == [(facts["title"], PART)] * 2
    other = factories.routed(now, text="Mạng ở thôn rất yếu, gọi điện cũng khó, mong được xem xét.")
    with pytest.raises(InvalidInput) as refused:
        do(leader, "tach", other, now, **facts)
    assert refused.value.fields["part"] == ["Phần được tách phải là nguyên văn lời người gửi, không thêm bớt."]


@pytest.mark.parametrize("action", ["cong-khai", "thoi-cong-khai", "phoi-hop", "thoi-phoi-hop", "tach"])
def test_who_may_not_do_it_to_one_may_not_do_it_to_many(session: Session, now: datetime, action: str) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    with pytest.raises(DomainError):
        do(handler, action, factories.routed(now), now)
