"""Which comments an official should label next: those on which the machine hesitated, and nobody has spoken yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text

from feedback.db import UtcDateTime, session
from feedback.models import Comment, TeachingPick

LOOKS_BACK = timedelta(days=90)
CONSIDERED = 400
LISTED = 50


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A comment between two bodies; `margin` is what the first candidate's probability is above the second's."""

    comment_id: UUID
    decision_id: int
    text: str
    margin: float


@dataclass(frozen=True, slots=True)
class Pick:
    """A comment to label, with where personal data stands in title and text."""

    doubtful: Doubtful
    hidden: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: the comment's number, the two bodies that it lies between, and by how little."""

    reference: str
    rank: int
    first: str
    second: str
    margin: float
    received_at: datetime


def doubtful(*, at: datetime) -> Sequence[Doubtful]:
    """The unlabelled comments of the last 90 days with the least margin, at most 400, the narrowest first.

    Complaints and denunciations are nobody's exercise: only what was screened as valid is here.
    """
    rows = session().execute(_DOUBTFUL, {"since": at - LOOKS_BACK, "limit": CONSIDERED})
    return [Doubtful(row.id, row.decision_id, f"{row.title}\n{row.text}", float(row.margin)) for row in rows]


def keep(*, picks: Sequence[Pick], at: datetime) -> None:
    """Make this the list."""
    session().execute(delete(TeachingPick))
    session().add_all(
        TeachingPick(
            comment_id=pick.doubtful.comment_id,
            decision_id=pick.doubtful.decision_id,
            rank=rank,
            margin=pick.doubtful.margin,
            picked_at=at,
            hidden=[list(span) for span in pick.hidden],
        )
        for rank, pick in enumerate(picks, 1)
    )
    session().flush()


def listed(*, limit: int) -> Sequence[Listed]:
    """The first of the list."""
    rows = session().execute(_LISTED, {"limit": limit})
    return [
        Listed(row.reference, row.rank, row.first, row.second or "", float(row.margin), row.received_at) for row in rows
    ]


def count() -> int:
    """How many comments are on the list."""
    return session().scalars(select(func.count()).select_from(TeachingPick).join(Comment)).one()


_DOUBTFUL = text("""
SELECT comment.id, comment.title, comment.text, said.id AS decision_id,
    least(1, greatest(0, (said.candidates->0->>'confidence')::float8
        - coalesce((said.candidates->1->>'confidence')::float8, 0))) AS margin
FROM (
    SELECT DISTINCT ON (comment_id) id, comment_id, candidates, screen, outcome
    FROM routing_decision WHERE made_by = 'machine' AND at >= :since ORDER BY comment_id, id DESC
) AS said JOIN comment ON comment.id = said.comment_id
WHERE said.outcome = 'desk' AND NOT comment.confidential AND comment.erased IS DISTINCT FROM 'text'
  AND coalesce(said.screen, 'hop_le') = 'hop_le' AND jsonb_array_length(said.candidates) > 0
  AND NOT EXISTS (SELECT FROM label WHERE label.comment_id = comment.id)
  AND NOT EXISTS (SELECT FROM audit_sample WHERE audit_sample.comment_id = comment.id)
ORDER BY margin, comment.id LIMIT :limit
""").bindparams(bindparam("since", type_=UtcDateTime()))

_LISTED = text("""
SELECT comment.reference, comment.received_at, pick.rank, pick.margin,
    said.candidates->0->>'body' AS first, said.candidates->1->>'body' AS second
FROM teaching_pick AS pick JOIN comment ON comment.id = pick.comment_id
JOIN routing_decision AS said ON said.id = pick.decision_id
ORDER BY pick.rank LIMIT :limit
""").columns(received_at=UtcDateTime())
