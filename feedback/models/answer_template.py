"""A template of answers: paragraphs with variables, for everybody, for a class of bodies or for one body."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.answer_template import FIRING
from feedback.domain.vocabulary import Kind
from feedback.models.columns import one_of


class AnswerTemplate(Base):
    """One template. It is retired, never deleted: an answer may have begun with it."""

    __tablename__ = "answer_template"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        CheckConstraint(one_of("state", FIRING), name="state_known"),
        CheckConstraint("body_id IS NULL OR class_code IS NULL", name="one_owner"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 120 AND name IS NFC NORMALIZED", name="name_form"),
        CheckConstraint("jsonb_typeof(paragraphs) = 'array' AND jsonb_array_length(paragraphs) > 0", name="has_text"),
        Index("ix_answer_template_body", "body_id", "id"),
        {"comment": "Mẫu câu trả lời: chung, của một loại cơ quan hoặc của một cơ quan"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier")
    code: Mapped[str | None] = mapped_column(
        unique=True, comment="Code of a template that came with the service, so that it is not loaded twice"
    )
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), comment="The body that it is of")
    class_code: Mapped[str | None] = mapped_column(comment="The class of bodies that it is for")
    kind: Mapped[str | None] = mapped_column(comment="The kind of comment that it is for; empty for every kind")
    state: Mapped[str | None] = mapped_column(comment="The state into whose form it comes; empty for an answer")
    name: Mapped[str] = mapped_column(comment="What officials choose it by")
    paragraphs: Mapped[list[dict[str, object]]] = mapped_column(JSONB, comment="Label, text and optional of each")
    version: Mapped[int] = mapped_column(server_default="1", comment="Grows with each change")
    active: Mapped[bool] = mapped_column(server_default="true", comment="False once retired")
    created_by: Mapped[int | None] = mapped_column(
        ForeignKey("officer.id"), comment="Who made it; empty when it came with the service"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When it was made")
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who changed it last")
    updated_at: Mapped[datetime] = mapped_column(comment="When it was changed last")
