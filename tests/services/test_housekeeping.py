"""What grows without use is cleared away, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.models import OfficerSession, Outbox
from feedback.services import housekeeping, outbox
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("idle", "age", "kept"),
    [
        (0 * MINUTE, 0 * MINUTE, True),
        (30 * MINUTE, 60 * MINUTE, True),
        (31 * MINUTE, 60 * MINUTE, False),
        (0 * MINUTE, 12 * 60 * MINUTE, True),
        (0 * MINUTE, 12 * 60 * MINUTE + MINUTE, False),
    ],
)
def test_a_session_ends_after_half_an_hour_idle_or_twelve_hours(
    session: Session, now: datetime, idle: timedelta, age: timedelta, kept: bool
) -> None:
    session.add(OfficerSession(id_hash="a", data={}, created_at=now - age, seen_at=now - idle))
    session.flush()
    assert housekeeping.end_sessions(now) == f"{0 if kept else 1} sessions"
    assert bool(session.scalars(select(OfficerSession)).all()) is kept


def test_promises_kept_long_ago_go_and_dead_or_waiting_ones_stay(session: Session, now: datetime) -> None:
    old = [factories.submit(now).comment_id for _ in range(4)]
    recent, waiting, dead, gone = (promise.id for promise in factories.promises("classify"))
    outbox.finish(ids=[recent, gone])
    outbox.give_up(identifier=dead, error="x")
    for identifier, days in ((recent, 29), (dead, 400), (gone, 31)):
        session.execute(update(Outbox).where(Outbox.id == identifier).values(finished_at=now - timedelta(days=days)))
    assert housekeeping.tidy_outbox(now) == "1 promises"
    assert [promise.id for promise in factories.promises("classify")] == [recent, waiting, dead]
    assert len(old) == 4
