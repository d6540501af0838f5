"""The audit log: whatever is done to it is found, and the event at which it first is not as it was written is named."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain import audit
from feedback.domain.seal import Seal, close
from feedback.domain.status import Actor
from feedback.models import AuditEvent
from feedback.services import chains
from feedback.services.chains import Break
from tests import factories

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TRIALS = 100
CASES = 5


@pytest.fixture
def log(committed: Flask) -> list[UUID]:
    """Cases with four events each, whose chains are whole."""
    for _ in range(CASES):
        with transaction():
            factories.submit(AT)
    with transaction():
        factories.classify(AT)
    with transaction() as session:
        return list(session.execute(text("SELECT id FROM comment ORDER BY id")).scalars())


def sealed() -> list[Seal]:
    horizon, events = chains.unsealed(since=0)
    return [close(None, at=AT, horizon=horizon, events=events)]


@contextmanager
def forged() -> Iterator[Session]:
    """A transaction of somebody with full rights over the database, undone at the end."""
    session = db.session()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    try:
        yield session
    finally:
        session.rollback()


def edit(session: Session, case: UUID, place: int, chance: random.Random) -> int:
    column, value = chance.choice(
        [("action", "'close'"), ("at", "at + interval '1 second'"), ("data", "'{\"from\": 1}'"), ("actor", "'system'")]
    )
    session.execute(
        text(f"UPDATE audit_event SET {column} = {value} WHERE comment_id = :case AND sequence = :place"),  # noqa: S608
        {"case": case, "place": place},
    )
    return place


def delete(session: Session, case: UUID, place: int, _: random.Random) -> int:
    session.execute(
        text("DELETE FROM audit_event WHERE comment_id = :case AND sequence = :place"), {"case": case, "place": place}
    )
    return place


def insert(session: Session, case: UUID, place: int, chance: random.Random) -> int:
    """An event is slipped in after `place`, and those behind it move on by one."""
    session.execute(
        text("UPDATE audit_event SET sequence = -sequence - 1 WHERE comment_id = :case AND sequence > :place"),
        {"case": case, "place": place},
    )
    session.execute(
        text("UPDATE audit_event SET sequence = -sequence WHERE comment_id = :case AND sequence < 0"), {"case": case}
    )
    session.execute(
        text("""
        INSERT INTO audit_event (comment_id, sequence, at, actor, action, data, previous_hash, hash)
        SELECT comment_id, :place + 1, at, actor, 'note', data, hash, :hash FROM audit_event
        WHERE comment_id = :case AND sequence = :place
        """),
        {"case": case, "place": place, "hash": f"{chance.getrandbits(256):064x}"},
    )
    return place + 1


def reorder(session: Session, case: UUID, place: int, _: random.Random) -> int:
    """The events at `place` and after it change places; from the last, with the one before it."""
    first = min(place, 3)
    session.execute(
        text("""
        UPDATE audit_event SET sequence = CASE sequence WHEN :first THEN -:first - 1 ELSE -:first END
        WHERE comment_id = :case AND sequence IN (:first, :first + 1)
        """),
        {"case": case, "first": first},
    )
    session.execute(
        text("UPDATE audit_event SET sequence = -sequence WHERE comment_id = :case AND sequence < 0"), {"case": case}
    )
    return first


def truncate(session: Session, case: UUID, place: int, _: random.Random) -> int:
    """The end of a chain is cut off, and the case made to remember the shorter one."""
    session.execute(
        text("DELETE FROM audit_event WHERE comment_id = :case AND sequence >= :place"), {"case": case, "place": place}
    )
    session.execute(
        text("""
        UPDATE comment SET audit_sequence = :place - 1, audit_hash = coalesce(
            (SELECT hash FROM audit_event WHERE comment_id = comment.id AND sequence = :place - 1), repeat('0', 64))
        WHERE id = :case
        """),
        {"case": case, "place": place},
    )
    return place


@pytest.mark.parametrize("change", [edit, delete, insert, reorder, truncate])
def test_every_change_to_the_log_is_found_and_its_event_named(
    log: list[UUID], change: Callable[[Session, UUID, int, random.Random], int]
) -> None:
    seals, chance, found = sealed(), random.Random(20261124), 0  # noqa: S311 -- for choosing what to spoil
    for _ in range(TRIALS):
        case, place = chance.choice(log), chance.randint(1, 4)
        with forged() as session:
            first = change(session, case, place, chance)
            broken = chains.first_break(seals=seals)
            found += broken is not None and (broken.comment_id, broken.sequence) == (case, first)
    assert found == TRIALS


def test_a_chain_written_anew_with_right_hashes_differs_from_what_was_sealed(log: list[UUID]) -> None:
    seals = sealed()
    with forged() as session:
        head, rows = audit.Head(), session.query(AuditEvent).where(AuditEvent.comment_id == log[0]).all()
        for row in sorted(rows, key=lambda event: event.sequence):
            at = row.at if row.sequence < 3 else AT.replace(hour=5)
            event, head = audit.seal(
                head, comment_id=log[0], at=at, actor=Actor(row.actor), action=row.action, data=row.data
            )
            session.execute(
                text("UPDATE audit_event SET at = :at, previous_hash = :before, hash = :hash WHERE id = :id"),
                {"at": at, "before": event.previous_hash, "hash": event.hash, "id": row.id},
            )
        session.execute(text("UPDATE comment SET audit_hash = :hash WHERE id = :id"), {"hash": head.hash, "id": log[0]})
        assert chains.first_break(seals=[]) is None
        assert chains.first_break(seals=seals) == Break(log[0], 3, "seal")


def test_a_case_that_is_gone_with_all_its_events_is_missed(log: list[UUID]) -> None:
    seals = sealed()
    with forged() as session:
        session.execute(text("DELETE FROM audit_event WHERE comment_id = :case"), {"case": log[2]})
        session.execute(text("DELETE FROM comment WHERE id = :case"), {"case": log[2]})
        assert chains.first_break(seals=seals) == Break(log[2], 1, "missing")


def test_a_whole_log_has_no_break(log: list[UUID]) -> None:
    assert chains.first_break(seals=sealed()) is None
    assert chains.first_break(seals=[]) is None


def test_what_an_open_transaction_wrote_is_sealed_after_it_ends(log: list[UUID], committed: Flask) -> None:
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_current_xact_id()"))  # begun earlier, still open
        with transaction():
            factories.submit(AT)
        horizon, before = chains.unsealed(since=0)
        db.session.rollback()
        other.rollback()
    _, after = chains.unsealed(since=horizon)
    assert len(before) == 4 * CASES
    assert len(after) == 1
