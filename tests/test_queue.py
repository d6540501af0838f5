"""The face of the queue: rings that carry nothing, in JSON, and fail fast when Redis is away."""

from __future__ import annotations

import json
import zlib

import pytest
from redis import Redis

from feedback import queue


def test_a_bell_is_rung_only_as_often_as_it_may_wait(redis: Redis) -> None:
    assert [queue.ring("classify", redis, times) for times in (2, 2, 3, 1)] == [2, 0, 1, 0]
    assert queue.queue_for("classify", redis).count == 3
    assert queue.queue_for("notify", redis).count == 0


def test_a_ring_is_json_that_names_the_job_and_nothing_else(redis: Redis) -> None:
    queue.ring("notify", redis, 1)
    (job,) = queue.queue_for("notify", redis).jobs
    stored = redis.hget(job.key, "data")
    assert isinstance(stored, bytes)
    assert json.loads(zlib.decompress(stored)) == ["feedback.jobs.notify.drain", None, [], {}]
    assert (job.result_ttl, job.failure_ttl, job.timeout) == (0, 3600, queue.DRAIN_SECONDS)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "unix:///nonexistent/valkey.sock"])
def test_a_redis_that_is_away_is_told_as_such(url: str) -> None:
    with pytest.raises(queue.Unreachable):
        queue.ring("classify", queue.connect(url), 1)


def test_a_worker_waits_patiently_and_nobody_else_does() -> None:
    hasty = queue.connect("redis://127.0.0.1:1").connection_pool.connection_kwargs
    patient = queue.connect("redis://127.0.0.1:1", patient=True).connection_pool.connection_kwargs
    assert (hasty["socket_timeout"], hasty["socket_connect_timeout"]) == (0.3, 0.3)
    assert patient.get("socket_timeout") != 0.3
