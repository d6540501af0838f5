"""A session of an officer, kept under the hash of its identifier."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class OfficerSession(Base):
    """One signed-in browser. A stolen table opens nothing: only the hash of the 256-bit identifier is here."""

    __tablename__ = "officer_session"
    __table_args__ = (
        Index("ix_officer_session_officer", "officer_id"),
        {"comment": "Phiên làm việc của cán bộ"},
    )

    id_hash: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the session identifier")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who is signed in, if anybody")
    data: Mapped[dict[str, object]] = mapped_column(
        JSONB, comment="What the session holds; never identities of citizens"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When it began; it ends 12 hours later whatever happens")
    seen_at: Mapped[datetime] = mapped_column(comment="Last request; it ends after 30 idle minutes")
