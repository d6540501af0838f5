"""The dispatcher: hears that something was promised, and rings for a worker; looks by itself every second."""

from __future__ import annotations

import math
import os
import socket
from datetime import timedelta
from threading import Event

import psycopg
from redis import Redis
from sqlalchemy.exc import DBAPIError

from feedback import queue
from feedback.config import Config
from feedback.db import db, transaction
from feedback.jobs.table import JOBS
from feedback.logs import Log
from feedback.services import outbox, schedule

POLL_SECONDS = 1.0
PAUSE_SECONDS = 2.0
LEASE = timedelta(seconds=15)
log = Log(__name__)


def run(config: Config, stop: Event) -> None:
    """Ring until `stop` is set. The database or Redis may go and come back at any time."""
    redis = queue.connect(config.redis_url)
    while not stop.is_set():
        try:
            _listen(config, redis, stop)
        except (psycopg.Error, DBAPIError) as error:
            log.warning("database_away", kind=type(error).__name__)
            db.engine.dispose()
            stop.wait(PAUSE_SECONDS)


def ring_once(redis: Redis) -> dict[str, int]:
    """Ring for every topic that has something due; return how many rings were added by topic.

    Raise queue.Unreachable when Redis is away.
    """
    with transaction():
        due = outbox.due_topics()
    return {topic: queue.ring(topic, redis, _rings(topic, number)) for topic, number in due.items()}


def _rings(topic: str, due: int) -> int:
    job = JOBS[topic]
    return min(job.rings, math.ceil(due / job.batch))


def _listen(config: Config, redis: Redis, stop: Event) -> None:
    with psycopg.connect(config.database_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("LISTEN outbox")
        while not stop.is_set():
            _ring(redis, stop)
            for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass


def _ring(redis: Redis, stop: Event) -> None:
    try:
        ring_once(redis)
        _beat()
    except queue.Unreachable as error:
        # Nothing is lost: the promises wait in the database until Redis is back.
        log.warning("redis_away", kind=type(error).__name__)
        stop.wait(PAUSE_SECONDS)


def _beat() -> None:
    """Leave a sign of life; several dispatchers may run, and any of them may leave it."""
    with transaction():
        schedule.hold(name="dispatcher", holder=f"{socket.gethostname()}:{os.getpid()}", length=LEASE)
