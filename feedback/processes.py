"""Child processes that never outlive us: each in its own group, watched by a guard that survives even our SIGKILL.

Run as a script, this file is that guard; it needs the standard library alone, and starts in hundredths of a second.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

POLL_SECONDS = 0.05
GUARD_GRACE_SECONDS = 20.0


@dataclass(frozen=True)
class Command:
    """What is run: its arguments, and the signal that asks it to stop."""

    argv: Sequence[str]
    stop_signal: signal.Signals = signal.SIGTERM
    cwd: Path | None = None
    environment: Mapping[str, str] | None = None
    user: tuple[int, int] | None = None  # (uid, gid) to become, only possible as root
    inherited: tuple[int, ...] = ()  # file descriptors the child keeps, such as the lock of its directory


class Guard:
    """A process that reads our group numbers from a pipe, and ends the groups when the pipe closes as we die."""

    def __init__(self) -> None:
        reading, self._pipe = os.pipe()
        argv = [sys.executable, "-I", "-S", __file__, str(GUARD_GRACE_SECONDS)]
        # Not a Popen: nobody waits for it, it outlives us. In a group of its own no Ctrl-C at the terminal reaches it.
        actions = [(os.POSIX_SPAWN_DUP2, reading, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        self._pid = os.posix_spawn(sys.executable, argv, os.environ, file_actions=actions, setpgroup=0)
        os.close(reading)

    def alive(self) -> bool:
        """Tell whether it still watches."""
        try:
            return os.waitpid(self._pid, os.WNOHANG) == (0, 0)
        except ChildProcessError:
            return False

    def tell(self, line: str) -> None:
        """Send one line; a guard that was killed is not worth failing for."""
        with contextlib.suppress(OSError):
            os.write(self._pipe, f"{line}\n".encode())


_guards: dict[int, Guard] = {}
_watched: dict[int, signal.Signals] = {}


def start(
    command: Command, output: IO[bytes] | int = subprocess.DEVNULL, errors: IO[bytes] | int = subprocess.STDOUT
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, with the guard told of it."""
    user, group = command.user or (None, None)
    process = subprocess.Popen(
        command.argv,
        cwd=command.cwd,
        env=command.environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        process_group=0,
        user=user,
        group=group,
        extra_groups=None if command.user is None else [],
        pass_fds=command.inherited,
    )
    _watched[process.pid] = command.stop_signal
    _guard().tell(f"+ {process.pid} {command.stop_signal.value}")
    return process


def stop(processes: Iterable[subprocess.Popen[bytes]], deadline: float) -> None:
    """Ask all to stop, wait until `deadline` (of time.monotonic), then kill what is left, whole groups at a time."""
    remaining = list(processes)
    for process in remaining:
        signal_group(process.pid, _watched.get(process.pid, signal.SIGTERM))
    wait_until(lambda: all(process.poll() is not None for process in remaining), deadline)
    for process in remaining:
        sweep(process)


def sweep(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and its group, and forget it; harmless when all are gone."""
    signal_group(process.pid, signal.SIGKILL)
    process.wait()
    if _watched.pop(process.pid, None) is not None:
        _guard().tell(f"- {process.pid}")


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group of zombies
        return False
    return True


def wait_until(condition: Callable[[], bool], deadline: float) -> bool:
    """Poll until the condition holds or `deadline` (of time.monotonic) has passed; tell which."""
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _guard() -> Guard:
    """Return this process's guard, a new one after a fork or a kill, told of every group still running."""
    guard = _guards.get(os.getpid())
    if guard is None or not guard.alive():
        if os.getpid() not in _guards and _guards:
            _watched.clear()  # forked: the groups belong to the parent
        _guards.clear()
        guard = _guards[os.getpid()] = Guard()
        for group, number in _watched.items():
            guard.tell(f"+ {group} {number.value}")
    return guard


def _watch(lines: Iterable[bytes]) -> dict[int, int]:
    """Follow the lines until they end; return the groups left, each with its stop signal."""
    groups: dict[int, int] = {}
    for line in lines:
        mark, group, *number = line.split()
        if mark == b"+":
            groups[int(group)] = int(number[0])
        else:
            groups.pop(int(group), None)
    return groups


def _end(groups: Mapping[int, int], grace: float) -> None:
    """End the groups of a master that died: politely, then, after `grace` seconds, by SIGKILL."""
    left = [group for group, number in groups.items() if signal_group(group, number)]
    deadline = time.monotonic() + grace
    wait_until(lambda: not any(signal_group(group, 0) for group in left), deadline)
    for group in left:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    _end(_watch(sys.stdin.buffer), float(sys.argv[1]))
