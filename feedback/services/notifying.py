"""Messages to citizens: promised with the fact that they tell of, sent once, their end visible."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from feedback.db import session
from feedback.domain import telling
from feedback.domain.ledger import Clock
from feedback.domain.status import OPEN, Status
from feedback.domain.telling import EVENTS, ROUTINGS
from feedback.domain.vocabulary import KIND_NAMES, Kind
from feedback.models import AuditEvent, Body, CaseClock, CaseNote, Comment, Notification, Outbox, Sender


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
    _write(comment, event, occasion, at, told)


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


def _write(comment: Comment, event: str, occasion: int, at: datetime, facts: dict[str, object]) -> None:
    notification = Notification(
        comment_id=comment.id,
        event=event,
        facts=facts,
        occasion=occasion,
        message_id=f"<{comment.id}.{occasion}.{event}@langnghe>",
        created_at=at,
    )
    session().add(notification)
    session().flush()
    session().add(
        Outbox(
            topic="notify",
            comment_id=comment.id,
            notification_id=notification.id,
            available_at=at,
            created_at=at,
        )
    )


def prepare(*, notification_id: int) -> Message | None:
    """What is to be sent now; None when it was sent before, is not wanted, or no longer true: the last two are kept."""
    notification = _locked(notification_id)
    if notification.state != "pending":
        return None
    sender = session().get(Sender, notification.comment_id)
    if sender is None or not sender.consent_contact or not sender.email:
        notification.state = "not_wanted"
        return None
    comment = session().scalars(select(Comment).where(Comment.id == notification.comment_id)).one()
    if _is_past(notification, comment):
        notification.state = "superseded"
        return None
    notification.attempts += 1
    return _message(notification, comment, sender.email)


def _is_past(notification: Notification, comment: Comment) -> bool:
    """Whether what it would say is true no more: another body holds the case, or what was late is answered."""
    if notification.event == "progress":
        return Status(comment.status) not in OPEN
    if notification.event not in ROUTINGS:
        return False
    latest = session().scalar(
        select(Notification.id)
        .where(Notification.comment_id == comment.id, Notification.event.in_(ROUTINGS))
        .order_by(Notification.id.desc())
        .limit(1)
    )
    return latest != notification.id or notification.facts.get("body") != _body_code(comment)


def _message(notification: Notification, comment: Comment, address: str) -> Message:
    facts = notification.facts
    code, former = str(facts.get("body") or _body_code(comment) or ""), str(facts.get("former", ""))
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
        title="" if comment.confidential else comment.title,
        kind_name=KIND_NAMES[Kind(comment.kind)],
        body_name=names.get(code, ""),
        former_body_name=names.get(former, ""),
        due_at=telling.moment(facts, "due_at") or comment.due_at,
        former_due_at=telling.moment(facts, "former_due_at"),
        until=telling.moment(facts, "until") or _supplement_due(notification),
        words="" if comment.confidential else _words(notification),
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


def _words(notification: Notification) -> str:
    """What the official wrote to the citizen with the event, found by the digest that the audit log keeps."""
    action = EVENTS[notification.event].words_of
    if action is None:
        return ""
    digest = session().scalar(
        select(AuditEvent.data["note"].astext).where(
            AuditEvent.comment_id == notification.comment_id, AuditEvent.sequence == notification.occasion
        )
    )
    written = session().scalars(
        select(CaseNote.text)
        .where(CaseNote.comment_id == notification.comment_id, CaseNote.action == action, CaseNote.author == "officer")
        .order_by(CaseNote.id.desc())
    )
    return next((words for words in written if hashlib.sha256(words.encode()).hexdigest() == digest), "")


def mark_sent(*, notification_id: int, at: datetime) -> None:
    """The mail server took it."""
    notification = _locked(notification_id)
    notification.state, notification.sent_at, notification.last_error = "sent", at, None


def mark_dead(*, notification_id: int, error: str) -> None:
    """It was given up after the last attempt; `error` is a kind of failure, never an address."""
    notification = _locked(notification_id)
    notification.state, notification.last_error = "dead", error


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 30 seconds, doubling, an hour at most."""
    return timedelta(seconds=min(30 * 2 ** max(attempts - 1, 0), 3600))


def _locked(notification_id: int) -> Notification:
    return session().scalars(select(Notification).where(Notification.id == notification_id).with_for_update()).one()
