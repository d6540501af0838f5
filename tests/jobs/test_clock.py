"""The clock: each slot once however many clocks run, missed ones skipped or caught up, failures written down."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from feedback.config import Config
from feedback.db import db, transaction
from feedback.jobs import clock
from feedback.jobs.clock import Timed
from feedback.models import CronRun, Lease
from feedback.services import schedule
from tests.running import running, stop, until

QUARTER = timedelta(minutes=15)


class Work:
    """Timed work that writes down when it was done, and fails when told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.done: list[datetime] = []
        self.fails = fails

    def __call__(self, slot: datetime) -> str:
        self.done.append(slot)
        if self.fails:
            raise RuntimeError("the work fell over")
        return "1 thing"


@pytest.fixture
def at(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The database's time, to be set."""
    time = [datetime(2026, 3, 10, 2, 1, tzinfo=UTC)]
    monkeypatch.setattr(schedule, "now", lambda: time[0])
    return time


def timed(monkeypatch: pytest.MonkeyPatch, work: Work, *, catch_up: bool = False) -> None:
    monkeypatch.setattr(clock, "TIMED", (Timed("work", QUARTER, work, catch_up),))


def runs() -> list[tuple[int, str, str | None]]:
    rows = db.session.scalars(select(CronRun).order_by(CronRun.slot))
    return [(row.slot.minute, row.state, row.note) for row in rows.all()]


def test_a_slot_is_run_once_however_often_the_clock_ticks(at: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    timed(monkeypatch, work)
    assert [clock.tick() for _ in range(3)] == [1, 0, 0]
    at[0] += QUARTER
    assert [clock.tick() for _ in range(3)] == [1, 0, 0]
    assert [slot.minute for slot in work.done] == [0, 15]
    assert runs() == [(0, "done", "1 thing"), (15, "done", "1 thing")]


@pytest.mark.parametrize(
    ("catch_up", "done", "states"),
    [
        (False, [0, 45], ["done", "skipped", "skipped", "done"]),
        (True, [0, 15, 30, 45], ["done", "done", "done", "done"]),
    ],
)
def test_slots_missed_while_no_clock_ran_are_skipped_or_caught_up(
    at: list[datetime], monkeypatch: pytest.MonkeyPatch, catch_up: bool, done: list[int], states: list[str]
) -> None:
    work = Work()
    timed(monkeypatch, work, catch_up=catch_up)
    clock.tick()
    at[0] += 3 * QUARTER
    clock.tick()
    assert [slot.minute for slot in work.done] == done
    assert [state for _, state, _ in runs()] == states


def test_a_clock_that_steps_back_runs_nothing_twice(at: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    timed(monkeypatch, work)
    clock.tick()
    at[0] -= timedelta(hours=1)
    assert clock.tick() == 0
    at[0] += timedelta(hours=1)
    assert clock.tick() == 0
    assert len(work.done) == 1


def test_a_slot_begun_by_another_clock_is_left_to_it(at: list[datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    timed(monkeypatch, work)
    real = schedule.last_slot
    monkeypatch.setattr(schedule, "last_slot", lambda **_: None)
    with transaction():
        schedule.begin(name="work", slot=datetime(2026, 3, 10, 2, 0, tzinfo=UTC))
    assert clock.tick() == 0
    assert (work.done, real(name="work")) == ([], datetime(2026, 3, 10, 2, 0, tzinfo=UTC))


def test_work_that_fails_is_written_down_by_its_kind_and_raised(
    at: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work(fails=True)
    timed(monkeypatch, work)
    with pytest.raises(RuntimeError):
        clock.tick()
    assert runs() == [(0, "failed", "RuntimeError")]
    assert clock.tick() == 0


def test_the_timed_jobs_of_the_service_run(committed: Flask) -> None:
    assert clock.tick() == len(clock.TIMED) == 3
    rows = db.session.execute(select(CronRun.name, CronRun.state, CronRun.note).order_by(CronRun.name)).all()
    assert [tuple(row) for row in rows] == [
        ("ask_nightly_training", "done", "not now"),
        ("end_sessions", "done", "0 sessions"),
        ("tidy_outbox", "done", "0 promises"),
    ]


def keep_time(app: Flask, ends: threading.Event) -> threading.Thread:
    def work() -> None:
        with app.app_context():
            clock.run(ends)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_after_a_failure_the_next_tick_goes_on_with_the_other_jobs(
    at: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = Work(fails=True), Work()
    monkeypatch.setattr(clock, "TIMED", (Timed("bad", QUARTER, bad), Timed("good", QUARTER, good)))
    with pytest.raises(RuntimeError):
        clock.tick()
    assert clock.tick() == 1
    assert (len(bad.done), len(good.done)) == (1, 1)


def test_only_one_of_two_clocks_works_and_its_duty_is_given_up_at_the_end(
    committed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.02)
    work = Work()
    timed(monkeypatch, work)
    with transaction():
        schedule.hold(name="clock", holder="another", length=timedelta(hours=1))
    ends = threading.Event()
    thread = keep_time(committed, ends)
    assert not ends.wait(0.3)
    assert work.done == []
    with transaction():
        schedule.let_go(name="clock", holder="another")
    until(lambda: len(work.done) == 1, "the work")
    ends.set()
    thread.join()
    db.session.rollback()
    assert db.session.scalars(select(Lease.holder)).all() == []


def test_a_database_that_is_away_for_a_moment_does_not_end_the_clock(
    committed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.02)
    work = Work()
    timed(monkeypatch, work)
    real, failures = schedule.hold, iter(range(2))

    def flaky(**arguments: object) -> bool:
        if next(failures, None) is not None:
            raise OperationalError("SELECT", {}, Exception("the server closed the connection"))
        return real(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(schedule, "hold", flaky)
    ends = threading.Event()
    thread = keep_time(committed, ends)
    until(lambda: len(work.done) == 1, "the work")
    ends.set()
    thread.join()


def test_the_process_keeps_time_and_ends_cleanly_when_asked(committed: Flask, config: Config) -> None:
    with running(config, "clock", "run") as process:
        until(lambda: len(db.session.scalars(select(CronRun.name)).all()) == 3, "all timed jobs")
        assert stop(process) == 0
    db.session.rollback()
    assert db.session.scalars(select(Lease.name)).all() == []
