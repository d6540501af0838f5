"""`python3 -m feedback up`: from an empty directory to a running service with sample comments in it."""

import json
import os
import re
import signal
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from feedback import preflight, service
from feedback.__main__ import parse
from feedback.embedded import Prepared, ServerError, answered, create_database, prepare_postgres, prepare_valkey, tail
from feedback.preflight import RefusedError
from feedback.progress import Progress, say, table
from feedback.supervisor import Program, StoppedError, Supervisor, rotate

READY_SECONDS = 90.0
ROUTING_SECONDS = 600.0  # without any progress
POLL_SECONDS = 2.0
HOPELESS_RESTARTS = 3
PAGES = (("Gửi ý kiến", "/gui-y-kien"), ("Tra cứu", "/tra-cuu"), ("Cán bộ", "/can-bo"), ("Báo cáo", "/bao-cao"))


class StepError(Exception):
    """A step failed for a reason that none of the sentences in `preflight` names."""


@dataclass
class Up:
    """One run of the command."""

    options: Namespace
    var: Path
    environment: dict[str, str]
    supervisor: Supervisor
    progress: Progress

    @property
    def address(self) -> str:
        """The address of the web pages on this machine."""
        return service.web_address(self.options)


def main() -> int:
    """Run the command line; 0 when all went well, 1 when a step failed, 2 when the machine does not allow it."""
    options = parse(sys.argv[1:])
    os.umask(0o066)  # what is written here holds mail and keys; PostgreSQL's account under root may pass, not read
    var = Path(os.environ.get("VAR_DIR") or service.ROOT / "var").resolve()
    progress = Progress()
    supervisor = Supervisor(var / "log", pulse=progress.pulse)
    _obey_signals(supervisor)
    try:
        preflight.claim(var, service.web_address(options))
        preflight.require_port(options.host, options.port)
        rotate(supervisor.log("setup"))
        return run(Up(options, var, service.make_environment(options, var, os.environ), supervisor, progress))
    except RefusedError as error:
        return _fail(str(error), 2)
    except (StepError, ServerError, OSError) as error:
        return _fail_after(error, var)
    except StoppedError:
        return 0 if not options.once else 1
    finally:
        if supervisor.children:
            say("Đang dừng các tiến trình …")
        supervisor.stop()


def run(up: Up) -> int:
    """Go through all the steps; in the end watch over the service until asked to stop."""
    _start_database(up)
    _start_redis(up)
    accounts = _prepare_data(up)
    _start_service(up)
    routed = True if up.options.empty else _file_samples(up)
    _show_addresses(up, accounts)
    if up.options.once:
        return 0 if routed else 1
    say("\nDịch vụ đang chạy; nhấn Ctrl-C để dừng. Nhật ký nằm trong " + str(up.supervisor.logs))
    up.supervisor.report = say
    return 0 if up.supervisor.run_until(lambda: False, float("inf")) else 1


# The steps


def _start_database(up: Up) -> None:
    """Use the given PostgreSQL, or start the bundled one."""
    if given := up.environment.get("DATABASE_URL"):
        with up.progress.step("Kết nối PostgreSQL trong DATABASE_URL"):
            preflight.require_database(given)
        return
    with up.progress.step("Khởi động PostgreSQL"):
        prepared = prepare_postgres(up.var / "postgres")
        _start_server(up, "postgres", prepared, service.DATABASE_RANK)
        create_database(prepared.url, "feedback")
        up.environment["DATABASE_URL"] = prepared.url


def _start_redis(up: Up) -> None:
    """Use the given Redis, or start a Valkey."""
    if given := up.environment.get("REDIS_URL"):
        with up.progress.step("Kết nối Redis trong REDIS_URL"):
            preflight.require_redis(given)
        return
    with up.progress.step("Khởi động Valkey"):
        prepared = prepare_valkey(up.var / "valkey")
        _start_server(up, "valkey", prepared, service.REDIS_RANK)
        up.environment["REDIS_URL"] = prepared.url


def _start_server(up: Up, name: str, prepared: Prepared, rank: int) -> None:
    """Start an embedded server under the supervisor and wait for it. Its lock stays open for a restart."""
    process = up.supervisor.start(Program(name, prepared.command, rank))
    up.supervisor.run_until(lambda: answered(prepared, process), READY_SECONDS)
    if not prepared.ready():
        raise ServerError(prepared.name, tail(up.supervisor.log(name)))


def _prepare_data(up: Up) -> list[dict[str, Any]]:
    """Bring schema, bodies, accounts and model up to date; return the demo accounts."""
    with up.progress.step("Cập nhật cấu trúc cơ sở dữ liệu"):
        _call(up, service.flask("db", "upgrade"))
    with up.progress.step("Nạp danh mục cơ quan và lịch làm việc"):
        _call(up, service.flask("bodies", "load"))
        _call(up, service.flask("calendar", "load"))
    accounts = _make_accounts(up) if up.environment["DEMO"] == "1" else []
    with up.progress.step("Huấn luyện bộ phân loại khi cần"):
        _call(up, [sys.executable, "-m", "classifier", "train", "--if-stale"])
    return accounts


def _make_accounts(up: Up) -> list[dict[str, Any]]:
    """Make one account a role, their passwords kept for the next run."""
    with up.progress.step("Tạo tài khoản minh họa"):
        kept = str(up.var / "demo-accounts.json")
        return _call_json(up, service.flask("officers", "demo", "--json", "--passwords", kept))


def _start_service(up: Up) -> None:
    """Start web, dispatcher, workers and clock, and wait until the web answers."""
    with up.progress.step("Khởi động dịch vụ"):
        for program in service.programs(up.options, up.environment):
            up.supervisor.start(program)
        web = up.supervisor.children["web"]
        over = up.supervisor.run_until(
            lambda: web.restarts >= HOPELESS_RESTARTS or service.healthy(up.options), READY_SECONDS
        )
        if not over or web.restarts >= HOPELESS_RESTARTS:
            raise StepError(tail(up.supervisor.log("web")))


def _file_samples(up: Up) -> bool:
    """File the sample comments as the form does, wait until each has found its way, and show the table."""
    with up.progress.step("Nộp các ý kiến mẫu"):
        _call_json(up, service.flask("samples", "file", "--json"))
    with up.progress.step("Chuyển ý kiến tới cơ quan"):
        found = _wait_for_routing(up)
    say("\n" + sample_table(found) + "\n")
    return all(sample["decision"] != "pending" for sample in found)


def _wait_for_routing(up: Up) -> list[dict[str, Any]]:
    """Ask until no sample is pending; give up after ROUTING_SECONDS without progress."""
    pending, progressed = -1, time.monotonic()
    while True:
        found = _call_json(up, service.flask("samples", "status", "--json"))
        before, pending = pending, sum(sample["decision"] == "pending" for sample in found)
        if pending != before:
            progressed = time.monotonic()
        up.progress.detail(f"{len(found) - pending}/{len(found)}")
        if not pending or time.monotonic() - progressed >= ROUTING_SECONDS:
            return found
        up.supervisor.run_until(lambda: False, POLL_SECONDS)


def sample_table(samples: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of the samples: comment, body, confidence, and who routed it."""
    ways = {"auto": "tự động", "desk": "bàn phân loại", "pending": "đang chờ"}
    rows = [
        (
            str(sample["reference"]),
            str(sample["title"]),
            str(sample.get("body") or "—"),
            "—" if sample.get("confidence") is None else f"{float(sample['confidence']):.2f}".replace(".", ","),
            ways.get(str(sample["decision"]), str(sample["decision"])),
        )
        for sample in samples
    ]
    return table(("Mã số", "Ý kiến", "Cơ quan", "Tin cậy", "Cách chuyển"), rows, shrink=(1, 2))


def _show_addresses(up: Up, accounts: Sequence[Mapping[str, Any]]) -> None:
    """Print the pages to open and the accounts to sign in with."""
    say(table(("Trang", "Địa chỉ"), [(name, up.address + path) for name, path in PAGES], shrink=(1,)) + "\n")
    if not accounts:
        say("Không có tài khoản minh họa vì dịch vụ mở cho máy khác; xin tạo tài khoản bằng: flask officers create")
        return
    columns = ("role_name", "body", "email", "password")
    rows = [tuple(str(account.get(column) or "—") for column in columns) for account in accounts]
    say(table(("Vai trò", "Cơ quan", "Thư điện tử", "Mật khẩu"), rows, shrink=(0, 1)))


# Commands


def _call(up: Up, argv: Sequence[str]) -> str:
    """Run a step's command to its end and return what it said; StepError with the log's end when it fails."""
    up.supervisor.logs.mkdir(parents=True, exist_ok=True)
    log = up.supervisor.log("setup")
    # Answers hold passwords and keys: they go to a file without a name, never into a log.
    with log.open("ab") as errors, tempfile.TemporaryFile() as output:
        code = up.supervisor.run(service.command(argv, up.environment), output, errors)
        output.seek(0)
        text = output.read().decode()
    if code:
        raise StepError(tail(log) or text)
    return text


def _call_json(up: Up, argv: Sequence[str]) -> list[dict[str, Any]]:
    """Run a command whose answer is a JSON list."""
    text = _call(up, argv)
    try:
        answer: list[dict[str, Any]] = json.loads(text)
    except ValueError as error:
        raise StepError(f"{argv[-1]} did not answer in JSON") from error
    return answer


# Endings


def _obey_signals(supervisor: Supervisor) -> None:
    """Let SIGINT, SIGTERM and a closed terminal end the run at its next tick."""

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the shape of a handler
        supervisor.stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _fail_after(error: Exception, var: Path) -> int:
    """Say what a failed step means: a named cause and 2, or where to read on and 1."""
    log = error.log if isinstance(error, ServerError) else str(error)
    sentence = preflight.explain(error, var, log)
    if sentence in (preflight.disk_full(var), preflight.no_permission(var)):
        return _fail(sentence, 2)
    return _fail(f"Một bước không hoàn thành; nhật ký nằm trong {var / 'log'} (step failed: {cause(log)}).", 1)


def cause(log: str) -> str:
    """Return the line of a log that most likely names the cause: the last one that speaks of an error."""
    lines = [line.strip() for line in log.splitlines() if line.strip()] or ["?"]
    speaking = [line for line in lines if re.search(r"(?i)\w+Error\b|^error|fatal", line)]
    return (speaking or lines)[-1][:200]


def _fail(sentence: str, code: int) -> int:
    """Print a sentence on standard error and return the code."""
    print(sentence, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
