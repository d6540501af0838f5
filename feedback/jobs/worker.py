"""The worker: RQ's simple worker with the model loaded beforehand, patient while Redis is away."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event

from rq import SimpleWorker
from rq.serializers import JSONSerializer

from feedback import queue
from feedback.config import Config
from feedback.jobs import model
from feedback.logs import Log

PAUSE_SECONDS = 1.0
MAINTENANCE_SECONDS = 5
WORKER_SECONDS = 30
log = Log(__name__)


def run(config: Config, topics: Sequence[str], stop: Event, *, burst: bool = False) -> None:
    """Work on these topics until told to stop, or in a burst until nothing rings.

    RQ's own worker ends when Redis goes away; the model takes seconds to load, so it is begun again in this process.
    """
    if "classify" in topics:
        model.router(config.model_dir)
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    while not stop.is_set():
        try:
            worker = _worker(config, topics)
            with _handlers_restored():
                worker.work(burst=burst, logging_level="WARNING")
        except queue.Unreachable as error:
            log.warning("redis_away", kind=type(error).__name__)
            stop.wait(PAUSE_SECONDS)
            continue
        if burst or worker.stop_was_requested:
            return


@contextmanager
def _handlers_restored() -> Iterator[None]:
    """Give the signals back to us when RQ's worker ends: its handlers stay behind and would raise between two lives."""
    kept = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        yield
    finally:
        for number, handler in kept:
            signal.signal(number, handler)


class _Worker(SimpleWorker):
    """RQ's worker, which can also say whether a signal ended it; its own mark is not set when it was idle."""

    stop_was_requested = False

    def handle_warm_shutdown_request(self) -> None:
        self.stop_was_requested = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]  # RQ leaves it untyped


def _worker(config: Config, topics: Sequence[str]) -> _Worker:
    connection = queue.connect(config.redis_url, patient=True)
    return _Worker(
        [queue.queue_for(topic, connection) for topic in topics],
        name=f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}",
        connection=connection,
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_SECONDS,
        worker_ttl=WORKER_SECONDS,
        log_job_description=False,
    )
