"""A retention schedule: how long one sort of data is kept after a case has ended, and on what authority."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.retention import Erasing
from feedback.models.columns import one_of


class RetentionSchedule(Base):
    """One row of the schedule. Every term is a row here, never code."""

    __tablename__ = "retention_schedule"
    __table_args__ = (
        CheckConstraint(one_of("erases", Erasing), name="erases_known"),
        CheckConstraint("certainty IN ('read', 'presumed', 'ours')", name="certainty_known"),
        # A citizen's request waits for its answer, not for a term; everything else waits for both terms.
        CheckConstraint(
            "CASE WHEN erases = 'request' THEN working_days > 0 AND months IS NULL AND quiet_days IS NULL"
            " ELSE months > 0 AND quiet_days > 0 AND working_days IS NULL END",
            name="term_of_its_sort",
        ),
        {"comment": "Thời hạn lưu trữ từng loại dữ liệu, kèm căn cứ và mức độ chắc chắn"},
    )

    erases: Mapped[str] = mapped_column(primary_key=True, comment="identity, text, or request (the sender's own)")
    months: Mapped[int | None] = mapped_column(comment="Months after the case has ended; empty for requests")
    quiet_days: Mapped[int | None] = mapped_column(
        comment="Days since the sender's last message before which nothing is erased; empty for requests"
    )
    working_days: Mapped[int | None] = mapped_column(
        comment="Working days in which a request is to be decided; empty for terms"
    )
    source: Mapped[str] = mapped_column(comment="Legal source, or that it is our own default")
    certainty: Mapped[str] = mapped_column(comment="read (seen in a source), presumed, or ours")
