"""A campaign: comments of the same words, or nearly, that are worked on and answered together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Identity
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class Campaign(Base):
    """One campaign; its members point to it, and its name and its lead are those of the first of them.

    Neither is kept here: a title copied here would outlive the erasure of its comment, and be read beyond its reach.
    """

    __tablename__ = "campaign"
    __table_args__ = ({"comment": "Đợt ý kiến giống nhau, được xử lý và trả lời cùng một lần"},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    made_at: Mapped[datetime] = mapped_column(comment="When its first members were found")
