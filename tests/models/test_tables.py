"""The tables as a stranger finds them: explained, and typed so that no wrong time or bare identity gets in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import InvalidRequestError, StatementError
from sqlalchemy.orm import Session

from feedback.config import Config
from feedback.db import transaction
from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Permission, Role
from feedback.models import Comment, Officer, Sender
from tests import factories

OWN = "c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'"


def test_every_table_and_column_is_explained_in_the_database(session: Session) -> None:
    bare = session.scalars(
        text(
            "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"  # noqa: S608
            f" WHERE {OWN} AND a.attnum > 0 AND NOT a.attisdropped AND coalesce(col_description(c.oid, a.attnum), '')"
            " = '' UNION ALL SELECT c.relname FROM pg_class c"
            f" WHERE {OWN} AND coalesce(obj_description(c.oid, 'pg_class'), '') = ''"
        )
    ).all()
    assert bare == []


def test_every_foreign_key_of_a_comment_s_children_has_an_index_to_find_it_by(session: Session) -> None:
    unindexed = session.scalars(
        text(
            "SELECT conrelid::regclass::text FROM pg_constraint f WHERE contype = 'f'"
            " AND confrelid = 'comment'::regclass AND NOT EXISTS (SELECT FROM pg_index i"
            " WHERE i.indrelid = f.conrelid AND i.indkey[0] = f.conkey[1])"
        )
    ).all()
    # A promise is only ever sought by its topic and time, a likeness by its key, a reading by who read.
    assert sorted(unindexed) == ["case_read", "likeness", "outbox"]


def test_the_reference_carries_the_year_of_viet_nam_and_counts_on(session: Session, now: datetime) -> None:
    first, second = factories.submit(now).reference, factories.submit(now).reference
    year = session.scalar(text("SELECT to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY')"))
    assert first.startswith(f"PA-{year}-")
    assert int(second[8:]) == int(first[8:]) + 1


def test_the_reference_grows_past_six_digits(session: Session) -> None:
    session.execute(text("ALTER SEQUENCE comment_number RESTART WITH 1000000"))  # rolled back, as setval is not
    assert session.scalar(text("SELECT next_reference()")).endswith("-1000000")  # type: ignore[union-attr]


def test_a_naive_time_is_refused_before_it_reaches_the_database(session: Session) -> None:
    with pytest.raises(StatementError, match="naive date-time"):
        session.execute(select(Comment).where(Comment.due_at > datetime(2026, 3, 10)))  # noqa: DTZ001 -- the point


def test_a_time_comes_back_in_utc_whatever_zone_it_was_given_in(session: Session, now: datetime) -> None:
    receipt = factories.submit(now.astimezone(VIETNAM))
    kept = factories.comment(receipt.reference).received_at
    assert (kept, kept.tzinfo) == (now, UTC)


def test_an_identity_reads_as_it_was_written_and_nothing_stays_nothing(session: Session, now: datetime) -> None:
    receipt = factories.submit(now, name="Nguyễn Thị Ánh", phone=None)
    session.expire_all()
    sender = session.get_one(Sender, receipt.comment_id)
    assert (sender.name, sender.phone) == ("Nguyễn Thị Ánh", None)


def test_no_relationship_is_loaded_behind_a_view_s_back(session: Session, now: datetime) -> None:
    factories.routed(now)
    comment = session.scalars(select(Comment)).one()
    officer = factories.officer(now, Role.HANDLER, "BKHCN")
    session.expire(officer)
    for row in (comment, session.get_one(Officer, officer.id)):
        with pytest.raises(InvalidRequestError, match="raise"):
            _ = row.body


def test_an_account_s_permissions_are_those_of_all_its_roles(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.HANDLER, Role.ANALYST])
    assert officer.charged_with == {Role.HANDLER, Role.ANALYST}
    assert {Permission.ANSWER, Permission.SEE_REPORTS} <= officer.permissions
    assert Permission.TRIAGE not in officer.permissions


def test_the_dispatcher_is_woken_when_nothing_older_waits_and_left_alone_otherwise(
    committed: Flask, config: Config, now: datetime
) -> None:
    with psycopg.connect(config.database_url, autocommit=True) as listener:
        listener.execute("LISTEN outbox")
        assert [_wakes(listener, now + timedelta(seconds=second)) for second in range(3)] == [1, 0, 0]
        with transaction():
            factories.classify(now)
        _heard(listener)  # what the classification promised in its turn
        assert _wakes(listener, now) == 1


def _wakes(listener: psycopg.Connection, at: datetime) -> int:
    with transaction():
        factories.submit(at, name=None, email=None, consents=frozenset())
    return _heard(listener)


def _heard(listener: psycopg.Connection) -> int:
    # A notification is sent at the commit, so that by the answer to a later statement it is there.
    listener.execute("SELECT 1")
    return len(list(listener.notifies(timeout=0.2)))
