"""A batch: one action done to many cases at once, and how it ended with each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

ITEM_STATES = ("done", "failed")


class BulkBatch(Base):
    """One action over a selection. Its identifier comes with the form: the same form sent twice is one batch."""

    __tablename__ = "bulk_batch"
    __table_args__ = (
        CheckConstraint("action ~ '^[a-z]+(-[a-z]+)*$'", name="action_form"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 5000", name="reason_length"),
        CheckConstraint("size BETWEEN 1 AND 200", name="size_bounded"),
        CheckConstraint("jsonb_typeof(facts) = 'object'", name="facts_are_object"),
        Index("ix_bulk_batch_officer", "officer_id", "at"),
        {"comment": "Lượt xử lý hàng loạt"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Identifier, drawn when the form was shown")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who did it")
    action: Mapped[str] = mapped_column(comment="What was done, a code of the register of bulk actions")
    reason: Mapped[str] = mapped_column(comment="Why, in the officer's words")
    facts: Mapped[dict[str, str]] = mapped_column(
        JSONB, comment="Codes and numbers that go with it; never words to a citizen"
    )
    size: Mapped[int] = mapped_column(comment="How many cases were selected")
    at: Mapped[datetime] = mapped_column(comment="When")


class BulkItem(Base):
    """How the action ended with one case of a batch."""

    __tablename__ = "bulk_item"
    __table_args__ = (
        CheckConstraint(one_of("state", ITEM_STATES), name="state_known"),
        CheckConstraint("(state = 'failed') = (sentence IS NOT NULL)", name="failed_has_sentence"),
        CheckConstraint("state = 'failed' OR comment_id IS NOT NULL", name="done_has_case"),
        {"comment": "Kết quả từng ý kiến của lượt xử lý hàng loạt"},
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_batch.id"), primary_key=True, comment="The batch")
    reference: Mapped[str] = mapped_column(primary_key=True, comment="Public number of the case as it was selected")
    comment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("comment.id"), index=True, comment="The case; empty when the officer may not know that it is there"
    )
    state: Mapped[str] = mapped_column(comment="done or failed")
    sentence: Mapped[str | None] = mapped_column(comment="Why it failed, a sentence of ours for the officer")
