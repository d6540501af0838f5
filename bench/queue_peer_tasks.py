"""The Celery side of `bench.queue_peer`: one task a comment, the model loaded once a process before it forks."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

from celery import Celery  # type: ignore[import-not-found]  # installed beside the project for this measurement only
from redis import Redis
from underthesea import word_tokenize

DONE = "bench-done"
BROKER = os.environ["PEER_BROKER"]
app = Celery("peer", broker=BROKER.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="))
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)
pipeline, texts = pickle.loads(Path(os.environ["PEER_MODEL"]).read_bytes())  # noqa: S301 -- written by the benchmark
redis = Redis.from_url(BROKER)


@app.task(name="route")
def route(number: int) -> None:
    """Segment and predict one text."""
    pipeline.predict([word_tokenize(texts[number], format="text")])
    redis.incr(DONE)


if __name__ == "__main__":
    for line in sys.stdin:
        route.delay(int(line))
