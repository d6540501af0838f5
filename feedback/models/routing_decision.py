"""A routing decision: who said where a comment belongs, on what grounds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class RoutingDecision(Base):
    """One decision of the machine or of an officer."""

    __tablename__ = "routing_decision"
    __table_args__ = (
        CheckConstraint("made_by IN ('machine', 'officer')", name="made_by_known"),
        CheckConstraint(
            "outcome IN ('auto', 'desk', 'accepted', 'overridden', 'screen_confirmed', 'screen_overruled')",
            name="outcome_known",
        ),
        CheckConstraint("(made_by = 'officer') = (officer_id IS NOT NULL)", name="officer_named"),
        CheckConstraint(
            "outcome NOT IN ('overridden', 'screen_overruled') OR reason IS NOT NULL", name="override_has_reason"
        ),
        CheckConstraint("outcome NOT LIKE 'screen%' OR screen IS NOT NULL", name="screening_has_label"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_probability"),
        CheckConstraint("screen_confidence BETWEEN 0 AND 1", name="screen_confidence_is_probability"),
        CheckConstraint(
            "outcome IN ('desk', 'screen_confirmed', 'screen_overruled') OR body_id IS NOT NULL",
            name="body_unless_desk",
        ),
        # A job that runs twice must not decide twice: the machine decides once for a comment and a model.
        UniqueConstraint("comment_id", "model_version"),
        Index("ix_routing_decision_at", "at", "comment_id"),
        {"comment": "Quyết định chuyển ý kiến đến cơ quan: của máy hoặc của cán bộ"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, comment="Identifier, in order of time")
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), comment="The comment")
    at: Mapped[datetime] = mapped_column(comment="When it was decided")
    made_by: Mapped[str] = mapped_column(comment="machine or officer")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), comment="The officer who decided")
    outcome: Mapped[str] = mapped_column(
        comment="auto, desk (the machine abstained), accepted, overridden, screen_confirmed or screen_overruled"
    )
    class_code: Mapped[str | None] = mapped_column(comment="Routing class on top, or of the body chosen")
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), comment="The body chosen; empty for the desk")
    confidence: Mapped[float | None] = mapped_column(comment="Calibrated probability of the first candidate")
    candidates: Mapped[list[dict[str, object]]] = mapped_column(
        JSONB, server_default=text("'[]'"), comment="Ranked candidates: class and probability"
    )
    evidence: Mapped[list[dict[str, object]]] = mapped_column(
        JSONB, server_default=text("'[]'"), comment="Spans of the text that spoke for the first candidate, with weights"
    )
    screen: Mapped[str | None] = mapped_column(comment="Screening label, of whoever decided")
    screen_confidence: Mapped[float | None] = mapped_column(comment="Probability of the screening label")
    kind: Mapped[str | None] = mapped_column(comment="Kind that the machine read in the text")
    field: Mapped[str | None] = mapped_column(comment="Field that the machine read in the text")
    urgency: Mapped[list[dict[str, object]]] = mapped_column(
        JSONB, server_default=text("'[]'"), comment="Cues of urgency: cue, start and end in the text that was read"
    )
    coordinating: Mapped[list[dict[str, object]]] = mapped_column(
        JSONB, server_default=text("'[]'"), comment="Classes proposed to help the first: class and probability"
    )
    question: Mapped[str | None] = mapped_column(comment="The one question whose answer would decide, in Vietnamese")
    rule_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_view.id"), comment="The routing rule that chose the body, if one did"
    )
    model_version: Mapped[str | None] = mapped_column(comment="Version of the model; empty when an officer decided")
    reason: Mapped[str | None] = mapped_column(comment="Why, in the officer's words; obligatory for an override")
