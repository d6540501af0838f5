"""`python3 -m feedback check`: all that must hold before a change is taken; every step runs, even when one failed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from feedback import processes, service
from feedback.embedded import ServerError, start_postgres, start_valkey
from feedback.processes import Command
from feedback.progress import number, say, table

ROOT = service.ROOT
COVERED = "feedback/domain/*,feedback/services/*,classifier/*"
COVERAGE_PERCENT = 95
# About half of the suite's time; none of it needs a model.
PART = ("tests/web", "tests/services", "tests/models", "tests/domain", "tests/schemas")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STOP_SECONDS = 20.0
NO_BROWSER = (
    "KHÔNG CHẠY phần kiểm thử trên trình duyệt: chưa có Chromium. Xin hãy cài rồi chạy lại:"
    " apt-get install chromium libatomic1 (hoặc đặt CHROMIUM_PATH).\n"
    "THE BROWSER JOURNEY DID NOT RUN: no Chromium was found. Install it with `apt-get install chromium libatomic1`,"
    " or set CHROMIUM_PATH, and run the check again."
)


@dataclass(frozen=True)
class Result:
    """How a step ended: its code, its last line, and the seconds it took. No code: it did not run."""

    name: str
    code: int | None
    last: str
    seconds: float

    @property
    def mark(self) -> str:
        """The word in the summary."""
        return "NOT RUN" if self.code is None else "failed" if self.code else "passed"


def main() -> int:
    """Run all steps and sum up; 1 when any failed, or when CI has no browser."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        results = [timed(name, step) for name, step in STEPS]
    except KeyboardInterrupt:
        print("Đã dừng theo yêu cầu (stopped).", file=sys.stderr)
        return 130
    return summarise(results, os.environ.get("CI") == "true")


def timed(name: str, step: Callable[[], tuple[int | None, str]]) -> Result:
    """Run one step with a heading."""
    say(f"\n── {name} " + "─" * max(0, 90 - len(name)))
    started = time.monotonic()
    code, last = step()
    return Result(name, code, last, time.monotonic() - started)


def summarise(results: Sequence[Result], strict: bool) -> int:
    """Print the table, what did not run, and the test runners' closing lines; return the exit code."""
    say("\n── summary " + "─" * 83)
    rows = [(result.name, result.mark, number(result.seconds), result.last) for result in results]
    say(table(("step", "result", "seconds", "last line"), rows, shrink=(3,)))
    missing = [result for result in results if result.code is None]
    if missing:
        say("\n" + "!" * 100 + "\n" + NO_BROWSER + "\n" + "!" * 100)
    say()
    for result in results:
        if " passed" in result.last or " failed" in result.last or " error" in result.last:
            say(result.last)
    return int(any(result.code for result in results) or (strict and bool(missing)))


# The steps


def lint() -> tuple[int, str]:
    """Lint the code."""
    return run([sys.executable, "-m", "ruff", "check"])


def formatting() -> tuple[int, str]:
    """See that the code is formatted."""
    return run([sys.executable, "-m", "ruff", "format", "--check"])


def types() -> tuple[int, str]:
    """Check the types."""
    return run([sys.executable, "-m", "mypy"])


def imports() -> tuple[int, str]:
    """Check the direction of imports."""
    return run([sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"])


def migrations() -> tuple[int, str]:
    """See that the migrations, run from nothing, make what the models say."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        try:
            with (
                start_postgres(directory / "pg", fast=True) as postgres,
                start_valkey(directory / "vk", fast=True) as valkey,
            ):
                given = {**os.environ, "DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
                options = Namespace(host="127.0.0.1", port=8000, workers=1)
                environment = service.make_environment(options, directory, given)
                code, last = run(service.flask("db", "upgrade"), environment)
                return (code, last) if code else run(service.flask("db", "check"), environment)
        except ServerError as error:
            return 1, str(error)


def tests() -> tuple[int, str]:
    """Run the whole suite but the browser's, with branch coverage: two parts at once, each with servers of its own.

    What the second part prints comes after the first has ended.
    """
    run([sys.executable, "-m", "coverage", "erase"])
    rest = ["tests", *(f"--ignore={path}" for path in (*PART, "tests/e2e"))]
    with tempfile.TemporaryFile() as kept:
        beside = processes.start(Command(_suite(rest), cwd=ROOT), kept)
        try:
            code, last = run(_suite(PART))
            beside_code = beside.wait()
        finally:
            processes.stop([beside], time.monotonic() + STOP_SECONDS)
        kept.seek(0)
        lines = kept.read().decode(errors="replace").splitlines()
    say("\n".join(lines))
    return code or beside_code, f"{_bare(last)} + {_bare(next(filter(None, reversed(lines)), ''))}"


def _suite(paths: Sequence[str]) -> list[str]:
    coverage_of_a_part = [sys.executable, "-m", "coverage", "run", "--parallel-mode", "-m"]
    return [*coverage_of_a_part, "pytest", *paths, "--durations=10"]


def _bare(line: str) -> str:
    return line.strip("= ")


def coverage() -> tuple[int, str]:
    """Hold the parts that decide over people to their coverage."""
    code, last = run([sys.executable, "-m", "coverage", "combine", "--quiet"])
    if code:
        return code, last
    limits = [f"--include={COVERED}", f"--fail-under={COVERAGE_PERCENT}"]
    return run([sys.executable, "-m", "coverage", "report", *limits])


def browser() -> tuple[int | None, str]:
    """Walk the journey in a real browser, where there is one."""
    found = find_browser(os.environ)
    if found is None:
        say(NO_BROWSER)
        return None, "no Chromium"
    return run([sys.executable, "-m", "pytest", "tests/e2e"], {**os.environ, "CHROMIUM_PATH": found})


STEPS: Sequence[tuple[str, Callable[[], tuple[int | None, str]]]] = (
    ("ruff check", lint),
    ("ruff format", formatting),
    ("mypy strict", types),
    ("import-linter", imports),
    ("models = migrations", migrations),
    ("pytest", tests),
    (f"coverage ≥ {COVERAGE_PERCENT}", coverage),
    ("pytest, browser", browser),
)


def find_browser(environ: Mapping[str, str]) -> str | None:
    """Return the path of a Chromium, from CHROMIUM_PATH or PATH."""
    given = environ.get("CHROMIUM_PATH")
    names = (given,) if given else BROWSERS
    return next((path for name in names if (path := shutil.which(name, path=environ.get("PATH")))), None)


def run(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a command at the root of the checkout, its output passed on as it comes; return code and last line."""
    process = processes.start(Command(argv, cwd=ROOT, environment=environment), subprocess.PIPE)
    last = ""
    try:
        with process.stdout or nullcontext() as output:
            for raw in output or ():
                line = raw.decode(errors="replace").rstrip()
                say(line)
                last = line.strip() or last
        return process.wait(), last
    finally:
        processes.stop([process], time.monotonic() + STOP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
