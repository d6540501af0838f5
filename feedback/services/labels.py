"""What officials say of comments becomes labels, in the transaction in which they say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text

from feedback.db import session
from feedback.domain.learning import Origin, Screen, weight_of
from feedback.models import Comment, Label, Officer, RoutingDecision


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled text for training: title and text with one line break between, and the class that is right."""

    comment_id: UUID
    text: str
    class_code: str
    weight: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one decision of the machine stood before an official: its confidence, whether right, what it counts for."""

    confidence: float
    right: bool
    automatic: bool
    weight: float


def record(
    *,
    comment: Comment,
    officer: Officer,
    at: datetime,
    origin: Origin,
    class_code: str | None,
    screen: Screen = Screen.VALID,
    reason: str | None = None,
    decision: RoutingDecision | None = None,
) -> Label:
    """Write down where an official says that a comment belongs, or with no class what it is instead."""
    label = Label(
        comment_id=comment.id,
        class_code=class_code,
        screen=screen,
        officer_id=officer.id,
        at=at,
        reason=reason,
        origin=origin,
        weight=weight_of(origin),
        decision_id=decision.id if decision else None,
    )
    session().add(label)
    session().flush()
    return label


def lessons(*, until: int | None) -> list[Lesson]:
    """The last label of each comment up to this label, valid comments only, in the order of the labels.

    The weight is the heaviest that any label of the comment has: what was drawn for the audit stays drawn.
    """
    return [
        Lesson(row.comment_id, f"{row.title}\n{row.text}", row.class_code, float(row.weight), row.at)
        for row in session().execute(_LESSONS, {"until": until or 0})
    ]


def outcomes(*, model_version: str) -> list[Outcome]:
    """The decisions of one model on which officials have given judgement since, with what they said.

    A label counts once a comment, the last one. Automatic decisions count only when the audit drew them.
    """
    return [Outcome(*row) for row in session().execute(_OUTCOMES, {"model": model_version})]


def newest() -> int | None:
    """The id of the newest label."""
    return session().scalar(select(func.max(Label.id)))


def count_since(*, label_id: int | None) -> int:
    """How many labels came after this one."""
    return session().scalars(select(func.count()).where(Label.id > (label_id or 0))).one()


def by_origin() -> Sequence[tuple[str, int]]:
    """How many labels there are of each origin."""
    rows = session().execute(select(Label.origin, func.count()).group_by(Label.origin).order_by(Label.origin))
    return [(row[0], row[1]) for row in rows]


_LESSONS = text("""
SELECT last.comment_id, last.class_code, last.at, last.weight, comment.title, comment.text
FROM (
    SELECT DISTINCT ON (comment_id) id, comment_id, class_code, screen, at,
        max(weight) OVER (PARTITION BY comment_id) AS weight
    FROM label WHERE id <= :until ORDER BY comment_id, id DESC
) AS last JOIN comment ON comment.id = last.comment_id
WHERE last.screen = 'hop_le' AND NOT comment.confidential AND comment.erased IS DISTINCT FROM 'text' ORDER BY last.id
""")

_OUTCOMES = text("""
SELECT decision.confidence, coalesce(last.class_code = decision.class_code, false),
    decision.outcome = 'auto', CASE WHEN decision.outcome = 'auto' THEN 1 / sample.chance ELSE 1 END
FROM routing_decision AS decision
JOIN LATERAL (
    SELECT class_code FROM label
    WHERE label.comment_id = decision.comment_id AND label.at >= decision.at ORDER BY label.id DESC LIMIT 1
) AS last ON true
LEFT JOIN audit_sample AS sample ON sample.decision_id = decision.id AND sample.label_id IS NOT NULL
WHERE decision.made_by = 'machine' AND decision.model_version = :model AND decision.confidence IS NOT NULL
  AND (decision.outcome = 'desk' OR sample.decision_id IS NOT NULL)
ORDER BY decision.id
""")
