"""An attachment: one file that came with a comment, encrypted; its hashes stay when the file itself is erased."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.attachment import LARGEST_KEPT, MOST_OF_A_CASE, MediaType, Source
from feedback.models.columns import one_of

_HASH = "'^[0-9a-f]{64}$'"


class Attachment(Base):
    """One file. Its bytes are loaded by nothing but `services.attachments`, which leaves a trace."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(f"ordinal BETWEEN 1 AND {MOST_OF_A_CASE}", name="ordinal_counts"),
        CheckConstraint(one_of("source", Source), name="source_known"),
        CheckConstraint(one_of("media_type", MediaType), name="media_type_known"),
        CheckConstraint(f"size BETWEEN 1 AND {LARGEST_KEPT}", name="size_bounded"),
        CheckConstraint(f"received_sha256 ~ {_HASH} AND sha256 ~ {_HASH}", name="hashes_are_hashes"),
        CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name="there_or_erased"),
        {"comment": "Tệp gửi kèm ý kiến, mã hóa; khi xóa chỉ còn lại mã băm"},
    )

    comment_id: Mapped[UUID] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, comment="The comment that it came with"
    )
    ordinal: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Its number among the files of the comment, from 1"
    )
    source: Mapped[str] = mapped_column(comment="filing, supplement or origin: what it came with")
    media_type: Mapped[str] = mapped_column(comment="image/jpeg, encoded anew by us, or application/pdf as it came")
    size: Mapped[int] = mapped_column(comment="Bytes as it is kept, before encryption")
    received_sha256: Mapped[str] = mapped_column(comment="SHA-256 of what was sent, in hexadecimal")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of what is kept, in hexadecimal")
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, deferred_raiseload=True, comment="The file, encrypted; empty once it is erased"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When it came")
    erased_at: Mapped[datetime | None] = mapped_column(comment="When its bytes were erased")
