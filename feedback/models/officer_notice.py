"""What an officer is told, once each, and the digest that tells it: one letter an officer and slot."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import one_of

DIGEST_STATES = ("pending", "sent", "not_wanted", "dead")


class OfficerDigest(Base):
    """One letter to one officer: everything that there is to tell at one time."""

    __tablename__ = "officer_digest"
    __table_args__ = (
        CheckConstraint(one_of("state", DIGEST_STATES), name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        UniqueConstraint("officer_id", "slot"),
        {"comment": "Thư tổng hợp gửi cán bộ, mỗi lượt nhiều nhất một thư"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="To whom")
    slot: Mapped[datetime] = mapped_column(comment="The slot of the timed job that made it")
    state: Mapped[str] = mapped_column(server_default="pending", comment="pending, sent, not_wanted or dead")
    message_id: Mapped[str] = mapped_column(unique=True, comment="Message-ID header, the same at every attempt")
    attempts: Mapped[int] = mapped_column(server_default="0", comment="How many times it was tried")
    last_error: Mapped[str | None] = mapped_column(comment="Kind of the last failure; never an address")
    created_at: Mapped[datetime] = mapped_column(comment="When it was made")
    sent_at: Mapped[datetime | None] = mapped_column(comment="When the mail server took it")


class OfficerNotice(Base):
    """One thing that one officer is to be told."""

    __tablename__ = "officer_notice"
    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z]+(_[a-z]+)?(_[0-9])?$'", name="kind_form"),
        # A job that runs twice, on one clock or on two, tells nothing twice.
        UniqueConstraint("comment_id", "kind", "occasion", "officer_id", "view_id", postgresql_nulls_not_distinct=True),
        Index("ix_officer_notice_waiting", "officer_id", postgresql_where=text("digest_id IS NULL")),
        Index("ix_officer_notice_digest", "digest_id"),
        {"comment": "Việc cần báo cho từng cán bộ"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), comment="Who is to be told")
    kind: Mapped[str] = mapped_column(comment="What it is: clock and what of it, or stuck")
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"), comment="The case, if it is about one")
    occasion: Mapped[datetime] = mapped_column(comment="The due date that it tells of, or the day of a report")
    created_at: Mapped[datetime] = mapped_column(comment="When it was found")
    view_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_view.id"), comment="The saved view that found it, if one did"
    )
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("officer_digest.id"), comment="The letter that tells it")
