"""The whole service on a free port, and a real browser that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from feedback import processes, service
from feedback.embedded import start_postgres, start_valkey

AXE = Path(__file__).with_name("vendor") / "axe-core" / "axe.min.js"
PICTURES = service.ROOT / "var" / "screenshots"
WIDTHS = (375, 1280)  # CSS pixels: a telephone and a desk
READY_SECONDS = 60.0
# Without these, Chromium asks its maker's servers for things no test needs.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Service:
    """A running service: where it is, what it was started with, and the demonstration accounts."""

    address: str
    environment: dict[str, str]
    accounts: list[dict[str, Any]]

    def command(self, *arguments: str) -> str:
        """What one of the project's own commands prints."""
        return _run(service.flask(*arguments), self.environment)

    @property
    def mail(self) -> Path:
        """The directory in which letters to citizens arrive."""
        return Path(self.environment["MAIL_URL"].removeprefix("maildir://"))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with all its processes, over its own servers and a model that is trained if it is stale."""
    var = tmp_path_factory.mktemp("var")
    options = Namespace(host="127.0.0.1", port=_free_port(), workers=1)
    with start_postgres(var / "pg", fast=True) as postgres, start_valkey(var / "vk", fast=True) as valkey:
        given = {
            **os.environ,
            "DATABASE_URL": postgres.url,
            "REDIS_URL": valkey.url,
            "MODEL_DIR": os.environ.get("MODEL_DIR") or str(service.ROOT / "var" / "model"),
            "RATE_LIMITS": "0",
        }
        environment = service.make_environment(options, var, given)
        accounts = _prepare(environment, var)
        started = [processes.start(program.command) for program in service.programs(options, environment)]
        try:
            _wait(lambda: service.healthy(options))
            yield Service(service.web_address(options), environment, accounts)
        finally:
            processes.stop(started, time.monotonic() + 20)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as the machine has it."""
    found = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium on this machine")
    chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
    yield chromium
    chromium.close()


@dataclass
class Window:
    """One window of a person: pages, what the browser complained of, and pictures of what was seen."""

    page: Page
    address: str
    width: int
    complaints: list[str]
    scripts: bool = True

    def open(self, path: str) -> None:
        """Go to a page of the service."""
        self.page.goto(f"{self.address}{path}")

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.width}.png", full_page=True)

    def require_accessible(self, name: str) -> None:
        """Take a picture; no violation that axe-core knows, nothing wider than the window, no complaint.

        Where scripts are switched off there is only the picture: the judges are scripts themselves.
        """
        self.picture(name if self.scripts else f"{name}-plain")
        if not self.scripts:
            return
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]]
        assert told == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        assert self.complaints == [], name


@pytest.fixture
def window(browser: Browser, running: Service) -> Iterator[Callable[..., Window]]:
    """Opens windows, each of a new person unless told otherwise."""
    contexts = []

    def open_window(width: int = 1280, **options: Any) -> Window:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN", **options)
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: _note(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Window(page, running.address, width, complaints, options.get("java_script_enabled", True))

    yield open_window
    for context in contexts:
        context.close()


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    # Chromium reports every answer of 400 and above here; what a page means by one is for its test to say.
    if message.type in {"error", "warning"} and "the server responded with a status of" not in message.text:
        complaints.append(message.text)


def _prepare(environment: dict[str, str], var: Path) -> list[dict[str, Any]]:
    _run(service.flask("db", "upgrade"), environment)
    _run(service.flask("bodies", "load"), environment)
    _run(service.flask("calendar", "load"), environment)
    _run([sys.executable, "-m", "classifier", "train", "--if-stale", "--out", environment["MODEL_DIR"]], environment)
    passwords = str(var / "demo-accounts.json")
    printed = _run(service.flask("officers", "demo", "--json", "--passwords", passwords), environment)
    accounts: list[dict[str, Any]] = json.loads(printed)
    return accounts


def _run(argv: list[str], environment: dict[str, str]) -> str:
    ended = subprocess.run(argv, cwd=service.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _wait(condition: Callable[[], bool]) -> None:
    assert processes.wait_until(condition, time.monotonic() + READY_SECONDS), "the service does not answer"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
