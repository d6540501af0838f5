"""A public body: who can owe an answer."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base

LEVELS = ("party_central", "party_local", "ministry", "local")


class Body(Base):
    """One public body. A class that is bound to a place has one body per province, or per commune."""

    __tablename__ = "body"
    __table_args__ = (
        CheckConstraint("level IN ('party_central', 'party_local', 'ministry', 'local')", name="level_known"),
        CheckConstraint("code ~ '^[A-Z][A-Z_]*(:[A-Z0-9_]+)*$'", name="code_form"),
        Index("ix_body_class_province", "class_code", "province"),
        {"comment": "Cơ quan có thể chịu trách nhiệm trả lời"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Identifier")
    code: Mapped[str] = mapped_column(
        unique=True, comment="Code: the class, and the place after a colon if bound to one"
    )
    class_code: Mapped[str] = mapped_column(comment="Routing class, one of the 30")
    name: Mapped[str] = mapped_column(comment="Full name in Vietnamese")
    short_name: Mapped[str] = mapped_column(comment="Short name for tables")
    level: Mapped[str] = mapped_column(comment="party_central, party_local, ministry or local")
    province: Mapped[str | None] = mapped_column(
        ForeignKey("province.code"), comment="Its province, for a body of one place"
    )
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), comment="The body above it, for a commune")
    mandate: Mapped[str] = mapped_column(comment="What it is charged with, in Vietnamese")
    blind: Mapped[bool] = mapped_column(
        server_default="false", comment="Whether its officials never see who sent a comment"
    )
    active: Mapped[bool] = mapped_column(server_default="true", comment="False once merged or abolished; never deleted")
