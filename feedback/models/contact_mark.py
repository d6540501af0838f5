"""A mark on an address: that it is not written to, or how often mail to it came back; never the address itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

REASONS = ("unsubscribed", "bounced", "asked")


class ContactMark(Base):
    """One address, known by what only this server can make of it."""

    __tablename__ = "contact_mark"
    __table_args__ = (
        CheckConstraint("mark ~ '^[0-9a-f]{64}$'", name="mark_form"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel_known"),
        CheckConstraint(one_of("reason", REASONS), name="reason_known"),
        CheckConstraint("(refused_at IS NULL) = (reason IS NULL)", name="refused_has_reason"),
        CheckConstraint("bounces >= 0", name="bounces_counted"),
        Index("ix_contact_mark_refused", "refused_at", "mark", postgresql_where=text("refused_at IS NOT NULL")),
        {"comment": "Địa chỉ không được liên hệ, chỉ giữ mã băm có khóa"},
    )

    mark: Mapped[str] = mapped_column(primary_key=True, comment="HMAC-SHA256 of channel and address")
    channel: Mapped[str] = mapped_column(comment="email or sms")
    bounces: Mapped[int] = mapped_column(server_default="0", comment="How many messages to it came back for good")
    refused_at: Mapped[datetime | None] = mapped_column(comment="Since when it is not written to; empty: it is")
    reason: Mapped[str | None] = mapped_column(comment="unsubscribed, bounced or asked")
