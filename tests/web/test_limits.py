"""Counting goes on in the process while Redis is away, and Redis is left in peace for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable

from feedback.config import Config
from feedback.web.limits import Counter

LIMIT = "2 per minute"


@pytest.fixture
def counter(config: Config, redis: Redis) -> Counter:
    return Counter(config.redis_url)


def test_what_one_process_counts_another_sees(config: Config, counter: Counter) -> None:
    assert [counter.count(LIMIT, "thử", "1.2.3.4") for _ in range(3)] == [True, True, False]
    assert Counter(config.redis_url).count(LIMIT, "thử", "1.2.3.4") is False


def test_each_address_and_each_thing_counts_for_itself(counter: Counter) -> None:
    assert [counter.count(LIMIT, "thử", "1.2.3.4") for _ in range(3)] == [True, True, False]
    assert counter.count(LIMIT, "thử", "1.2.3.5")
    assert counter.count(LIMIT, "việc khác", "1.2.3.4")


def test_it_says_when_there_is_room_again(counter: Counter) -> None:
    before = datetime.now(UTC)
    counter.count(LIMIT, "thử", "a")
    counter.count(LIMIT, "thử", "a")
    assert before < counter.free_at(LIMIT, "thử", "a") <= before + timedelta(seconds=62)
    assert 1 <= counter.wait(LIMIT, "thử", "a") <= 62


def test_without_redis_the_process_counts_alone() -> None:
    counter = Counter("redis://127.0.0.1:1/0")
    assert [counter.count(LIMIT, "thử", "a") for _ in range(3)] == [True, True, False]


def test_after_a_failure_redis_is_not_asked_again_at_once(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def fail(_: Counter) -> None:
        asked.append(1)
        raise Unreachable

    monkeypatch.setattr(Counter, "_counting_in_redis", fail)
    for _ in range(3):
        counter.count(LIMIT, "thử", "a")
    assert len(asked) == 1
