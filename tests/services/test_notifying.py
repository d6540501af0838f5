"""Messages to citizens: to those who agreed, once, and their end in sight."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.domain.status import Actor
from feedback.domain.vocabulary import Consent, SenderKind
from feedback.models import Comment, Notification, Sender
from feedback.services import moving, notifying, triage
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
        comment_id=case.id,
        occasion=message.occasion,
        message_id=message.message_id,
        event="replied",
        channel="email",
        address="nguoi.gui@langnghe.example",
        reference=case.reference,
        title=case.title,
        kind_name="Phản ánh",
        body_name="Bộ Khoa học và Công nghệ",
        former_body_name="",
        due_at=case.due_at,
        until=None,
        words="",
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


def test_a_message_keeps_codes_and_times_and_refuses_words(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    later = now + timedelta(days=20)
    facts = {"due_at": later, "until": later.date(), "reason": "phuc_tap", "times": 1, "nothing": None}
    notifying.promise(comment=case, event="extended", occasion=case.audit_sequence, at=now, facts=facts)
    message = factories.notifications(case)[-1]
    assert message.facts == {
        "due_at": later.isoformat(),
        "until": later.date().isoformat(),
        "reason": "phuc_tap",
        "times": 1,
    }
    prepared = notifying.prepare(notification_id=message.id)
    assert prepared is not None
    assert prepared.due_at == later
    for words in ("Việc phức tạp", 1.5, ["a"]):
        with pytest.raises(ValueError, match="a code, a number or a time"):
            notifying.promise(comment=case, event="extended", occasion=99, at=now, facts={"reason": words})


def test_an_event_that_nobody_knows_is_not_promised(session: Session, now: datetime) -> None:
    with pytest.raises(ValueError, match="no such event"):
        notifying.promise(comment=factories.routed(now), event="rejoiced", occasion=1, at=now)


def extension(case: Comment, now: datetime, reason: str) -> notifying.Message | None:
    event = moving.note(
        comment=case,
        action="extend",
        actor=Actor.OFFICER,
        officer_id=factories.officer(now, Role.HANDLER, "BKHCN").id,
        text=reason,
        at=now,
    )
    row = moving.record(comment=case, action="extend", actor=Actor.OFFICER, at=now, data={"note": event})
    notifying.promise(comment=case, event="extended", occasion=row.sequence, at=now)
    return notifying.prepare(notification_id=factories.notifications(case)[-1].id)


def test_what_the_official_wrote_with_the_event_goes_into_the_message(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    messages = [extension(case, now, reason) for reason in ("Chờ khảo sát.", "Chờ thiết bị.")]
    assert [message.words for message in messages if message] == ["Chờ khảo sát.", "Chờ thiết bị."]


def test_a_message_about_a_confidential_case_says_nothing_of_the_matter(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    case.confidential = True
    message = extension(case, now, "Chờ khảo sát.")
    assert message is not None
    assert (message.title, message.words) == ("", "")


def rerouted(case: Comment, now: datetime, body: str) -> Comment:
    handler = factories.officer(now, Role.HANDLER, factories.body_code(case))
    triage.return_to_desk(officer=handler, reference=case.reference, version=case.version, reason="Khác", at=now)
    intake = factories.officer(now, Role.INTAKE)
    return triage.route(
        officer=intake, reference=case.reference, version=case.version, body_code=body, reason="Đúng việc", at=now
    )


def test_an_unsent_message_about_a_former_body_is_superseded(session: Session, now: datetime) -> None:
    case = rerouted(factories.routed(now), now, "BCA")
    first, second = factories.notifications(case)
    assert notifying.prepare(notification_id=first.id) is None
    prepared = notifying.prepare(notification_id=second.id)
    assert prepared is not None
    assert (prepared.event, prepared.body_name, prepared.former_body_name) == (
        "transferred",
        "Bộ Công an",
        "Bộ Khoa học và Công nghệ",
    )
    assert [state(message)[0] for message in (first, second)] == ["superseded", "pending"]


def test_a_case_that_came_back_to_the_same_body_is_told_once(session: Session, now: datetime) -> None:
    case = rerouted(factories.routed(now), now, "BKHCN")
    first, second = factories.notifications(case)
    assert (first.event, second.event) == ("assigned", "assigned")
    assert notifying.prepare(notification_id=first.id) is None
    assert notifying.prepare(notification_id=second.id) is not None


def test_while_the_case_is_on_the_desk_nobody_hears_of_the_body_that_returned_it(
    session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    triage.return_to_desk(officer=handler, reference=case.reference, version=case.version, reason="Khác", at=now)
    (message,) = factories.notifications(case)
    assert notifying.prepare(notification_id=message.id) is None
    assert state(message)[0] == "superseded"


def test_a_note_of_delay_is_not_sent_once_the_case_is_answered(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    notifying.promise(comment=case, event="progress", occasion=case.audit_sequence, at=now)
    message = factories.notifications(case)[-1]
    factories.replied(case, now)
    assert notifying.prepare(notification_id=message.id) is None
    assert state(message)[0] == "superseded"


def test_waits_between_attempts_double_up_to_an_hour() -> None:
    waits = [int(notifying.retry_delay(attempts).total_seconds()) for attempts in range(11)]
    assert waits == [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
