"""A stand-in for the service: the commands and pages that `up` relies on, and nothing behind them."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import click
from flask import Flask

app = Flask("stand_in")
VAR = Path(os.environ.get("VAR_DIR", "."))


@app.get("/healthz")
def healthz() -> str:
    """Answer as the process does."""
    return "ok"


def _serve(name: str) -> None:
    """Run until told to stop, leaving a mark for each start."""
    with (VAR / f"{name}.starts").open("a") as marks:
        marks.write(f"{os.getpid()}\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if name in os.environ.get("STAND_IN_DEAF", "").split():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(0.05)


def _step(name: str) -> None:
    """Fail when the test asks for it."""
    if os.environ.get("STAND_IN_FAILS", "").startswith(name):
        raise SystemExit(os.environ["STAND_IN_FAILS"])


def _group(name: str) -> click.Group:
    group = click.Group(name)
    app.cli.add_command(group)
    return group


@_group("db").command("upgrade")
def upgrade() -> None:
    """Migrate."""
    _step("upgrade")


@_group("bodies").command("load")
def load() -> None:
    """Load the bodies."""
    _step("bodies")


@_group("officers").command("demo")
@click.option("--json", is_flag=True)
@click.option("--passwords", required=True)
def demo(json: bool, passwords: str) -> None:
    """Name one account."""
    click.echo('[{"email": "can.bo@demo.invalid", "role": "officer", "role_name": "Cán bộ", "body": "Sở Nội vụ"}]')


samples = _group("samples")


@samples.command("file")
@click.option("--json", "as_json", is_flag=True)
def file(as_json: bool) -> None:
    """File one comment."""
    click.echo('[{"reference": "PA-2026-000001", "key": "ABCD"}]')


@samples.command("status")
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say that it is pending on the first question, and routed on the second."""
    asked = VAR / "asked"
    decision = "auto" if asked.exists() else "pending"
    asked.touch()
    row = {"reference": "PA-2026-000001", "title": "Cổng dịch vụ công báo lỗi", "status": "routed"}
    click.echo(json.dumps([{**row, "body": "Sở Nội vụ", "confidence": 0.91, "decision": decision}]))


app.cli.add_command(click.Command("dispatch", callback=lambda: _serve("dispatcher")))
app.cli.add_command(click.Command("worker", callback=lambda: _serve("worker")))
_group("clock").add_command(click.Command("run", callback=lambda: _serve("clock")))
