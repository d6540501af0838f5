"""A resemblance: how probably two comments report the same matter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class Resemblance(Base):
    """One pair, written when the later of the two was compared."""

    __tablename__ = "resemblance"
    __table_args__ = (
        CheckConstraint("comment_id <> other_id", name="two_comments"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_probability"),
        CheckConstraint("alike BETWEEN 0 AND 1", name="alike_is_share"),
        Index("ix_resemblance_other", "other_id"),
        Index("ix_resemblance_sure", "at", postgresql_where=text("sure")),
        {"comment": "Các ý kiến giống nhau"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The later comment")
    other_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The one it is like")
    score: Mapped[float] = mapped_column(comment="Probability that both report the same matter")
    sure: Mapped[bool] = mapped_column(comment="Whether it is sure enough to be shown as the same matter")
    alike: Mapped[float] = mapped_column(
        server_default="0", comment="How alike words and meaning are, from 0 to 1: for examples, not for duplicates"
    )
    at: Mapped[datetime] = mapped_column(comment="When they were compared")
