"""A case note: words that go with a move: why a citizen reopened, why a body returned it, what is missing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class CaseNote(Base):
    """One note. The audit event beside it holds its digest, never its words."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint("author IN ('citizen', 'officer')", name="author_known"),
        CheckConstraint("(author = 'officer') = (officer_id IS NOT NULL)", name="officer_named"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 5000 AND text IS NFC NORMALIZED", name="text_form"),
        Index("ix_case_note_comment", "comment_id", "id"),
        {"comment": "Lý do, nội dung bổ sung kèm theo một bước xử lý"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The case")
    at: Mapped[datetime] = mapped_column(comment="When it was written")
    author: Mapped[str] = mapped_column(comment="citizen or officer")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="The officer, if one wrote it")
    action: Mapped[str] = mapped_column(comment="The move that it goes with")
    text: Mapped[str] = mapped_column(comment="The words, NFC")
