"""Whatever a queue is asked, the database never reads all comments for it: its plans at twenty thousand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import event, func, update

from bench.desk_fill import fill
from feedback import cli
from feedback.app import create_app
from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue, Sort
from feedback.embedded import create_database
from feedback.models import Campaign, Comment, Officer
from feedback.seed import CLASSES, PROVINCES, rows_of
from feedback.services import bodies, queues
from tests import factories

NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
NAME = "of_plans"


@pytest.fixture(scope="module")
def filled(config: Config) -> Iterator[Flask]:
    """An application over a database of its own with twenty thousand comments."""
    create_database(config.database_url, NAME)
    url = config.database_url.replace("/feedback?", f"/{NAME}?")
    application = create_app(replace(config, database_url=url))
    cli.register(application)
    with application.app_context():
        upgrade()
        with transaction():
            bodies.load(classes=rows_of(CLASSES), provinces=rows_of(PROVINCES))
        db.session.remove()
        fill(url, 20_000)
        yield application
        db.session.remove()
        db.engine.dispose()
    bodies.forget()
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


@pytest.fixture
def plans(filled: Flask) -> Iterator[list[str]]:
    """The plan of every statement about comments that is sent."""
    seen: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and "comment" in statement:
            other = cursor.connection.cursor()
            other.execute(f"EXPLAIN {statement}", parameters)
            seen.append("\n".join(row[0] for row in other.fetchall()))

    event.listen(db.engine, "before_cursor_execute", explain)
    yield seen
    event.remove(db.engine, "before_cursor_execute", explain)


def officers() -> list[Officer]:
    """One of all cases, one of a province, one of a body; not kept."""
    made = [
        factories.officer(NOW, Role.INTAKE),
        factories.officer(NOW, Role.INTAKE, "UBND_TINH:HN"),
        factories.officer(NOW, Role.HANDLER, "BKHCN"),
    ]
    for officer in made:
        db.session.refresh(officer)
    return made


@pytest.mark.parametrize("text", ["", '"hồ sơ"', "giay to", "vneid", "khong_ai_viet_tu_nay"])
@pytest.mark.parametrize("sort", Sort)
def test_no_queue_and_no_search_reads_every_comment(filled: Flask, plans: list[str], text: str, sort: Sort) -> None:
    for officer in officers():
        for queue in queues.queues_for(officer=officer):
            asked = Filters(text=text)
            page = queues.page(officer=officer, queue=queue, now=NOW, filters=asked, sort=sort, limit=25)
            if page.following:
                queues.page(
                    officer=officer, queue=queue, now=NOW, filters=asked, sort=sort, after=page.following, limit=25
                )
    case = db.session.query(Comment).filter(Comment.status == "sorting").first()
    assert case is not None
    for queue in (Queue.TRIAGE, Queue.ALL):
        queues.neighbours(
            officer=officers()[0], filters=Filters(text=text), queue=queue, comment=case, now=NOW, sort=sort
        )
    db.session.rollback()
    assert plans
    assert [plan for plan in plans if "Seq Scan on comment" in plan] == []


@pytest.mark.parametrize("sort", Sort)
def test_no_queue_with_a_campaign_as_one_row_reads_every_comment(filled: Flask, plans: list[str], sort: Sort) -> None:
    campaign = Campaign(made_at=NOW)
    db.session.add(campaign)
    db.session.flush()
    nth = func.abs(func.hashtext(Comment.reference)) % 10 == 0
    db.session.execute(update(Comment).where(nth).values(campaign_id=campaign.id))
    for officer in officers():
        for queue in queues.queues_for(officer=officer):
            page = queues.page(officer=officer, queue=queue, now=NOW, sort=sort, folded=True)
            assert sum(row.campaign_id is not None for row in page.rows) <= 1
    db.session.rollback()
    assert plans
    assert [plan for plan in plans if "Seq Scan on comment" in plan] == []


def test_counts_read_no_comment_but_the_few_that_a_body_helps_with(filled: Flask, plans: list[str]) -> None:
    for officer in officers():
        queues.counts(officer=officer)
    db.session.rollback()
    assert plans
    reading = [plan for plan in plans if "on comment " in plan or "on comment\n" in plan]
    assert [plan for plan in reading if "ix_case_body_body" not in plan] == []
