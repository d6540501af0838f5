"""A clock event: what started, moved or stopped the time in which an answer is owed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

KINDS = ("started", "paused", "resumed", "handed_over", "extended", "recomputed", "stopped")


class ClockEvent(Base):
    """One entry of a clock's ledger. Due dates are derived from these alone."""

    __tablename__ = "clock_event"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        CheckConstraint("working_days IS NULL OR working_days > 0", name="working_days_positive"),
        Index("ix_clock_event_comment", "comment_id", "id"),
        {"comment": "Sổ ghi của đồng hồ thời hạn"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The case")
    clock: Mapped[str] = mapped_column(comment="Which clock: answer, …")
    kind: Mapped[str] = mapped_column(comment="started, paused, resumed, handed_over, extended, recomputed or stopped")
    at: Mapped[datetime] = mapped_column(comment="When it happened")
    working_days: Mapped[int | None] = mapped_column(comment="Length given, in working days")
    due_at: Mapped[datetime | None] = mapped_column(comment="Due date that follows from it")
    cause: Mapped[str] = mapped_column(comment="Why: the profile, the officer's reason, the calendar's document")
