"""Kept counts: equal to counting, whoever writes at the same time and whenever they are folded."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import datetime
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.domain.queues import QUEUES
from feedback.models import Body, Comment, CommentChange, CommentCount
from feedback.services import counting, queues
from feedback.services.counting import Reach
from tests import factories


def counted() -> dict[tuple[int, str], int]:
    """The same by counting."""
    body = func.coalesce(Comment.body_id, 0)
    rows = db.session.execute(select(body, Comment.status, func.count()).group_by(body, Comment.status))
    return {(body_id, status): number for body_id, status, number in rows}


def test_counts_are_right_after_each_change_folded_or_not(session: Session, now: datetime) -> None:
    assert counting.by_body() == {}
    case = factories.routed(now)
    waiting = factories.on_desk(now)
    stopped = factories.screened(now)
    session.flush()
    assert counting.by_body() == counted()
    assert counting.fold() > 0
    assert counting.fold() == 0
    assert counting.by_body() == counted()
    factories.checking(case, factories.officer(now, Role.HANDLER, "BKHCN"), now)
    session.execute(update(Comment).where(Comment.id == waiting.id).values(province="HN"))
    assert counting.by_body() == counted()
    counting.fold()
    assert counting.by_body() == counted()
    assert {(line.status, line.screened): line.number for line in counting.lines(reach=Reach())} == {
        ("checking", False): 1,
        ("sorting", False): 1,
    }
    everything = counting.lines(reach=Reach(confidential_too=True))
    assert ("sorting", True, 1) in [(line.status, line.screened, line.number) for line in everything]
    assert stopped.confidential


def test_counts_are_those_of_a_body_or_of_a_province(session: Session, now: datetime) -> None:
    case = factories.routed(now, province="HN")
    factories.on_desk(now, province="HN")
    factories.on_desk(now, province="SONLA")
    for _ in range(2):
        of_body = counting.lines(reach=Reach(body_id=case.body_id))
        of_place = counting.lines(reach=Reach(province="HN"))
        assert [(line.status, line.number) for line in of_body] == [("assigned", 1)]
        assert sorted((line.status, line.number) for line in of_place) == [("assigned", 1), ("sorting", 1)]
        counting.fold()


def test_a_change_that_moves_no_count_writes_nothing(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    before = session.scalar(select(func.count()).select_from(CommentChange))
    session.execute(update(Comment).where(Comment.id == case.id).values(version=9))
    session.execute(update(Comment).where(Comment.id == UUID(int=0)).values(status="closed"))
    assert session.scalar(select(func.count()).select_from(CommentChange)) == before


def test_what_is_deleted_is_counted_no_more(session: Session, now: datetime) -> None:
    case = factories.submit(now)
    # Nothing deletes a comment today, and what hangs on one would forbid it.
    session.execute(text("ALTER TABLE comment DISABLE TRIGGER ALL"))
    session.execute(text("ALTER TABLE comment ENABLE TRIGGER count_deleted"))
    session.execute(delete(Comment).where(Comment.id == case.comment_id))
    assert counting.by_body() == {}


def test_eight_writers_and_a_folder_at_once_leave_counts_equal_to_counting(committed: Flask, now: datetime) -> None:
    with transaction():
        ids = [factories.submit(now).comment_id for _ in range(16)]
        ministries = list(db.session.scalars(select(Body.id).where(Body.level == "ministry").limit(4)))
    errors: list[BaseException] = []
    done = threading.Event()

    def write(seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 -- no secret
        try:
            with committed.app_context():
                for _ in range(50):
                    state = rng.choice(["assigned", "in_progress", "extended", "checking"])
                    with transaction():
                        db.session.execute(
                            update(Comment)
                            .where(Comment.id == rng.choice(ids))
                            .values(status=state, body_id=rng.choice(ministries))
                        )
                db.session.remove()
        except BaseException as error:  # noqa: BLE001 -- told to the test
            errors.append(error)

    def fold() -> None:
        with committed.app_context():
            while not done.wait(0.01):
                with transaction():
                    counting.fold()
            db.session.remove()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
    folder = threading.Thread(target=fold)
    for thread in (folder, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    folder.join()
    assert errors == []
    assert counting.by_body() == counted()
    with transaction():
        counting.fold()
    assert counting.by_body() == counted()
    assert db.session.scalar(select(func.count()).select_from(CommentChange)) == 0
    assert db.session.scalar(select(func.count()).where(CommentCount.number < 0)) == 0


def test_while_one_folds_another_goes_past(committed: Flask, now: datetime) -> None:
    with transaction():
        factories.submit(now)
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT pg_advisory_xact_lock(hashtext('comment_count'))"))
        with transaction():
            assert counting.fold() == 0
    with transaction():
        assert counting.fold() == 1


def test_tabs_count_what_their_queues_list(session: Session, now: datetime) -> None:
    for step in range(3):
        factories.on_desk(now)
        factories.screened(now)
        factories.routed(now, province="HN" if step else "SONLA")
    officers = [
        factories.officer(now, Role.INTAKE),
        factories.officer(now, Role.INTAKE, "UBND_TINH:SONLA"),
        factories.officer(now, Role.HANDLER, "BKHCN"),
        factories.officer(now, Role.HANDLER),
        factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.AUDITOR, Role.HANDLER]),
        factories.officer(now, Role.AUDITOR),
    ]
    seen: Counter[str] = Counter()
    for officer in officers:
        for count in queues.counts(officer=officer):
            assert QUEUES[count.queue].permission in officer.permissions
            listed = queues.page(officer=officer, queue=count.queue, now=now, limit=100).rows
            assert count.count == len(listed)
            seen[count.queue] += count.count
    assert seen["phan_loai"] == 6
    assert seen["sang_loc"] == 6
