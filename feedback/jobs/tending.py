"""Starts the process that tends to learning when there is something to tend to; its weight is never the clock's."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from feedback.config import PROJECT_ROOT
from feedback.db import session, transaction
from feedback.logs import Log
from feedback.models import Label, RoutingDecision
from feedback.services import releases, training

QUIET_SECONDS = 600.0  # new decisions and labels may wait so long
RETRY_SECONDS = 60.0  # a training that nobody took, or another process was at it
STOP_SECONDS = 20.0
BUSY = 75  # another process is at it
COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "learning", "tend", "--busy-code", str(BUSY))
log = Log(__name__)


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to tend to: `urgent` at its change, `patient` when some time has passed too."""

    waiting: bool
    urgent: tuple[object, ...]
    patient: tuple[object, ...]


@dataclass(slots=True)
class Tender:
    """Holds at most one such process."""

    model_dir: Path
    command: Sequence[str] = COMMAND
    process: subprocess.Popen[bytes] | None = None
    seen: Sight | None = None
    began: float = field(default=float("-inf"))
    again: bool = False

    def look(self) -> bool:
        """Start the process if it is time; tell whether it was started."""
        if self.process is not None:
            if self.process.poll() is None:
                return False
            self.again = self.process.returncode == BUSY
            if self.process.returncode and not self.again:
                log.error("learning_process_failed", code=self.process.returncode)
            self.process = None
        sight = see(self.model_dir)
        if not self._due(sight):
            return False
        self.seen, self.began = sight, time.monotonic()
        # In our own process group: what ends the clock's group ends it too.
        self.process = subprocess.Popen(self.command, cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL)
        return True

    def stop(self) -> None:
        """End the process, politely and then not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _due(self, sight: Sight) -> bool:
        if not any(sight.urgent):
            return False  # no model, and none asked for
        rested = time.monotonic() - self.began
        if self.again:
            return rested >= RETRY_SECONDS
        if self.seen is None or sight.urgent != self.seen.urgent:
            return True
        return (sight.waiting and rested >= RETRY_SECONDS) or (sight != self.seen and rested >= QUIET_SECONDS)


def see(model_dir: Path) -> Sight:
    """What there is to tend to now."""
    try:
        found = (model_dir / "model.zip").stat()
        stamp = (found.st_mtime_ns, found.st_size)
    except OSError:
        stamp = None
    with transaction():
        champion, waiting = releases.champion(), training.is_waiting()
        newest = session().execute(
            select(select(func.max(RoutingDecision.id)).scalar_subquery(), select(func.max(Label.id)).scalar_subquery())
        )
        return Sight(waiting, (stamp, champion.version if champion else None, waiting), tuple(newest.one()))
