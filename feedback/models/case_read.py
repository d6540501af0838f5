"""A reading: which officer last opened which case, and at which version."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class CaseRead(Base):
    """One officer's last reading of one case: what nobody read cannot be closed in bulk."""

    __tablename__ = "case_read"
    __table_args__ = ({"comment": "Cán bộ nào đã mở đọc ý kiến nào"},)

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, comment="The officer")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The case")
    version: Mapped[int] = mapped_column(comment="The version that was shown")
    at: Mapped[datetime] = mapped_column(comment="When")
