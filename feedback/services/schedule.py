"""Duties that only one process may hold, and timed jobs that run once a slot; the database's clock decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.models import CronRun


def hold(*, name: str, holder: str, length: timedelta) -> bool:
    """Take a duty, or keep it, for `length`; False while another holds it."""
    taken = session().execute(_HOLD, {"name": name, "holder": holder, "length": length})
    return taken.scalar() is not None


def let_go(*, name: str, holder: str) -> None:
    """Give a duty up, so that another need not wait for its end."""
    session().execute(
        text("DELETE FROM lease WHERE name = :name AND holder = :holder"), {"name": name, "holder": holder}
    )


def now() -> datetime:
    """The database's time."""
    return session().scalars(select(func.now())).one()


def slots(*, after: datetime, until: datetime, every: timedelta) -> Sequence[datetime]:
    """The times in (after, until] that are whole multiples of `every` since the epoch, oldest first."""
    step = int(every.total_seconds())
    first = int(after.timestamp()) // step + 1
    last = int(until.timestamp()) // step
    return [datetime.fromtimestamp(number * step, until.tzinfo) for number in range(first, last + 1)]


def begin(*, name: str, slot: datetime) -> bool:
    """Begin a slot of a timed job; False when it was begun before."""
    statement = insert(CronRun).values(name=name, slot=slot, state="started", started_at=func.now())
    done = session().execute(statement.on_conflict_do_nothing().returning(CronRun.name))
    return done.scalar() is not None


def end(*, name: str, slot: datetime, state: str, note: str | None = None) -> None:
    """Write down how a slot ended: done, failed or skipped."""
    session().execute(
        update(CronRun)
        .where(CronRun.name == name, CronRun.slot == slot)
        .values(state=state, finished_at=func.now(), note=note)
    )


def last_slot(*, name: str) -> datetime | None:
    """The latest slot of a timed job that was begun."""
    return session().scalar(select(func.max(CronRun.slot)).where(CronRun.name == name))


_HOLD = text("""
INSERT INTO lease (name, holder, until) VALUES (:name, :holder, now() + :length)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until < now()
RETURNING name
""")
