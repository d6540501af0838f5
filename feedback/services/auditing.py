"""The audit of automatic decisions: a random share is drawn and waits until an official has judged it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update

from feedback.db import UtcDateTime, session
from feedback.domain.learning import AUDIT_SHARE
from feedback.models import AuditSample, Comment, Label

LOOKS_BACK = timedelta(days=30)
OVERLAP = timedelta(days=1)  # a decision's transaction may end after a later one was drawn


@dataclass(frozen=True, slots=True)
class Unread:
    """A drawn comment in which nobody has looked for personal data yet."""

    comment_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the audit stands: drawn, judged, and of those right."""

    drawn: int
    judged: int
    right: int


def draw(*, at: datetime) -> int:
    """Draw the share of the automatic decisions that the hash of the comment's id picks; return how many are new.

    Safe to repeat: the hash decides, not the day.
    """
    last = session().scalar(select(func.max(AuditSample.drawn_at)))
    since = max(at - LOOKS_BACK, last - OVERLAP) if last else at - LOOKS_BACK
    return len(session().execute(_DRAW, {"since": since, "at": at, "share": AUDIT_SHARE}).all())


def unread(*, limit: int) -> Sequence[Unread]:
    """Waiting samples in which personal data must still be looked for, oldest first."""
    rows = session().execute(
        select(AuditSample.comment_id, Comment.title, Comment.text)
        .join(Comment, Comment.id == AuditSample.comment_id)
        .where(AuditSample.label_id.is_(None), AuditSample.hidden.is_(None))
        .order_by(AuditSample.drawn_at, AuditSample.comment_id)
        .limit(limit)
    )
    return [Unread(row.comment_id, f"{row.title}\n{row.text}") for row in rows]


def hide(*, spans: Mapping[UUID, Sequence[Sequence[object]]]) -> None:
    """Keep where personal data stands: start, end and type in title and text with one line break between."""
    for comment_id, found in spans.items():
        session().execute(
            update(AuditSample)
            .where(AuditSample.comment_id == comment_id)
            .values(hidden=[list(span) for span in found])
        )


def answer(*, comment_id: UUID, label: Label) -> bool:
    """Let a label answer the waiting sample of its comment; False when none waits."""
    answered = session().execute(
        update(AuditSample)
        .where(AuditSample.comment_id == comment_id, AuditSample.label_id.is_(None))
        .values(label_id=label.id)
        .returning(AuditSample.comment_id)
    )
    return answered.scalar() is not None


def standing() -> Standing:
    """How the audit stands, over all models."""
    row = session().execute(_STANDING).one()
    return Standing(row.drawn, row.judged, row.right)


# The same hash as `domain.learning.is_drawn`.
_DRAW = text("""
INSERT INTO audit_sample (comment_id, decision_id, drawn_at, chance)
SELECT DISTINCT ON (comment_id) comment_id, id, :at, :share
FROM routing_decision
WHERE outcome = 'auto' AND at >= :since AND at <= :at
  AND ('x' || left(encode(sha256(convert_to('audit:' || comment_id::text, 'UTF8')), 'hex'), 8))::bit(32)::bigint
      < :share * 4294967296
  AND NOT EXISTS (SELECT FROM comment WHERE comment.id = comment_id AND comment.erased = 'text')
ORDER BY comment_id, id
ON CONFLICT DO NOTHING
RETURNING comment_id
""").bindparams(bindparam("since", type_=UtcDateTime()), bindparam("at", type_=UtcDateTime()))

_STANDING = text("""
SELECT count(*) AS drawn, count(label.id) AS judged,
    count(*) FILTER (WHERE label.class_code = decision.class_code) AS right
FROM audit_sample
JOIN routing_decision AS decision ON decision.id = audit_sample.decision_id
LEFT JOIN label ON label.id = audit_sample.label_id
""")
