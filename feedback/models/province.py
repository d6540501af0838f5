"""A province or city of Viet Nam since 1 July 2025, with the former names that it holds."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class Province(Base):
    """One of the 34 provinces and cities."""

    __tablename__ = "province"
    __table_args__ = (
        CheckConstraint("kind IN ('thành phố', 'tỉnh')", name="kind_known"),
        {"comment": "34 tỉnh, thành phố từ ngày 01/7/2025 và tên cũ"},
    )

    code: Mapped[str] = mapped_column(primary_key=True, comment="Code")
    name: Mapped[str] = mapped_column(unique=True, comment="Name in Vietnamese")
    kind: Mapped[str] = mapped_column(comment="thành phố or tỉnh")
    merged_from: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), server_default="{}", comment="Names of the former provinces that it holds besides its own"
    )
