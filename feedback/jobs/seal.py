"""Seal the audit log every ten seconds into a file outside the database, which only ever grows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from feedback.db import transaction
from feedback.domain.seal import BrokenSeal, Seal, close, from_lines, to_line
from feedback.logs import Log
from feedback.services import chains

EVERY_SECONDS = 10.0
log = Log(__name__)


@dataclass(slots=True)
class Sealer:
    """Keeps one file of seals; whoever keeps time calls `work` as often as it likes.

    The last seal is read once, when it is first needed: BrokenSeal is raised if the file was changed meanwhile.
    """

    path: Path
    clock: Callable[[], float] = time.monotonic
    _next: float = field(default=float("-inf"))
    _last: Seal | None = None
    _is_read: bool = False

    def work(self) -> int:
        """Seal what is new, if ten seconds have passed; how many events were sealed.

        A file that was touched, or cannot be written, is told of in the log: the clock has other duties than this one.
        """
        if self.clock() < self._next:
            return 0
        self._next = self.clock() + EVERY_SECONDS
        try:
            return self.seal()
        except (BrokenSeal, OSError) as error:
            log.error("audit_not_sealed", kind=type(error).__name__)
            return 0

    def seal(self) -> int:
        """Seal what is new now; how many events were sealed. Nothing new writes no line."""
        last = self._read_last()
        with transaction():
            horizon, events = chains.unsealed(since=last.horizon if last else 0)
        if not events:
            return 0
        fresh = close(last, at=datetime.now(UTC), horizon=horizon, events=events)
        _append(self.path, to_line(fresh))
        self._last = fresh
        return len(events)

    def _read_last(self) -> Seal | None:
        if not self._is_read:
            seals = read(self.path)
            self._last = seals[-1] if seals else None
            self._is_read = True
        return self._last


def read(path: Path) -> list[Seal]:
    """The seals of a file, none when it does not exist yet; BrokenSeal when one is not as it was written."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return from_lines(lines)


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
