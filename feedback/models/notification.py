"""A notification: one message to one citizen about one event, sent once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

STATES = ("pending", "sent", "delivered", "bounced", "not_wanted", "superseded", "dead")
CHANNELS = ("email", "sms", "webhook")
REACHED = ("sent", "delivered", "bounced")  # it left us; what became of it may be known


class Notification(Base):
    """One message. Where it goes is read from the sender when it is sent, never copied here."""

    __tablename__ = "notification"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint(one_of("channel", CHANNELS), name="channel_known"),
        CheckConstraint(f"({one_of('state', REACHED)}) = (sent_at IS NOT NULL)", name="sent_has_time"),
        # The same event told twice by a job that ran twice is one message.
        UniqueConstraint("comment_id", "event", "occasion", "channel"),
        Index("ix_notification_created_at", "created_at"),
        Index("ix_notification_pending", "created_at", postgresql_where=text("state = 'pending'")),
        {"comment": "Thông báo gửi người dân"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The comment that it is about")
    event: Mapped[str] = mapped_column(comment="What happened: assigned, replied, …")
    facts: Mapped[dict[str, object]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Codes, numbers and times that it tells of; never words"
    )
    occasion: Mapped[int] = mapped_column(comment="Number of the audit event that it tells of")
    channel: Mapped[str] = mapped_column(server_default="email", comment="By which way it is sent")
    state: Mapped[str] = mapped_column(
        server_default="pending", comment="pending, sent, delivered, bounced, not_wanted, superseded or dead"
    )
    message_id: Mapped[str] = mapped_column(unique=True, comment="Message-ID header, the same at every attempt")
    provider_id: Mapped[str | None] = mapped_column(comment="What the gateway calls it, to ask after it")
    attempts: Mapped[int] = mapped_column(server_default="0", comment="How many times it was tried")
    last_error: Mapped[str | None] = mapped_column(comment="Kind of the last failure; never an address")
    created_at: Mapped[datetime] = mapped_column(comment="When it was promised")
    sent_at: Mapped[datetime | None] = mapped_column(comment="When the mail server or the gateway took it")
