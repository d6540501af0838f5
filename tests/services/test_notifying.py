"""Messages to citizens: to those who agreed, once, and their end in sight."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.delivery import address_mark
from feedback.domain.permissions import Role
from feedback.domain.status import Actor
from feedback.domain.vocabulary import Consent, SenderKind
from feedback.models import Comment, Notification, Sender
from feedback.services import contacts, moving, notifying, triage
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


def test_one_event_is_told_once_however_often_it_is_promised(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    assert promised(case, now) is promised(case, now)
    assert [message.event for message in factories.notifications(case)] == ["assigned", "replied"]
    assert len(factories.promises("notify")) == 2


@pytest.mark.parametrize(
    ("left", "channels"),
    [
        ({}, ["email"]),
        ({"email": None, "phone": "0912 345 678"}, ["sms"]),
        ({"phone": "0912 345 678"}, ["email"]),
        ({"callback_url": "https://he-thong.example/goi-lai"}, ["email", "webhook"]),
        ({"email": None, "callback_url": "https://he-thong.example/goi-lai"}, ["webhook"]),
    ],
)
def test_a_message_goes_the_way_that_the_sender_left(
    session: Session, now: datetime, left: dict[str, object], channels: list[str]
) -> None:
    case = factories.routed(now, **left)
    assert [message.channel for message in factories.notifications(case)] == channels
    message = factories.notifications(case)[-1]
    prepared = notifying.prepare(notification_id=message.id, secret=factories.SECRET)
    assert prepared is not None
    assert (
        prepared.address
        == {
            "email": "nguoi.gui@langnghe.example",
            "sms": "+84912345678",
            "webhook": "https://he-thong.example/goi-lai",
        }[channels[-1]]
    )


def test_an_address_that_is_not_to_be_written_to_is_not(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    mark = address_mark(channel="email", address=" Nguoi.Gui@langnghe.example", secret=factories.SECRET)
    contacts.refuse(mark=mark, channel="email", reason="asked", at=now)
    (message,) = factories.notifications(case)
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None
    assert state(message)[0] == "not_wanted"


def merged(now: datetime, lead: Comment, **changes: object) -> Comment:
    follower = factories.routed(now, **changes)
    follower.status, follower.merged_into_id, follower.closed_at = "merged", lead.id, now
    factories.session().flush()
    return follower


def test_the_senders_of_merged_cases_hear_what_the_lead_s_hears(session: Session, now: datetime) -> None:
    lead = factories.routed(now)
    near = merged(now, lead, title="Sóng yếu ở bản bên")
    far = merged(now, near, email="xa@langnghe.example")
    silent = merged(now, lead, consents=frozenset())
    factories.replied(lead, now)
    told = {case: [message.event for message in factories.notifications(case)] for case in (lead, near, far, silent)}
    assert [case for case, events in told.items() if "replied" in events] == [lead, near, far]
    message = factories.notifications(near)[-1]
    prepared = notifying.prepare(notification_id=message.id, secret=factories.SECRET)
    assert prepared is not None
    assert (prepared.reference, prepared.title, prepared.body_name) == (
        near.reference,
        "Sóng yếu ở bản bên",
        "Bộ Khoa học và Công nghệ",
    )
    assert prepared.occasion < 0
    far.status, far.merged_into_id, far.closed_at = "sorting", None, None
    session.flush()
    taken_out = factories.notifications(far)[-1]
    assert notifying.prepare(notification_id=taken_out.id, secret=factories.SECRET) is None
    assert state(taken_out)[0] == "superseded"


def test_a_routing_of_the_lead_is_told_to_the_group_with_the_lead_s_body(session: Session, now: datetime) -> None:
    lead = factories.routed(now)
    near = merged(now, lead)
    rerouted(lead, now, "BCA")
    message = factories.notifications(near)[-1]
    prepared = notifying.prepare(notification_id=message.id, secret=factories.SECRET)
    assert prepared is not None
    assert (prepared.event, prepared.body_name) == ("transferred", "Bộ Công an")


def test_a_message_says_what_a_template_needs_and_counts_the_attempt(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    prepared = notifying.prepare(notification_id=message.id, secret=factories.SECRET)
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
        body_code="BKHCN",
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
        pytest.param({"email": None, "phone": None}, id="no address"),
    ],
)
def test_whoever_did_not_ask_to_be_told_is_not_and_that_is_written_down(
    session: Session, now: datetime, sender: dict[str, object]
) -> None:
    message = promised(factories.routed(now, **sender), now)
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None
    assert state(message) == ("not_wanted", 0, None)


def test_consent_withdrawn_before_the_sending_counts(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    session.get_one(Sender, case.id).consent_contact = False
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None
    assert state(message)[0] == "not_wanted"


def test_a_message_sent_is_not_prepared_again(session: Session, now: datetime) -> None:
    message = promised(factories.routed(now), now)
    notifying.prepare(notification_id=message.id, secret=factories.SECRET)
    notifying.mark_sent(notification_id=message.id, at=now + timedelta(minutes=1))
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None
    assert state(message) == ("sent", 1, None)
    assert message.sent_at == now + timedelta(minutes=1)


def test_a_message_given_up_says_why(session: Session, now: datetime) -> None:
    message = promised(factories.routed(now), now)
    notifying.mark_dead(notification_id=message.id, error="recipient_refused")
    assert state(message) == ("dead", 0, "recipient_refused")
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None


def test_a_case_that_no_body_holds_is_told_without_one(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    message = promised(case, now)
    case.status, case.body_id = "returned", None
    session.flush()
    prepared = notifying.prepare(notification_id=message.id, secret=factories.SECRET)
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
    prepared = notifying.prepare(notification_id=message.id, secret=factories.SECRET)
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
    return notifying.prepare(notification_id=factories.notifications(case)[-1].id, secret=factories.SECRET)


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
    assert notifying.prepare(notification_id=first.id, secret=factories.SECRET) is None
    prepared = notifying.prepare(notification_id=second.id, secret=factories.SECRET)
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
    assert notifying.prepare(notification_id=first.id, secret=factories.SECRET) is None
    assert notifying.prepare(notification_id=second.id, secret=factories.SECRET) is not None


def test_while_the_case_is_on_the_desk_nobody_hears_of_the_body_that_returned_it(
    session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    triage.return_to_desk(officer=handler, reference=case.reference, version=case.version, reason="Khác", at=now)
    (message,) = factories.notifications(case)
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None
    assert state(message)[0] == "superseded"


def test_a_note_of_delay_is_not_sent_once_the_case_is_answered(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    notifying.promise(comment=case, event="progress", occasion=case.audit_sequence, at=now)
    message = factories.notifications(case)[-1]
    factories.replied(case, now)
    assert notifying.prepare(notification_id=message.id, secret=factories.SECRET) is None
    assert state(message)[0] == "superseded"


def test_waits_between_attempts_double_up_to_an_hour() -> None:
    waits = [int(notifying.retry_delay(attempts).total_seconds()) for attempts in range(11)]
    assert waits == [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
