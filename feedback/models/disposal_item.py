"""A disposal item: one case in one batch, and what became of it there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.retention import ItemState
from feedback.models.columns import one_of


class DisposalItem(Base):
    """One case of a batch. A case lies in one batch at a time."""

    __tablename__ = "disposal_item"
    __table_args__ = (
        CheckConstraint(one_of("state", ItemState), name="state_known"),
        CheckConstraint(
            "(state = 'removed_by_reviewer') = (reason IS NOT NULL AND removed_by_id IS NOT NULL)",
            name="removed_has_reason",
        ),
        CheckConstraint("(state = 'kept') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint("reason IS NFC NORMALIZED", name="reason_is_nfc"),
        Index("uq_disposal_item_kept", "comment_id", unique=True, postgresql_where=text("state = 'kept'")),
        Index("ix_disposal_item_comment", "comment_id"),
        {"comment": "Từng ý kiến trong đợt xóa dữ liệu"},
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("disposal_batch.id"), primary_key=True, comment="The batch")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The case")
    state: Mapped[str] = mapped_column(
        server_default="kept",
        comment="kept (in the batch), removed_by_reviewer, moved (to another batch), spared (may not go any more),"
        " done",
    )
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who took it out")
    reason: Mapped[str | None] = mapped_column(comment="Why it was taken out, in the officer's words, NFC")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it left the batch, in whichever way")
