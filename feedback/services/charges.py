"""What an officer was charged with, for the letter that tells it: one notice a case, or one a batch of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from feedback.db import UtcDateTime, session
from feedback.domain.status import SETTLED

HEADING = "Được giao xử lý"
_DONE = ", ".join(f"'{status}'" for status in sorted(SETTLED))


def told_by(*, digest_id: int) -> Sequence[Any]:
    """Rows of reference, short_name, due_at that the letter is to name, soonest due first, each once.

    What was settled, is held or confidential, or was given to somebody else meanwhile is left out.
    """
    return session().execute(_TOLD, {"digest": digest_id}).all()


_TOLD = text(f"""
WITH told AS (
    SELECT officer_id, comment_id, occasion FROM officer_notice WHERE digest_id = :digest AND kind = 'assigned'
), charged AS (
    SELECT officer_id, comment_id FROM told WHERE comment_id IS NOT NULL
    UNION
    SELECT told.officer_id, bulk_item.comment_id
    FROM told
    JOIN bulk_batch ON bulk_batch.at = told.occasion AND bulk_batch.facts ->> 'assignee' = told.officer_id::text
    JOIN bulk_item ON bulk_item.batch_id = bulk_batch.id AND bulk_item.state = 'done'
    WHERE told.comment_id IS NULL
)
SELECT comment.reference, body.short_name, comment.due_at
FROM charged
JOIN comment ON comment.id = charged.comment_id AND comment.assignee_id = charged.officer_id
LEFT JOIN body ON body.id = comment.body_id
WHERE comment.status NOT IN ({_DONE}) AND NOT comment.held AND NOT comment.confidential
ORDER BY comment.due_at, comment.reference
""").columns(due_at=UtcDateTime())  # noqa: S608 -- ours
