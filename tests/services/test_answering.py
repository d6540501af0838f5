"""From a body's queue to the citizen: four eyes, notes on what to mend, and nothing out of turn."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, Stale
from feedback.domain.permissions import Role
from feedback.models import ClockEvent, Comment, Officer, Response
from feedback.services import answering, bodies, triage
from tests import factories

Act = Callable[[Officer, Comment, datetime], object]
TEXT = factories.ANSWER


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """Who answers for the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


@pytest.fixture
def checker(session: Session, now: datetime) -> Officer:
    """Who checks there."""
    return factories.officer(now, Role.CHECKER, "BKHCN")


@pytest.fixture
def case(handler: Officer, now: datetime) -> Comment:
    """A comment that the ministry has taken on."""
    return factories.accepted(now, handler)


def save(officer: Officer, case: Comment, now: datetime, text: str = TEXT) -> Response:
    return answering.save_draft(officer=officer, reference=case.reference, version=case.version, text=text, at=now)


def submit(officer: Officer, case: Comment, now: datetime, text: str = TEXT) -> Comment:
    return answering.submit(
        officer=officer, reference=case.reference, version=case.version, text=text, outcome="explained", at=now
    )


def approve(officer: Officer, case: Comment, now: datetime) -> Comment:
    return factories.approved(case, officer, now)


def send_back(officer: Officer, case: Comment, now: datetime, note: str = "Xin nêu rõ thời hạn.") -> Comment:
    return answering.send_back(officer=officer, reference=case.reference, version=case.version, note=note, at=now)


def accept(officer: Officer, case: Comment, now: datetime) -> Comment:
    return answering.accept(officer=officer, reference=case.reference, version=case.version, at=now)


def responses(case: Comment) -> list[Response]:
    return list(
        factories.session().scalars(select(Response).where(Response.comment_id == case.id).order_by(Response.id))
    )


def test_a_body_takes_a_case_on_and_says_which_body(case: Comment) -> None:
    assert case.status == "in_progress"
    assert factories.events(case)[-1].data["body"] == "BKHCN"


def test_a_draft_is_kept_and_changed_without_moving_the_case(handler: Officer, case: Comment, now: datetime) -> None:
    version = case.version
    save(handler, case, now, "Nháp.")
    draft = save(handler, case, now, "Nháp mới.\x00")
    assert (draft.text, draft.state, draft.submitted_at) == ("Nháp mới.", "draft", None)
    assert [row.id for row in responses(case)] == [draft.id]
    assert (case.status, case.version) == ("in_progress", version)


def test_an_answer_put_to_the_checker_names_who_put_it(handler: Officer, case: Comment, now: datetime) -> None:
    colleague = factories.officer(now, Role.COORDINATOR, "BKHCN")
    save(colleague, case, now)
    submit(handler, case, now)
    (answer,) = responses(case)
    assert (answer.state, answer.author_id, answer.submitted_at) == ("submitted", handler.id, now)
    assert case.status == "checking"
    assert [event.action for event in factories.events(case)][-2:] == ["answer", "check"]


def test_whoever_had_a_hand_in_the_draft_does_not_check_it(handler: Officer, case: Comment, now: datetime) -> None:
    both = factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.HANDLER, Role.CHECKER])
    save(both, case, now)
    submit(handler, case, now)
    for act in (approve, send_back):
        with pytest.raises(NotAllowed, match="không được tự kiểm tra"):
            act(both, case, now)
    assert responses(case)[0].writer_ids == sorted([handler.id, both.id])


def test_an_approved_answer_is_sent_stops_the_clock_and_is_told(
    handler: Officer, checker: Officer, case: Comment, now: datetime
) -> None:
    submit(handler, case, now)
    later = now + timedelta(hours=3)
    approve(checker, case, later)
    (answer,) = responses(case)
    assert (answer.state, answer.checker_id, answer.checked_at, answer.sent_at) == ("sent", checker.id, later, later)
    assert (case.status, case.replied_at) == ("replied", later)
    clock = factories.session().scalars(select(ClockEvent).order_by(ClockEvent.id.desc())).first()
    assert clock is not None
    assert (clock.comment_id, clock.kind, clock.at) == (case.id, "stopped", later)
    assert [told.event for told in factories.notifications(case)] == ["assigned", "replied"]
    assert first_break(factories.chain(case)) is None


def test_nobody_approves_or_sends_back_their_own_answer(session: Session, now: datetime) -> None:
    both = factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.HANDLER, Role.CHECKER])
    case = factories.checking(factories.routed(now), both, now)
    for act in (approve, send_back):
        with pytest.raises(NotAllowed, match="không được tự kiểm tra"):
            act(both, case, now)
    assert case.status == "checking"


def test_an_answer_sent_back_returns_with_the_note_and_a_new_one_may_be_written(
    handler: Officer, checker: Officer, case: Comment, now: datetime
) -> None:
    submit(handler, case, now)
    send_back(checker, case, now, " Xin nêu rõ thời hạn.\u200b ")
    (returned,) = responses(case)
    assert (returned.state, returned.check_note, returned.checker_id) == (
        "sent_back",
        "Xin nêu rõ thời hạn.",
        checker.id,
    )
    assert case.status == "in_progress"
    assert factories.notes(case)[-1] == ("officer", "send_back", "Xin nêu rõ thời hạn.")
    submit(handler, case, now)
    approve(checker, case, now)
    assert [row.state for row in responses(case)] == ["sent_back", "sent"]


@pytest.mark.parametrize("note", ["", "  \n", "\u200b"])
def test_sending_back_needs_a_note(handler: Officer, checker: Officer, case: Comment, now: datetime, note: str) -> None:
    submit(handler, case, now)
    with pytest.raises(InvalidInput) as refused:
        send_back(checker, case, now, note)
    assert "note" in refused.value.fields
    assert case.status == "checking"


@pytest.mark.parametrize(
    ("act", "text", "kept"),
    [
        (save, "", False),
        (save, " \u200b ", False),
        (save, "x", True),
        (save, "a" * 20_000, True),
        (save, "a" * 20_001, False),
        (submit, "a" * 19, False),
        (submit, "a" * 20, True),
        (submit, "a" + " " * 30, False),
        (submit, "a" * 20_001, False),
    ],
)
def test_an_answer_has_a_length_that_says_something(
    handler: Officer, case: Comment, now: datetime, act: Callable[..., object], text: str, kept: bool
) -> None:
    if kept:
        act(handler, case, now, text)
    else:
        with pytest.raises(InvalidInput) as refused:
            act(handler, case, now, text)
        assert "text" in refused.value.fields
    assert bool(responses(case)) is kept


def test_an_answer_typed_decomposed_is_kept_composed(handler: Officer, case: Comment, now: datetime) -> None:
    submit(handler, case, now, unicodedata.normalize("NFD", TEXT))
    assert responses(case)[0].text == TEXT


def test_a_reopened_case_is_answered_anew_and_the_first_reply_keeps_its_time(
    handler: Officer, checker: Officer, case: Comment, now: datetime
) -> None:
    submit(handler, case, now)
    approve(checker, case, now)
    case.status = "reopened"
    factories.session().flush()
    later = now + timedelta(days=2)
    submit(handler, case, later)
    approve(checker, case, later)
    assert (case.status, case.replied_at) == ("replied", now)
    assert [row.sent_at for row in responses(case)] == [now, later]


def test_a_draft_left_by_another_body_becomes_the_answer_of_the_body_that_sends_it(
    handler: Officer, case: Comment, now: datetime
) -> None:
    save(handler, case, now, "Nháp của cơ quan trước.")
    triage.return_to_desk(
        officer=handler, reference=case.reference, version=case.version, reason="Không thuộc.", at=now
    )
    triage.route(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        body_code="BCA",
        reason="Thuộc công an.",
        at=now,
    )
    factories.checking(case, factories.officer(now, Role.HANDLER, "BCA"), now)
    approve(factories.officer(now, Role.CHECKER, "BCA"), case, now)
    assert responses(case)[-1].body_id == bodies.by_code(code="BCA").id


# What each act allows, in a state in which it is not its turn.
OUT_OF_TURN: list[tuple[str, Role, Act]] = [
    ("in_progress", Role.HANDLER, accept),
    ("checking", Role.HANDLER, accept),
    ("assigned", Role.HANDLER, save),
    ("assigned", Role.HANDLER, submit),
    ("checking", Role.HANDLER, save),
    ("checking", Role.HANDLER, submit),
    ("replied", Role.HANDLER, save),
    ("closed", Role.HANDLER, submit),
    ("assigned", Role.CHECKER, approve),
    ("in_progress", Role.CHECKER, approve),
    ("in_progress", Role.CHECKER, send_back),
    ("replied", Role.CHECKER, approve),
    ("replied", Role.CHECKER, send_back),
]


@pytest.mark.parametrize(("status", "role", "act"), OUT_OF_TURN)
def test_nothing_is_done_out_of_turn(
    session: Session, case: Comment, now: datetime, status: str, role: Role, act: Act
) -> None:
    case.status = status
    case.closed_at = now if status == "closed" else None
    session.flush()
    with pytest.raises(InvalidMove):
        act(factories.officer(now, role, "BKHCN"), case, now)


def test_a_draft_is_not_approved_before_it_is_put_to_the_checker(
    handler: Officer, checker: Officer, case: Comment, now: datetime
) -> None:
    save(handler, case, now)
    with pytest.raises(InvalidMove):
        approve(checker, case, now)


ACTS: list[Act] = [accept, save, submit, approve, send_back]


@pytest.mark.parametrize("act", ACTS)
def test_another_body_does_not_find_the_case(session: Session, case: Comment, now: datetime, act: Act) -> None:
    stranger = factories.officer(now, Role.HANDLER, "BCA", roles=[Role.HANDLER, Role.CHECKER])
    with pytest.raises(NotFound):
        act(stranger, case, now)


@pytest.mark.parametrize("act", ACTS)
def test_a_role_without_the_permission_is_refused(session: Session, case: Comment, now: datetime, act: Act) -> None:
    with pytest.raises(NotAllowed):
        act(factories.officer(now, Role.ANALYST), case, now)


@pytest.mark.parametrize("act", ACTS)
def test_a_case_changed_since_it_was_read_is_stale(session: Session, case: Comment, now: datetime, act: Act) -> None:
    both = factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.HANDLER, Role.CHECKER])
    read = Comment(reference=case.reference, version=case.version - 1)
    with pytest.raises(Stale):
        act(both, read, now)
