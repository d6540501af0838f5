"""What the service consists of on one machine: its environment, its processes, and how to see that it answers."""

import json
import os
import secrets
import sys
from argparse import Namespace
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from feedback.preflight import LOOPBACK
from feedback.processes import Command
from feedback.supervisor import Program

ROOT = Path(__file__).resolve().parent.parent
WEB_PROCESSES = 2
# the order of stopping: no new requests, then the workers, then what they write to
WEB_RANK, WORK_RANK, REDIS_RANK, DATABASE_RANK = range(4)


def web_address(options: Namespace) -> str:
    """Return the address to open in a browser on this machine."""
    host = "127.0.0.1" if options.host == "0.0.0.0" else options.host  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{options.port}" if ":" in host else f"http://{host}:{options.port}"


def make_environment(options: Namespace, var: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of every child: what is given wins, the rest is made here."""
    made = {
        "VAR_DIR": str(var),
        "MODEL_DIR": str(var / "model"),
        "MAIL_URL": f"maildir://{var / 'mail'}",
        "BASE_URL": web_address(options),
        "PYTHONUNBUFFERED": "1",
        **_secrets(var),
    }
    chosen = {name: given.get(name) or value for name, value in made.items()}
    chosen["VAR_DIR"] = str(var)
    # Accounts with printed passwords and no second factor must never be reachable from another machine.
    chosen["DEMO"] = "1" if options.host in LOOPBACK else "0"
    return {**given, **chosen}


def _secrets(var: Path) -> dict[str, str]:
    """Return the keys of this directory, made once and readable by its owner alone."""
    path = var / "secrets.json"
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "IDENTITY_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        fresh.rename(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def programs(options: Namespace, environment: Mapping[str, str]) -> list[Program]:
    """Return the processes of the service; the Procfile names the same."""
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"),
        *("--host", options.host, "--port", str(options.port)),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", "1", "--respawn-failed-workers"),
        *("--workers-kill-timeout", "10", "wsgi:app"),
    ]
    workers = [(f"worker-{number}", flask("worker")) for number in range(1, options.workers + 1)]
    others = [("dispatcher", flask("dispatch")), *workers, ("clock", flask("clock", "run"))]
    return [
        Program("web", command(web, environment), WEB_RANK),
        *(Program(name, command(argv, environment), WORK_RANK) for name, argv in others),
    ]


def healthy(options: Namespace) -> bool:
    """Tell whether the web answers."""
    connection = HTTPConnection(options.host, options.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def flask(*arguments: str) -> list[str]:
    """Return a command of the project's own command line."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def command(argv: Sequence[str], environment: Mapping[str, str]) -> Command:
    """Return a command to run at the root of the checkout in the service's environment."""
    return Command(argv, cwd=ROOT, environment=dict(environment))
