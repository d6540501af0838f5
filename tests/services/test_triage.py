"""An officer at the triage desk: accepts, overrides with a reason, or gets a case back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, Stale
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer, RoutingDecision
from feedback.services import bodies, classification, lookup, outbox, triage
from tests import factories


@pytest.fixture
def intake_officer(session: Session, now: datetime) -> Officer:
    """An officer of the intake office."""
    return factories.officer(now, Role.INTAKE)


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """An officer of the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    """A comment on the desk, for which the machine proposes the ministry of science and technology."""
    return factories.on_desk(now)


def route(officer: Officer, case: Comment, now: datetime, code: str, reason: str | None = None) -> Comment:
    return triage.route(
        officer=officer, reference=case.reference, version=case.version, body_code=code, reason=reason, at=now
    )


def decisions(case: Comment) -> list[RoutingDecision]:
    return list(factories.session().scalars(select(RoutingDecision).where(RoutingDecision.comment_id == case.id)))


def test_the_first_candidate_is_accepted_without_a_reason(
    intake_officer: Officer, case: Comment, now: datetime
) -> None:
    route(intake_officer, case, now, "BKHCN")
    assert (case.status, case.body_id, case.desk_reason) == ("assigned", bodies.by_code(code="BKHCN").id, None)
    made = decisions(case)[-1]
    assert (made.made_by, made.outcome, made.officer_id, made.class_code, made.reason, made.model_version) == (
        "officer",
        "accepted",
        intake_officer.id,
        "BKHCN",
        None,
        None,
    )


def test_another_body_is_an_override_and_keeps_its_reason(
    intake_officer: Officer, case: Comment, now: datetime
) -> None:
    route(intake_officer, case, now, "BCA", "  Lừa đảo qua mạng thuộc công an.\x00 ")
    assert case.body_id == bodies.by_code(code="BCA").id
    made = decisions(case)[-1]
    assert (made.outcome, made.class_code, made.reason) == ("overridden", "BCA", "Lừa đảo qua mạng thuộc công an.")
    assert factories.events(case)[-1].data == {
        "from": "sorting",
        "to": "assigned",
        "body": "BCA",
        "outcome": "overridden",
    }


@pytest.mark.parametrize("reason", [None, "", "   ", "\u200b"])
def test_an_override_without_a_reason_changes_nothing(
    intake_officer: Officer, case: Comment, now: datetime, reason: str | None
) -> None:
    with pytest.raises(InvalidInput) as refused:
        route(intake_officer, case, now, "BCA", reason)
    assert "reason" in refused.value.fields
    assert (case.status, case.body_id) == ("sorting", None)
    assert len(decisions(case)) == 1


def test_what_the_machine_never_saw_is_an_override(intake_officer: Officer, session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    claims = outbox.claim(topic="classify", limit=10, lease=timedelta(seconds=10))
    away = classification.Verdict(class_code=None, confidence=None, sure=False)
    classification.apply(verdicts={claims[0].id: away}, at=now)
    case = factories.comment(receipt.reference)
    with pytest.raises(InvalidInput):
        route(intake_officer, case, now, "BKHCN")
    assert route(intake_officer, case, now, "BKHCN", "Thuộc viễn thông.").status == "assigned"


def test_a_received_case_is_sorted_on_the_way(intake_officer: Officer, session: Session, now: datetime) -> None:
    case = factories.comment(factories.submit(now).reference)
    case.status = "received"
    session.flush()
    route(intake_officer, case, now, "BKHCN", "Đọc là rõ.")
    assert [(event.action, event.actor) for event in factories.events(case)] == [
        ("submit", "citizen"),
        ("sort", "officer"),
        ("route", "officer"),
    ]


def test_a_case_already_with_a_body_is_not_routed_again(
    intake_officer: Officer, session: Session, now: datetime
) -> None:
    with pytest.raises(InvalidMove):
        route(intake_officer, factories.routed(now), now, "BCA", "Nhầm.")


def test_the_citizen_is_told_when_they_agreed_to_be(intake_officer: Officer, case: Comment, now: datetime) -> None:
    route(intake_officer, case, now, "BKHCN")
    (told,) = factories.notifications(case)
    assert (told.event, told.occasion, told.state) == ("assigned", case.audit_sequence, "pending")
    assert [promise.notification_id for promise in factories.promises("notify")] == [told.id]


def test_a_body_that_does_not_exist_or_is_closed_is_not_found(
    intake_officer: Officer, case: Comment, session: Session, now: datetime
) -> None:
    bodies.by_code(code="BCA").active = False
    session.flush()
    for code in ("KHONGCO", "UBND_XA", "BCA"):
        with pytest.raises(NotFound):
            route(intake_officer, case, now, code, "Lý do.")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTAKE])
def test_only_the_intake_office_routes(session: Session, case: Comment, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        route(factories.officer(now, role, "BKHCN"), case, now, "BKHCN")


def test_a_case_read_before_another_change_is_stale(intake_officer: Officer, case: Comment, now: datetime) -> None:
    with pytest.raises(Stale):
        triage.route(
            officer=intake_officer,
            reference=case.reference,
            version=case.version - 1,
            body_code="BKHCN",
            reason=None,
            at=now,
        )


def test_a_returned_case_waits_on_the_desk_with_the_reason_and_without_a_body(
    handler: Officer, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    triage.return_to_desk(
        officer=handler, reference=case.reference, version=case.version, reason="Không thuộc thẩm quyền.", at=now
    )
    assert (case.status, case.body_id, case.desk_reason) == ("returned", None, None)
    assert factories.notes(case) == [("officer", "return", "Không thuộc thẩm quyền.")]
    told = lookup.open_case(reference=receipt.reference, key=receipt.key).timeline[-1].sentence
    assert told.startswith("Bộ Khoa học và Công nghệ trả lại")


def test_a_return_needs_a_reason(handler: Officer, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(InvalidInput):
        triage.return_to_desk(officer=handler, reference=case.reference, version=case.version, reason=" ", at=now)
    assert case.status == "assigned"


def test_a_case_on_the_desk_is_nobodys_to_return(handler: Officer, case: Comment, now: datetime) -> None:
    with pytest.raises(NotFound):
        triage.return_to_desk(officer=handler, reference=case.reference, version=case.version, reason="Sai.", at=now)


def test_another_body_cannot_return_it(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    stranger = factories.officer(now, Role.HANDLER, "BCA")
    with pytest.raises(NotFound):
        triage.return_to_desk(officer=stranger, reference=case.reference, version=case.version, reason="Sai.", at=now)


def test_another_body_cannot_tell_a_case_of_ours_from_none_by_guessing_versions(
    session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    stranger = factories.officer(now, Role.HANDLER, "BCA")
    for reference in (case.reference, "PA-2026-999999"):
        for version in (0, case.version):
            with pytest.raises(NotFound):
                triage.return_to_desk(officer=stranger, reference=reference, version=version, reason="Sai.", at=now)


def test_a_returned_case_routed_on_is_told_again_and_its_chain_is_whole(
    handler: Officer, intake_officer: Officer, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    triage.return_to_desk(officer=handler, reference=case.reference, version=case.version, reason="Sai.", at=now)
    route(intake_officer, case, now, "BCA", "Thuộc công an.")
    assert [told.occasion for told in factories.notifications(case)] == [4, 6]
    assert first_break(factories.chain(case)) is None
    assert factories.chain(case)[-1].hash == case.audit_hash
