"""The application as it is put together: from a configuration alone, and light to start."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from feedback import sealing
from feedback.app import create_app
from feedback.config import Config, ConfigError
from tests.conftest import ROOT, environment


@pytest.fixture(autouse=True)
def _restored(config: Config) -> Iterator[None]:
    """Give the other tests their keys and log handlers back."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    sealing.configure(config.identity_keys)


def test_an_application_is_made_from_a_configuration(config: Config) -> None:
    app = create_app(config)
    assert app.config["LANG_NGHE"] is config
    assert app.config["SECRET_KEY"] == config.secret_key
    assert app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql+psycopg://")
    assert app.test_client().get("/healthz").status_code == 200


def test_without_one_the_environment_is_read(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    assert create_app().config["LANG_NGHE"].database_url == config.database_url
    monkeypatch.delenv("SECRET_KEY")
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        create_app()


def test_on_the_command_line_without_one_only_what_needs_none_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    app = create_app()
    terminal = app.test_cli_runner()
    told = terminal.invoke(args=["clock", "explain", "--start", "2026-02-13T10:00+07:00", "--days", "5"])
    assert json.loads(told.output)["due"] == "2026-02-27T17:00:00+07:00"
    for command in (["db", "upgrade"], ["clock", "run"], ["no-such-command"]):
        refused = terminal.invoke(args=command)
        assert (refused.exit_code, "DATABASE_URL" in refused.output) == (1, True)
    assert app.test_client().get("/").status_code == 500


def test_a_key_that_cannot_seal_stops_the_start(config: Config) -> None:
    with pytest.raises(ConfigError):
        create_app(replace(config, identity_keys=("ngắn",)))


def test_the_commands_are_there_only_for_the_command_line(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    assert "dispatch" not in create_app(config).cli.commands
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    assert {"dispatch", "worker", "clock", "bodies", "calendar", "officers", "samples", "db"} <= set(
        create_app(config).cli.commands
    )


def test_what_a_proxy_says_is_believed_only_as_far_as_there_are_proxies(config: Config) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    for proxies, address in ((0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")):
        app = create_app(replace(config, trusted_proxies=proxies))
        seen: list[str | None] = []

        @app.before_request
        def look(seen: list[str | None] = seen) -> None:
            from flask import request

            seen.append(request.remote_addr)

        app.test_client().get("/healthz", headers=forged)
        assert seen == [address]


HEAVY = (
    "sklearn",
    "underthesea",
    "classifier.model",
    "classifier.router",
    "rq",
    "alembic",
    "holidays",
    "feedback.jobs",
)


def test_a_web_process_loads_nothing_that_only_others_need(config: Config) -> None:
    look = f"import sys, wsgi; print([name for name in {HEAVY!r} if name in sys.modules])"
    environ = {name: value for name, value in environment(config).items() if name != "FLASK_RUN_FROM_CLI"}
    seen = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert seen.stdout.strip() == "[]"
