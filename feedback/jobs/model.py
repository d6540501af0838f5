"""The model of this worker: loaded once, and again when a new one is put in its place."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from classifier.artefact import NAME, ArtefactError
from classifier.router import Router
from feedback.logs import Log

RETRY_SECONDS = 30.0
FLOOR = "floor.json"
log = Log(__name__)


@dataclass(slots=True)
class _Held:
    router: Router | None = None
    stamp: tuple[int, int] | None = None
    looked_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)


_held = _Held()


def router(directory: Path) -> Router | None:
    """The router of the model in `directory`; None while there is no model that can be trusted.

    A file that could not be used is looked at again when it changes, and every 30 seconds. Whoever asks while it is
    being loaded waits for it.
    """
    with _held.lock:
        stamp = _stamp(directory / NAME)
        unchanged = stamp == _held.stamp
        if unchanged and (_held.router is not None or time.monotonic() - _held.looked_at < RETRY_SECONDS):
            return _held.router
        _held.stamp, _held.looked_at = stamp, time.monotonic()
        _held.router = _load(directory)
        return _held.router


def floor(directory: Path) -> float:
    """The confidence below which the model in use may not decide by itself, whatever its own threshold; usually 0.

    It rises when officials' judgements refute the model's promise; one that was made for another model does not count.
    """
    try:
        kept = json.loads((directory / FLOOR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0.0
    held = _held.router
    return float(kept["floor"]) if held is not None and kept["model"] == held.version else 0.0


def forget() -> None:
    """Load the model anew at the next use."""
    _held.router, _held.stamp, _held.looked_at = None, None, float("-inf")


def _load(directory: Path) -> Router | None:
    try:
        loaded = Router.load(directory)
    except ArtefactError as error:
        log.error("model_unusable", kind=type(error).__name__)
        return None
    log.info("model_loaded", version=loaded.version)
    return loaded


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
