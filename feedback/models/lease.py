"""A lease: which process holds a duty that only one may hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class Lease(Base):
    """One duty, its holder, and until when. The database's clock decides."""

    __tablename__ = "lease"
    __table_args__ = ({"comment": "Nhiệm vụ chỉ một tiến trình được giữ"},)

    name: Mapped[str] = mapped_column(primary_key=True, comment="The duty: clock, dispatcher, …")
    holder: Mapped[str] = mapped_column(comment="Which process holds it")
    until: Mapped[datetime] = mapped_column(comment="Until when, by the database's clock")
