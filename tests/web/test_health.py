"""Whether a process may be given work, and the figures for whoever watches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.config import PROJECT_ROOT
from feedback.domain.permissions import Role
from feedback.models import Lease
from feedback.services import operations
from feedback.web import health
from tests import factories
from tests.web.official import Official


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Each question is asked anew."""
    health.forget()
    yield
    health.forget()


def beat(session: Session, ago: timedelta = timedelta()) -> None:
    session.add(Lease(name="dispatcher", holder="máy:1", until=datetime.now(UTC) - ago + timedelta(seconds=15)))
    session.flush()


def test_a_process_is_alive_whatever_else_is_away(client: FlaskClient, session: Session) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_a_process_is_ready_when_the_database_takes_writes(client: FlaskClient, session: Session) -> None:
    beat(session)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "checks": {
            "database": True,
            "migration": health.newest_migration(),
            "redis": True,
            "dispatcher": True,
            "oldest_pending_seconds": 0.0,
        },
    }


def test_without_a_dispatcher_it_is_ready_in_part_and_says_how_long_the_oldest_has_waited(
    client: FlaskClient, session: Session
) -> None:
    beat(session, ago=timedelta(seconds=16))
    factories.submit(datetime.now(UTC) - timedelta(minutes=10))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["checks"]["dispatcher"]) == ("degraded", False)
    assert answer.json["checks"]["oldest_pending_seconds"] > 500


def test_without_redis_it_is_ready_in_part(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = replace(app.config["LANG_NGHE"], redis_url="redis://127.0.0.1:1/0")
    monkeypatch.setitem(app.config, "LANG_NGHE", away)
    beat(session)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["checks"]["redis"]) == ("degraded", False)


def test_a_database_that_takes_no_writes_makes_it_not_ready(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("read-only"))

    monkeypatch.setattr(operations, "probe", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(("seen", "status"), [("0000", 503), ("9999", 200)])
def test_an_older_database_makes_it_not_ready_a_newer_one_does_not(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, seen: str, status: int
) -> None:
    monkeypatch.setattr(operations, "version", lambda: seen)
    assert client.get("/readyz").status_code == status


def test_whoever_asks_often_makes_the_database_write_once_a_second(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(operations, "probe", lambda **_given: written.append(1))
    for _ in range(3):
        client.get("/readyz")
    assert len(written) == 1


def test_the_newest_migration_is_the_head_of_the_scripts() -> None:
    assert ScriptDirectory(str(PROJECT_ROOT / "migrations")).get_current_head() == health.newest_migration()


def test_the_row_that_is_written_to_try_is_no_duty(client: FlaskClient, session: Session) -> None:
    client.get("/readyz")
    assert operations.duties() == []


def test_an_operator_reads_the_figures(official: Official, session: Session, now: datetime) -> None:
    factories.submit(now)
    beat(session)
    answer = official.sign_in(factories.officer(now, Role.ADMINISTRATOR)).get("/metrics")
    assert answer.status_code == 200
    assert 'langnghe_outbox_due{topic="classify"} 1.0' in answer.text
    assert 'langnghe_duty_held{duty="dispatcher"} 1.0' in answer.text


def test_a_collector_reads_the_figures_with_its_token_and_with_no_other(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokened = replace(app.config["LANG_NGHE"], metrics_token="mot-ma-du-dai")
    for config, given, status in (
        (app.config["LANG_NGHE"], "", 403),
        (tokened, "", 403),
        (tokened, "sai", 403),
        (tokened, "mot-ma-du-dai", 200),
    ):
        monkeypatch.setitem(app.config, "LANG_NGHE", config)
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        assert client.get("/metrics", headers=headers).status_code == status


def test_the_figures_are_not_for_every_official(official: Official, session: Session, now: datetime) -> None:
    assert official.sign_in(factories.officer(now, Role.INTAKE)).get("/metrics").status_code == 403
