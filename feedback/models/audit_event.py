"""An audit event: what was done to a case, sealed by the hash of the event before it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.status import Actor
from feedback.models.columns import one_of


class AuditEvent(Base):
    """One event. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint(one_of("actor", Actor), name="actor_known"),
        CheckConstraint("hash ~ '^[0-9a-f]{64}$' AND previous_hash ~ '^[0-9a-f]{64}$'", name="hash_form"),
        # Two events cannot both be the next of a case: a chain never forks.
        UniqueConstraint("comment_id", "sequence"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_transaction", "transaction"),
        {"comment": "Nhật ký chỉ được ghi thêm, mỗi ý kiến một chuỗi băm"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of writing")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The case")
    sequence: Mapped[int] = mapped_column(comment="Place in the chain of this case, from 1")
    at: Mapped[datetime] = mapped_column(comment="When it happened")
    actor: Mapped[str] = mapped_column(comment="citizen, officer, machine or system")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="The officer, if one did it")
    action: Mapped[str] = mapped_column(comment="What was done")
    data: Mapped[dict[str, object]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Ids, codes and digests; never a citizen's words"
    )
    previous_hash: Mapped[str] = mapped_column(comment="Hash of the event before, zeros for the first")
    hash: Mapped[str] = mapped_column(comment="SHA-256 over this event and previous_hash")
    transaction: Mapped[int] = mapped_column(
        BigInteger,
        server_default=text("(pg_current_xact_id()::text::bigint)"),
        comment="Number of the transaction that wrote it: seals go by it, since identifiers may settle out of order",
    )
