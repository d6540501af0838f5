"""Every command of the README does what the README says, on the real program."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.+?)\n```", README, flags=re.DOTALL)


def test_the_readme_has_two_commands() -> None:
    assert COMMANDS == ["python3 -m feedback up", "python3 -m feedback check"]


def test_up_files_the_samples_and_each_finds_its_way(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ended = _run(COMMANDS[0], "--once", "--port", str(port), var=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    filed = set(re.findall(r"PA-\d{4}-\d{6}", ended.stdout))
    assert len(filed) == 12
    assert f"http://127.0.0.1:{port}" in ended.stdout
    accounts = json.loads((tmp_path / "demo-accounts.json").read_text())
    assert len(accounts) == 8
    assert all(password in ended.stdout for password in accounts.values())


def test_check_begins_with_style_and_stops_when_told(tmp_path: Path) -> None:
    # The whole of it is what runs this test; here it is begun, and ended at its first step.
    argv = [sys.executable, *COMMANDS[1].split()[1:]]
    begun = subprocess.Popen(
        argv, cwd=ROOT, env=_environment(tmp_path), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert begun.stdout is not None
        begins_with_style = any("ruff check" in line for line in begun.stdout)
        begun.terminate()
        code = begun.wait(timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(begun.pid, signal.SIGKILL)
        begun.communicate()
    assert begins_with_style
    assert code != 0


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists(), link


def _run(command: str, *options: str, var: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, *command.split()[1:], *options]
    return subprocess.run(
        argv, cwd=ROOT, env=_environment(var), capture_output=True, text=True, timeout=500, check=False
    )


def _environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return {**kept, "VAR_DIR": str(var), "MODEL_DIR": os.environ.get("MODEL_DIR") or str(ROOT / "var" / "model")}
