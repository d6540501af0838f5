"""Processes of the service, started as an operator starts them, and waiting for what they bring about."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.config import Config
from feedback.db import db
from tests.conftest import ROOT, environment

PATIENCE = 180.0  # seconds; nothing takes so long, even on a busy machine, unless it is broken


@contextmanager
def running(config: Config, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of `flask`, killed at the end if it still lives."""
    argv = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    log = config.var_dir / f"{command[0]}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(argv, cwd=ROOT, env=environment(config), stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to end and wait for it; its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE)


def listens(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has come so far that it ends in its own way when asked: it catches SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    (caught,) = [int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt:")]
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that other processes bring about; each look is a transaction of its own."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if condition():
            return
        db.session.rollback()
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


def log_of(config: Config, command: str) -> str:
    """What the processes of a command wrote."""
    path: Path = config.var_dir / f"{command}.log"
    return path.read_text(encoding="utf-8") if path.exists() else ""
