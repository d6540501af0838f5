"""A model release: a trained model, what it learned from, how it compares, and whether it is in use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base
from feedback.domain.learning import ReleaseState
from feedback.models.columns import one_of


class ModelRelease(Base):
    """One trained model."""

    __tablename__ = "model_release"
    __table_args__ = (
        CheckConstraint(one_of("state", ReleaseState), name="state_known"),
        CheckConstraint("version ~ '^[0-9a-f]{12}$'", name="version_form"),
        CheckConstraint("corpus_rows >= 0 AND label_rows >= 0", name="rows_counted"),
        CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="refused_has_reason"),
        CheckConstraint("state <> 'champion' OR promoted_at IS NOT NULL", name="champion_has_time"),
        CheckConstraint("rolled_back_at IS NULL OR state <> 'champion'", name="champion_stands"),
        # The service has one model in use, and offers at most one in its place.
        Index("uq_model_release_champion", "state", unique=True, postgresql_where=text("state = 'champion'")),
        Index("uq_model_release_challenger", "state", unique=True, postgresql_where=text("state = 'challenger'")),
        {"comment": "Các bản của bộ phân loại: học từ đâu, kết quả so sánh, đang dùng hay không"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    version: Mapped[str] = mapped_column(unique=True, comment="Name taken from its content")
    trained_at: Mapped[datetime] = mapped_column(comment="When it was trained")
    corpus_rows: Mapped[int] = mapped_column(comment="Texts of the corpus that it learned from")
    label_rows: Mapped[int] = mapped_column(comment="Officials' labels that it learned from")
    last_label_id: Mapped[int | None] = mapped_column(
        ForeignKey("label.id"), comment="The newest label that there was when it was trained"
    )
    figures: Mapped[dict[str, object]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="The comparison card: figures of it and of the champion of its day"
    )
    state: Mapped[str] = mapped_column(comment="challenger, champion, retired or refused")
    reason: Mapped[str | None] = mapped_column(comment="Why it was refused, or why it is ready, in Vietnamese")
    path: Mapped[str] = mapped_column(comment="Its directory under MODEL_DIR")
    promoted_at: Mapped[datetime | None] = mapped_column(comment="When it was last put into use")
    promoted_by: Mapped[int | None] = mapped_column(
        ForeignKey("officer.id"), comment="Who put it into use; empty for the nightly job or a deployment"
    )
    rolled_back_at: Mapped[datetime | None] = mapped_column(comment="When it was taken out of use by a roll-back")
    rolled_back_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="Who rolled it back")
