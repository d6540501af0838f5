"""A run of a timed job: each slot runs once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class CronRun(Base):
    """One slot of one timed job. The primary key makes two clocks run it once."""

    __tablename__ = "cron_run"
    __table_args__ = (
        CheckConstraint("state IN ('started', 'done', 'failed', 'skipped')", name="state_known"),
        {"comment": "Các lần chạy của công việc định kỳ"},
    )

    name: Mapped[str] = mapped_column(primary_key=True, comment="The timed job")
    slot: Mapped[datetime] = mapped_column(primary_key=True, comment="The time that it was due")
    state: Mapped[str] = mapped_column(comment="started, done, failed or skipped")
    started_at: Mapped[datetime] = mapped_column(comment="When it was begun")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When it ended")
    note: Mapped[str | None] = mapped_column(comment="Figures of the run, or the kind of its failure")
