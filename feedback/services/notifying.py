"""Messages to citizens: promised with the fact that they tell of, sent once, their end visible."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from feedback.db import UtcDateTime, session
from feedback.domain import telling
from feedback.domain.delivery import normal_address
from feedback.domain.ledger import Clock
from feedback.domain.status import OPEN, Status
from feedback.domain.telling import EVENTS, ROUTINGS
from feedback.domain.vocabulary import KIND_NAMES, Kind
from feedback.models import AuditEvent, Body, CaseClock, CaseNote, Comment, Notification, Sender
from feedback.services import contacts


@dataclass(frozen=True, slots=True)
class Message:
    """What a template needs to write one message, and to whom it goes; a confidential case has no title or words."""

    notification_id: int
    comment_id: UUID
    occasion: int
    message_id: str
    event: str
    channel: str
    address: str
    reference: str
    title: str
    kind_name: str
    body_code: str
    body_name: str
    former_body_name: str
    due_at: datetime
    until: datetime | None
    words: str
    former_due_at: datetime | None = None


def promise(
    *, comment: Comment, event: str, occasion: int, at: datetime, facts: Mapping[str, object] | None = None
) -> None:
    """Promise to tell the citizen of an event of a locked case; a sender who did not agree is not written to.

    Of a routing, the body that holds the case now is kept among the facts; the event `assigned` becomes `transferred`
    when an earlier message named another body.

    Args:
        comment: the case.
        event: one of telling.EVENTS.
        occasion: sequence number of the audit event that it tells of; the same occasion is told once.
        at: now.
        facts: codes, numbers and times alone. `due_at`: a due date other than the case's own; `until`: by when
            the sender is to act.

    Raises:
        ValueError: a fact that is neither code, number nor time, or an unknown event.
    """
    if event not in EVENTS:
        raise ValueError("no such event to tell of")
    told = telling.kept(facts or {})
    if event in ROUTINGS:
        event, told = _routing(comment, told)
    session().flush()
    session().execute(
        _PROMISE,
        {
            "comment": comment.id,
            "event": event,
            "facts": told,
            "lead": {"lead": comment.id.hex},
            "occasion": occasion,
            "group": EVENTS[event].group,
            "at": at,
        },
    )


def _routing(comment: Comment, told: dict[str, object]) -> tuple[str, dict[str, object]]:
    code = _body_code(comment)
    before = session().scalar(
        select(Notification.facts["body"].astext)
        .where(Notification.comment_id == comment.id, Notification.event.in_(ROUTINGS))
        .order_by(Notification.id.desc())
        .limit(1)
    )
    moved = before is not None and before != code
    return ("transferred" if moved else "assigned"), {
        "body": code,
        **({"former": before} if moved else {}),
        **told,
    }


def prepare(*, notification_id: int, secret: str) -> Message | None:
    """What is to be sent now; None when it was sent before, is not wanted, or no longer true: the last two are kept.

    Args:
        notification_id: which message.
        secret: the server's secret, by which addresses that are not to be written to are known.
    """
    notification = _locked(notification_id)
    if notification.state != "pending":
        return None
    address = _address(notification, secret)
    if address is None:
        notification.state = "not_wanted"
        return None
    comment = session().get_one(Comment, notification.comment_id, populate_existing=True)
    case = _case(notification, comment)
    if case is None or _is_past(notification, case):
        notification.state = "superseded"
        return None
    notification.attempts += 1
    return _message(notification, comment, case, address)


def _address(notification: Notification, secret: str) -> str | None:
    """Where it goes; None when the sender does not want it, or left nothing to be reached by."""
    sender = session().get(Sender, notification.comment_id, populate_existing=True)
    if sender is None or not sender.consent_contact:
        return None
    channel = notification.channel
    address: str | None = getattr(sender, _WHERE[channel])
    if address is None:
        return None
    if channel != "webhook" and contacts.is_refused(channel=channel, address=address, secret=secret):
        return None
    return normal_address(channel, address) if channel == "sms" else address


_WHERE = {"email": "email", "sms": "phone", "webhook": "callback_url"}


def _case(notification: Notification, comment: Comment) -> Comment | None:
    """The case that it tells of: the sender's own, or the one that it was merged into, unless it was taken out."""
    lead = notification.facts.get("lead")
    if lead is None:
        return comment
    return session().get(Comment, UUID(str(lead))) if comment.merged_into_id is not None else None


def _is_past(notification: Notification, comment: Comment) -> bool:
    """Whether what it would say is true no more: another body holds the case, or what was late is answered."""
    if notification.event == "progress":
        return Status(comment.status) not in OPEN
    if notification.event not in ROUTINGS:
        return False
    latest = session().scalar(
        select(Notification.occasion)
        .where(Notification.comment_id == notification.comment_id, Notification.event.in_(ROUTINGS))
        .order_by(Notification.id.desc())
        .limit(1)
    )
    return latest != notification.occasion or notification.facts.get("body") != _body_code(comment)


def _message(notification: Notification, comment: Comment, case: Comment, address: str) -> Message:
    facts, kept = notification.facts, comment.confidential or case.confidential
    code, former = str(facts.get("body") or _body_code(case) or ""), str(facts.get("former", ""))
    rows = session().execute(select(Body.code, Body.name).where(Body.code.in_((code, former))))
    names = {row.code: row.name for row in rows}
    return Message(
        notification_id=notification.id,
        comment_id=comment.id,
        occasion=notification.occasion,
        message_id=notification.message_id,
        event=notification.event,
        channel=notification.channel,
        address=address,
        reference=comment.reference,
        title="" if kept else comment.title,
        kind_name=KIND_NAMES[Kind(comment.kind)],
        body_code=code,
        body_name=names.get(code, ""),
        former_body_name=names.get(former, ""),
        due_at=telling.moment(facts, "due_at") or case.due_at,
        former_due_at=telling.moment(facts, "former_due_at"),
        until=telling.moment(facts, "until") or _supplement_due(notification),
        words="" if kept else _words(notification, case),
    )


def _supplement_due(notification: Notification) -> datetime | None:
    """By when the sender is to add what was asked for, as the clock says now."""
    if notification.event != "supplement":
        return None
    return session().scalar(
        select(CaseClock.due_at).where(
            CaseClock.comment_id == notification.comment_id, CaseClock.clock == Clock.SUPPLEMENT
        )
    )


def _body_code(comment: Comment) -> str | None:
    return session().scalar(select(Body.code).where(Body.id == comment.body_id))


def _words(notification: Notification, case: Comment) -> str:
    """What the official wrote to the citizen with the event, found by the digest that the audit log keeps."""
    action = EVENTS[notification.event].words_of
    if action is None:
        return ""
    digest = session().scalar(
        select(AuditEvent.data["note"].astext).where(
            AuditEvent.comment_id == case.id, AuditEvent.sequence == abs(notification.occasion)
        )
    )
    written = session().scalars(
        select(CaseNote.text)
        .where(CaseNote.comment_id == case.id, CaseNote.action == action, CaseNote.author == "officer")
        .order_by(CaseNote.id.desc())
    )
    return next((words for words in written if hashlib.sha256(words.encode()).hexdigest() == digest), "")


def mark_sent(*, notification_id: int, at: datetime, provider_id: str | None = None) -> None:
    """The mail server or the gateway took it; another system that answered has it."""
    notification = _locked(notification_id)
    notification.state = "delivered" if notification.channel == "webhook" else "sent"
    notification.sent_at, notification.last_error, notification.provider_id = at, None, provider_id


def mark_dead(*, notification_id: int, error: str) -> None:
    """It was given up after the last attempt; `error` is a kind of failure, never an address."""
    notification = _locked(notification_id)
    notification.state, notification.last_error = "dead", error


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 30 seconds, doubling, an hour at most."""
    return timedelta(seconds=min(30 * 2 ** max(attempts - 1, 0), 3600))


def _locked(notification_id: int) -> Notification:
    return session().scalars(select(Notification).where(Notification.id == notification_id).with_for_update()).one()


# The case's sender, and with an event of the group the senders of what was merged into it, at any remove: an event of
# the lead is known among theirs by its number with a minus. By e-mail, else by telephone; and to the system that asked.
_PROMISE = text("""
WITH RECURSIVE concerned(id, follows) AS (
    SELECT CAST(:comment AS uuid), false
    UNION
    SELECT comment.id, true FROM comment JOIN concerned ON comment.merged_into_id = concerned.id WHERE :group
), message AS (
    SELECT concerned.id AS comment_id, follows, channel.name AS channel,
        CASE WHEN follows THEN -CAST(:occasion AS int) ELSE CAST(:occasion AS int) END AS occasion
    FROM concerned LEFT JOIN sender ON sender.comment_id = concerned.id
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN sender.email IS NULL AND sender.phone IS NOT NULL THEN 'sms' ELSE 'email' END),
        (CASE WHEN sender.callback_url IS NOT NULL THEN 'webhook' END)
    ) AS channel(name)
    WHERE channel.name IS NOT NULL AND (sender.consent_contact OR NOT follows)
), told AS (
    INSERT INTO notification (comment_id, event, facts, occasion, channel, message_id, created_at)
    SELECT comment_id, :event, CASE WHEN follows THEN :facts || :lead ELSE :facts END, occasion, channel,
        '<' || comment_id || '.' || occasion || '.' || :event
            || CASE channel WHEN 'email' THEN '' ELSE '.' || channel END || '@langnghe>', :at
    FROM message
    ON CONFLICT DO NOTHING
    RETURNING id, comment_id
)
INSERT INTO outbox (topic, comment_id, notification_id, available_at, created_at)
SELECT 'notify', comment_id, id, :at, :at FROM told
""").bindparams(
    bindparam("comment", type_=Uuid()),
    bindparam("facts", type_=JSONB()),
    bindparam("lead", type_=JSONB()),
    bindparam("event", type_=String()),
    bindparam("at", type_=UtcDateTime()),
)
