"""A notification: one message to one citizen about one event, sent once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

STATES = ("pending", "sent", "not_wanted", "dead")


class Notification(Base):
    """One message. Where it goes is read from the sender when it is sent, never copied here."""

    __tablename__ = "notification"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("channel IN ('email')", name="channel_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        # The same event told twice by a job that ran twice is one message.
        UniqueConstraint("comment_id", "event", "occasion", "channel"),
        Index("ix_notification_pending", "created_at", postgresql_where=text("state = 'pending'")),
        {"comment": "Thông báo gửi người dân"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The comment that it is about")
    event: Mapped[str] = mapped_column(comment="What happened: assigned, replied, …")
    occasion: Mapped[int] = mapped_column(comment="Number of the audit event that it tells of")
    channel: Mapped[str] = mapped_column(server_default="email", comment="By which way it is sent")
    state: Mapped[str] = mapped_column(server_default="pending", comment="pending, sent, not_wanted or dead")
    message_id: Mapped[str] = mapped_column(unique=True, comment="Message-ID header, the same at every attempt")
    attempts: Mapped[int] = mapped_column(server_default="0", comment="How many times it was tried")
    last_error: Mapped[str | None] = mapped_column(comment="Kind of the last failure; never an address")
    created_at: Mapped[datetime] = mapped_column(comment="When it was promised")
    sent_at: Mapped[datetime | None] = mapped_column(comment="When the mail server took it")
