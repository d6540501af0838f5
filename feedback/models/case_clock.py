"""How each clock of a case stands: a cache of what its ledger says, for whoever looks for what is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.ledger import Clock, ClockState
from feedback.models.columns import one_of


class CaseClock(Base):
    """One clock of one case, its last run. `flask clock verify` compares it with the ledger."""

    __tablename__ = "case_clock"
    __table_args__ = (
        CheckConstraint(one_of("clock", Clock), name="clock_known"),
        CheckConstraint(one_of("state", ClockState), name="state_known"),
        # Whether it was in time is known once it stopped, and never before.
        CheckConstraint(
            "(state = 'stopped') = (stopped_at IS NOT NULL) AND (stopped_at IS NULL) = (on_time IS NULL)",
            name="stopped_has_time",
        ),
        Index("ix_case_clock_due", "due_at", "comment_id", postgresql_where=text("state = 'running'")),
        {"comment": "Trạng thái từng đồng hồ của ý kiến, suy ra từ sổ ghi"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The case")
    clock: Mapped[str] = mapped_column(primary_key=True, comment="Which clock: answer, …")
    state: Mapped[str] = mapped_column(comment="running, paused or stopped")
    started_at: Mapped[datetime] = mapped_column(comment="When its last run was started")
    due_at: Mapped[datetime] = mapped_column(comment="When it is, or was, due")
    stopped_at: Mapped[datetime | None] = mapped_column(comment="When it was stopped")
    on_time: Mapped[bool | None] = mapped_column(
        comment="Whether it was stopped, or paused for good, before it was due"
    )
