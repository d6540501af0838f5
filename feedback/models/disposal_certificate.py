"""A disposal certificate: that data of one case was erased, by what rule, when, and by which two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class DisposalCertificate(Base):
    """One certificate. It survives what it certifies: a trigger refuses UPDATE, DELETE and TRUNCATE."""

    __tablename__ = "disposal_certificate"
    __table_args__ = (
        CheckConstraint("first_reviewer_id <> second_reviewer_id", name="two_reviewers"),
        Index("ix_disposal_certificate_comment", "comment_id", "id"),
        {"comment": "Chứng nhận đã xóa dữ liệu; chỉ được ghi thêm"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The case, of which a stub remains")
    reference: Mapped[str] = mapped_column(comment="Its public number")
    batch_id: Mapped[int] = mapped_column(ForeignKey("disposal_batch.id"), comment="The batch that it went with")
    erased: Mapped[str] = mapped_column(comment="By which row of the schedule: identity, text or request")
    months: Mapped[int | None] = mapped_column(comment="The term as it was then; empty for a request")
    source: Mapped[str] = mapped_column(comment="The authority as it was then")
    counts: Mapped[dict[str, int]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="How many rows of which sort were erased or made anonymous"
    )
    erased_at: Mapped[datetime] = mapped_column(comment="When it was erased")
    first_reviewer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who verified")
    second_reviewer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who approved")
