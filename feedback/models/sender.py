"""A sender: identity and contact of whoever filed, apart from the comment and encrypted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.models.columns import Encrypted


class Sender(Base):
    """Who filed one comment. No relationship leads here: only `services.identity` reads it, and leaves a trace."""

    __tablename__ = "sender"
    __table_args__ = (
        CheckConstraint("NOT consent_publish_name OR consent_publish", name="name_only_with_content"),
        {"comment": "Danh tính và liên hệ của người gửi, mã hóa, tách khỏi nội dung"},
    )

    comment_id: Mapped[UUID] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, comment="The comment that this person filed"
    )
    name: Mapped[str | None] = mapped_column(Encrypted, comment="Full name, encrypted")
    organisation: Mapped[str | None] = mapped_column(
        Encrypted, comment="Name of the business or organisation, encrypted"
    )
    tax_code: Mapped[str | None] = mapped_column(Encrypted, comment="Tax code of the business, encrypted")
    email: Mapped[str | None] = mapped_column(Encrypted, comment="E-mail address, encrypted")
    phone: Mapped[str | None] = mapped_column(Encrypted, comment="Telephone number, encrypted")
    address: Mapped[str | None] = mapped_column(Encrypted, comment="Postal address, encrypted")
    callback_url: Mapped[str | None] = mapped_column(
        Encrypted, comment="Address of another system to be told of progress, encrypted"
    )
    consent_process: Mapped[bool] = mapped_column(comment="Agreed that the data be processed to answer")
    consent_contact: Mapped[bool] = mapped_column(comment="Agreed to be told of progress by e-mail or telephone")
    consent_publish: Mapped[bool] = mapped_column(
        comment="Agreed that the content, personal data removed, be published"
    )
    consent_publish_name: Mapped[bool] = mapped_column(comment="Agreed that the name be published with it")
    consent_at: Mapped[datetime] = mapped_column(comment="When these answers were given")
