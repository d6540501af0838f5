"""A training run: asked for by the night or by an official, done by a process of its own."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.learning import Cause, RunState
from feedback.models.columns import one_of


class TrainingRun(Base):
    """One run. At most one runs at a time, and one waits."""

    __tablename__ = "training_run"
    __table_args__ = (
        CheckConstraint(one_of("cause", Cause), name="cause_known"),
        CheckConstraint(one_of("state", RunState), name="state_known"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_percent"),
        CheckConstraint("(cause = 'button') = (officer_id IS NOT NULL)", name="button_has_officer"),
        CheckConstraint("(cause = 'nightly') = (night IS NOT NULL)", name="nightly_has_night"),
        CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="finished_has_time"),
        # One at a time runs, and one more may wait.
        Index("uq_training_run_open", "state", unique=True, postgresql_where=text("state IN ('waiting', 'running')")),
        {"comment": "Các lần huấn luyện bộ phân loại"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    cause: Mapped[str] = mapped_column(comment="nightly or button")
    night: Mapped[dt.date | None] = mapped_column(unique=True, comment="The day in Viet Nam, for the nightly job")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who pressed the button")
    requested_at: Mapped[dt.datetime] = mapped_column(comment="When it was asked for")
    state: Mapped[str] = mapped_column(server_default="waiting", comment="waiting, running, done or failed")
    progress: Mapped[int] = mapped_column(server_default="0", comment="How far it is, in percent")
    beat_at: Mapped[dt.datetime | None] = mapped_column(comment="Last sign of life of the process that does it")
    finished_at: Mapped[dt.datetime | None] = mapped_column(comment="When it ended")
    note: Mapped[str | None] = mapped_column(comment="What came of it, or the kind of its failure; never content")
    release_id: Mapped[int | None] = mapped_column(ForeignKey("model_release.id"), comment="The model that came of it")
