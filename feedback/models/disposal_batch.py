"""A disposal batch: cases whose data is to be erased together, once two officers have looked at them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.retention import BatchStatus
from feedback.models.columns import one_of


class DisposalBatch(Base):
    """One batch. Whoever verified it cannot be the one who approves it."""

    __tablename__ = "disposal_batch"
    __table_args__ = (
        CheckConstraint(one_of("status", BatchStatus), name="status_known"),
        CheckConstraint("second_reviewer_id <> first_reviewer_id", name="four_eyes"),
        CheckConstraint("(first_reviewer_id IS NULL) = (verified_at IS NULL)", name="verified_has_time"),
        CheckConstraint("(second_reviewer_id IS NULL) = (approved_at IS NULL)", name="approved_has_time"),
        CheckConstraint("status <> 'verified' OR first_reviewer_id IS NOT NULL", name="verified_has_reviewer"),
        # Nothing is erased that two did not look at, whatever the code does.
        CheckConstraint(
            "status NOT IN ('approved', 'done') OR first_reviewer_id IS NOT NULL AND second_reviewer_id IS NOT NULL",
            name="approved_by_two",
        ),
        CheckConstraint(
            "(status = 'rejected') = (rejected_by_id IS NOT NULL AND rejected_at IS NOT NULL AND reason IS NOT NULL)",
            name="rejected_has_reason",
        ),
        CheckConstraint("(status = 'done') = (finished_at IS NOT NULL)", name="done_has_time"),
        CheckConstraint("(erases = 'request') = (due_at IS NOT NULL)", name="request_has_due_date"),
        CheckConstraint("reason IS NFC NORMALIZED", name="reason_is_nfc"),
        Index("ix_disposal_batch_approved", "id", postgresql_where=text("status = 'approved'")),
        {"comment": "Đợt xóa dữ liệu hết thời hạn lưu trữ, do hai cán bộ xem xét"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    erases: Mapped[str] = mapped_column(
        ForeignKey("retention_schedule.erases"), comment="By which row of the schedule, hence what is erased"
    )
    confidential: Mapped[bool] = mapped_column(
        server_default="false", comment="Whether its cases are such as only some officials may read; never mixed"
    )
    status: Mapped[str] = mapped_column(
        server_default="ready", comment="ready, verified, approved (being erased), rejected or done"
    )
    made_at: Mapped[datetime] = mapped_column(comment="When it was put together")
    due_at: Mapped[datetime | None] = mapped_column(comment="When a sender's request is to be decided")
    rebuilt_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("disposal_batch.id"), comment="The rejected batch whose other cases it holds"
    )
    first_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who verified it")
    verified_at: Mapped[datetime | None] = mapped_column(comment="When it was verified")
    second_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who approved it")
    approved_at: Mapped[datetime | None] = mapped_column(comment="When it was approved")
    rejected_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who rejected it")
    rejected_at: Mapped[datetime | None] = mapped_column(comment="When it was rejected")
    reason: Mapped[str | None] = mapped_column(comment="Why it was rejected, in the officer's words, NFC")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When the last of its cases was erased or spared")
