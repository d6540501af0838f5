"""Messages to citizens as an operator sees them: the case, what of, which way, how it ended; never an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.models import Comment, Notification, Outbox

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One message; `next_at` is when it is tried again, None when it is not."""

    id: int
    reference: str
    event: str
    channel: str
    state: str
    attempts: int
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, the latest first; `following` is the mark of the next page."""

    rows: Sequence[Row]
    following: int | None


def page(*, channel: str | None = None, state: str | None = None, after: int | None = None, limit: int = PAGE) -> Page:
    """Messages by way and end, the latest first."""
    statement = (
        select(
            Notification.id,
            Comment.reference,
            Notification.event,
            Notification.channel,
            Notification.state,
            Notification.attempts,
            Notification.last_error,
            Outbox.last_error.label("promise_error"),
            Outbox.state.label("promise"),
            Notification.created_at,
            Notification.sent_at,
            Outbox.available_at,
        )
        .join(Comment, Comment.id == Notification.comment_id)
        .outerjoin(Outbox, Outbox.notification_id == Notification.id)
    )
    if channel is not None:
        statement = statement.where(Notification.channel == channel)
    if state is not None:
        statement = statement.where(Notification.state == state)
    if after is not None:
        statement = statement.where(Notification.id < after)
    found = session().execute(statement.order_by(Notification.id.desc()).limit(limit + 1)).all()
    rows = [
        Row(
            id=row.id,
            reference=row.reference,
            event=row.event,
            channel=row.channel,
            state=row.state,
            attempts=row.attempts,
            error=row.last_error or row.promise_error,
            created_at=row.created_at,
            sent_at=row.sent_at,
            next_at=row.available_at if row.promise == "pending" else None,
        )
        for row in found[:limit]
    ]
    return Page(rows, rows[-1].id if len(found) > limit else None)
