"""A teaching pick: a comment whose label would teach the model most."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class TeachingPick(Base):
    """One comment of the present list, which is made anew as decisions and labels come in."""

    __tablename__ = "teaching_pick"
    __table_args__ = (
        CheckConstraint("rank > 0", name="rank_positive"),
        CheckConstraint("margin BETWEEN 0 AND 1", name="margin_is_share"),
        CheckConstraint("jsonb_typeof(hidden) = 'array'", name="hidden_is_list"),
        {"comment": "Ý kiến mà nhãn của nó giúp bộ phân loại học được nhiều nhất"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The comment")
    decision_id: Mapped[int] = mapped_column(ForeignKey("routing_decision.id"), comment="The machine's decision")
    rank: Mapped[int] = mapped_column(unique=True, comment="Place in the list, from 1")
    margin: Mapped[float] = mapped_column(comment="Probability of the first candidate less that of the second")
    picked_at: Mapped[datetime] = mapped_column(comment="When the list was made")
    hidden: Mapped[list[list[object]]] = mapped_column(
        JSONB, comment="Personal data in title and text: start, end, type"
    )
