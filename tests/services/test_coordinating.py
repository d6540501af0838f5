"""Bodies that help with a case: they see it and add a word, and nothing more."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Permission, Role
from feedback.domain.queues import Queue
from feedback.models import Comment, Officer
from feedback.services import arranging, coordinating, desk, history, queues, scope, triage
from tests import factories

WORDS = "Kinh phí lắp trạm đã được bố trí trong năm."


@pytest.fixture
def coordinator(session: Session, now: datetime) -> Officer:
    """Arranges the cases of the ministry of science and technology."""
    return factories.officer(now, Role.COORDINATOR, "BKHCN")


@pytest.fixture
def helper(session: Session, now: datetime) -> Officer:
    """An officer of the ministry of finance."""
    return factories.officer(now, Role.HANDLER, "BTC")


def arrange(officer: Officer, case: Comment, now: datetime, *codes: str, reason: str = "Cần ý kiến.") -> Comment:
    return coordinating.set_helpers(
        officer=officer, reference=case.reference, version=case.version, at=now, body_codes=codes, reason=reason
    )


def contribute(officer: Officer, case: Comment, now: datetime, words: str = WORDS) -> Comment:
    return coordinating.contribute(
        officer=officer, reference=case.reference, version=case.version, at=now, reason=words
    )


def waiting(officer: Officer, now: datetime, queue: Queue = Queue.COORDINATING) -> list[str]:
    return [row.reference for row in queues.page(officer=officer, queue=queue, now=now).rows]


def test_a_body_that_helps_sees_the_case_in_a_queue_of_its_own_and_does_nothing_to_it(
    coordinator: Officer, helper: Officer, now: datetime
) -> None:
    case = factories.routed(now)
    with pytest.raises(NotFound):
        desk.case(officer=helper, reference=case.reference, now=now)
    arrange(coordinator, case, now, "BTC", "BCA")
    seen = desk.case(officer=helper, reference=case.reference, now=now)
    assert (seen.actions, seen.may_unseal, seen.may_contribute) == (frozenset(), False, True)
    assert [one.code for one in seen.around.helpers] == ["BCA", "BTC"]
    assert waiting(helper, now) == [case.reference]
    assert waiting(helper, now, Queue.ALL) == []
    counts = {one.queue: one.count for one in queues.counts(officer=helper)}
    assert counts[Queue.COORDINATING] == 1
    for permission in Permission:
        reached = scope.reaches(officer=helper, permission=permission, comment=case)
        assert reached == (permission is Permission.SEE_CASES)


def test_a_word_of_a_body_that_helps_is_read_by_the_one_that_leads(
    coordinator: Officer, helper: Officer, now: datetime
) -> None:
    case = arrange(coordinator, factories.routed(now), now, "BTC")
    contribute(helper, case, now)
    assert factories.notes(case)[-1] == ("officer", "contribute", WORDS)
    told = history.events(comment_id=case.id)[-1]
    assert told.sentence == "Bộ Tài chính góp ý phối hợp."
    assert desk.case(officer=coordinator, reference=case.reference, now=now).notes[-1].text == WORDS


@pytest.mark.parametrize(
    ("codes", "reason", "field"),
    [
        (("KHONG_CO",), "Cần.", "bodies"),
        (("BKHCN",), "Cần.", "bodies"),
        ((), "Cần.", "bodies"),
        (("BTC",), " ", "reason"),
    ],
    ids=["no body", "the lead", "no change", "no reason"],
)
def test_what_may_not_be_is_refused(
    coordinator: Officer, now: datetime, codes: tuple[str, ...], reason: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        arrange(coordinator, factories.routed(now), now, *codes, reason=reason)
    assert set(refused.value.fields) == {field}


def test_who_is_not_named_again_helps_no_longer(coordinator: Officer, helper: Officer, now: datetime) -> None:
    case = arrange(coordinator, factories.routed(now), now, "BTC", "BCA")
    arrange(coordinator, case, now, "BCA")
    assert [one.code for one in arranging.around(comment=case).helpers] == ["BCA"]
    assert waiting(helper, now) == []
    arrange(coordinator, case, now)
    assert arranging.around(comment=case).helpers == ()


def test_only_a_body_that_helps_adds_a_word(coordinator: Officer, helper: Officer, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(NotFound):
        contribute(helper, case, now)
    with pytest.raises(InvalidMove):
        contribute(coordinator, case, now)
    with pytest.raises(NotAllowed):
        contribute(factories.officer(now, Role.LEADER, "BTC"), case, now)
    arrange(coordinator, case, now, "BTC")
    with pytest.raises(InvalidInput):
        contribute(helper, case, now, "Ngắn.")
    with pytest.raises(Stale):
        coordinating.contribute(
            officer=helper, reference=case.reference, version=case.version - 1, at=now, reason=WORDS
        )
    case.held = True
    with pytest.raises(OnHold):
        contribute(helper, case, now)


def test_whoever_works_for_no_single_body_has_no_such_queue(session: Session, now: datetime) -> None:
    for role in (Role.INTAKE, Role.AUDITOR):
        officer = factories.officer(now, role)
        assert Queue.COORDINATING not in queues.queues_for(officer=officer)
        with pytest.raises(NotAllowed):
            waiting(officer, now)


def test_what_is_kept_is_not_seen_by_helping(coordinator: Officer, helper: Officer, now: datetime) -> None:
    case = arrange(coordinator, factories.routed(now), now, "BTC")
    case.confidential = True
    factories.session().flush()
    assert waiting(helper, now) == []
    with pytest.raises(NotFound):
        desk.case(officer=helper, reference=case.reference, now=now)


def test_a_body_that_comes_to_lead_does_not_help_besides(coordinator: Officer, now: datetime) -> None:
    case = arrange(coordinator, factories.routed(now), now, "BTC", "BCA")
    triage.transfer(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        at=now,
        body_code="BTC",
        reason="Việc chính là kinh phí.",
    )
    assert [one.code for one in arranging.around(comment=case).helpers] == ["BCA"]
