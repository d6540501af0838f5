"""A likeness: one key of a comment, by which comments that may report the same matter find each other."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class Likeness(Base):
    """One key of one comment: a band of its MinHash signature, or two telling things that it names together."""

    __tablename__ = "likeness"
    # The key comes first, so that the primary key's own btree answers a look-up without reading the table; the
    # comments' ids grow with time, so that it gives the newest first.
    __table_args__ = ({"comment": "Khóa tìm ý kiến giống nhau"},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, comment="The key, which names its sort as well")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), primary_key=True, comment="The comment")
