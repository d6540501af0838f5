"""The declarative base, the session, and transaction(): the only place that commits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A timestamp with time zone that refuses naive values and always comes back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive date-time was given where an aware one is needed")
        return value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 -- read by SQLAlchemy as a class attribute


SESSION_SETTINGS = (
    "lock_timeout=5s",
    "statement_timeout=30s",
    "idle_in_transaction_session_timeout=60s",
    "timezone=UTC",
)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy whose engine is made at its first use: the driver's import is a tenth of a process's start."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Any:
        return partial(super()._make_engine, bind_key, options, app)

    @property
    def engines(self) -> Mapping[str | None, Engine]:
        """The engines of the current application, made now if they were not before."""
        engines = super().engines
        for key, engine in list(engines.items()):
            if isinstance(engine, partial):
                engines[key] = engine()  # type: ignore[index]  # the library's own dictionary behind a read-only type
        return engines


db = Database(metadata=Base.metadata, session_options={"expire_on_commit": False})


def session() -> Session:
    """The session of the current application context."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """One business transaction: commit when the block ends, roll back when it raises."""
    current = session()
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


def run_alone(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run one statement that is a whole transaction by itself; its first row, None when it gives none.

    Outside a transaction it is committed in its own round trip, with no BEGIN before it and no COMMIT after; inside
    one it takes part. `statement` has `%(name)s` places; `values` are what the driver takes.

    Raises:
        DBAPIError: as SQLAlchemy raises it, without the values.
    """
    current, engine = session(), db.engine
    if current.in_transaction() or not isinstance(engine, Engine):
        return current.connection().exec_driver_sql(statement, values).first()
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        driver.autocommit = True
        row: tuple[Any, ...] | None = driver.execute(statement, values).fetchone()
        driver.autocommit = False
    except engine.dialect.loaded_dbapi.Error as error:
        pooled.invalidate()
        raise DBAPIError.instance(
            statement, None, error, engine.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=engine.dialect
        ) from error
    finally:
        pooled.close()
    return row


def engine_options() -> dict[str, Any]:
    """Engine settings: a small pool, and time-outs so that no lock or statement waits for ever."""
    return {
        "pool_size": 5,
        "max_overflow": 5,
        "pool_pre_ping": False,
        "pool_recycle": 1800,
        "hide_parameters": True,  # an error's message must not quote a citizen
        "connect_args": {
            "connect_timeout": 5,
            "options": " ".join(f"-c {setting}" for setting in SESSION_SETTINGS),
        },
    }
