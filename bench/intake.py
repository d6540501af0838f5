"""Filing: submissions a second against a bare psycopg loop of the same statement (goals W1 to W3, W5)."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from threading import Thread

import psycopg
from flask import Flask

from bench.clients import TEXT, Load, body, post_many
from bench.ground import Ground, ground, interleaved, report
from feedback.config import PROJECT_ROOT
from feedback.domain.identifiers import time_ordered_id
from feedback.domain.vocabulary import Consent, Kind, SenderKind
from feedback.services import intake
from feedback.services.intake import Filing

SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
PROCESSES = 8


def main() -> None:
    """Measure everything and report."""
    figures: dict[str, object] = {}
    with ground(rate_limits=True) as place:
        app = place.application()
        figures |= _throughput(place, app)
        figures |= _redis_down(place)
        figures |= _processor_time(app)
    figures |= _start()
    report("intake", figures)


def _throughput(place: Ground, app: Flask) -> dict[str, object]:
    """W2: the web against the bare loop, with 1, 16 and 64 clients."""
    figures: dict[str, object] = {}
    with _web(place) as url:
        post_many(url, clients=16, seconds=1)
        for clients in (1, 16, 64):
            web: list[Load] = []

            def post(clients: int = clients, web: list[Load] = web) -> float:
                web.append(post_many(url, clients=clients, seconds=SECONDS))
                assert web[-1].refused == 0
                return web[-1].per_second

            medians = interleaved({"bare": lambda clients=clients: _bare(place, app, clients), "web": post})
            figures[f"clients_{clients}"] = {
                "bare_per_second": round(medians["bare"]),
                "web_per_second": round(medians["web"]),
                "ratio": round(medians["web"] / medians["bare"], 3),
                "p50_ms": round(1000 * median(load.p50 for load in web), 2),
                "p95_ms": round(1000 * median(load.p95 for load in web), 2),
            }
    return figures


def _redis_down(place: Ground) -> dict[str, object]:
    """W3: the same posts with Redis answering, and with its address leading nowhere."""
    seen: dict[str, list[Load]] = {"up": [], "down": []}
    nowhere = {"REDIS_URL": f"unix://{place.directory / 'nothing.sock'}?db=0"}
    with _web(place) as up, _web(place, nowhere) as down:
        for url in (up, down):
            post_many(url, clients=16, seconds=1)

        def arm(name: str, url: str) -> float:
            seen[name].append(post_many(url, clients=4, seconds=SECONDS))
            assert seen[name][-1].refused == 0
            return seen[name][-1].p50

        medians = interleaved({"up": lambda: arm("up", up), "down": lambda: arm("down", down)}, pairs=7)
    return {
        "redis_up_p50_ms": round(1000 * medians["up"], 2),
        "redis_down_p50_ms": round(1000 * medians["down"], 2),
        "W3_redis_down_ratio": round(medians["down"] / medians["up"], 3),
        "redis_down_refused": sum(load.refused for load in seen["down"]),
    }


def _processor_time(app: Flask, posts: int = 400) -> dict[str, object]:
    """W1: processor time of an accepted POST against the same POST with the write stubbed, in this process."""
    content = body()
    client = app.test_client()

    def post() -> float:
        start = time.process_time()
        for _ in range(posts):
            answer = client.post(
                "/api/v1/comments",
                data=content,
                headers={"Content-Type": "application/json", "Idempotency-Key": os.urandom(16).hex()},
            )
            assert answer.status_code == 201
        return (time.process_time() - start) / posts

    def stubbed() -> float:
        kept = intake.run_alone
        try:
            intake.run_alone = lambda *_: ("PA-2026-000001",)
            return post()
        finally:
            intake.run_alone = kept

    from feedback.web import limits

    limits._address = lambda: os.urandom(8).hex()
    post()
    medians = interleaved({"whole": post, "stubbed": stubbed})
    return {
        "post_cpu_ms": round(1000 * medians["whole"], 3),
        "post_stubbed_cpu_ms": round(1000 * medians["stubbed"], 3),
        "W1_cpu_ratio": round(medians["whole"] / medians["stubbed"], 3),
    }


def _start() -> dict[str, object]:
    """W5: processor time of starting the web against importing what it stands on, and what must not be imported."""
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x" * 32,
        "IDENTITY_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }

    def cost(code: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=PROJECT_ROOT)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    medians = interleaved(
        {
            "web": lambda: cost("import wsgi"),
            "base": lambda: cost("import flask, flask_sqlalchemy, marshmallow"),
        },
        pairs=9,
    )
    code = "import wsgi, sys; print(sorted({'numpy', 'sklearn', 'underthesea', 'rq'} & set(sys.modules)))"
    heavy = subprocess.run(
        [sys.executable, "-c", code], check=True, env=environment, cwd=PROJECT_ROOT, capture_output=True, text=True
    ).stdout.strip()
    return {
        "start_web_cpu_s": round(medians["web"], 3),
        "start_base_cpu_s": round(medians["base"], 3),
        "W5_start_ratio": round(medians["web"] / medians["base"], 3),
        "heavy_modules_in_web": heavy,
    }


@contextmanager
def _web(place: Ground, changed: dict[str, str] | None = None) -> Iterator[str]:
    """The web server as deployed, with PROCESSES workers; its address of filing."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(PROCESSES), "--blocking-threads", "1"),
        *("--log-level", "error", "bench.intake_app:app"),
    ]
    environment = {**place.environment(), **(changed or {})}
    server = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/api/v1/comments"
    finally:
        server.terminate()
        server.wait(30)


def _bare(place: Ground, app: Flask, clients: int) -> float:
    """Submissions a second of the bare statement over `clients` connections in PROCESSES processes."""
    statement, values = _statement(app)
    processes = min(clients, PROCESSES)
    shares = [clients // processes + (number < clients % processes) for number in range(processes)]
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    arguments = (place.config.database_url, statement, values)
    started = [context.Process(target=_bare_process, args=(*arguments, share, results)) for share in shares]
    for process in started:
        process.start()
    counts = [results.get() for _ in started]
    for process in started:
        process.join()
    return sum(counts) / SECONDS


def _bare_process(
    url: str, statement: str, values: dict[str, object], clients: int, results: multiprocessing.Queue[int]
) -> None:
    counts: list[int] = []
    threads = [Thread(target=lambda: counts.append(_bare_client(url, statement, values))) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(sum(counts))


def _bare_client(url: str, statement: str, values: dict[str, object]) -> int:
    count = 0
    with psycopg.connect(url) as connection:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            now = datetime.now(UTC)
            own = {"id": time_ordered_id(now), "idempotency_hash": os.urandom(32).hex(), "at": now}
            connection.execute(statement, {**values, **own})
            connection.commit()
            count += 1
    return count


def _statement(app: Flask) -> tuple[str, dict[str, object]]:
    """The service's own statement, with values as the driver takes them."""
    filing = Filing(
        kind=Kind.REPORT,
        title="Hồ sơ nộp trên mạng bị treo",
        text=TEXT,
        sender_kind=SenderKind.CITIZEN,
        province="HN",
        name="Người Gửi Đo Tải",
        email="do.tai@langnghe.example",
        phone="0900000000",
        consents=frozenset({Consent.PROCESS, Consent.CONTACT}),
    )
    now = datetime.now(UTC)
    with app.app_context():
        values = intake._values(
            filing, comment_id=time_ordered_id(now), token="t", key="0" * 12, digest=filing.digest(), due=now, at=now
        )
    return intake._INSERT, values


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web server did not start")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
