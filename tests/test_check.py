"""The command `check`: every step runs, the summary is honest, and the closing lines come last."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from feedback import check
from feedback.check import Result

ROOT = Path(__file__).resolve().parent.parent
PASSED = Result("pytest", 0, "12 passed in 1.00s", 1.0)
FAILED = Result("mypy strict", 1, "Found 1 error", 2.0)
ABSENT = Result("pytest, browser", None, "no Chromium", 0.0)


@pytest.fixture
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as on a newcomer's machine."""
    monkeypatch.delenv("CI", raising=False)


def _step(code: int | None, said: list[str], name: str) -> Callable[[], tuple[int | None, str]]:
    def step() -> tuple[int | None, str]:
        said.append(name)
        return code, name

    return step


@pytest.mark.usefixtures("no_ci")
def test_a_failed_step_stops_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(check, "STEPS", [("a", _step(1, ran, "a")), ("b", _step(0, ran, "b"))])
    monkeypatch.setattr(check.signal, "signal", lambda *_: None)
    assert check.main() == 1
    assert ran == ["a", "b"]


def test_the_steps_are_those_that_a_change_must_pass() -> None:
    names = [name for name, _ in check.STEPS]
    assert names == [
        "ruff check",
        "ruff format",
        "mypy strict",
        "import-linter",
        "models = migrations",
        "pytest",
        "coverage ≥ 95",
        "pytest, browser",
    ]


def test_the_summary_ends_with_the_closing_lines_of_the_test_runner(capsys: pytest.CaptureFixture[str]) -> None:
    second = Result("pytest, browser", 0, "===== 3 passed in 9.00s =====", 9.0)
    assert check.summarise([FAILED, PASSED, second], strict=False) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["12 passed in 1.00s", "===== 3 passed in 9.00s ====="]


def test_all_passed_is_0() -> None:
    assert check.summarise([PASSED], strict=True) == 0


def test_a_missing_browser_is_said_loudly_and_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.summarise([PASSED, ABSENT], strict=False) == 0
    said = capsys.readouterr().out
    assert "NOT RUN" in said
    assert "DID NOT RUN" in said
    assert "apt-get install chromium" in said


def test_a_missing_browser_fails_ci() -> None:
    assert check.summarise([PASSED, ABSENT], strict=True) == 1


def test_the_browser_step_does_not_run_without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "find_browser", lambda _: None)
    assert check.browser() == (None, "no Chromium")


@pytest.mark.parametrize("name", check.BROWSERS)
def test_a_browser_on_path_is_found(name: str, tmp_path: Path) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert check.find_browser({"PATH": str(tmp_path)}) == str(program)
    assert check.find_browser({"PATH": "/nowhere", "CHROMIUM_PATH": str(program)}) == str(program)
    assert check.find_browser({"PATH": str(tmp_path), "CHROMIUM_PATH": "/nowhere/chromium"}) is None


def test_a_command_passes_its_output_on_and_keeps_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = "import sys; print('một'); print('hai', file=sys.stderr, flush=True); print(); sys.exit(3)"
    assert check.run([sys.executable, "-u", "-c", code]) == (3, "hai")
    assert capsys.readouterr().out == "một\nhai\n\n"


def test_the_linters_are_run_with_the_environment_s_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def remember(argv: list[str], *_: object) -> tuple[int, str]:
        commands.append(argv)
        return 0, ""

    monkeypatch.setattr(check, "run", remember)
    for step in (check.lint, check.formatting, check.types, check.imports, check.coverage):
        step()
    assert {argv[0] for argv in commands} == {sys.executable}
    assert f"--fail-under={check.COVERAGE_PERCENT}" in commands[-1]


def _parts(monkeypatch: pytest.MonkeyPatch, elsewhere: Path, first: str, second: str) -> list[list[str]]:
    asked: list[list[str]] = []

    def suite(paths: list[str]) -> list[str]:
        asked.append(list(paths))
        return [sys.executable, "-c", first if tuple(paths) == check.PART else second]

    monkeypatch.setattr(check, "_suite", suite)
    monkeypatch.setattr(check, "ROOT", elsewhere)  # where no coverage is kept that could be erased
    return asked


def test_the_suite_runs_in_two_parts_and_what_the_second_said_comes_after(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = _parts(
        monkeypatch,
        tmp_path,
        "import time; time.sleep(.5); print('= 3 passed in 1s =')",
        "print('một'); print('== 4 passed ==')",
    )
    assert check.tests() == (0, "3 passed in 1s + 4 passed")
    assert capsys.readouterr().out.splitlines()[-3:] == ["= 3 passed in 1s =", "một", "== 4 passed =="]
    assert asked == [["tests", *(f"--ignore={path}" for path in (*check.PART, "tests/e2e"))], list(check.PART)]
    assert all((ROOT / path).is_dir() for path in check.PART)


@pytest.mark.parametrize(("first", "second", "code"), [("3", "0", 3), ("0", "4", 4), ("3", "4", 3)])
def test_the_suite_fails_when_either_part_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: str, second: str, code: int
) -> None:
    _parts(monkeypatch, tmp_path, f"raise SystemExit({first})", f"raise SystemExit({second})")
    assert check.tests()[0] == code


def test_coverage_that_cannot_be_put_together_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "run", lambda argv, *_: (1, "No data to combine") if "combine" in argv else (0, ""))
    assert check.coverage() == (1, "No data to combine")


def test_migrations_that_fail_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def fail(argv: list[str], *_: object) -> tuple[int, str]:
        commands.append(argv)
        return 1, "broken"

    monkeypatch.setattr(check, "run", fail)
    assert check.migrations() == (1, "broken")
    assert [argv[-1] for argv in commands] == ["upgrade"]


# .ci/run


def test_ci_installs_packages_and_calls_the_check_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("exec python3 -m feedback check")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0
