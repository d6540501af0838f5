"""What the machine does fires the same rules, log and messages as what a person does, and loses to a person."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain.audit import first_break
from feedback.domain.permissions import Role
from feedback.domain.status import Status
from feedback.models import Comment, Outbox
from feedback.services import classification, outbox, triage
from feedback.services.classification import Applied
from tests import factories


def by_hand(case: Comment, now: datetime, body: str = "BKHCN") -> Comment:
    return triage.route(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        body_code=body,
        reason="Thuộc thẩm quyền.",
        at=now,
    )


def clocks(case: Comment) -> list[tuple[object, ...]]:
    rows = db.session.execute(
        text("SELECT clock, state, due_at FROM case_clock WHERE comment_id = :id ORDER BY clock"), {"id": case.id}
    )
    return [tuple(row) for row in rows]


def test_18_a_machine_s_routing_leaves_the_same_traces_as_a_person_s(session: Session, now: datetime) -> None:
    machine, person = factories.routed(now), by_hand(factories.on_desk(now), now)
    for case in (machine, person):
        route = factories.events(case)[-1]
        assert (route.action, route.data["from"], route.data["to"], route.data["body"]) == (
            "route",
            "sorting",
            "assigned",
            "BKHCN",
        )
        assert first_break(factories.chain(case)) is None
        (told,) = factories.notifications(case)
        assert (told.event, told.facts, told.state) == ("assigned", {"body": "BKHCN"}, "pending")
        assert told.occasion == route.sequence
        assert [promise.notification_id for promise in factories.promises("notify") if promise.comment_id == case.id]
        assert (case.status, case.forwarded_at, case.desk_reason) == (Status.ASSIGNED, now, None)
    assert clocks(machine) == clocks(person)
    assert machine.version > 1
    assert [factories.events(case)[-1].actor for case in (machine, person)] == ["machine", "officer"]


def again(case: Comment, now: datetime) -> int:
    """A second promise to classify a case that lies on the desk; its id once a worker has taken it."""
    db.session.add(Outbox(topic="classify", comment_id=case.id, available_at=now, created_at=now))
    db.session.flush()
    (claim,) = outbox.claim(topic="classify", limit=10, lease=timedelta(minutes=5))
    return claim.id


def test_18_a_verdict_that_comes_after_a_person_s_decision_changes_nothing(committed: Flask, now: datetime) -> None:
    with transaction():
        case = factories.on_desk(now)
        promise = again(case, now)
    with transaction():
        by_hand(factories.comment(case.reference), now, "BCA")
    with transaction():
        applied = classification.apply(verdicts={promise: factories.verdict()}, at=now)
    assert (applied.routed, applied.already) == (0, 1)
    case = factories.comment(case.reference)
    assert (factories.body_code(case), factories.events(case)[-1].actor) == ("BCA", "officer")


def _waits_for_a_lock() -> bool:
    with db.engine.connect() as connection:
        waiting = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
        return bool(waiting.scalar())


def test_18_a_machine_s_change_loses_to_a_person_who_is_at_it_at_the_same_time(committed: Flask, now: datetime) -> None:
    with transaction():
        case = factories.on_desk(now)
        promise = again(case, now)
    said: list[Applied] = []

    def machine() -> None:
        with committed.app_context():
            with transaction():
                said.append(classification.apply(verdicts={promise: factories.verdict()}, at=now))
            db.session.remove()

    worker = threading.Thread(target=machine)
    with transaction():
        by_hand(factories.comment(case.reference), now, "BCA")
        db.session.flush()
        worker.start()
        while worker.is_alive() and not _waits_for_a_lock():
            time.sleep(0.01)
        assert worker.is_alive(), "the machine waits for the person"
    worker.join()
    (applied,) = said
    assert (applied.routed, applied.on_desk, applied.already) == (0, 0, 1)
    case = factories.comment(case.reference)
    assert (case.status, factories.body_code(case)) == ("assigned", "BCA")
    assert [event.action for event in factories.events(case)].count("route") == 1
    assert [told.facts["body"] for told in factories.notifications(case)] == ["BCA"]


def test_18_a_person_who_read_the_case_before_the_machine_changed_it_is_told(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    read = factories.comment(receipt.reference).version
    factories.classify(now)
    assert factories.comment(receipt.reference).version > read, "a machine's change counts as a change of version"
