"""A change of the working calendar, and the cases whose deadlines must be counted anew because of it."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

STATES = ("pending", "running", "done")


class CalendarChange(Base):
    """One day that became something else, by whose word; changes counted together share a run."""

    __tablename__ = "calendar_change"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("(state = 'pending') = (run_id IS NULL)", name="run_once_begun"),
        CheckConstraint("(state = 'done') = (finished_at IS NOT NULL)", name="done_has_time"),
        Index("ix_calendar_change_waiting", "id", postgresql_where=text("state <> 'done'")),
        {"comment": "Thay đổi của lịch làm việc và việc tính lại thời hạn kèm theo"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    at: Mapped[datetime] = mapped_column(comment="When it was entered")
    officer_id: Mapped[int | None] = mapped_column(
        ForeignKey("officer.id"), comment="Who entered it; empty when a list of days was loaded"
    )
    date: Mapped[dt.date] = mapped_column(comment="The day, in Viet Nam")
    was_working: Mapped[bool] = mapped_column(comment="Whether it counted before")
    was_name: Mapped[str] = mapped_column(comment="What the day was before")
    is_working: Mapped[bool] = mapped_column(comment="Whether it counts now")
    name: Mapped[str] = mapped_column(comment="What the day is now, in Vietnamese")
    document: Mapped[str] = mapped_column(comment="Law or document that says so")
    state: Mapped[str] = mapped_column(server_default="pending", comment="pending, running or done")
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("calendar_change.id"), comment="The first of the changes that are counted together"
    )
    found: Mapped[int] = mapped_column(server_default="0", comment="Open cases that it may concern, on the run's first")
    changed: Mapped[int] = mapped_column(server_default="0", comment="Cases of which a due date moved, likewise")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When the last of the cases was counted anew")


class CalendarTask(Base):
    """One case that a run has yet to look at; gone once it has."""

    __tablename__ = "calendar_task"
    __table_args__ = ({"comment": "Ý kiến còn phải tính lại thời hạn sau thay đổi của lịch"},)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("calendar_change.id"), primary_key=True, comment="The run, by its first change"
    )
    comment_id: Mapped[UUID] = mapped_column(primary_key=True, comment="The case; it may be gone by then")
