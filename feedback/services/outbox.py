"""The promises: taking them by lease, keeping them, giving them up, and seeing how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update

from feedback.db import session
from feedback.models import Notification, OfficerDigest, Outbox

MAX_ATTEMPTS = 5
SHORTEST_WAIT = timedelta(minutes=1)
ALONE_AFTER = 2  # a promise that failed twice is taken alone, so that it cannot take others down with it


@dataclass(frozen=True, slots=True)
class Claim:
    """One promise taken by this worker until its lease ends."""

    id: int
    comment_id: UUID
    notification_id: int | None
    attempts: int
    digest_id: int | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How one topic stands: promises due now, dead ones, and the age of the oldest due in seconds."""

    topic: str
    due: int
    dead: int
    oldest_seconds: float


def claim(*, topic: str, limit: int, lease: timedelta) -> list[Claim]:
    """Take up to `limit` due promises of a topic, oldest first, for the length of the lease.

    Whoever dies with them loses them when the lease ends: `available_at` is both "not before" and the lease. A promise
    that failed before is taken alone.
    """
    rows = session().execute(_CLAIM, {"topic": topic, "limit": limit, "alone": ALONE_AFTER, "lease": lease})
    return [Claim(row.id, row.comment_id, row.notification_id, row.attempts, row.digest_id) for row in rows]


def finish(*, ids: Sequence[int]) -> None:
    """These promises are kept."""
    session().execute(
        update(Outbox).where(Outbox.id.in_(ids), Outbox.state == "pending").values(state="done", finished_at=func.now())
    )


def give_up(*, identifier: int, error: str) -> None:
    """This promise is dead: it stays visible until an official retries it."""
    session().execute(
        update(Outbox)
        .where(Outbox.id == identifier, Outbox.state == "pending")
        .values(state="dead", finished_at=func.now(), last_error=error)
    )


def put_off(*, identifier: int, delay: timedelta, error: str) -> None:
    """This promise failed and is tried again after `delay`."""
    session().execute(
        update(Outbox)
        .where(Outbox.id == identifier, Outbox.state == "pending")
        .values(available_at=func.now() + delay, last_error=error)
    )


def wait_until(*, identifier: int, moment: datetime) -> None:
    """This promise may not be kept before that moment; having been taken in vain counts as no attempt.

    A minute at least by the database's clock: a worker whose own clock is slow must not take it again at once.
    """
    session().execute(
        update(Outbox)
        .where(Outbox.id == identifier, Outbox.state == "pending")
        .values(available_at=func.greatest(moment, func.now() + SHORTEST_WAIT), attempts=Outbox.attempts - 1)
    )


def release(*, ids: Sequence[int], error: str) -> None:
    """These promises failed together: each becomes due again at once, and the next claim takes them one by one."""
    session().execute(
        update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.state == "pending")
        .values(available_at=func.now(), last_error=error, attempts=func.greatest(Outbox.attempts, ALONE_AFTER))
    )


def retry(*, identifier: int) -> None:
    """Try a dead promise anew, and with it the message that it was to send."""
    revived = (
        session()
        .execute(
            update(Outbox)
            .where(Outbox.id == identifier, Outbox.state == "dead")
            .values(state="pending", finished_at=None, attempts=0, last_error=None, available_at=func.now())
            .returning(Outbox.notification_id, Outbox.digest_id)
        )
        .first()
    )
    if revived is None:
        return
    for message, key in ((Notification, revived.notification_id), (OfficerDigest, revived.digest_id)):
        session().execute(update(message).where(message.id == key, message.state == "dead").values(state="pending"))


def due_topics() -> dict[str, int]:
    """How many promises of each topic are due now; topics with none are left out. Counts stop at 10,000."""
    rows = session().execute(_DUE)
    return {row.topic: row.due for row in rows}


def backlog() -> list[Backlog]:
    """How every topic stands."""
    now = func.now()
    due = (Outbox.state == "pending") & (Outbox.available_at <= now)
    oldest = func.coalesce(func.extract("epoch", now - func.min(Outbox.created_at).filter(due)), 0.0)
    rows = session().execute(
        select(
            Outbox.topic,
            func.count().filter(due).label("due"),
            func.count().filter(Outbox.state == "dead").label("dead"),
            oldest.label("oldest"),
        )
        .where(Outbox.state != "done")
        .group_by(Outbox.topic)
        .order_by(Outbox.topic)
    )
    return [Backlog(row.topic, row.due, row.dead, float(row.oldest)) for row in rows]


# An attempt is counted when the promise is taken, not when it fails: a worker that is killed cannot say so.
_CLAIM = text("""
WITH due AS (
    SELECT id, attempts, row_number() OVER (ORDER BY available_at, id) AS place
    FROM (
        SELECT id, attempts, available_at FROM outbox
        WHERE state = 'pending' AND topic = :topic AND available_at <= now()
          AND (topic NOT IN ('classify', 'compare')  -- what a hold forbids waits for its release
            OR NOT EXISTS (SELECT FROM comment WHERE comment.id = outbox.comment_id AND comment.held))
        ORDER BY available_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
    ) AS locked
), chosen AS (
    SELECT id FROM due
    WHERE place < coalesce((SELECT min(place) FROM due WHERE attempts >= :alone AND place > 1), :limit + 1)
      AND (place = 1 OR NOT EXISTS (SELECT FROM due WHERE place = 1 AND attempts >= :alone))
)
UPDATE outbox SET attempts = outbox.attempts + 1, available_at = now() + :lease
FROM chosen WHERE outbox.id = chosen.id
RETURNING outbox.id, outbox.comment_id, outbox.notification_id, outbox.attempts, outbox.digest_id
""")

_DUE = text("""
SELECT topic, count(*) AS due FROM (
    SELECT topic FROM outbox WHERE state = 'pending' AND available_at <= now() LIMIT 10000
) AS due GROUP BY topic
""")
