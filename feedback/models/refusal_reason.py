"""A refusal reason: why a comment may lawfully not be taken on, and what its sender is told."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class RefusalReason(Base):
    """One reason. No case is refused for any other."""

    __tablename__ = "refusal_reason"
    __table_args__ = (
        CheckConstraint("code ~ '^[a-z_]{2,40}$'", name="code_form"),
        CheckConstraint("certainty IN ('read', 'presumed', 'ours')", name="certainty_known"),
        {"comment": "Lý do từ chối tiếp nhận, kèm căn cứ và mức độ chắc chắn"},
    )

    code: Mapped[str] = mapped_column(primary_key=True, comment="Code, lower case")
    position: Mapped[int] = mapped_column(comment="Place in the list")
    name: Mapped[str] = mapped_column(comment="Name, for officials")
    sentence: Mapped[str] = mapped_column(comment="What the sender is told")
    referral: Mapped[str] = mapped_column(comment="Where the sender may turn next")
    source: Mapped[str] = mapped_column(comment="Legal source, or that it is our own rule")
    certainty: Mapped[str] = mapped_column(comment="read (seen in a source), presumed, or ours")
    active: Mapped[bool] = mapped_column(server_default="true", comment="Whether it may be chosen now")
