"""A clock event: what started, moved or stopped the time in which an answer is owed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.ledger import Clock, EventKind, Unit
from feedback.models.columns import one_of


class ClockEvent(Base):
    """One entry of a clock's ledger. Due dates are derived from these alone."""

    __tablename__ = "clock_event"
    __table_args__ = (
        CheckConstraint(one_of("clock", Clock), name="clock_known"),
        CheckConstraint(one_of("kind", EventKind), name="kind_known"),
        CheckConstraint("length IS NULL OR length > 0", name="length_positive"),
        CheckConstraint(one_of("unit", Unit), name="unit_known"),
        CheckConstraint("(length IS NULL) = (unit IS NULL)", name="length_has_unit"),
        Index("ix_clock_event_comment", "comment_id", "id"),
        {"comment": "Sổ ghi của đồng hồ thời hạn"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The case")
    clock: Mapped[str] = mapped_column(comment="Which clock: answer, …")
    kind: Mapped[str] = mapped_column(comment="started, paused, resumed, handed_over, extended, recomputed or stopped")
    at: Mapped[datetime] = mapped_column(comment="When it happened")
    length: Mapped[int | None] = mapped_column(comment="Length given: of the step, or what an extension adds")
    unit: Mapped[str | None] = mapped_column(
        comment="What the length counts: day (worked), hour (worked), calendar_day"
    )
    due_at: Mapped[datetime | None] = mapped_column(comment="Due date that held once it was written")
    previous_due_at: Mapped[datetime | None] = mapped_column(comment="Due date that held before, when it changed")
    cause: Mapped[str] = mapped_column(comment="Why: the profile, the officer's reason, the calendar's document")
    profile: Mapped[str | None] = mapped_column(
        comment="Row of lengths that it came from, as step/kind/body, when a length was looked up"
    )
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="The officer, if one did it")
