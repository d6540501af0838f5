"""Whether the audit log is as it was written: chains case by case, and the seals kept outside the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text

from feedback.db import session
from feedback.domain import audit
from feedback.domain.seal import Seal, Sealed
from feedback.domain.status import Actor

_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Break:
    """The first event that is not as it was written: of which case, which place in its chain, and what is wrong."""

    comment_id: UUID
    sequence: int
    why: str


class _Row(Protocol):
    """An event beside the head that its case remembers."""

    comment_id: UUID
    head_sequence: int
    head_hash: str


def unsealed(*, since: int) -> tuple[int, list[Sealed]]:
    """The transaction number below which everything is settled, and the events from `since` up to it."""
    horizon = session().execute(_HORIZON).scalar_one()
    rows = session().execute(_UNSEALED, {"since": since, "horizon": horizon})
    return horizon, [Sealed(row.comment_id, row.sequence, row.hash) for row in rows]


def first_break(*, seals: Sequence[Seal]) -> Break | None:
    """The first broken event of the log, by case and sequence, or against the `seals`; None when all is whole."""
    sealed = {(event.comment_id, event.sequence): event.hash for seal in seals for event in seal.events}
    with session().execute(_LOG.execution_options(yield_per=_ROWS)) as log:
        for comment_id, rows in groupby(log, key=lambda row: row.comment_id):
            found = _break_in_case(comment_id, list(rows), sealed)
            if found is not None:
                return found
    if sealed:
        comment_id, sequence = min(sealed)
        return Break(comment_id, sequence, "missing")
    return None


def break_of(*, comment_id: UUID) -> Break | None:
    """The first broken event of one case's chain; None when it is whole. Seals are outside: `first_break` asks them."""
    rows = session().execute(_LOG_OF_CASE, {"case": comment_id}).all()
    return _break_in_case(comment_id, rows, {})


def _break_in_case(comment_id: UUID, rows: Sequence[Any], sealed: dict[tuple[UUID, int], str]) -> Break | None:
    events = [event_of(row=row) for row in rows if row.sequence is not None]
    broken = audit.first_break(events)
    if broken is not None:
        return Break(comment_id, broken, "chain")
    for event in events:
        if sealed.pop((comment_id, event.sequence), event.hash) != event.hash:
            return Break(comment_id, event.sequence, "seal")
    head: _Row = rows[0]
    last = (events[-1].sequence, events[-1].hash) if events else (0, audit.START)
    if last != (head.head_sequence, head.head_hash):
        return Break(comment_id, min(last[0], head.head_sequence) + 1, "head")
    return None


def event_of(*, row: Any) -> audit.Event:
    """A row of the log as the domain checks it."""
    return audit.Event(
        row.comment_id,
        row.sequence,
        row.at,
        Actor(row.actor),
        row.officer_id,
        row.action,
        row.data,
        row.previous_hash,
        row.hash,
    )


# What a transaction that is still open has written lies at or above the horizon, however long it stays open.
_HORIZON = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")

_UNSEALED = text("""
SELECT comment_id, sequence, hash FROM audit_event
WHERE transaction >= :since AND transaction < :horizon
ORDER BY transaction, comment_id, sequence
""")

_EVENTS = """
SELECT comment.id AS comment_id, comment.audit_sequence AS head_sequence, comment.audit_hash AS head_hash,
    event.sequence, event.at, event.actor, event.officer_id, event.action, event.data, event.previous_hash, event.hash
FROM comment LEFT JOIN audit_event AS event ON event.comment_id = comment.id
"""
_LOG = text(f"{_EVENTS} ORDER BY comment.id, event.sequence")
_LOG_OF_CASE = text(f"{_EVENTS} WHERE comment.id = :case ORDER BY event.sequence")
