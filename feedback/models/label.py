"""A label: where an official says that a comment belongs, or what it is instead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.learning import Origin, Screen
from feedback.models.columns import one_of


class Label(Base):
    """One label. Rows are only ever added; of several for a comment, the last one counts."""

    __tablename__ = "label"
    __table_args__ = (
        CheckConstraint(one_of("origin", Origin), name="origin_known"),
        CheckConstraint(one_of("screen", Screen), name="screen_known"),
        CheckConstraint("class_code ~ '^[A-Z][A-Z_]*$'", name="class_code_form"),
        CheckConstraint("(screen = 'hop_le') = (class_code IS NOT NULL)", name="class_where_valid"),
        CheckConstraint("weight = CASE origin WHEN 'audit' THEN 20 ELSE 1 END", name="weight_of_origin"),
        CheckConstraint("origin <> 'override' OR reason IS NOT NULL", name="override_has_reason"),
        Index("ix_label_comment", "comment_id", "id"),
        Index("ix_label_at", "at"),
        {"comment": "Nhãn do cán bộ xác định, dùng để huấn luyện bộ phân loại; chỉ được ghi thêm"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The comment")
    class_code: Mapped[str | None] = mapped_column(comment="Routing class, one of the 30; empty unless valid")
    screen: Mapped[str] = mapped_column(server_default="hop_le", comment="What the official says that the comment is")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who said so; never the machine")
    at: Mapped[datetime] = mapped_column(comment="When it was said")
    reason: Mapped[str | None] = mapped_column(comment="Why, in the officer's words; obligatory for an override")
    origin: Mapped[str] = mapped_column(comment="override, accepted, audit or labelling")
    weight: Mapped[float] = mapped_column(comment="Decisions that it stands for: 1, or 20 from an audit of 5 percent")
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("routing_decision.id"), comment="The machine's decision that it judges, if there was one"
    )
