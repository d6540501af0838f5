"""What the model said becomes what happens: once, whoever says it how often, and never against a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain.audit import first_break
from feedback.domain.permissions import Role
from feedback.domain.routing import DeskReason
from feedback.domain.vocabulary import Consent, SenderKind
from feedback.models import Comment, RoutingDecision
from feedback.services import bodies, classification, outbox, triage
from feedback.services.classification import Applied, Verdict
from feedback.services.outbox import Claim
from tests import factories

LATER = timedelta(minutes=2)


def claims() -> list[Claim]:
    return outbox.claim(topic="classify", limit=100, lease=timedelta(0))


def apply(held: Sequence[Claim], at: datetime, **changes: object) -> Applied:
    verdict = factories.verdict(**changes)
    return classification.apply(verdicts={claim.id: verdict for claim in held}, at=at)


def decisions(case: Comment) -> list[RoutingDecision]:
    rows = select(RoutingDecision).where(RoutingDecision.comment_id == case.id).order_by(RoutingDecision.id)
    return list(factories.session().scalars(rows))


def test_the_texts_come_in_the_order_of_the_claims_title_first(session: Session, now: datetime) -> None:
    for number in range(3):
        factories.submit(now + timedelta(minutes=number), title=f"Tiêu đề {number}", text=f"Nội dung số {number}.")
    held = sorted(claims(), key=lambda claim: -claim.id)
    found = classification.texts(claims=held)
    assert [case.claim for case in found] == held
    assert [case.text for case in found] == [f"Tiêu đề {number}\nNội dung số {number}." for number in (2, 1, 0)]
    assert classification.texts(claims=[]) == []


def test_a_sure_verdict_puts_the_case_in_the_bodys_queue(session: Session, now: datetime) -> None:
    reference = factories.submit(now).reference
    assert apply(claims(), now + LATER) == Applied(routed=1)
    case = factories.comment(reference)
    assert (case.status, case.body_id) == ("assigned", bodies.by_code(code="BKHCN").id)
    assert (case.desk_reason, case.updated_at, case.version) == (None, now + LATER, 2)
    (made,) = decisions(case)
    assert (made.made_by, made.outcome, made.class_code, made.confidence, made.model_version) == (
        "machine",
        "auto",
        "BKHCN",
        0.97,
        "test-1",
    )
    assert made.candidates == factories.verdict().candidates
    assert made.evidence == factories.verdict().evidence
    assert (made.screen, made.at, made.body_id, made.officer_id) == ("hop_le", now + LATER, case.body_id, None)


def test_the_machine_leaves_its_events_in_a_whole_chain(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    assert [(event.sequence, event.actor, event.action) for event in factories.events(case)] == [
        (1, "citizen", "submit"),
        (2, "machine", "acknowledge"),
        (3, "machine", "sort"),
        (4, "machine", "route"),
    ]
    assert factories.events(case)[-1].data == {
        "from": "sorting",
        "to": "assigned",
        "body": "BKHCN",
        "model": "test-1",
        "confidence": 0.97,
    }
    assert first_break(factories.chain(case)) is None
    assert (case.audit_sequence, case.audit_hash) == (4, factories.chain(case)[-1].hash)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sure": False, "confidence": 0.4}, "unsure"),
        ({"class_code": "UBND_TINH"}, "no_place"),
        ({"class_code": "UBND_XA", "province": "HN"}, "no_body"),
        ({"class_code": "KHONGCO"}, "no_body"),
        ({"screen": "khieu_nai"}, "screened"),
        ({"class_code": None, "confidence": None, "model_version": None}, "model_away"),
        ({"class_code": None, "desk_reason": DeskReason.MODEL_AWAY}, "model_away"),
        ({"class_code": None, "desk_reason": DeskReason.GAVE_UP}, "gave_up"),
        ({"desk_reason": DeskReason.GAVE_UP}, "gave_up"),
    ],
)
def test_whatever_the_machine_may_not_decide_waits_on_the_desk_with_the_reason(
    session: Session, now: datetime, changes: dict[str, object], reason: str
) -> None:
    reference = factories.submit(now, province=None).reference
    assert apply(claims(), now, **changes) == Applied(on_desk=1)
    case = factories.comment(reference)
    assert (case.status, case.desk_reason, case.body_id) == ("sorting", reason, None)
    assert [(made.outcome, made.body_id) for made in decisions(case)] == [("desk", None)]
    assert [event.action for event in factories.events(case)] == ["submit", "acknowledge", "sort"]
    assert factories.notifications(case) == []
    assert first_break(factories.chain(case)) is None


@pytest.mark.parametrize(
    ("form", "found", "body", "kept"),
    [
        ("SONLA", "", "UBND_TINH:SONLA", "SONLA"),
        (None, "HN", "UBND_TINH:HN", "HN"),
        ("SONLA", "HN", "UBND_TINH:HN", "SONLA"),
        ("SONLA", "KHONGCO", None, "SONLA"),
    ],
)
def test_what_the_text_names_is_where_the_trouble_is_and_the_forms_province_stays(
    session: Session, now: datetime, form: str | None, found: str, body: str | None, kept: str
) -> None:
    reference = factories.submit(now, province=form).reference
    apply(claims(), now, class_code="UBND_TINH", province=found)
    case = factories.comment(reference)
    assert case.body_id == (bodies.by_code(code=body).id if body else None)
    assert case.province == kept


def test_a_verdict_given_twice_counts_once(session: Session, now: datetime) -> None:
    reference = factories.submit(now).reference
    held = claims()
    assert apply(held, now) == Applied(routed=1)
    assert apply(held, now + LATER, class_code="BCA", model_version="test-2") == Applied()
    case = factories.comment(reference)
    assert (case.version, len(decisions(case)), len(factories.events(case))) == (2, 1, 4)
    assert len(factories.notifications(case)) == len(factories.promises("notify")) == 1
    assert [promise.state for promise in factories.promises("classify")] == ["done"]


def test_two_workers_with_the_same_comment_route_it_once(committed: Flask, now: datetime) -> None:
    with transaction():
        reference = factories.submit(now).reference
    with transaction():
        first, second = claims(), claims()
    assert [claim.id for claim in first] == [claim.id for claim in second]
    results = []
    for held in (first, second):
        with committed.app_context(), transaction():
            results.append(apply(held, now))
    assert results == [Applied(routed=1), Applied()]
    assert len(decisions(factories.comment(reference))) == 1


def test_a_person_beats_the_machine(session: Session, now: datetime) -> None:
    reference = factories.submit(now).reference
    held = claims()
    case = factories.comment(reference)
    case.status = "received"
    session.flush()
    triage.route(
        officer=factories.officer(now, Role.INTAKE),
        reference=reference,
        version=case.version,
        body_code="BCA",
        reason="Đọc là rõ.",
        at=now,
    )
    assert apply(held, now + LATER) == Applied(already=1)
    case = factories.comment(reference)
    assert case.body_id == bodies.by_code(code="BCA").id
    assert [made.made_by for made in decisions(case)] == ["officer"]
    assert [promise.state for promise in factories.promises("classify")] == ["done"]
    assert first_break(factories.chain(case)) is None


@pytest.mark.parametrize(("status", "actions"), [("received", ["sort", "route"]), ("sorting", ["route"])])
def test_the_machine_goes_on_from_where_the_case_stands(
    session: Session, now: datetime, status: str, actions: list[str]
) -> None:
    reference = factories.submit(now).reference
    factories.comment(reference).status = status
    session.flush()
    assert apply(claims(), now) == Applied(routed=1)
    case = factories.comment(reference)
    assert [event.action for event in factories.events(case)] == ["submit", *actions]
    assert first_break(factories.chain(case)) is None


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        pytest.param({}, True, id="agreed"),
        pytest.param({"consents": frozenset({Consent.PROCESS})}, False, id="did not agree"),
        pytest.param({"email": None, "phone": None}, False, id="no address"),
        pytest.param(
            {"sender_kind": SenderKind.ANONYMOUS, "name": None, "email": None, "consents": frozenset()},
            False,
            id="anonymous",
        ),
    ],
)
def test_only_a_sender_who_agreed_is_told(
    session: Session, now: datetime, sender: dict[str, object], told: bool
) -> None:
    case = factories.routed(now, **sender)
    messages = factories.notifications(case)
    assert [(message.event, message.occasion, message.message_id) for message in messages] == (
        [("assigned", 4, f"<{case.id}.4.assigned@langnghe>")] if told else []
    )
    assert [promise.notification_id for promise in factories.promises("notify")] == [message.id for message in messages]


def test_a_batch_goes_each_its_own_way(session: Session, now: datetime) -> None:
    references = [factories.submit(now + timedelta(seconds=number)).reference for number in range(4)]
    held = sorted(claims(), key=lambda claim: claim.id)
    given = [
        factories.verdict(),
        factories.verdict(sure=False),
        factories.verdict(class_code="BCA"),
        factories.verdict(screen="khieu_nai"),
    ]
    verdicts: dict[int, Verdict] = {claim.id: verdict for claim, verdict in zip(held, given, strict=True)}
    assert classification.apply(verdicts=verdicts, at=now) == Applied(routed=2, on_desk=2)
    cases = [factories.comment(reference) for reference in references]
    assert [case.status for case in cases] == ["assigned", "sorting", "assigned", "sorting"]
    assert [case.desk_reason for case in cases] == [None, "unsure", None, "screened"]
    assert all(first_break(factories.chain(case)) is None for case in cases)


def test_nothing_to_apply_changes_nothing(session: Session, now: datetime) -> None:
    assert classification.apply(verdicts={}, at=now) == Applied()


def test_a_batch_costs_two_round_trips_however_large(session: Session, now: datetime) -> None:
    from tests.services.test_desk import statements

    costs = []
    for number in (2, 20):
        for _ in range(number):
            factories.submit(now)
        held = claims()
        costs.append(len(statements(lambda held=held: apply(held, now))))  # type: ignore[misc]
    assert costs == [3, 3]  # the catalogue of bodies, the lock, everything else


def test_hostile_words_stay_words(session: Session, now: datetime) -> None:
    evil = "'; DROP TABLE comment; -- {{7*7}} %s :at \\ \" 🏽"
    reference = factories.submit(now, title=evil, text=f"{evil}\n{evil}").reference
    apply(claims(), now, candidates=[{"body": evil, "confidence": 0.5}])
    case = factories.comment(reference)
    assert (case.title, case.text) == (evil, f"{evil}\n{evil}")
    assert decisions(case)[0].candidates == [{"body": evil, "confidence": 0.5}]
    assert db.session.scalar(text("SELECT count(*) FROM comment")) == 1
