"""Mail that came back: which message it was, and that its address did not take it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.models import Notification, Sender
from feedback.services import contacts


def mark(*, message_id: str, status: str, delivered: bool, secret: str, at: datetime) -> bool:
    """Write down what a report says of one message; False when it is none of ours, or not one that was sent.

    Args:
        message_id: of the message reported on.
        status: the report's code as 5.1.1 (RFC 3463).
        delivered: whether it arrived rather than failed.
        secret: the server's secret, by which addresses are marked.
        at: now.
    """
    notification = session().scalar(
        select(Notification)
        .where(Notification.message_id == message_id, Notification.channel == "email")
        .with_for_update()
    )
    if notification is None or notification.state not in {"sent", "delivered"}:
        return False
    if delivered:
        notification.state = "delivered"
        return True
    notification.state, notification.last_error = "bounced", f"dsn_{status}"
    count(notification_id=notification.id, secret=secret, at=at)
    return True


def count(*, notification_id: int, secret: str, at: datetime) -> None:
    """The address of a message did not take it, for good."""
    sender = session().scalar(
        select(Sender)
        .join(Notification, Notification.comment_id == Sender.comment_id)
        .where(Notification.id == notification_id)
    )
    if sender is not None and sender.email is not None:
        contacts.bounced(channel="email", address=sender.email, secret=secret, at=at)
