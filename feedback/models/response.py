"""A response: the answer of a body, from draft to sent."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.answer import Outcome
from feedback.models.columns import one_of

STATES = ("draft", "submitted", "approved", "sent_back", "sent")


class Response(Base):
    """One answer. Whoever wrote it cannot be the one who approves it."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 20000", name="text_length"),
        CheckConstraint("text IS NFC NORMALIZED", name="text_is_nfc"),
        CheckConstraint("checker_id <> author_id AND checker_id <> ALL (writer_ids)", name="four_eyes"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint("state NOT IN ('approved', 'sent') OR checker_id IS NOT NULL", name="sent_was_checked"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint("outcome <> 'planned' OR planned_on IS NOT NULL OR state = 'draft'", name="planned_has_day"),
        CheckConstraint("state <> 'sent_back' OR check_note IS NOT NULL", name="sent_back_has_note"),
        # One answer at a time is on its way.
        Index(
            "uq_response_open",
            "comment_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'submitted', 'approved')"),
        ),
        Index("ix_response_comment", "comment_id", "id"),
        {"comment": "Trả lời của cơ quan: từ dự thảo đến khi gửi"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The comment that it answers")
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), comment="The body that answers")
    text: Mapped[str] = mapped_column(comment="The answer, NFC")
    state: Mapped[str] = mapped_column(comment="draft, submitted, approved, sent_back or sent")
    author_id: Mapped[int] = mapped_column(
        ForeignKey("officer.id"), comment="Who began it, then who put it to the checker"
    )
    writer_ids: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default="{}", comment="Everybody who had a hand in the draft"
    )
    checker_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who checked it")
    outcome: Mapped[str | None] = mapped_column(
        comment="What the body says came of it: resolved, explained, planned, not_possible or forwarded"
    )
    planned_on: Mapped[date | None] = mapped_column(comment="By when the body promises it, if planned")
    checklist: Mapped[dict[str, bool] | None] = mapped_column(
        JSONB, comment="What the checker found of each point of the quality gate"
    )
    check_note: Mapped[str | None] = mapped_column(comment="What the checker asked to mend")
    created_at: Mapped[datetime] = mapped_column(comment="When the draft was begun")
    submitted_at: Mapped[datetime | None] = mapped_column(comment="When it was put to the checker")
    checked_at: Mapped[datetime | None] = mapped_column(comment="When it was approved or sent back")
    sent_at: Mapped[datetime | None] = mapped_column(comment="When it was sent to the citizen")
