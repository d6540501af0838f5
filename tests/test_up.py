"""The command `up`, over a stand-in for the service: what it shows, what it refuses, and that it ends cleanly."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from feedback import preflight, processes, progress, service, up
from feedback.preflight import RefusedError
from feedback.supervisor import StoppedError

SOURCE = Path(__file__).resolve().parent.parent / "feedback"
STAND_IN = Path(__file__).resolve().parent / "stand_in"
PATIENCE = 120.0


@dataclass
class Checkout:
    """A checkout that holds the command and the stand-in."""

    root: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def var(self) -> Path:
        """Where the command keeps everything."""
        return self.root / "var"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start the command; its output is read by `communicate`."""
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "VAR_DIR")
        }
        argv = [sys.executable, "-m", "feedback.up", "up", *arguments]
        output = subprocess.PIPE
        process = subprocess.Popen(
            argv, cwd=self.root, env={**kept, **environment}, stdout=output, stderr=output, text=True
        )
        self.started.append(process)
        return process

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Run the command to its end; return code, output and errors."""
        process = self.start(*arguments, **environment)
        output, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, output, errors

    def wait_for_service(self) -> None:
        """Wait until every process of the service has started."""
        marks = [self.var / f"{name}.starts" for name in ("dispatcher", "worker", "clock")]
        _wait(lambda: all(mark.exists() and mark.read_text() for mark in marks))

    def processes(self) -> list[str]:
        """The command lines that name this checkout, and the guard's."""
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        return [line for line in listed.splitlines() if str(self.root) in line]


def _wait(condition: Callable[[], bool]) -> None:
    assert processes.wait_until(condition, time.monotonic() + PATIENCE)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout of its own; whatever a failed test leaves running is ended."""
    shutil.copytree(STAND_IN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "feedback").mkdir()
    for name in ("__init__", "__main__", "preflight", "processes", "progress", "service", "supervisor", "up"):
        shutil.copy(SOURCE / f"{name}.py", tmp_path / "feedback")
    shutil.copytree(SOURCE / "embedded", tmp_path / "feedback" / "embedded")
    made = Checkout(tmp_path)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def port() -> str:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


# The whole way


def test_one_round_shows_each_step_and_the_table_and_ends_with_nothing_running(checkout: Checkout, port: str) -> None:
    code, output, errors = checkout.run("--once", "--port", port)
    assert (code, errors) == (0, "")
    for step in ("PostgreSQL", "Valkey", "cơ sở dữ liệu", "cơ quan", "tài khoản", "phân loại", "dịch vụ", "ý kiến mẫu"):
        assert any(line.startswith("✓") and step in line and "giây)" in line for line in output.splitlines()), step
    assert "PA-2026-000001" in output
    assert "0,91" in output
    assert f"http://127.0.0.1:{port}/gui-y-kien" in output
    assert max(map(len, output.splitlines())) <= 100
    assert checkout.processes() == []
    assert stat.S_IMODE(checkout.var.stat().st_mode) == 0o711
    assert {path.name for path in checkout.var.iterdir() if path.is_file() and path.stat().st_mode & 0o077} == set()


def test_a_second_round_starts_from_what_the_first_left(checkout: Checkout, port: str) -> None:
    assert checkout.run("--once", "--empty", "--port", port)[0] == 0
    keys = (checkout.var / "secrets.json").read_text()
    assert checkout.run("--once", "--empty", "--port", port)[0] == 0
    assert (checkout.var / "secrets.json").read_text() == keys


def test_empty_files_no_samples(checkout: Checkout, port: str) -> None:
    code, output, _ = checkout.run("--once", "--empty", "--port", port)
    assert code == 0
    assert "PA-2026" not in output
    assert not (checkout.var / "asked").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_every_process(checkout: Checkout, port: str, number: signal.Signals) -> None:
    running = checkout.start("--empty", "--port", port)
    checkout.wait_for_service()
    running.send_signal(number)
    output, errors = running.communicate(timeout=PATIENCE)
    assert (running.returncode, errors) == (0, "")
    assert "Đang dừng" in output
    assert checkout.processes() == []


def test_a_deaf_worker_holds_nobody_up(checkout: Checkout, port: str) -> None:
    supervisor = checkout.root / "feedback" / "supervisor.py"
    supervisor.write_text(supervisor.read_text().replace("\nSTOP_SECONDS = 30.0", "\nSTOP_SECONDS = 4.0"))
    running = checkout.start("--empty", "--port", port, STAND_IN_DEAF="worker")
    checkout.wait_for_service()
    running.terminate()
    running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert checkout.processes() == []


def test_a_killed_worker_comes_back(checkout: Checkout, port: str) -> None:
    running = checkout.start("--empty", "--workers", "2", "--port", port)
    mark = checkout.var / "worker.starts"
    _wait(lambda: mark.exists() and len(mark.read_text().split()) == 2)
    os.kill(int(mark.read_text().split()[0]), signal.SIGKILL)
    _wait(lambda: len(mark.read_text().split()) == 3)
    running.terminate()
    running.communicate(timeout=PATIENCE)
    assert running.returncode == 0


def test_a_killed_database_comes_back(checkout: Checkout, port: str) -> None:
    running = checkout.start("--empty", "--port", port)
    checkout.wait_for_service()
    pid_file = checkout.var / "postgres" / "data" / "postmaster.pid"
    first = pid_file.read_text().split()[0]
    os.kill(int(first), signal.SIGKILL)
    _wait(lambda: pid_file.exists() and pid_file.read_text().split()[:1] not in ([], [first]))
    running.terminate()
    running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert checkout.processes() == []


def test_killed_outright_it_leaves_nothing_running_and_starts_again(checkout: Checkout, port: str) -> None:
    running = checkout.start("--empty", "--port", port)
    checkout.wait_for_service()
    running.kill()
    running.communicate(timeout=PATIENCE)
    _wait(lambda: checkout.processes() == [])
    assert checkout.run("--once", "--empty", "--port", port)[0] == 0


# What it refuses


def _refused(result: tuple[int, str, str], words: str) -> None:
    """Assert that the command ended with one sentence and code 2."""
    code, _, errors = result
    assert code == 2
    assert words in errors
    assert errors.count("\n") == 1
    assert "Traceback" not in errors


def test_a_port_in_use_is_refused(checkout: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        _refused(checkout.run("--once", "--port", str(other.getsockname()[1])), "port in use")
    assert not (checkout.var / "postgres").exists()


def test_an_address_of_another_machine_is_refused(checkout: Checkout, port: str) -> None:
    _refused(checkout.run("--once", "--host", "192.0.2.1", "--port", port), "address not available")


def test_a_second_run_in_the_same_directory_is_refused(checkout: Checkout, port: str) -> None:
    checkout.start("--empty", "--port", port)
    checkout.wait_for_service()
    _refused(checkout.run("--once", "--port", port), "already running")


def test_a_given_database_that_does_not_answer_is_refused_without_its_password(checkout: Checkout, port: str) -> None:
    url = "postgresql://nguoi_dung:bi-mat@127.0.0.1:9/langnghe"
    result = checkout.run("--once", "--port", port, DATABASE_URL=url)
    _refused(result, "database unreachable")
    assert "bi-mat" not in result[2]


def test_a_given_redis_that_does_not_answer_is_refused(checkout: Checkout, port: str) -> None:
    _refused(checkout.run("--once", "--port", port, REDIS_URL="redis://127.0.0.1:9/0"), "Redis unreachable")


def test_a_place_where_nothing_may_be_written_is_refused(checkout: Checkout, port: str) -> None:
    place = "/proc/var" if sys.platform == "linux" else "/dev/var"
    code, _, errors = checkout.run("--once", "--port", port, VAR_DIR=place)
    assert code == 2
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("upgrade: could not extend file: No space left on device", "disk full"),
        ("bodies: Permission denied", "permission denied"),
    ],
)
def test_a_step_that_meets_a_full_disk_or_a_closed_door_says_so(
    checkout: Checkout, port: str, reason: str, words: str
) -> None:
    _refused(checkout.run("--once", "--port", port, STAND_IN_FAILS=reason), words)
    assert checkout.processes() == []


def test_a_step_that_fails_otherwise_names_its_log_and_ends_with_1(checkout: Checkout, port: str) -> None:
    code, output, errors = checkout.run("--once", "--port", port, STAND_IN_FAILS="upgrade: column is missing")
    assert code == 1
    assert "column is missing" in errors
    assert "✗ Cập nhật" in output
    assert checkout.processes() == []


def test_a_web_that_never_starts_is_given_up(checkout: Checkout, port: str) -> None:
    with (checkout.root / "wsgi.py").open("a") as file:
        file.write("\nraise RuntimeError('no such setting')\n")
    code, _, errors = checkout.run("--once", "--empty", "--port", port)
    assert code == 1
    assert "no such setting" in errors


def test_a_full_disk_is_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: Namespace(free=1000))
    with pytest.raises(RefusedError, match="disk full"):
        preflight.claim(tmp_path, "http://127.0.0.1:8000")


def test_a_step_that_could_not_even_write_its_log_met_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "disk full" not in preflight.explain(up.StepError(""), tmp_path / "var")
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: Namespace(free=0))
    assert "disk full" in preflight.explain(up.StepError(""), tmp_path / "var")


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")])
def test_a_directory_that_may_not_be_written_is_refused(
    error: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RefusedError, match="permission denied"):
        preflight.claim(tmp_path / "var", "http://127.0.0.1:8000")


def test_a_low_port_without_the_right_to_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_listen", lambda *_: PermissionError(13, "Permission denied"))
    with pytest.raises(RefusedError, match="1024"):
        preflight.require_port("127.0.0.1", 80)


# The environment


OPTIONS = Namespace(host="127.0.0.1", port=8000, workers=1)


def test_the_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    made = service.make_environment(OPTIONS, tmp_path, {})
    again = service.make_environment(OPTIONS, tmp_path, {})
    assert made["SECRET_KEY"] == again["SECRET_KEY"]
    assert made["IDENTITY_KEYS"] == again["IDENTITY_KEYS"]
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_what_is_given_wins_over_what_is_made(tmp_path: Path) -> None:
    made = service.make_environment(
        OPTIONS, tmp_path, {"SECRET_KEY": "given", "MAIL_URL": "smtp://mail:25", "MODEL_DIR": ""}
    )
    assert made["SECRET_KEY"] == "given"
    assert made["MAIL_URL"] == "smtp://mail:25"
    assert made["MODEL_DIR"] == str(tmp_path / "model")


@pytest.mark.parametrize(
    ("host", "demo"),
    [("127.0.0.1", "1"), ("localhost", "1"), ("::1", "1"), ("0.0.0.0", "0"), ("10.0.0.7", "0")],  # noqa: S104
)
def test_demo_accounts_are_open_on_loopback_only(host: str, demo: str, tmp_path: Path) -> None:
    options = Namespace(host=host, port=8000, workers=1)
    assert service.make_environment(options, tmp_path, {"DEMO": "1"})["DEMO"] == demo


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],  # noqa: S104
)
def test_the_address_can_be_opened(host: str, address: str) -> None:
    assert service.web_address(Namespace(host=host, port=8000)) == address


# What is shown


SAMPLE: Mapping[str, object] = {
    "reference": "PA-2026-000123",
    "title": "Không nộp được hồ sơ đất đai trên Cổng dịch vụ công quốc gia vì hệ thống báo lỗi nhiều lần liền",
    "body": "Ủy ban nhân dân phường Bến Thành, Thành phố Hồ Chí Minh, nước Cộng hòa xã hội chủ nghĩa Việt Nam",
    "confidence": 0.873,
    "decision": "desk",
}


@pytest.mark.parametrize("width", [40, 80, 100, 300])
def test_the_table_is_never_wider_than_the_terminal_or_100_columns(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress.shutil, "get_terminal_size", lambda _: os.terminal_size((width, 24)))
    shown = up.sample_table([SAMPLE])
    assert max(map(len, shown.splitlines())) <= min(max(width, 64), 100)
    for word in ("PA-2026-000123", "0,87", "bàn phân loại"):
        assert word in shown


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("Traceback\nKeyError: 'x'\n[INFO] bye\n", "KeyError: 'x'"),
        ("one\ntwo\n", "two"),
        ("", "?"),
        ("2026 FATAL:  could not open\nend", "2026 FATAL:  could not open"),
    ],
)
def test_the_line_that_names_the_cause_is_found(log: str, line: str) -> None:
    assert up.cause(log) == line


def test_a_sample_without_a_body_shows_dashes() -> None:
    shown = up.sample_table([{**SAMPLE, "body": None, "confidence": None, "decision": "pending"}])
    assert shown.count("—") == 2
    assert "đang chờ" in shown


def test_a_letter_written_in_two_parts_takes_one_column() -> None:
    shown = progress.table(("a",), [("tie\u0302\u0301ng",)], shrink=(0,))
    assert "tiếng" in shown


def test_a_step_that_fails_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoppedError), progress.Progress().step("Bước"):
        raise StoppedError
    assert "✗ Bước" in capsys.readouterr().out


def test_on_a_terminal_a_step_is_rewritten_in_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    shown = progress.Progress()
    with shown.step("Bước"):
        shown.detail("1/2")
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    assert "\r\x1b[K✓ Bước: 1/2" in output


def test_on_a_terminal_the_seconds_of_a_long_step_are_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    shown = progress.Progress()
    with shown.step("Bước"):
        shown.pulse()
        clock[0] = 7.2
        shown.pulse()
        shown.pulse()
    shown.pulse()
    assert capsys.readouterr().out.count("• Bước (7,2 giây) …") == 1


def test_a_pending_sample_is_given_up_only_after_a_time_without_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "ROUTING_SECONDS", 0.0)
    monkeypatch.setattr(up, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(up, "_call_json", lambda *_: [{**SAMPLE, "decision": "pending"}])
    run = up.Up(OPTIONS, tmp_path, {}, up.Supervisor(tmp_path), progress.Progress())
    assert not up._file_samples(run)


def test_an_answer_that_is_not_json_is_a_failed_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "_call", lambda *_: "not json")
    run = up.Up(OPTIONS, tmp_path, {}, up.Supervisor(tmp_path), progress.Progress())
    with pytest.raises(up.StepError, match="JSON"):
        up._call_json(run, ["samples"])


def test_the_holder_of_the_directory_is_named(tmp_path: Path) -> None:
    lock = preflight.claim(tmp_path, "http://127.0.0.1:8000")
    try:
        with pytest.raises(RefusedError, match=rf"tiến trình {os.getpid()}, địa chỉ http://127.0.0.1:8000"):
            preflight.claim(tmp_path, "http://127.0.0.1:8001")
    finally:
        os.close(lock)
    assert json.dumps(preflight.without_password("redis://:secret@host:6379/0")).find("secret") == -1
