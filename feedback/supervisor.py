"""Starts the processes of the service, writes their logs, restarts what dies, and stops them all in order.

One thread, no pipes: each child writes straight into its log, so neither a slow reader nor our own death holds it up.
"""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from feedback import processes
from feedback.processes import Command

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # who ran this long starts again at FIRST_PAUSE
STOP_SECONDS = 30.0
STEP_STOP_SECONDS = 5.0


class StoppedError(Exception):
    """Somebody asked for the end while work was going on."""


@dataclass(frozen=True)
class Program:
    """A process to keep running. Those of a lower rank are stopped first."""

    name: str
    command: Command
    rank: int = 0


@dataclass
class Child:
    """A program and its present process."""

    program: Program
    process: subprocess.Popen[bytes]
    started: float
    pause: float = FIRST_PAUSE
    restarts: int = 0
    due: float | None = None  # when it starts again; None while it runs


@dataclass
class Supervisor:
    """Keeps programs running. Call `tick` several times a second, `stop` at the end.

    A signal handler sets `stopping`; the next tick raises StoppedError, never in the middle of starting something.
    """

    logs: Path
    now: Callable[[], float] = time.monotonic
    report: Callable[[str], object] = str
    pulse: Callable[[], object] = bool  # called at each tick, for whoever shows that time passes
    children: dict[str, Child] = field(default_factory=dict)
    stopping: bool = False

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program and keep it running from now on."""
        self.logs.mkdir(parents=True, exist_ok=True)
        rotate(self.log(program.name))
        process = self._spawn(program)
        self.children[program.name] = Child(program, process, self.now())
        return process

    def log(self, name: str) -> Path:
        """Return the log of a program."""
        return self.logs / f"{name}.log"

    def tick(self) -> None:
        """See who died, and start again whose pause is over."""
        if self.stopping:
            raise StoppedError
        self.pulse()
        for child in self.children.values():
            if child.due is None and child.process.poll() is not None:
                self._mourn(child)
            if child.due is not None and self.now() >= child.due:
                self._revive(child)

    def run_until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Tick until `done` or the time is over; tell which."""
        end = self.now() + seconds
        while not done():
            if self.now() >= end:
                return False
            self.tick()
            time.sleep(processes.POLL_SECONDS)
        return True

    def run(self, command: Command, output: IO[bytes], errors: IO[bytes]) -> int:
        """Run a command to its end while the programs are kept running; return its exit code. It never outlives us."""
        process = processes.start(command, output, errors)
        try:
            while process.poll() is None:
                self.tick()
                time.sleep(processes.POLL_SECONDS)
        finally:
            processes.stop([process], time.monotonic() + STEP_STOP_SECONDS)
        return process.returncode

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop all, rank by rank, within the time; whoever is late is killed with its whole group.

        Each rank may use half of the time that is left, so that one which ignores SIGTERM leaves the database its own.
        """
        end = self.now() + seconds
        ranks = sorted({child.program.rank for child in self.children.values()})
        for rank in ranks:
            group = [child.process for child in self.children.values() if child.program.rank == rank]
            left = max(0.0, end - self.now())
            share = left if rank == ranks[-1] else left / 2
            processes.stop(group, time.monotonic() + share)
        self.children.clear()

    def _mourn(self, child: Child) -> None:
        """Kill what a dead process left of its group, and say when it starts again."""
        processes.sweep(child.process)
        if self.now() - child.started >= STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        child.due = self.now() + child.pause
        code = child.process.returncode
        self._note(child.program.name, f"ended with code {code}, starts again in {child.pause:.0f} s")
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _revive(self, child: Child) -> None:
        """Start a dead program again."""
        child.process, child.started, child.due = self._spawn(child.program), self.now(), None
        child.restarts += 1

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        """Start the process with its log."""
        with self.log(program.name).open("ab") as log:
            process = processes.start(program.command, log)
        self._note(program.name, f"started as process {process.pid}")
        return process

    def _note(self, name: str, event: str) -> None:
        """Write an event of a program's life into the supervisor's log and tell the terminal."""
        self.report(f"{name}: {event}")
        with self.log("supervisor").open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {name}: {event}\n")


def rotate(log: Path) -> None:
    """Put the log of the run before this one aside, so that what a log says is of now."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
