"""What could not be sent or done: by work, channel and reason, how many, how often tried, and when again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from feedback.db import UtcDateTime, session


@dataclass(frozen=True, slots=True)
class Failure:
    """One group of promises that failed alike; `next_at` is None when nobody tries again by itself."""

    topic: str
    channel: str | None
    error: str
    dead: bool
    number: int
    attempts: int
    next_at: datetime | None
    oldest_at: datetime


def failures() -> Sequence[Failure]:
    """Everything that failed and is not settled, given up first, then the most numerous."""
    rows = session().execute(_FAILURES)
    return [
        Failure(row.topic, row.channel, row.error, row.dead, row.number, row.attempts, row.next_at, row.oldest_at)
        for row in rows
    ]


_FAILURES = text("""
SELECT outbox.topic,
    CASE WHEN outbox.digest_id IS NOT NULL THEN 'officer' ELSE notification.channel END AS channel,
    coalesce(outbox.last_error, 'unknown') AS error,
    outbox.state = 'dead' AS dead,
    count(*) AS number,
    max(outbox.attempts) AS attempts,
    min(outbox.available_at) FILTER (WHERE outbox.state = 'pending') AS next_at,
    min(outbox.created_at) AS oldest_at
FROM outbox LEFT JOIN notification ON notification.id = outbox.notification_id
WHERE outbox.state = 'dead' OR outbox.state = 'pending' AND outbox.last_error IS NOT NULL
GROUP BY 1, 2, 3, 4
ORDER BY dead DESC, number DESC, 1, 2, 3
""").columns(next_at=UtcDateTime(), oldest_at=UtcDateTime())
