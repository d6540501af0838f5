"""A golden case: a text and the body that it must reach, whatever rules are made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.vocabulary import Channel, Kind, SenderKind
from feedback.models.columns import one_of


class GoldenCase(Base):
    """One line of the table that a rule is tried on before it is saved."""

    __tablename__ = "golden_case"
    __table_args__ = (
        CheckConstraint("char_length(title) BETWEEN 1 AND 300 AND title IS NFC NORMALIZED", name="title_form"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 5000 AND text IS NFC NORMALIZED", name="text_form"),
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        CheckConstraint(one_of("channel", Channel), name="channel_known"),
        CheckConstraint(one_of("sender_kind", SenderKind), name="sender_kind_known"),
        {"comment": "Bảng chuẩn: ý kiến mẫu và cơ quan phải nhận"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier")
    title: Mapped[str] = mapped_column(unique=True, comment="Title, written by us")
    text: Mapped[str] = mapped_column(comment="Text, written by us")
    kind: Mapped[str] = mapped_column(server_default="phan_anh", comment="Kind")
    field: Mapped[str | None] = mapped_column(comment="Field, if the sender chose one")
    province: Mapped[str | None] = mapped_column(ForeignKey("province.code"), comment="Province, if there is one")
    channel: Mapped[str] = mapped_column(server_default="web", comment="Channel")
    sender_kind: Mapped[str] = mapped_column(server_default="ca_nhan", comment="Sort of sender")
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), comment="The body that it must reach")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who added it; empty for ours")
    created_at: Mapped[datetime] = mapped_column(comment="When it was added")
