"""The migrations: from nothing to today and back, and never apart from the models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from psycopg import sql
from sqlalchemy import inspect, text

from feedback import cli
from feedback.app import create_app
from feedback.config import Config
from feedback.db import db
from feedback.domain.words import vector
from feedback.embedded import create_database
from tests.conftest import ROOT

VERSIONS = ROOT / "migrations" / "versions"
EVERYTHING = text(
    "SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'constraint ' || conname || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
    " UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " UNION ALL SELECT 'column ' || table_name || column_name || data_type || coalesce(column_default, '')"
    " || is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
)


@pytest.fixture
def empty(config: Config) -> Iterator[Flask]:
    """An application over a database of its own with nothing in it."""
    name = "of_migrations"
    create_database(config.database_url, name)
    application = create_app(replace(config, database_url=config.database_url.replace("/feedback?", f"/{name}?")))
    cli.register(application)
    with application.app_context():
        yield application
        db.engine.dispose()
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def everything() -> list[str]:
    with db.engine.connect() as connection:
        return sorted(connection.scalars(EVERYTHING))


def test_from_nothing_to_today_back_to_nothing_and_up_again(empty: Flask) -> None:
    upgrade()
    built = everything()
    assert {"relation comment", "function next_reference", "trigger audit_event_append_only"} <= set(built)
    downgrade(revision="base")
    assert [name for name in everything() if "alembic_version" not in name] == []
    upgrade()
    assert everything() == built


def test_models_equal_migrations(empty: Flask) -> None:
    upgrade()
    check()


def test_every_table_of_the_models_is_made_and_no_other(empty: Flask) -> None:
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == {*db.metadata.tables, "alembic_version"}


def test_migrations_are_numbered_in_one_line_and_import_nothing_of_ours(empty: Flask) -> None:
    files = sorted(VERSIONS.glob("*.py"))
    sources = [file.read_text(encoding="utf-8") for file in files]
    revisions = [re.search(r'^revision = "(\d{4})"$', source, re.MULTILINE) for source in sources]
    parents = [re.search(r"^down_revision = (.+)$", source, re.MULTILINE) for source in sources]
    numbers = [found[1] for found in revisions if found]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [file.name[:4] for file in files] == numbers
    assert [found[1].strip('"') for found in parents if found] == ["None", *numbers[:-1]]
    assert not [file.name for file, source in zip(files, sources, strict=True) if "feedback" in source]


def test_a_database_says_which_migration_it_is_at(empty: Flask) -> None:
    upgrade()
    newest = sorted(VERSIONS.glob("*.py"))[-1].name[:4]
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == newest


def test_the_vectors_of_comments_that_are_there_get_their_pairs_and_lose_them_again(empty: Flask) -> None:
    upgrade(revision="0023")
    title, words = "Đường truyền", "Đường truyền yếu, trạm ở xa."
    placed = " ".join(word for word in vector(title, words).split() if "_" not in word)
    insert = text(
        "INSERT INTO comment (id, reference, key_hash, idempotency_hash, content_digest, title, text, search, kind,"
        " channel, sender_kind, status, confidential, due_at, received_at, updated_at, audit_hash) VALUES"
        " (gen_random_uuid(), 'PA-2026-000001', '-', '-', '-', :title, :words, CAST(:search AS tsvector), 'phan_anh',"
        " 'web', 'an_danh', 'submitted', false, now(), now(), now(), repeat('0', 64))"
    )

    def kept(said: str) -> bool:
        with db.engine.connect() as connection:
            same = text("SELECT bool_and(search = CAST(:said AS tsvector)) FROM comment")
            return connection.execute(same, {"said": said}).scalar() is True

    with db.engine.begin() as connection:
        connection.execute(insert, {"title": title, "words": words, "search": placed})
    upgrade(revision="0024")
    assert kept(vector(title, words))
    downgrade(revision="0023")
    assert kept(placed)
