"""Batches of cases past their term are put together for review; what may not go is never among them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, text

from feedback.db import UtcDateTime, session
from feedback.domain.retention import LARGEST_BATCH, PROPOSED_AGAIN, Erasing
from feedback.domain.status import SETTLED
from feedback.models import DisposalBatch, DisposalItem, RetentionSchedule
from feedback.services import admin_log, retention

MOST_BATCHES = 20  # of one sort at a time; the rest waits for the next slot

# What is gone with it: a case whose text went has no identity left to erase.
_COVERED_BY = {
    Erasing.IDENTITY: [Erasing.IDENTITY, Erasing.TEXT, Erasing.REQUEST],
    Erasing.TEXT: [Erasing.TEXT, Erasing.REQUEST],
}


def propose(*, at: datetime) -> list[DisposalBatch]:
    """Put the cases past their term into batches, at most LARGEST_BATCH each, the longest ended first.

    Never a case that is open or held, or was merged with one that is open, nor one whose sender wrote within the
    schedule's quiet days, nor one that lies in another batch, nor, for a year, one that a reviewer took out. Text goes
    before identity: one erasure is enough. Confidential cases have batches of their own.
    """
    return [
        batch
        for erases in (Erasing.TEXT, Erasing.IDENTITY)
        for confidential in (False, True)
        for batch in _of_sort(erases, confidential, at)
    ]


def _of_sort(erases: Erasing, confidential: bool, at: datetime) -> list[DisposalBatch]:
    term, batches = retention.schedule(erases=erases), list[DisposalBatch]()
    while len(batches) < MOST_BATCHES:
        due = _due(term, confidential, at)
        if not due:
            break
        batch = DisposalBatch(erases=erases, confidential=confidential, made_at=at)
        session().add(batch)
        session().flush()
        session().execute(insert(DisposalItem), [{"batch_id": batch.id, "comment_id": each} for each in due])
        admin_log.write(action="disposal_proposed", at=at, data={"batch": batch.id, "cases": len(due)})
        batches.append(batch)
    return batches


def _due(term: RetentionSchedule, confidential: bool, at: datetime) -> list[object]:
    rows = session().execute(
        _DUE,
        {
            "settled": sorted(SETTLED),
            "confidential": confidential,
            "at": at,
            "months": term.months,
            "quiet_since": at - timedelta(days=term.quiet_days or 0),
            "covered_by": _COVERED_BY[Erasing(term.erases)],
            "erases": term.erases,
            "taken_out_since": at - PROPOSED_AGAIN,
            "limit": LARGEST_BATCH,
        },
    )
    return list(rows.scalars())


# A case that was answered and never closed has ended when it was last touched.
_DUE = text("""
SELECT comment.id FROM comment
WHERE comment.status = ANY(:settled) AND NOT comment.held AND comment.confidential = :confidential
  AND coalesce(comment.closed_at, comment.updated_at) <= :at - make_interval(months => :months)
  AND NOT EXISTS (
    SELECT FROM disposal_certificate AS gone
    WHERE gone.comment_id = comment.id AND gone.erased = ANY(:covered_by)
      AND gone.erased_at >= coalesce(comment.closed_at, comment.updated_at))
  AND NOT EXISTS (
    SELECT FROM comment AS lead WHERE lead.id = comment.merged_into_id AND lead.status <> ALL(:settled))
  AND NOT EXISTS (
    SELECT FROM audit_event AS said
    WHERE said.comment_id = comment.id AND said.actor = 'citizen' AND said.at > :quiet_since)
  AND NOT EXISTS (
    SELECT FROM disposal_item AS item JOIN disposal_batch AS batch ON batch.id = item.batch_id
    WHERE item.comment_id = comment.id AND (item.state = 'kept'
      OR item.state = 'removed_by_reviewer' AND batch.erases = :erases AND item.ended_at > :taken_out_since))
ORDER BY coalesce(comment.closed_at, comment.updated_at), comment.id LIMIT :limit
""").bindparams(*(bindparam(name, type_=UtcDateTime()) for name in ("at", "quiet_since", "taken_out_since")))
