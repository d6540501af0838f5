"""Senders' requests for erasure that nobody decided in time: told once to whoever may decide them still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text

from feedback.db import UtcDateTime, session
from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.domain.retention import IN_REVIEW, ItemState

KIND = "erasure_late"
HEADING = "Yêu cầu xóa nội dung đã quá hạn trả lời người gửi, chờ xem xét ở trang Lưu trữ"


def tell(*, at: datetime) -> int:
    """Keep a notice of each request that is past its due date for every officer who may review it; how many.

    Whoever verified it cannot approve it, and is not told; of a confidential case only who may read such.
    """
    return len(session().execute(_TELL, {"at": at, "kind": KIND, **_ROLES}).all())


def told_by(*, digest_id: int) -> Sequence[Any]:
    """Rows of reference, short_name, due_at that a letter is to name: what was decided meanwhile is left out."""
    return session().execute(_TOLD, {"digest": digest_id, "kind": KIND}).all()


def _holding(*permissions: Permission) -> list[str]:
    return [str(role) for role in Role if set(permissions) <= GRANTS[role]]


_ROLES = {
    "reviewing": _holding(Permission.REVIEW_DISPOSAL),
    "trusted": _holding(Permission.REVIEW_DISPOSAL, Permission.SEE_CONFIDENTIAL),
}
_WAITS = f"""
disposal_batch.erases = 'request' AND disposal_batch.status IN ({", ".join(f"'{one}'" for one in sorted(IN_REVIEW))})
    AND NOT comment.held
"""
_OF_BATCH = f"""
disposal_batch
JOIN disposal_item ON disposal_item.batch_id = disposal_batch.id AND disposal_item.state = '{ItemState.KEPT}'
JOIN comment ON comment.id = disposal_item.comment_id
"""

_TELL = text(f"""
INSERT INTO officer_notice (officer_id, kind, comment_id, occasion, created_at)
SELECT officer.id, :kind, comment.id, disposal_batch.due_at, :at
FROM {_OF_BATCH}
JOIN officer ON officer.active AND officer.id IS DISTINCT FROM disposal_batch.first_reviewer_id
WHERE {_WAITS} AND disposal_batch.due_at < :at
  AND EXISTS (
    SELECT FROM officer_role WHERE officer_id = officer.id AND officer_role.role = ANY (
        CASE WHEN disposal_batch.confidential THEN CAST(:trusted AS text[]) ELSE CAST(:reviewing AS text[]) END))
ON CONFLICT DO NOTHING RETURNING id
""").bindparams(bindparam("at", type_=UtcDateTime()))  # noqa: S608 -- ours

_TOLD = text(f"""
SELECT comment.reference, body.short_name, disposal_batch.due_at
FROM {_OF_BATCH}
JOIN officer_notice ON officer_notice.comment_id = comment.id AND officer_notice.occasion = disposal_batch.due_at
LEFT JOIN body ON body.id = comment.body_id
WHERE {_WAITS} AND officer_notice.digest_id = :digest AND officer_notice.kind = :kind
  AND officer_notice.officer_id IS DISTINCT FROM disposal_batch.first_reviewer_id
ORDER BY disposal_batch.due_at, comment.reference
""").columns(due_at=UtcDateTime())  # noqa: S608 -- ours
