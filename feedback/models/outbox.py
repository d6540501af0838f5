"""The outbox: work promised in the same transaction as the fact that calls for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base

STATES = ("pending", "done", "dead")


class Outbox(Base):
    """One promise. It is pending until its effect is in the database, whatever happens to Redis."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("topic IN ('classify', 'notify', 'compare')", name="topic_known"),
        CheckConstraint("state IN ('pending', 'done', 'dead')", name="state_known"),
        CheckConstraint("(state = 'pending') = (finished_at IS NULL)", name="finished_has_time"),
        CheckConstraint("num_nonnulls(comment_id, digest_id) = 1", name="about_one"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index("ix_outbox_due", "topic", "available_at", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_dead", "id", postgresql_where=text("state = 'dead'")),
        {"comment": "Việc đã hứa làm, ghi cùng giao dịch với sự kiện sinh ra nó"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of writing")
    topic: Mapped[str] = mapped_column(comment="Which job does it: classify, notify or compare")
    comment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("comment.id"), comment="The comment that it concerns; empty for a digest"
    )
    notification_id: Mapped[int | None] = mapped_column(
        ForeignKey("notification.id"), comment="The message to send, for topic notify"
    )
    digest_id: Mapped[int | None] = mapped_column(
        ForeignKey("officer_digest.id"), comment="The officer's digest to send, for topic notify"
    )
    state: Mapped[str] = mapped_column(server_default="pending", comment="pending, done or dead")
    attempts: Mapped[int] = mapped_column(server_default="0", comment="How many times a worker took it")
    available_at: Mapped[datetime] = mapped_column(comment="Not before this time; a claim moves it ahead as a lease")
    last_error: Mapped[str | None] = mapped_column(comment="Kind of the last failure; never content")
    created_at: Mapped[datetime] = mapped_column(comment="When it was promised")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When it was done, or given up")
