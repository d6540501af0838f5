"""An audit sample: an automatic decision drawn at random, which an official is to judge."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class AuditSample(Base):
    """One drawn decision. It waits until an official has labelled its comment; the machine's own word is no label."""

    __tablename__ = "audit_sample"
    __table_args__ = (
        CheckConstraint("chance > 0 AND chance <= 1", name="chance_is_probability"),
        CheckConstraint("hidden IS NULL OR jsonb_typeof(hidden) = 'array'", name="hidden_is_list"),
        Index("ix_audit_sample_waiting", "drawn_at", "comment_id", postgresql_where=text("label_id IS NULL")),
        {"comment": "Quyết định tự động được chọn ngẫu nhiên để cán bộ kiểm tra"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The comment")
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("routing_decision.id"), unique=True, comment="The automatic decision"
    )
    drawn_at: Mapped[datetime] = mapped_column(comment="When it was drawn")
    chance: Mapped[float] = mapped_column(comment="With what probability it was drawn; a label weighs 1 over it")
    hidden: Mapped[list[list[object]] | None] = mapped_column(
        JSONB(none_as_null=True), comment="Personal data in title and text: start, end, type; empty until looked for"
    )
    label_id: Mapped[int | None] = mapped_column(
        ForeignKey("label.id"), unique=True, comment="The label that answers it; empty while it waits"
    )
