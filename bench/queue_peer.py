"""Routing by two workers against Celery prefork with one `word_tokenize` + `predict` task a comment (goal Q2).

Celery is no dependency of the project: `pip install --target DIR celery` into a directory of its own, and give it:
`python -m bench.queue_peer DIR`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from underthesea import word_tokenize

from bench.ground import Ground, ground, interleaved, report
from bench.route import _route, _start_worker, _texts
from classifier.dataset import load_corpus
from feedback.config import PROJECT_ROOT

WORKERS = 2
DONE = "bench-done"


def main(directory: Path) -> None:
    """Measure both arms in turn, and report."""
    with ground() as place:
        app = place.application()
        texts = _texts()
        redis = Redis.from_url(place.config.redis_url)
        workers = [_start_worker(place) for _ in range(WORKERS)]
        try:
            with _celery(place, directory) as send, app.app_context():
                _route(place, texts[:200])
                _by_celery(redis, send, texts[:100])
                medians = interleaved(
                    {"celery": lambda: _by_celery(redis, send, texts), "service": lambda: _route(place, texts)}
                )
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(30)
    celery, service = len(texts) / medians["celery"], len(texts) / medians["service"]
    figures = {"celery_per_second": round(celery), "service_per_second": round(service)}
    report("queue_peer", {"workers": WORKERS, **figures, "Q2_ratio": round(service / celery, 2)})


def _by_celery(redis: Redis, send: subprocess.Popen[str], texts: Sequence[str]) -> float:
    """Seconds from the first task that is sent until the last is done."""
    redis.delete(DONE)
    assert send.stdin is not None
    start = time.perf_counter()
    send.stdin.write("".join(f"{number}\n" for number in range(len(texts))))
    send.stdin.flush()
    while int(redis.get(DONE) or 0) < len(texts):
        time.sleep(0.02)
    return time.perf_counter() - start


@contextmanager
def _celery(place: Ground, directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A Celery worker of two processes, and a process that sends the tasks named on its input."""
    model = place.directory / "peer.pickle"
    corpus = load_corpus()
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LinearSVC())
    pipeline.fit([word_tokenize(row.text, format="text") for row in corpus], [row.body for row in corpus])
    model.write_bytes(pickle.dumps((pipeline, _texts())))
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(PROJECT_ROOT), str(directory))),
        "PEER_BROKER": place.config.redis_url,
        "PEER_MODEL": str(model),
    }
    command = [sys.executable, "-m", "celery", "-A", "bench.queue_peer_tasks", "worker", "-P", "prefork"]
    worker = subprocess.Popen([*command, "-c", str(WORKERS), "-l", "ERROR"], env=environment, cwd=place.directory)
    sender = subprocess.Popen(
        [sys.executable, "-m", "bench.queue_peer_tasks"],
        env=environment,
        cwd=place.directory,
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        yield sender
    finally:
        sender.terminate()
        worker.terminate()
        worker.wait(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
