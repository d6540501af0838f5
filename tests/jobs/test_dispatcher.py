"""The dispatcher: rings as often as there is work for, and loses nothing when there is nobody to ring for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from feedback import queue
from feedback.config import Config
from feedback.db import db, transaction
from feedback.embedded import start_valkey
from feedback.jobs import dispatcher
from feedback.models import Lease
from feedback.services import outbox
from tests import factories
from tests.running import running, stop, until


def file(now: datetime, number: int = 1) -> None:
    with transaction():
        for _ in range(number):
            factories.submit(now)


def waiting(redis: Redis, topic: str = "classify") -> int:
    return queue.queue_for(topic, redis).count


@contextmanager
def dispatching(app: Flask, config: Config) -> Iterator[None]:
    """A dispatcher in a thread of this process."""
    ends = threading.Event()

    def work() -> None:
        with app.app_context():
            dispatcher.run(config, ends)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        with psycopg.connect(config.database_url, autocommit=True) as connection:
            connection.execute("NOTIFY outbox")  # wakes it, so that it sees that it is to end
        thread.join()


def test_nothing_due_rings_for_nobody(committed: Flask, redis: Redis) -> None:
    assert dispatcher.ring_once(redis) == {}
    assert waiting(redis) == 0


@pytest.mark.parametrize(("due", "rings"), [(1, 1), (128, 1), (129, 2), (128 * 8 + 1, 8), (10_000, 8)])
def test_it_rings_once_a_batch_and_never_more_than_there_may_wait(
    committed: Flask, redis: Redis, monkeypatch: pytest.MonkeyPatch, due: int, rings: int
) -> None:
    monkeypatch.setattr(outbox, "due_topics", lambda: {"classify": due})
    assert dispatcher.ring_once(redis) == {"classify": rings}
    assert dispatcher.ring_once(redis) == {"classify": 0}
    assert waiting(redis) == rings


def test_each_topic_has_its_bell(committed: Flask, redis: Redis, now: datetime) -> None:
    with transaction():
        factories.routed(now)
    file(now)
    assert dispatcher.ring_once(redis) == {"classify": 1, "notify": 1, "compare": 1}


def test_with_redis_down_the_promises_wait(committed: Flask, now: datetime) -> None:
    file(now)
    with pytest.raises(queue.Unreachable):
        dispatcher.ring_once(queue.connect("redis://127.0.0.1:1"))
    assert outbox.due_topics() == {"classify": 1}


def test_it_hears_of_a_filing_and_rings(
    committed: Flask, redis: Redis, config: Config, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Were it to look only by itself, it would not see the filing before the test gives up.
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 300.0)
    with dispatching(committed, config):
        until(lambda: bool(db.session.scalar(select(Lease.name))), "a first sign of life")
        file(now)
        until(lambda: waiting(redis) == 1, "a ring")


def test_it_looks_by_itself_when_it_heard_nothing(
    committed: Flask, redis: Redis, config: Config, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 0.05)
    with dispatching(committed, config):
        file(now, 3)
        until(lambda: waiting(redis) == 1, "a ring")
        redis.flushall()
        until(lambda: waiting(redis) == 1, "a ring anew after Redis forgot")


def test_it_leaves_a_sign_of_life(committed: Flask, redis: Redis, config: Config) -> None:
    with dispatching(committed, config):
        until(lambda: bool(db.session.scalar(select(Lease.name).where(Lease.name == "dispatcher"))), "a sign of life")


def test_it_outlives_redis(
    committed: Flask, config: Config, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 0.05)
    valkey = start_valkey(tmp_path / "valkey", fast=True)
    valkey.process.kill()
    valkey.process.wait()
    with dispatching(committed, replace(config, redis_url=valkey.url)):
        file(now)
        with start_valkey(tmp_path / "valkey", fast=True) as again, Redis.from_url(again.url) as redis:
            until(lambda: waiting(redis) == 1, "a ring once Redis is back")


def test_it_outlives_the_database(
    committed: Flask, redis: Redis, config: Config, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 0.05)
    real, failures = outbox.due_topics, iter(range(3))

    def flaky() -> dict[str, int]:
        if next(failures, None) is not None:
            raise OperationalError("SELECT", {}, Exception("the server closed the connection"))
        return real()

    monkeypatch.setattr(outbox, "due_topics", flaky)
    file(now)
    with dispatching(committed, config):
        until(lambda: waiting(redis) == 1, "a ring once the database is back")


def test_the_process_rings_and_ends_cleanly_when_asked(
    committed: Flask, redis: Redis, config: Config, now: datetime
) -> None:
    with running(config, "dispatch") as process:
        file(now)
        until(lambda: waiting(redis) == 1, "a ring")
        assert stop(process) == 0
