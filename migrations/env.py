"""Alembic's environment: the application's engine, one transaction a migration, and a limit on waiting for locks."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import text

import feedback.models  # noqa: F401 -- registers every table with the metadata
from feedback.db import db

LOCK_TIMEOUT = "5s"


def include_object(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Compare everything that the models declare."""
    return not (kind == "table" and name == "alembic_version")


def run() -> None:
    """Run the migrations, or compare them with the models, on a live database."""
    with db.engine.connect() as connection:
        connection.detach()  # so that no later work of this process finds it in the pool without time-outs
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
