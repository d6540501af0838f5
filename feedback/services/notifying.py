"""Messages to citizens: promised with the fact that they tell of, sent once, their end visible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from feedback.db import session
from feedback.domain.vocabulary import KIND_NAMES, Kind
from feedback.models import Body, Comment, Notification, Outbox, Sender

TOLD = frozenset({"assigned", "replied", "screened"})


@dataclass(frozen=True, slots=True)
class Message:
    """What a template needs to write one message, and to whom it goes."""

    notification_id: int
    message_id: str
    event: str
    address: str
    reference: str
    title: str
    kind_name: str
    body_name: str
    due_at: datetime


def promise(*, comment: Comment, event: str, occasion: int, at: datetime) -> None:
    """Promise to tell the citizen of an event of a locked case; a sender who did not agree is not written to.

    Args:
        comment: the case.
        event: one of TOLD.
        occasion: sequence number of the audit event that it tells of; the same occasion is told once.
        at: now.
    """
    notification = Notification(
        comment_id=comment.id,
        event=event,
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
    """What is to be sent now; None when it was sent before or is not wanted, which is then written down."""
    notification = _locked(notification_id)
    if notification.state != "pending":
        return None
    sender = session().get(Sender, notification.comment_id)
    if sender is None or not sender.consent_contact or not sender.email:
        notification.state = "not_wanted"
        return None
    comment, body_name = (
        session()
        .execute(
            select(Comment, Body.name)
            .outerjoin(Body, Body.id == Comment.body_id)
            .where(Comment.id == notification.comment_id)
        )
        .one()
    )
    notification.attempts += 1
    return Message(
        notification_id=notification.id,
        message_id=notification.message_id,
        event=notification.event,
        address=sender.email,
        reference=comment.reference,
        title=comment.title,
        kind_name=KIND_NAMES[Kind(comment.kind)],
        body_name=body_name or "",
        due_at=comment.due_at,
    )


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
