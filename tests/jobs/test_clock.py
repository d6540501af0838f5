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
from feedback.domain.permissions import Role
from feedback.jobs import clock
from feedback.jobs.clock import Timed
from feedback.models import CronRun, Lease, OfficerDigest, OfficerNotice
from feedback.services import schedule
from tests import factories
from tests.running import listens, running, stop, until

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


def test_work_that_fails_is_written_down_by_its_kind_and_the_other_jobs_have_their_turn(
    at: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = Work(fails=True), Work()
    monkeypatch.setattr(clock, "TIMED", (Timed("bad", QUARTER, bad), Timed("good", QUARTER, good)))
    assert clock.tick() == 2
    assert runs() == [(0, "failed", "RuntimeError"), (0, "done", "1 thing")]
    assert clock.tick() == 0
    at[0] += QUARTER
    assert clock.tick() == 2
    assert (len(bad.done), len(good.done)) == (2, 2)


def test_a_failing_job_does_not_end_the_clock(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.02)
    bad, good = Work(fails=True), Work()
    monkeypatch.setattr(clock, "TIMED", (Timed("bad", QUARTER, bad), Timed("good", QUARTER, good)))
    ends = threading.Event()
    thread = keep_time(committed, ends)
    until(lambda: len(good.done) >= 1, "the good work")
    assert thread.is_alive()
    ends.set()
    thread.join()
    assert {(state, note) for _, state, note in runs()} == {("failed", "RuntimeError"), ("done", "1 thing")}


@pytest.mark.parametrize(
    ("parts", "limit", "calls", "note"),
    [([2, 2, 1], 10, 4, "5 cases"), ([0], 10, 1, "0 cases"), ([2, 2, 2], 2, 2, "4 cases, more next time")],
)
def test_work_in_parts_is_called_until_nothing_is_left_each_part_kept_by_itself(
    at: list[datetime], monkeypatch: pytest.MonkeyPatch, parts: list[int], limit: int, calls: int, note: str
) -> None:
    done, left = [], iter([*parts, 0])

    def work(slot: datetime) -> int:
        done.append(slot)
        return next(left)

    monkeypatch.setattr(clock, "PARTS", limit)
    monkeypatch.setattr(clock, "TIMED", (Timed("work", QUARTER, work),))
    assert clock.tick() == 1
    assert (len(done), runs()) == (calls, [(0, "done", note)])


def test_the_timed_jobs_of_the_service_run(committed: Flask) -> None:
    assert clock.tick() == len(clock.TIMED) == 10
    rows = db.session.execute(select(CronRun.name, CronRun.state, CronRun.note).order_by(CronRun.name)).all()
    assert [tuple(row) for row in rows] == [
        ("ask_nightly_training", "done", "not now"),
        ("carry_out_disposals", "done", "0 erased, 0 spared"),
        ("close_unanswered", "done", "0 cases"),
        ("end_sessions", "done", "0 sessions"),
        ("gather_campaigns", "done", "0 campaigns, 0 cases"),
        ("propose_disposals", "done", "0 batches"),
        ("tell_of_delay", "done", "0 cases"),
        ("tell_officials", "done", "0 notices, 0 letters"),
        ("tell_subscribers", "done", "0 notices"),
        ("tidy_outbox", "done", "0 promises"),
    ]


def keep_time(app: Flask, ends: threading.Event) -> threading.Thread:
    def work() -> None:
        with app.app_context():
            clock.run(ends)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


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
        until(lambda: len(db.session.scalars(select(CronRun.name)).all()) == len(clock.TIMED), "all timed jobs")
        assert stop(process) == 0
    db.session.rollback()
    assert db.session.scalars(select(Lease.name)).all() == []


def test_of_two_clock_processes_each_slot_runs_once_and_an_officer_gets_one_letter(
    committed: Flask, config: Config, now: datetime
) -> None:
    with transaction():
        factories.due(factories.routed(now), datetime(2000, 1, 3, 10, 0, tzinfo=UTC))
        factories.officer(now, Role.HANDLER, "BKHCN")
    with running(config, "clock", "run") as first, running(config, "clock", "run") as second:
        until(lambda: len(db.session.scalars(select(CronRun.name)).all()) >= len(clock.TIMED), "all timed jobs")
        until(lambda: listens(first) and listens(second), "both processes to be up")
        assert stop(first) == 0
        assert stop(second) == 0
    db.session.rollback()
    slots = [tuple(row) for row in db.session.execute(select(CronRun.name, CronRun.slot))]
    assert len(slots) == len(set(slots))
    notices = [tuple(row) for row in db.session.execute(select(OfficerNotice.kind, OfficerNotice.officer_id))]
    assert len(notices) == len(set(notices))
    assert len(db.session.scalars(select(OfficerDigest.id)).all()) <= len({slot for _, slot in slots})
