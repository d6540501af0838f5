"""How often one address may do a thing: counted in Redis, or in this process while Redis is away."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

FILINGS = "20 per hour"  # a commune office helps many citizens from one address
LOOKUPS = "10 per minute"
SIGN_INS = "5 per minute"

_TIME_OUT = 0.3  # seconds that a request may wait for Redis
_REST = 5.0  # seconds without asking Redis again after it did not answer


@dataclass(slots=True)
class Counter:
    """Counts by name and address; made at the first limited request, for it imports what a start does not need."""

    redis_url: str
    away_until: float = 0.0
    _remote: Any = None
    _local: Any = None
    _parsed: dict[str, RateLimitItem] = field(default_factory=dict)

    def count(self, limit: str, *names: str) -> bool:
        """Count one; whether it was still allowed."""
        return bool(self._ask(lambda limiter: limiter.hit(self._item(limit), *names)))

    def wait(self, limit: str, *names: str) -> int:
        """Seconds until there is room again."""
        return max(1, math.ceil(self.free_at(limit, *names).timestamp() - time.time()))

    def free_at(self, limit: str, *names: str) -> datetime:
        """When there is room again."""
        stats = self._ask(lambda limiter: limiter.get_window_stats(self._item(limit), *names))
        return datetime.fromtimestamp(stats.reset_time, UTC)

    def _item(self, limit: str) -> RateLimitItem:
        if limit not in self._parsed:
            from limits import parse

            self._parsed[limit] = parse(limit)
        return self._parsed[limit]

    def _ask(self, question: Callable[[RateLimiter], Any]) -> Any:
        if self.away_until <= time.monotonic():
            from redis.exceptions import RedisError

            try:
                return question(self._counting_in_redis())
            except (RedisError, OSError):
                self.away_until = time.monotonic() + _REST
        return question(self._counting_here())

    def _counting_in_redis(self) -> RateLimiter:
        if self._remote is None:
            self._remote = _in_redis(self.redis_url)
        limiter: RateLimiter = self._remote
        return limiter

    def _counting_here(self) -> RateLimiter:
        if self._local is None:
            self._local = _in_memory()
        limiter: RateLimiter = self._local
        return limiter


def _in_redis(url: str) -> RateLimiter:
    from limits.storage import RedisStorage
    from limits.strategies import MovingWindowRateLimiter
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    pool = ConnectionPool.from_url(
        url, socket_timeout=_TIME_OUT, socket_connect_timeout=_TIME_OUT, retry=Retry(NoBackoff(), 0)
    )
    # The pool decides where to; the library's own reading of addresses knows no unix sockets as redis-py writes them.
    return MovingWindowRateLimiter(RedisStorage("redis://", connection_pool=pool))


def _in_memory() -> RateLimiter:
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(MemoryStorage())


def register(app: Flask) -> None:
    """Keep one counter for the application."""
    app.extensions["limits"] = Counter(app.config["LANG_NGHE"].redis_url)


def _counter() -> Counter | None:
    if not current_app.config["LANG_NGHE"].rate_limits:
        return None
    counter: Counter = current_app.extensions["limits"]
    return counter


def _address() -> str:
    return request.remote_addr or "-"


def full_until(limit: str, name: str) -> datetime | None:
    """Count one `name` of this address; None when there was room, else when there is room again."""
    counter = _counter()
    if counter is None or counter.count(limit, name, _address()):
        return None
    return counter.free_at(limit, name, _address())


def spend(limit: str, name: str) -> None:
    """Count one `name` of this address; raise TooManyRequests when there was no room."""
    counter = _counter()
    if counter is not None and not counter.count(limit, name, _address()):
        raise TooManyRequests(retry_after=counter.wait(limit, name, _address()))
