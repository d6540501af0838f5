"""The face of RQ: one connection, JSON only, and a doorbell for each topic."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

Unreachable = RedisError
RESULT_SECONDS = 0
FAILURE_SECONDS = 3600
DRAIN_SECONDS = 60  # a drain that takes longer is stopped; its promises come back when their lease ends


def connect(url: str, *, patient: bool = False) -> Redis:
    """A connection to Redis or Valkey.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        patient: True for a worker, which waits for work; otherwise fail within a third of a second.
    """
    if patient:
        return Redis.from_url(url)
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=0.3, socket_connect_timeout=0.3)


def queue_for(topic: str, connection: Redis) -> Queue:
    """The queue of one topic."""
    return Queue(topic, connection=connection, serializer=JSONSerializer, default_timeout=DRAIN_SECONDS)


def ring(topic: str, connection: Redis, times: int) -> int:
    """Ring a topic's bell so that at most `times` rings wait; return how many were added.

    A ring carries nothing: it tells a worker to drain the outbox, which alone knows what is owed. Raise Unreachable
    when Redis is away.
    """
    queue = queue_for(topic, connection)
    missing = max(0, times - queue.count)
    for _ in range(missing):
        queue.enqueue(
            f"feedback.jobs.{topic}.drain", result_ttl=RESULT_SECONDS, failure_ttl=FAILURE_SECONDS, description=topic
        )
    return missing
