"""Faults: workers killed at random, Valkey killed with everything in it lost (goals Q3 and Q4). Seeded."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import text

from bench.ground import Ground, ground, report
from feedback.config import PROJECT_ROOT
from feedback.db import session, transaction
from feedback.domain.vocabulary import Channel, Consent, Kind, SenderKind
from feedback.embedded import start_valkey
from feedback.services import intake
from feedback.services.intake import Filing

KILLS = int(os.environ.get("BENCH_KILLS", "100"))
WAITING = int(os.environ.get("BENCH_WAITING", "1500"))
SEED = int(os.environ.get("BENCH_SEED", "20261124"))
_tokens = itertools.count()


def main() -> None:
    """Run both drills and report; exit 1 when anything was lost or doubled."""
    figures: dict[str, object] = {"seed": SEED}
    with ground() as place, place.application().app_context(), _dispatcher(place):
        figures |= _kill_workers(place, random.Random(SEED))
    with ground() as place, place.application().app_context(), _dispatcher(place):
        figures |= _lose_valkey(place)
    report("drill", figures)
    bad = [name for name, value in figures.items() if name.endswith(("lost", "doubled")) and value]
    sys.exit(1 if bad else 0)


def _kill_workers(place: Ground, chance: random.Random) -> dict[str, object]:
    """Q3: file all the time, kill -9 a worker KILLS times at random; how long after the last kill is all routed?"""
    workers = [_worker(place) for _ in range(2)]
    try:
        time.sleep(6)  # the model loads
        filed = 0
        for _ in range(KILLS):
            filed += _file(chance.randrange(10, 40))
            time.sleep(chance.uniform(0.0, 0.4))
            place_of_victim = chance.randrange(len(workers))
            workers[place_of_victim].send_signal(signal.SIGKILL)
            workers[place_of_victim].wait()
            workers[place_of_victim] = _worker(place)
        seconds = _seconds_until_routed()
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return {
        "Q3_kills": KILLS,
        "Q3_filed": filed,
        "Q3_lost": filed - _routed(),
        "Q3_doubled": _doubled(),
        "Q3_seconds_after_last_kill": round(seconds, 1),
    }


def _lose_valkey(place: Ground) -> dict[str, object]:
    """Q4: WAITING comments rung for, Valkey killed with its data; how long after its return is all done?"""
    socket = place.config.redis_url
    filed = _file(WAITING)
    time.sleep(3)
    pid = int(
        subprocess.run(["pgrep", "-f", str(place.directory / "valkey")], capture_output=True, text=True).stdout.split()[
            0
        ]
    )
    worker = _worker(place)
    time.sleep(1)
    os.kill(pid, signal.SIGKILL)
    for leftover in (place.directory / "valkey").rglob("appendonlydir/*"):
        leftover.unlink()
    time.sleep(3)
    with start_valkey(place.directory / "valkey") as back:
        assert back.url == socket
        seconds = _seconds_until_routed()
        worker.terminate()
        worker.wait(30)
    return {
        "Q4_waiting": filed,
        "Q4_lost": filed - _routed(),
        "Q4_doubled": _doubled(),
        "Q4_seconds_after_return": round(seconds, 1),
    }


def _file(number: int) -> int:
    for _ in range(number):
        filing = Filing(
            kind=Kind.REPORT,
            title="Đo độ bền",
            text=f"Điện thoại ở bản không có sóng, đề nghị lắp trạm phát. Lần gửi {next(_tokens)}.",
            sender_kind=SenderKind.CITIZEN,
            channel=Channel.SAMPLE,
            name="Người Gửi",
            email="do.ben@langnghe.example",
            consents=frozenset({Consent.PROCESS, Consent.CONTACT}),
        )
        with transaction():
            intake.submit(filing=filing, token=f"drill-{next(_tokens)}", secret="drill", at=datetime.now(UTC))
    return number


def _seconds_until_routed(limit: float = 300) -> float:
    start = time.monotonic()
    while _count("SELECT count(*) FROM outbox WHERE state = 'pending' AND topic = 'classify'"):
        if time.monotonic() - start > limit:
            break
        time.sleep(0.1)
    return time.monotonic() - start


def _routed() -> int:
    return _count("SELECT count(*) FROM comment WHERE status IN ('assigned', 'sorting')")


def _doubled() -> int:
    """Effects that happened twice: decisions of the machine, events of the same sort, messages."""
    return sum(
        _count(f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {what} HAVING count(*) > 1) AS twice")  # noqa: S608
        for what in (
            "routing_decision WHERE made_by = 'machine' GROUP BY comment_id",
            "audit_event GROUP BY comment_id, action",
            "notification GROUP BY comment_id, event",
        )
    )


def _count(query: str) -> int:
    with transaction():
        return int(session().execute(text(query)).scalar_one())


@contextmanager
def _dispatcher(place: Ground) -> Iterator[None]:
    process = _start(place, "dispatch")
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _worker(place: Ground) -> subprocess.Popen[bytes]:
    return _start(place, "worker")


def _start(place: Ground, *command: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    return subprocess.Popen(argv, cwd=PROJECT_ROOT, env=place.environment())


if __name__ == "__main__":
    main()
