"""An administrative event: what was done to the service itself, rather than to a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class AdminEvent(Base):
    """One event. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    __tablename__ = "admin_event"
    __table_args__ = (
        CheckConstraint("action ~ '^[a-z_]+$'", name="action_form"),
        Index("ix_admin_event_at", "at", "id"),
        {"comment": "Nhật ký quản trị, chỉ được ghi thêm"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of writing")
    at: Mapped[datetime] = mapped_column(comment="When it happened")
    officer_id: Mapped[int | None] = mapped_column(
        ForeignKey("officer.id"), comment="Who did it; empty when the service did it by its own rule"
    )
    action: Mapped[str] = mapped_column(comment="What was done")
    data: Mapped[dict[str, object]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Ids, codes and figures; never anybody's words"
    )
