"""A publication: what readers may see of one answered case, as an official saw it before pressing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class Publication(Base):
    """The words that are public, personal data taken out; there while `comment.published_at` is, and no longer."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("text IS NFC NORMALIZED AND title IS NFC NORMALIZED", name="text_is_nfc"),
        CheckConstraint("answer IS NFC NORMALIZED", name="answer_is_nfc"),
        CheckConstraint("title <> '' AND text <> '' AND answer <> ''", name="words_are_there"),
        {"comment": "Nội dung và câu trả lời đã công khai, thông tin cá nhân được thay"},
    )

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The case")
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), comment="The answer that was published")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who published it")
    title: Mapped[str] = mapped_column(comment="Title, NFC, personal data replaced")
    text: Mapped[str] = mapped_column(comment="What the citizen wrote, NFC, personal data replaced")
    answer: Mapped[str] = mapped_column(comment="The answer, NFC, personal data replaced")
    name: Mapped[str | None] = mapped_column(comment="The sender's name, of who agreed that it be published")
    at: Mapped[datetime] = mapped_column(comment="When it was published")
