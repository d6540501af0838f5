"""A coordinating body: one that helps the body which owes the answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class CaseBody(Base):
    """One body that takes part in one case. The body that leads is the comment's own."""

    __tablename__ = "case_body"
    __table_args__ = (
        Index("ix_case_body_body", "body_id", "comment_id"),
        {"comment": "Cơ quan phối hợp giải quyết"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The case")
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True, comment="The body that helps")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who asked it to")
    added_at: Mapped[datetime] = mapped_column(comment="When")
