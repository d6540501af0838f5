"""The sender is asked for more, by the desk or by the body; no time counts until it comes, and it goes back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer
from feedback.services import arranging, lookup, supplementing, triage
from tests import factories

WORDS = "Xin Ông/Bà cho biết sự việc xảy ra ở bản nào, từ khi nào."
LATER = timedelta(days=2)


def ask(officer: Officer, case: Comment, now: datetime, words: str = WORDS) -> Comment:
    return supplementing.ask(officer=officer, reference=case.reference, version=case.version, at=now, reason=words)


def test_the_desk_asks_and_the_sender_is_told_what_is_missing_and_by_when(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    ask(factories.officer(now, Role.INTAKE), case, now)
    assert case.status == "awaiting_supplement"
    assert factories.notes(case)[-1] == ("officer", "ask_supplement", WORDS)
    (message,) = factories.notifications(case)
    assert (message.event, set(message.facts)) == ("supplement", {"until"})


def test_what_comes_back_to_the_body_that_asked_returns_there_in_one_press(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    due = case.due_at
    body = case.body_id
    ask(factories.officer(now, Role.HANDLER, "BKHCN"), case, now)
    assert case.body_id == body
    lookup.supplement(reference=receipt.reference, key=receipt.key, text="Ở bản Nà Ngà, từ tháng 2.", at=now + LATER)
    assert (case.status, case.body_id, case.proposed_body_id) == ("sorting", None, body)
    assert case.due_at > due
    proposed = arranging.around(comment=case).proposed
    assert proposed is not None
    assert proposed.code == "BKHCN"
    intake = factories.officer(now, Role.INTAKE)
    triage.route(
        officer=intake, reference=case.reference, version=case.version, body_code=proposed.code, reason=None, at=now
    )
    assert (case.status, case.body_id, case.proposed_body_id) == ("assigned", body, None)


def test_an_official_writes_down_what_came_by_telephone(session: Session, now: datetime) -> None:
    case, intake = factories.on_desk(now), factories.officer(now, Role.INTAKE)
    ask(intake, case, now)
    words = "Người gửi cho biết ở bản Nà Ngà."
    supplementing.add(officer=intake, reference=case.reference, version=case.version, at=now + LATER, reason=words)
    assert case.status == "sorting"
    assert factories.notes(case)[-1] == ("officer", "supplement", words)


@pytest.mark.parametrize("words", ["", "Thiếu.", " \u200b" * 40, "a" * 5001])
def test_words_that_say_too_little_or_too_much_change_nothing(session: Session, now: datetime, words: str) -> None:
    case = factories.on_desk(now)
    with pytest.raises(InvalidInput) as refused:
        ask(factories.officer(now, Role.INTAKE), case, now, words)
    assert set(refused.value.fields) == {"reason"}
    assert case.status == "sorting"


def test_the_intake_office_does_not_ask_in_the_place_of_the_body(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(InvalidMove):
        ask(factories.officer(now, Role.INTAKE), case, now)


def test_only_whoever_has_the_case_may_ask_and_a_hold_stops_them(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(NotAllowed):
        ask(factories.officer(now, Role.AUDITOR), case, now)
    with pytest.raises(NotFound):
        ask(factories.officer(now, Role.HANDLER, "BCA"), case, now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    with pytest.raises(Stale):
        supplementing.ask(officer=handler, reference=case.reference, version=case.version - 1, at=now, reason=WORDS)
    case.held = True
    session.flush()
    with pytest.raises(OnHold):
        ask(handler, case, now)
