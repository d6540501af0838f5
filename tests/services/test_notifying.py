"""Messages to citizens: to those who agreed, once, and their end in sight."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.domain.vocabulary import Consent, SenderKind
from feedback.models import Comment, Notification, Sender
from feedback.services import notifying
from tests import factories

ANONYMOUS = {"sender_kind": SenderKind.ANONYMOUS, "name": None, "email": None, "consents": frozenset()}


def promised(case: Comment, now: datetime) -> Notification:
    notifying.promise(comment=case, event="replied", occasion=case.audit_sequence, at=now)
    return factories.notifications(case)[-1]


def state(message: Notification) -> tuple[str, int, str | None]:
    factories.session().flush()
    factories.session().refresh(message)
    return message.state, message.attempts, message.last_error


def test_a_promised_message_has_its_row_and_its_promise(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    assert message.message_id == f"<{case.id}.{case.audit_sequence}.replied@langnghe>"
    assert factories.promises("notify")[-1].notification_id == message.id


def test_one_event_is_told_once(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    promised(case, now)
    with pytest.raises(IntegrityError), session.begin_nested():
        promised(case, now)


def test_a_message_says_what_a_template_needs_and_counts_the_attempt(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    prepared = notifying.prepare(notification_id=message.id)
    assert prepared == notifying.Message(
        notification_id=message.id,
        message_id=message.message_id,
        event="replied",
        address="nguoi.gui@langnghe.example",
        reference=case.reference,
        title=case.title,
        kind_name="Phản ánh",
        body_name="Bộ Khoa học và Công nghệ",
        due_at=case.due_at,
    )
    assert state(message) == ("pending", 1, None)


@pytest.mark.parametrize(
    "sender",
    [
        pytest.param(ANONYMOUS, id="anonymous"),
        pytest.param({"consents": frozenset({Consent.PROCESS})}, id="did not agree"),
        pytest.param({"email": None, "phone": "0912345678"}, id="no address"),
    ],
)
def test_whoever_did_not_ask_to_be_told_is_not_and_that_is_written_down(
    session: Session, now: datetime, sender: dict[str, object]
) -> None:
    message = promised(factories.routed(now, **sender), now)
    assert notifying.prepare(notification_id=message.id) is None
    assert state(message) == ("not_wanted", 0, None)


def test_consent_withdrawn_before_the_sending_counts(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    session.get_one(Sender, case.id).consent_contact = False
    assert notifying.prepare(notification_id=message.id) is None
    assert state(message)[0] == "not_wanted"


def test_a_message_sent_is_not_prepared_again(session: Session, now: datetime) -> None:
    message = promised(factories.routed(now), now)
    notifying.prepare(notification_id=message.id)
    notifying.mark_sent(notification_id=message.id, at=now + timedelta(minutes=1))
    assert notifying.prepare(notification_id=message.id) is None
    assert state(message) == ("sent", 1, None)
    assert message.sent_at == now + timedelta(minutes=1)


def test_a_message_given_up_says_why(session: Session, now: datetime) -> None:
    message = promised(factories.routed(now), now)
    notifying.mark_dead(notification_id=message.id, error="recipient_refused")
    assert state(message) == ("dead", 0, "recipient_refused")
    assert notifying.prepare(notification_id=message.id) is None


def test_a_case_that_no_body_holds_is_told_without_one(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    case.status, case.body_id = "returned", None
    session.flush()
    prepared = notifying.prepare(notification_id=message.id)
    assert prepared is not None
    assert prepared.body_name == ""


def test_waits_between_attempts_double_up_to_an_hour() -> None:
    waits = [int(notifying.retry_delay(attempts).total_seconds()) for attempts in range(11)]
    assert waits == [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
