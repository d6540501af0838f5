"""A tag: a word by which officials gather cases."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class CaseTag(Base):
    """One tag of one case, as it is shown; in lower case, so that one word is one tag."""

    __tablename__ = "case_tag"
    __table_args__ = (
        CheckConstraint("tag = lower(tag) AND tag IS NFC NORMALIZED", name="tag_form"),
        CheckConstraint("char_length(tag) BETWEEN 2 AND 40", name="tag_length"),
        Index("ix_case_tag_tag", "tag", "comment_id"),
        {"comment": "Thẻ do cán bộ gắn để gom ý kiến"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The case")
    tag: Mapped[str] = mapped_column(primary_key=True, comment="The tag, lower case, NFC")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who tagged it")
    at: Mapped[datetime] = mapped_column(comment="When")
