"""The promises: taken by one worker at a time, given back when it dies, given up in sight of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.models import Outbox
from feedback.services import outbox
from tests import factories

LEASE = timedelta(seconds=10)


@contextmanager
def another_worker(app: Flask) -> Iterator[Session]:
    """A second application context, with a connection and transaction of its own."""
    with app.app_context(), transaction() as session:
        yield session


def claim(limit: int = 10, lease: timedelta = LEASE, topic: str = "classify") -> list[outbox.Claim]:
    return outbox.claim(topic=topic, limit=limit, lease=lease)


def file(now: datetime, number: int = 1) -> list[int]:
    """So many filed comments; the ids of their promises."""
    for _ in range(number):
        factories.submit(now, name=None, email=None, consents=frozenset())
    return [promise.id for promise in factories.promises("classify")]


def wear_out(session: Session, identifier: int, attempts: int) -> None:
    session.execute(update(Outbox).where(Outbox.id == identifier).values(attempts=attempts))


def row(identifier: int) -> Outbox:
    return next(promise for promise in factories.promises("classify") if promise.id == identifier)


def test_two_workers_never_hold_the_same_promise(committed: Flask, now: datetime) -> None:
    with transaction():
        ids = file(now, 6)
    with transaction():
        mine = claim(limit=4)
        # The other does not wait for us either: it takes what is left.
        with another_worker(committed):
            theirs = claim(limit=4)
    taken = [promise.id for promise in (*mine, *theirs)]
    assert (len(mine), len(theirs)) == (4, 2)
    assert sorted(taken) == ids


def test_the_oldest_are_taken_first(session: Session, now: datetime) -> None:
    late = factories.submit(now + timedelta(minutes=1)).comment_id
    early = factories.submit(now).comment_id
    assert [promise.comment_id for promise in claim(limit=1)] == [early]
    assert [promise.comment_id for promise in claim(limit=1)] == [late]


def test_a_promise_is_not_taken_again_before_its_lease_ends(committed: Flask, now: datetime) -> None:
    with transaction():
        file(now)
    with transaction():
        assert len(claim(lease=timedelta(hours=1))) == 1
    with transaction():
        assert claim() == []


def test_what_a_dead_worker_held_comes_back_when_its_lease_ends(committed: Flask, now: datetime) -> None:
    with transaction():
        ids = file(now)
    with transaction():
        (first,) = claim(lease=timedelta(0))
    with transaction():
        (again,) = claim()
    assert [first.id, again.id] == ids * 2
    assert (first.attempts, again.attempts) == (1, 2)


def test_a_promise_of_the_future_is_left_alone(session: Session) -> None:
    file(datetime.now(UTC) + timedelta(hours=1))
    assert claim() == []
    assert outbox.due_topics() == {}


def test_topics_are_kept_apart(session: Session, now: datetime) -> None:
    factories.routed(now)
    assert claim() == []
    assert len(claim(topic="notify")) == 1


@pytest.mark.parametrize(
    ("attempts", "batches"),
    [
        pytest.param([0, 0, 0], [[0, 1, 2]], id="fresh ones together"),
        pytest.param([0, 1, 0], [[0, 1, 2]], id="one failure may be another's fault"),
        pytest.param([2, 0, 0], [[0], [1, 2]], id="tired first"),
        pytest.param([0, 2, 0], [[0], [1], [2]], id="tired in the middle"),
        pytest.param([0, 0, 2], [[0, 1], [2]], id="tired last"),
        pytest.param([2, 3, 4], [[0], [1], [2]], id="all tired"),
    ],
)
def test_a_promise_that_failed_twice_is_taken_alone(
    session: Session, now: datetime, attempts: list[int], batches: list[list[int]]
) -> None:
    for number, tries in enumerate(attempts):
        ids = file(now + timedelta(minutes=number))
        wear_out(session, ids[-1], tries)
    taken = []
    while held := claim():
        taken.append(sorted(ids.index(promise.id) for promise in held))
    assert taken == batches


def test_a_kept_promise_is_done_and_stays_done(session: Session, now: datetime) -> None:
    (identifier,) = file(now)
    outbox.finish(ids=[identifier])
    assert (row(identifier).state, row(identifier).finished_at is not None) == ("done", True)
    outbox.give_up(identifier=identifier, error="late")
    outbox.put_off(identifier=identifier, delay=LEASE, error="late")
    outbox.release(ids=[identifier], error="late")
    outbox.retry(identifier=identifier)
    assert (row(identifier).state, row(identifier).last_error) == ("done", None)
    assert claim() == []


def test_what_is_given_up_stays_in_sight_until_it_is_tried_anew(session: Session, now: datetime) -> None:
    (identifier,) = file(now)
    wear_out(session, identifier, 5)
    outbox.give_up(identifier=identifier, error="recipient_refused")
    assert (row(identifier).state, row(identifier).last_error) == ("dead", "recipient_refused")
    assert claim() == []
    assert [(one.topic, one.due, one.dead) for one in outbox.backlog()] == [("classify", 0, 1)]
    outbox.finish(ids=[identifier])
    assert row(identifier).state == "dead"
    outbox.retry(identifier=identifier)
    assert (row(identifier).state, row(identifier).finished_at, row(identifier).attempts) == ("pending", None, 0)
    assert [promise.id for promise in claim()] == [identifier]


def test_a_promise_put_off_waits_and_says_why(session: Session, now: datetime) -> None:
    (identifier,) = file(now)
    outbox.put_off(identifier=identifier, delay=timedelta(seconds=90), error="smtp_451")
    waits = row(identifier).available_at - session.scalars(select(func.now())).one()
    assert (waits, row(identifier).last_error, row(identifier).state) == (timedelta(seconds=90), "smtp_451", "pending")
    assert claim() == []


def test_a_batch_that_failed_together_is_due_at_once_and_then_one_by_one(session: Session, now: datetime) -> None:
    ids = file(now, 3)
    held = claim()
    wear_out(session, ids[0], 4)
    outbox.release(ids=[promise.id for promise in held], error="ValueError")
    assert [row(identifier).attempts for identifier in ids] == [4, 2, 2]
    assert {row(identifier).last_error for identifier in ids} == {"ValueError"}
    assert [len(claim()) for _ in range(4)] == [1, 1, 1, 0]


def test_the_backlog_counts_what_is_due_and_how_old_it_is(session: Session, now: datetime) -> None:
    assert outbox.backlog() == []
    file(now, 2)
    factories.submit(datetime.now(UTC) + timedelta(hours=1))
    (line,) = outbox.backlog()
    age = session.scalars(select(func.extract("epoch", func.now() - text("timestamptz '2026-03-10 02:00Z'")))).one()
    assert (line.topic, line.due, line.dead) == ("classify", 2, 0)
    assert line.oldest_seconds == pytest.approx(float(age))
    assert outbox.due_topics() == {"classify": 2}


def test_what_waits_only_for_the_future_has_no_age(session: Session) -> None:
    file(datetime.now(UTC) + timedelta(hours=1))
    (line,) = outbox.backlog()
    assert (line.due, line.oldest_seconds) == (0, 0.0)


def test_a_claim_that_is_rolled_back_was_never_made(committed: Flask, now: datetime) -> None:
    with transaction():
        (identifier,) = file(now)
    assert len(claim()) == 1
    db.session.rollback()
    assert row(identifier).attempts == 0
