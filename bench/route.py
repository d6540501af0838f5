"""Routing: comments a second from outbox to routed against the bare `predict` of the same texts (goals Q1 and Q2)."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import text

from bench.ground import Ground, ground, interleaved, report
from classifier.dataset import load_corpus
from classifier.router import Router
from feedback import queue
from feedback.config import PROJECT_ROOT
from feedback.db import db, session, transaction
from feedback.domain.vocabulary import Channel, Kind, SenderKind
from feedback.jobs import dispatcher
from feedback.jobs.table import JOBS
from feedback.services import intake
from feedback.services.intake import Filing

COMMENTS = int(os.environ.get("BENCH_COMMENTS", "1500"))
PAIRS = 5
_tokens = itertools.count()


def main() -> None:
    """Measure one worker against one process that only predicts, in turn, and report."""
    with ground() as place:
        app = place.application()
        texts = _texts()
        router = Router.load(place.config.model_dir)
        router.predict(texts[:64])
        worker = _start_worker(place)
        try:
            with app.app_context():
                _route(place, texts[:200])
                medians = interleaved(
                    {"bare": lambda: _bare(router, texts), "service": lambda: _route(place, texts)}, pairs=PAIRS
                )
        finally:
            worker.terminate()
            worker.wait(30)
    bare, service = len(texts) / medians["bare"], len(texts) / medians["service"]
    report(
        "route",
        {
            "comments": len(texts),
            "bare_predict_per_second": round(bare),
            "outbox_to_routed_per_second": round(service),
            "Q1_ratio": round(service / bare, 3),
        },
    )


def _texts() -> list[str]:
    """Texts of the corpus, as many as are filed; every one differs from the others."""
    texts = [row.text for row in load_corpus()]
    return [f"{texts[number % len(texts)]} ({number})" for number in range(COMMENTS)]


def _bare(router: Router, texts: Sequence[str]) -> float:
    """Seconds to predict all of them in batches of the job's size."""
    batch = JOBS["classify"].batch
    start = time.perf_counter()
    for first in range(0, len(texts), batch):
        router.predict(texts[first : first + batch])
    return time.perf_counter() - start


def _route(place: Ground, texts: Sequence[str]) -> float:
    """Seconds from the dispatcher's first ring until all are routed or on the desk; filing itself is not counted."""
    with transaction():
        for content in texts:
            filing = Filing(
                kind=Kind.REPORT,
                title="Đo tải",
                text=content,
                sender_kind=SenderKind.ANONYMOUS,
                channel=Channel.SAMPLE,
            )
            intake.submit(filing=filing, token=f"bench-{next(_tokens)}", secret="bench", at=datetime.now(UTC))
    redis = queue.connect(place.config.redis_url)
    start = time.perf_counter()
    dispatcher.ring_once(redis)
    _wait(lambda: _waiting() == 0)
    return time.perf_counter() - start


def _waiting() -> int:
    with transaction():
        return (
            session()
            .execute(text("SELECT count(*) FROM outbox WHERE state = 'pending' AND topic = 'classify'"))
            .scalar_one()
        )


_WAITING = text("SELECT count(*) FROM outbox WHERE state = 'pending' AND topic = 'classify'")


def _wait(done: Callable[[], bool], seconds: float = 300) -> None:
    ends = time.monotonic() + seconds
    while not done():
        if time.monotonic() > ends:
            raise TimeoutError("the worker did not route in time")
        time.sleep(0.02)
    db.session.remove()


def _start_worker(place: Ground) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--topics", "classify"]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, env=place.environment())


if __name__ == "__main__":
    main()
