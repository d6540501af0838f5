"""A deadline profile: how long a step may take, and on what authority."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.ledger import Unit
from feedback.models.columns import one_of


class DeadlineProfile(Base):
    """One step's length for a kind and a body. Every deadline is a row here, never code."""

    __tablename__ = "deadline_profile"
    __table_args__ = (
        CheckConstraint("length > 0", name="length_positive"),
        CheckConstraint(one_of("unit", Unit), name="unit_known"),
        CheckConstraint("certainty IN ('read', 'presumed', 'ours')", name="certainty_known"),
        {"comment": "Thời hạn của từng bước, kèm căn cứ và mức độ chắc chắn"},
    )

    step: Mapped[str] = mapped_column(primary_key=True, comment="A clock's name, or extend, statutory, progress_note")
    kind: Mapped[str] = mapped_column(primary_key=True, comment="Kind of comment, or * for every kind")
    body: Mapped[str] = mapped_column(
        primary_key=True, server_default="*", comment="Class code of the body, or * for every body"
    )
    length: Mapped[int] = mapped_column(comment="How long")
    unit: Mapped[str] = mapped_column(
        server_default="day", comment="What the length counts: day (worked), hour (worked), calendar_day"
    )
    source: Mapped[str] = mapped_column(comment="Legal source, or that it is our own default")
    certainty: Mapped[str] = mapped_column(comment="read (seen in a source), presumed, or ours")
