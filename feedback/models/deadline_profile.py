"""A deadline profile: how many working days a step may take, and on what authority."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class DeadlineProfile(Base):
    """One step's length. Every deadline is a row here, never code."""

    __tablename__ = "deadline_profile"
    __table_args__ = (
        CheckConstraint("working_days > 0", name="working_days_positive"),
        CheckConstraint("certainty IN ('read', 'presumed', 'ours')", name="certainty_known"),
        {"comment": "Thời hạn của từng bước, kèm căn cứ và mức độ chắc chắn"},
    )

    step: Mapped[str] = mapped_column(
        primary_key=True, comment="classify, supplement, accept, answer, extend, check, publish"
    )
    kind: Mapped[str] = mapped_column(primary_key=True, comment="Kind of comment, or * for every kind")
    working_days: Mapped[int] = mapped_column(comment="Length in working days")
    source: Mapped[str] = mapped_column(comment="Legal source, or that it is our own default")
    certainty: Mapped[str] = mapped_column(comment="read (seen in a source), presumed, or ours")
