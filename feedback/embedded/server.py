"""What both embedded servers share: a locked directory, a private socket, a start that waits for an answer.

The lock is inherited by the server's processes and lives as long as any of them: two servers never share a directory,
and whoever gets the lock knows that what a crash left behind is dead.
"""

import fcntl
import hashlib
import importlib.util
import os
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from feedback import processes
from feedback.processes import Command

START_SECONDS = 90.0  # recovery after a crash takes its time
STOP_SECONDS = 15.0
LOCK_SECONDS = 25.0  # longer than the guard of a killed master needs to end what it left
# sun_path holds 108 bytes on Linux and 104 on macOS; PostgreSQL's socket name takes 18 of them
SOCKET_DIRECTORY_BYTES = 80


class ServerError(Exception):
    """A server that does not start; `log` holds the last lines it said."""

    def __init__(self, name: str, log: str) -> None:
        super().__init__(f"{name} did not start: {log}")
        self.name = name
        self.log = log


class AlreadyRunningError(ServerError):
    """The directory belongs to a server that is running now."""


@dataclass(frozen=True)
class Prepared:
    """A server ready to be started, by `start` or under a supervisor."""

    name: str
    url: str
    command: Command
    ready: Callable[[], bool]
    log: Path
    lock: int


@dataclass(frozen=True)
class RunningServer:
    """A server that answers; leaving the context stops it."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def stop(self) -> None:
        """Stop it cleanly, by force after STOP_SECONDS; harmless when it is stopped already."""
        processes.stop([self.process], time.monotonic() + STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(prepared: Prepared) -> subprocess.Popen[bytes]:
    """Start a prepared server, wait until it answers, and leave the lock to it alone."""
    with prepared.log.open("ab") as log:
        process = processes.start(prepared.command, log)
    try:
        processes.wait_until(lambda: answered(prepared, process), time.monotonic() + START_SECONDS)
        if not prepared.ready():
            raise ServerError(prepared.name, tail(prepared.log))
    except BaseException:
        processes.sweep(process)
        raise
    finally:
        os.close(prepared.lock)
    return process


def answered(prepared: Prepared, process: subprocess.Popen[bytes]) -> bool:
    """Tell whether waiting is over: the server answers, or has ended."""
    return process.poll() is not None or prepared.ready()


def take(name: str, directory: Path) -> int:
    """Make the directory and lock it; the lock is inherited by the server and ends with its last process."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not processes.wait_until(lambda: _locks(lock), time.monotonic() + LOCK_SECONDS):
        os.close(lock)
        raise AlreadyRunningError(name, f"{directory} is in use")
    return lock


def _locks(lock: int) -> bool:
    """Try to lock."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def socket_directory(directory: Path, user: tuple[int, int] | None) -> Path:
    """Return a private directory for the socket: inside ours, or in the temp directory when too long."""
    path = directory.resolve() / "run"
    if len(os.fsencode(path)) > SOCKET_DIRECTORY_BYTES:
        digest = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"lang-nghe-{os.geteuid()}-{digest}"
    owner = os.geteuid() if user is None else user[0]
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if user is not None:
            os.chown(path, *user)
    found = path.lstat()
    # In a shared temp directory, anybody could have made it first.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()) or found.st_mode & 0o077:
        raise ServerError("socket", f"Permission denied: {path} belongs to someone else")
    if user is not None:
        os.chown(path, *user)
    return path


def package(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServerError(name, f"the package {name} is not installed")
    return Path(found.origin).parent


def exists(pid: int) -> bool:
    """Tell whether some process has this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tail(log: Path, lines: int = 40) -> str:
    """Return the last lines of a log."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])
