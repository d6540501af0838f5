"""Kept counts of comments: what changed since they were last folded, and the folded counts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base

EVERYWHERE = "*"
NO_BODY = 0
OF_A_PROVINCE = -1


class CommentChange(Base):
    """By how much one count changed: written by the trigger of `comment`, which thus waits for nobody."""

    __tablename__ = "comment_change"
    __table_args__ = ({"comment": "Thay đổi của số đếm ý kiến, chưa cộng dồn"},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier")
    body_id: Mapped[int] = mapped_column(comment="The body that owes the answer, 0 for none")
    province: Mapped[str] = mapped_column(comment="The province, empty for none")
    status: Mapped[str] = mapped_column(comment="The state")
    screened: Mapped[bool] = mapped_column(comment="Whether it waits because of the screening")
    confidential: Mapped[bool] = mapped_column(comment="Whether only officials charged with such letters may read it")
    number: Mapped[int] = mapped_column(comment="How many more, or when negative how many fewer")


class CommentCount(Base):
    """How many comments there are: by body, and once more by province; changes not folded yet are to be added."""

    __tablename__ = "comment_count"
    __table_args__ = (
        CheckConstraint(f"(province = '{EVERYWHERE}') = (body_id <> {OF_A_PROVINCE})", name="one_way"),
        {"comment": "Số đếm ý kiến theo cơ quan và theo tỉnh, cập nhật bởi cơ sở dữ liệu"},
    )

    body_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="The body, 0 for none; -1 in a count by province"
    )
    province: Mapped[str] = mapped_column(
        primary_key=True, comment="The province, empty for none; * in a count by body"
    )
    status: Mapped[str] = mapped_column(primary_key=True, comment="The state")
    screened: Mapped[bool] = mapped_column(primary_key=True, comment="Whether they wait because of the screening")
    confidential: Mapped[bool] = mapped_column(primary_key=True, comment="Whether they are kept from most officials")
    number: Mapped[int] = mapped_column(comment="How many")
