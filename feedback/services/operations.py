"""How the processes stand: dead promises, leases, timed runs; for whoever keeps the service running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from feedback.db import UtcDateTime, session
from feedback.models import Comment, CronRun, Lease, Notification, Outbox

SHOWN = 100
PROBE = "readiness"  # the row of the leases that is written to know that one can


@dataclass(frozen=True, slots=True)
class DeadPromise:
    """A promise that was given up, with the kind of its last failure."""

    id: int
    topic: str
    reference: str | None  # None for an officer's digest
    attempts: int
    error: str | None
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that one process holds at a time; `held` by the database's clock."""

    name: str
    holder: str
    until: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class TimedRun:
    """The last run of one timed job."""

    name: str
    slot: datetime
    state: str
    started_at: datetime
    finished_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Outbound:
    """How many messages went one way and ended so."""

    channel: str
    state: str
    number: int


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices to officials that wait for a letter, and figures of a period.

    Letters sent, reminders before a due date, rungs of the ladder after it, notes of delay and lapses told to citizens.
    """

    waiting: int
    oldest_at: datetime | None
    letters: int
    reminders: int
    escalations: int
    delays: int
    lapses: int


def dead_promises() -> list[DeadPromise]:
    """The promises that were given up, the latest first; at most SHOWN."""
    rows = session().execute(
        select(Outbox.id, Outbox.topic, Comment.reference, Outbox.attempts, Outbox.last_error, Outbox.finished_at)
        .outerjoin(Comment, Comment.id == Outbox.comment_id)
        .where(Outbox.state == "dead")
        .order_by(Outbox.id.desc())
        .limit(SHOWN)
    )
    # A dead promise has its time: the table's check says so.
    return [
        DeadPromise(row.id, row.topic, row.reference, row.attempts, row.last_error, row.finished_at)
        for row in rows
        if row.finished_at is not None
    ]


def duties() -> list[Duty]:
    """Every lease that a process holds or held."""
    rows = session().execute(
        select(Lease.name, Lease.holder, Lease.until, Lease.until > func.now())
        .where(Lease.name != PROBE)
        .order_by(Lease.name)
    )
    return [Duty(*row) for row in rows]


def last_runs() -> list[TimedRun]:
    """The last run of each timed job."""
    latest = select(CronRun).ext(distinct_on(CronRun.name)).order_by(CronRun.name, CronRun.slot.desc())
    return [
        TimedRun(run.name, run.slot, run.state, run.started_at, run.finished_at, run.note)
        for run in session().scalars(latest)
    ]


def outbound(*, since: datetime) -> list[Outbound]:
    """How many messages to citizens were promised since then, by way and end."""
    rows = session().execute(
        select(Notification.channel, Notification.state, func.count())
        .where(Notification.created_at >= since)
        .group_by(Notification.channel, Notification.state)
        .order_by(Notification.channel, Notification.state)
    )
    return [Outbound(*row) for row in rows]


def notices(*, since: datetime) -> Notices:
    """How officials' notices stand, and what the timed duties did since then."""
    row = session().execute(_NOTICES, {"since": since}).one()
    return Notices(
        waiting=row.waiting,
        oldest_at=row.oldest_at,
        letters=row.letters,
        reminders=row.reminders,
        escalations=row.escalations,
        delays=row.delays,
        lapses=row.lapses,
    )


def version() -> str:
    """The last migration that the database has seen."""
    return str(session().scalar(text("SELECT max(version_num) FROM alembic_version")))


def probe(*, holder: str) -> None:
    """Write one row, to know that the database takes writes."""
    session().execute(_PROBE, {"name": PROBE, "holder": holder})


def beating() -> bool:
    """Whether a dispatcher gave a sign of life within the last 15 seconds."""
    return bool(session().scalar(select(Lease.until > func.now()).where(Lease.name == "dispatcher")))


_PROBE = text("""
INSERT INTO lease (name, holder, until) VALUES (:name, :holder, now())
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
""")

_NOTICES = (
    text("""
SELECT
    (SELECT count(*) FROM officer_notice WHERE digest_id IS NULL) AS waiting,
    (SELECT min(created_at) FROM officer_notice WHERE digest_id IS NULL) AS oldest_at,
    (SELECT count(*) FROM officer_digest WHERE state = 'sent' AND sent_at >= :since) AS letters,
    count(*) FILTER (WHERE kind LIKE '%\\_soon' OR kind LIKE '%\\_today') AS reminders,
    count(*) FILTER (WHERE kind LIKE '%\\_late\\_%') AS escalations,
    (SELECT count(*) FROM notification WHERE event = 'progress' AND created_at >= :since) AS delays,
    (SELECT count(*) FROM notification WHERE event = 'lapsed' AND created_at >= :since) AS lapses
FROM officer_notice WHERE created_at >= :since
""")
    .bindparams(bindparam("since", type_=UtcDateTime()))
    .columns(oldest_at=UtcDateTime())
)
