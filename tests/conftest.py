"""Real servers for every test: one PostgreSQL and one Valkey, what a test wrote rolled back or cleared."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from redis import Redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback import cli, sealing
from feedback.app import create_app
from feedback.config import Config
from feedback.db import db, transaction
from feedback.embedded import start_postgres, start_valkey
from feedback.seed import CLASSES, DEADLINES, PROVINCES, REFUSALS, RETENTION, SPECIAL_DAYS, TEMPLATES, rows_of
from feedback.services import bodies, calendar, catalogues, refusing, retention, templates

CATALOGUES = frozenset(
    {
        "province",
        "body",
        "calendar_override",
        "deadline_profile",
        "answer_template",
        "retention_schedule",
        "refusal_reason",
        "alembic_version",
    }
)


@dataclass(frozen=True)
class Servers:
    """Addresses of the session's own servers."""

    database_url: str
    redis_url: str


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Valkey of this test session."""
    directory = tmp_path_factory.mktemp("servers")
    with (
        start_postgres(directory / "postgres", fast=True) as postgres,
        start_valkey(directory / "valkey", fast=True) as valkey,
    ):
        yield Servers(postgres.url, valkey.url)


@pytest.fixture(scope="session")
def config(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A configuration that points at them; no rate limits, mail to a directory."""
    var = tmp_path_factory.mktemp("var")
    return Config(
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        secret_key="a secret of the tests, long enough to sign with",
        identity_keys=(sealing.new_key(),),
        model_dir=var / "model",
        var_dir=var,
        mail_url=f"maildir://{var / 'mail'}",
        mail_sender="Lắng Nghe <khong-tra-loi@langnghe.example>",
        base_url="http://127.0.0.1:8000",
        demo=False,
        rate_limits=False,
        trusted_proxies=0,
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def app(config: Config) -> Iterator[Flask]:
    """The application over a migrated database with its catalogues loaded."""
    application = create_app(config)
    application.config["TESTING"] = True
    cli.register(application)
    with application.app_context():
        upgrade()
        with transaction():
            bodies.load(classes=rows_of(CLASSES), provinces=rows_of(PROVINCES))
            catalogues.load(documented=rows_of(SPECIAL_DAYS), profiles=rows_of(DEADLINES))
            templates.load(rows=json.loads(TEMPLATES.read_text(encoding="utf-8")), at=datetime.now(UTC))
            retention.load(rows=rows_of(RETENTION))
            refusing.load(rows=rows_of(REFUSALS))
        db.session.remove()
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """An application context whose every commit is undone when the test ends; requests of `client` join it."""
    with app.app_context():
        engine = db.engines[None]
        with engine.connect() as connection, connection.begin() as outer:
            db.engines[None] = connection  # type: ignore[assignment]  # Flask-SQLAlchemy takes either
            db.session.remove()
            db.session.configure(join_transaction_mode="create_savepoint")
            calendar.forget()
            bodies.forget()
            try:
                yield db.session()
            finally:
                db.session.remove()
                db.session.configure(join_transaction_mode="conditional_savepoint")
                db.engines[None] = engine
                outer.rollback()


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A client whose requests are undone with the test."""
    return app.test_client()


@pytest.fixture
def committed(app: Flask, redis: Redis) -> Iterator[Flask]:
    """The application for tests whose commits other processes must see; emptied afterwards."""
    calendar.forget()
    with app.app_context():
        yield app
        db.session.remove()
        _empty()


def _empty() -> None:
    names = [name for name in db.metadata.tables if name not in CATALOGUES]
    with db.engine.begin() as connection:
        # A superuser may step around the triggers that refuse to forget; the service never does.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in names:
            connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 -- names from the metadata


@pytest.fixture
def redis(servers: Servers) -> Iterator[Redis]:
    """Valkey, emptied before and after."""
    connection = Redis.from_url(servers.redis_url)
    connection.flushall()
    yield connection
    connection.flushall()
    connection.close()


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in Viet Nam, with no holiday near."""
    return datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def limited(config: Config) -> Config:
    """The same configuration with rate limits on."""
    return replace(config, rate_limits=True)


def environment(config: Config) -> dict[str, str]:
    """The environment variables that give another process this configuration."""
    return {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "IDENTITY_KEYS": ",".join(config.identity_keys),
        "MODEL_DIR": str(config.model_dir),
        "VAR_DIR": str(config.var_dir),
        "MAIL_URL": config.mail_url,
        "RATE_LIMITS": "0",
        "LOG_LEVEL": "WARNING",
    }


ROOT = Path(__file__).resolve().parent.parent
