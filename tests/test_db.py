"""The session and the one place that commits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from feedback.db import SESSION_SETTINGS, db, run_alone, session, transaction
from feedback.models import Lease
from feedback.services import schedule

AT = datetime(2026, 3, 10, tzinfo=UTC)


def lease(name: str = "duty") -> Lease:
    return Lease(name=name, holder="one", until=AT)


def leases() -> int:
    return session().scalars(select(func.count()).select_from(Lease)).one()


def test_a_transaction_commits_when_its_block_ends(committed: Flask) -> None:
    with transaction() as current:
        current.add(lease())
    with committed.app_context():
        assert leases() == 1


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_transaction_leaves_nothing_when_its_block_raises(committed: Flask, kind: type[BaseException]) -> None:
    def work() -> None:
        with transaction() as current:
            current.add(lease())
            current.flush()
            raise kind

    with pytest.raises(kind):
        work()
    assert leases() == 0


def test_after_a_failure_the_session_can_be_used_again(committed: Flask) -> None:
    for _ in range(2):
        with pytest.raises(DBAPIError), transaction() as current:
            current.execute(text("SELECT 1 / 0"))
    with transaction() as current:
        current.add(lease())
    assert leases() == 1


def test_what_was_read_stays_readable_after_the_commit(committed: Flask) -> None:
    with transaction() as current:
        row = lease()
        current.add(row)
    session().close()
    assert row.holder == "one"


@pytest.mark.parametrize("setting", SESSION_SETTINGS)
def test_every_connection_has_its_limits(committed: Flask, setting: str) -> None:
    name, _, value = setting.partition("=")
    shown = session().scalars(text(f"SHOW {name}")).one()
    assert shown == {"60s": "1min"}.get(value, value)


def test_nobody_waits_for_a_lock_for_ever(committed: Flask) -> None:
    hour = timedelta(hours=1)
    with transaction():
        schedule.hold(name="duty", holder="one", length=hour)
        with committed.app_context(), session() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                schedule.hold(name="duty", holder="two", length=hour)


def test_an_error_quotes_no_value(committed: Flask) -> None:
    with pytest.raises(DBAPIError) as caught, transaction() as current:
        current.execute(text("SELECT CAST(:words AS integer)"), {"words": "Nguyễn Thị Ánh"})
    assert "[SQL parameters hidden" in str(caught.value)


def test_constraints_are_named_by_one_rule(committed: Flask) -> None:
    for table in db.metadata.tables.values():
        for constraint in table.constraints:
            assert str(constraint.name).split("_", 1)[1].startswith(table.name), constraint


def test_a_statement_run_alone_is_kept_at_once(committed: Flask) -> None:
    insert = "INSERT INTO lease (name, holder, until) VALUES (%(name)s, 'one', %(until)s) RETURNING name"
    assert run_alone(insert, {"name": "duty", "until": AT}) == ("duty",)
    session().rollback()
    assert leases() == 1


def test_a_statement_run_alone_inside_a_transaction_ends_with_it(committed: Flask) -> None:
    insert = "INSERT INTO lease (name, holder, until) VALUES (%(name)s, 'one', %(until)s) RETURNING name"

    def work() -> None:
        with transaction() as current:
            current.add(lease("first"))
            current.flush()
            run_alone(insert, {"name": "duty", "until": AT})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert leases() == 0


def test_a_statement_run_alone_fails_without_telling_its_values(committed: Flask) -> None:
    with pytest.raises(DBAPIError) as caught:
        run_alone("SELECT %(word)s::int", {"word": "bí mật"})
    assert "bí mật" not in str(caught.value).replace(str(caught.value.orig), "")
    assert run_alone("SELECT 1", {}) == (1,)


def test_a_statement_that_gives_no_row_gives_none(committed: Flask) -> None:
    assert run_alone("SELECT 1 WHERE false", {}) is None
