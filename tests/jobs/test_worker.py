"""The worker as a process: drains when rung for, ends when asked, and outlives Redis."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import Worker
from rq.exceptions import NoSuchJobError
from sqlalchemy import select

from feedback import queue
from feedback.config import Config
from feedback.db import db, transaction
from feedback.embedded import start_valkey
from feedback.jobs import classify, worker
from feedback.models import Comment
from tests import factories
from tests.running import PATIENCE, log_of, running, stop, until


def file(now: datetime, number: int = 1) -> None:
    with transaction():
        for _ in range(number):
            factories.submit(now, consents=frozenset())


def statuses() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Comment.status)))


def started(redis: Redis) -> bool:
    return Worker.count(connection=redis) == 1


def test_a_ring_is_answered_by_draining_the_outbox(
    committed: Flask, redis: Redis, config: Config, trained: Path, now: datetime
) -> None:
    file(now, 3)
    queue.ring("classify", redis, 1)
    worker.run(config, ["classify"], threading.Event(), burst=True)
    assert statuses() == {"assigned": 3}
    assert queue.queue_for("classify", redis).count == 0


def test_a_ring_carries_nothing_and_leaves_nothing(
    committed: Flask, redis: Redis, config: Config, trained: Path, now: datetime
) -> None:
    file(now)
    queue.ring("classify", redis, 1)
    (job,) = queue.queue_for("classify", redis).jobs
    assert (job.func_name, job.args, job.kwargs) == ("feedback.jobs.classify.drain", [], {})
    worker.run(config, ["classify"], threading.Event(), burst=True)
    with pytest.raises(NoSuchJobError):
        job.refresh()


def test_a_drain_that_fails_is_kept_as_failed_and_the_next_ring_goes_on(
    committed: Flask, redis: Redis, config: Config, trained: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(now)
    real, failures = classify._verdicts, iter([True])

    def once_bad(*arguments: object) -> object:
        if next(failures, False):
            raise RuntimeError("a passing fault")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(classify, "_verdicts", once_bad)
    for failed, expected in ((1, "submitted"), (1, "assigned")):
        queue.ring("classify", redis, 1)
        worker.run(config, ["classify"], threading.Event(), burst=True)
        assert statuses() == {expected: 1}
        assert queue.queue_for("classify", redis).failed_job_registry.count == failed


def test_handlers_of_signals_are_given_back(committed: Flask, redis: Redis, config: Config) -> None:
    before = signal.getsignal(signal.SIGTERM)
    worker.run(config, ["notify"], threading.Event(), burst=True)
    assert signal.getsignal(signal.SIGTERM) is before


def test_while_redis_is_away_it_waits_until_told_to_stop(
    committed: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    ends = threading.Event()
    tries = []

    class Log:
        def warning(self, event: str, **fields: object) -> None:
            tries.append((event, fields["kind"]))
            if len(tries) == 3:
                ends.set()

    monkeypatch.setattr(worker, "log", Log())
    worker.run(replace(config, redis_url="redis://127.0.0.1:1"), ["notify"], ends)
    assert tries == [("redis_away", "ConnectionError")] * 3


def test_an_idle_worker_ends_cleanly_when_asked(committed: Flask, redis: Redis, config: Config, trained: Path) -> None:
    with running(config, "worker") as process:
        until(lambda: started(redis), "the worker")
        assert stop(process) == 0
        assert Worker.count(connection=redis) == 0


def test_a_busy_worker_asked_to_end_finishes_what_it_began_and_loses_nothing(
    committed: Flask, redis: Redis, config: Config, trained: Path, now: datetime
) -> None:
    file(now, 600)
    with running(config, "worker") as process:
        until(lambda: started(redis), "the worker")
        queue.ring("classify", redis, 1)
        until(lambda: statuses()["assigned"] > 0, "a first batch")
        assert stop(process) == 0
    assert set(statuses()) <= {"assigned", "submitted"}
    if statuses()["submitted"]:
        queue.ring("classify", redis, 1)
        worker.run(config, ["classify"], threading.Event(), burst=True)
    assert statuses() == {"assigned": 600}


def test_a_worker_outlives_redis_without_losing_its_model(
    committed: Flask, config: Config, trained: Path, now: datetime, tmp_path: Path
) -> None:
    valkey = start_valkey(tmp_path / "valkey", fast=True)
    with running(replace(config, redis_url=valkey.url), "worker") as process:
        with Redis.from_url(valkey.url) as redis:
            until(lambda: started(redis), "the worker")
        valkey.process.kill()
        valkey.process.wait()
        with start_valkey(tmp_path / "valkey", fast=True) as again, Redis.from_url(again.url) as redis:
            file(now)
            queue.ring("classify", redis, 1)
            until(lambda: statuses() == {"assigned": 1}, "the comment routed by the same worker")
            assert process.poll() is None
            assert stop(process) == 0


def test_the_worker_s_log_holds_no_word_of_a_citizen(
    committed: Flask, redis: Redis, config: Config, trained: Path, now: datetime
) -> None:
    with transaction():
        factories.submit(now, title="Chim hoàng yến sóng", text="Chim hoàng yến 0912345678 sóng.", name="Yến Canary")
    queue.ring("classify", redis, 1)
    with running(replace(config, log_level="DEBUG"), "worker", "--burst") as process:
        process.wait(PATIENCE)
    assert statuses() == {"assigned": 1}
    log = log_of(config, "worker")
    assert log
    for word in ("hoàng yến", "Canary", "0912345678", "nguoi.gui"):
        assert word not in log
