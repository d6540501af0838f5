"""What an operator sees: what died, who holds which duty, what ran on time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from feedback.models import CronRun, Lease, Outbox
from feedback.services import operations
from tests import factories


def test_the_dead_promises_are_listed_the_latest_first(session: Session, now: datetime) -> None:
    references = [factories.submit(now).reference for _ in range(3)]
    for promise in session.query(Outbox).filter_by(topic="classify").order_by(Outbox.id).limit(2):
        promise.state, promise.finished_at, promise.attempts, promise.last_error = "dead", now, 5, "BrokenModel"
    session.flush()
    found = operations.dead_promises()
    assert [one.reference for one in found] == [references[1], references[0]]
    assert {(one.topic, one.attempts, one.error, one.finished_at) for one in found} == {
        ("classify", 5, "BrokenModel", now)
    }


def test_a_duty_is_held_until_its_lease_ends(session: Session) -> None:
    at = datetime.now(UTC)
    session.add(Lease(name="dispatcher", holder="a", until=at + timedelta(seconds=9)))
    session.add(Lease(name="clock", holder="b", until=at - timedelta(seconds=1)))
    session.flush()
    assert [(duty.name, duty.held) for duty in operations.duties()] == [("clock", False), ("dispatcher", True)]
    assert operations.beating()


def test_no_dispatcher_means_no_beat(session: Session) -> None:
    assert not operations.beating()


def test_the_probe_writes_its_one_row_again_and_again(session: Session) -> None:
    for holder in ("a", "b"):
        operations.probe(holder=holder)
    assert [row.holder for row in session.query(Lease)] == ["b"]
    assert operations.duties() == []


def test_of_each_timed_job_the_last_run_is_told(session: Session, now: datetime) -> None:
    for hours, state in ((1, "done"), (2, "failed")):
        slot = now + timedelta(hours=hours)
        session.add(CronRun(name="tidy_outbox", slot=slot, state=state, started_at=slot, finished_at=slot, note=state))
    session.add(CronRun(name="end_sessions", slot=now, state="started", started_at=now))
    session.flush()
    assert [(run.name, run.state, run.note) for run in operations.last_runs()] == [
        ("end_sessions", "started", None),
        ("tidy_outbox", "failed", "failed"),
    ]


def test_the_database_says_which_migration_it_has_seen(session: Session) -> None:
    assert operations.version() >= "0001"
