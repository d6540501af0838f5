"""What a real deployment runs is what `up` runs."""

import re
import shlex
import socket
import subprocess
import sys
import textwrap
import time
from argparse import Namespace
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from feedback import processes, service
from feedback.processes import Command
from feedback.web import uploads

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
OPTIONS = Namespace(host="0.0.0.0", port=8000, workers=1)  # noqa: S104 - compared, not bound


def _words(argv: list[str]) -> list[str]:
    """Return a command without its Python: `python -m flask …` and `flask …` are one."""
    return argv[2:] if argv[0] == sys.executable and argv[1] == "-m" else argv


def _up() -> dict[str, list[str]]:
    """Return the commands that `up` runs, by process."""
    return {
        program.name.removesuffix("-1"): _words(list(program.command.argv)) for program in service.programs(OPTIONS, {})
    }


def _plain(command: str) -> list[str]:
    """Return a Procfile's command with the defaults of its variables."""
    return shlex.split(re.sub(r"\$\{\w+:-(\w+)\}", r"\1", command))


def test_the_procfile_names_the_processes_of_up() -> None:
    assert {name: _plain(command) for name, command in PROCFILE.items() if name != "release"} == _up()


def test_compose_names_the_processes_of_up() -> None:
    image = re.search(r"CMD (\[.*\])", DOCKERFILE.replace("\\\n", ""))
    assert image is not None
    commands = {name: COMPOSE["services"][name].get("command") or yaml.safe_load(image[1]) for name in _up()}
    assert commands == _up()


def test_both_prepare_the_database_alike() -> None:
    assert COMPOSE["services"]["release"]["command"] == ["sh", "-c", PROCFILE["release"]]


def test_every_image_is_pinned() -> None:
    images = [entry["image"] for entry in COMPOSE["services"].values() if "build" not in entry]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in images:
        assert re.search(r":\d+\.\d+", image), image


def test_what_is_promised_to_be_kept_lies_on_a_volume() -> None:
    for name in ("postgres", "redis"):
        assert COMPOSE["services"][name]["volumes"], name
    assert "--appendonly" in COMPOSE["services"]["redis"]["command"]
    assert "noeviction" in COMPOSE["services"]["redis"]["command"]


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "compose.yaml").read_text()
    for name in ("SECRET_KEY", "IDENTITY_KEYS", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?" in text
        assert f"${{{name}:-" not in text


def test_only_the_proxy_is_published_and_on_loopback_unless_told_otherwise() -> None:
    published = {name: entry["ports"] for name, entry in COMPOSE["services"].items() if "ports" in entry}
    assert published == {"proxy": ["${PUBLISH:-127.0.0.1:8080}:8080"]}


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)


def test_the_proxy_reads_requests_whole_before_it_passes_them_on() -> None:
    assert "proxy_request_buffering on;" in (ROOT / "deploy" / "nginx.conf").read_text()


def test_the_door_lets_files_through_where_the_web_takes_them() -> None:
    door = (ROOT / "deploy" / "nginx.conf").read_text()
    found = re.search(r"location ~ \^/\((\S+)\)\$ \{\s+client_max_body_size (\d+)m;", door)
    assert found is not None
    assert found[1].split("|") == ["gui-y-kien", "tra-cuu/bo-sung"]
    assert int(found[2]) * 1_000_000 > uploads.FORM_LIMIT


# The web server, with an application of three lines


APPLICATION = """
    import time
    def app(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            with open("begun", "a") as marks:
                marks.write("x")
            time.sleep(0.3)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]
"""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server as the service starts it, and its port."""
    (tmp_path / "wsgi.py").write_text(textwrap.dedent(APPLICATION))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = service.programs(Namespace(host="127.0.0.1", port=port, workers=1), {})[0]
    process = processes.start(Command(program.command.argv, cwd=tmp_path))
    assert processes.wait_until(lambda: _ask(port) == 200, time.monotonic() + 60)
    yield process, port
    processes.stop([process], time.monotonic() + 10)


def _ask(port: int, path: str = "/") -> int | None:
    """Return the status of one request, None when it was not answered."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def test_two_hundred_half_open_connections_shut_nobody_out(web: tuple[subprocess.Popen[bytes], int]) -> None:
    _, port = web
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    try:
        for connection in idle:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert [_ask(port) for _ in range(50)] == [200] * 50
    finally:
        for connection in idle:
            connection.close()


def test_a_stop_cuts_no_request_that_is_under_way(web: tuple[subprocess.Popen[bytes], int], tmp_path: Path) -> None:
    process, port = web
    answers: list[int | None] = []
    threads = [Thread(target=lambda: answers.append(_ask(port, "/slow"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun = tmp_path / "begun"
    assert processes.wait_until(lambda: begun.exists() and len(begun.read_text()) >= 2, time.monotonic() + 60)
    process.terminate()
    for thread in threads:
        thread.join()
    assert answers.count(200) == len(begun.read_text())
    assert process.wait(30) == 0


def test_a_web_process_that_is_killed_is_replaced(web: tuple[subprocess.Popen[bytes], int]) -> None:
    psutil = pytest.importorskip("psutil")
    process, port = web
    for child in psutil.Process(process.pid).children(recursive=True):
        child.kill()
    assert processes.wait_until(lambda: _ask(port) == 200, time.monotonic() + 60)
    assert process.poll() is None
