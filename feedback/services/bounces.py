"""Messages that came back: which it was, and that its address did not take it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.models import Notification, Sender
from feedback.services import contacts

_KINDS = {"email": "dsn", "sms": "sms"}  # what the kind of a failure begins with


def mark(*, message_id: str, status: str, delivered: bool, secret: str, at: datetime, channel: str = "email") -> bool:
    """Write down what a report says of one message; False when it is none of ours, or not one that was sent.

    Args:
        message_id: of the message reported on.
        status: the report's code: of mail as 5.1.1 (RFC 3463), of a text message the gateway's own word.
        delivered: whether it arrived rather than failed.
        secret: the server's secret, by which addresses are marked.
        at: now.
        channel: email or sms.
    """
    notification = session().scalar(
        select(Notification)
        .where(Notification.message_id == message_id, Notification.channel == channel)
        .with_for_update()
    )
    if notification is None or notification.state not in {"sent", "delivered"}:
        return False
    if delivered:
        notification.state = "delivered"
        return True
    notification.state, notification.last_error = "bounced", f"{_KINDS[channel]}_{status}"
    count(notification_id=notification.id, secret=secret, at=at, channel=channel)
    return True


def count(*, notification_id: int, secret: str, at: datetime, channel: str = "email") -> None:
    """The address of a message did not take it, for good."""
    sender = session().scalar(
        select(Sender)
        .join(Notification, Notification.comment_id == Sender.comment_id)
        .where(Notification.id == notification_id)
    )
    address = None if sender is None else sender.phone if channel == "sms" else sender.email
    if address is not None:
        contacts.bounced(channel=channel, address=address, secret=secret, at=at)
