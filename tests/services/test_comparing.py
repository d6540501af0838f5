"""Comments that are like each other find each other by their keys, kept ones never, and a pair is kept once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.models import Comment, Likeness, Resemblance
from feedback.services import comparing, outbox
from feedback.services.comparing import Entry, Pair
from tests import factories


def enter(case: Comment, *keys: int, personal: list[list[object]] | None = None) -> None:
    comparing.enter(entries=[Entry(case.id, keys, personal or [])])


def like(case: Comment, *keys: int, limit: int = 10) -> list[tuple[UUID, int]]:
    return [(one.comment_id, one.shared) for one in comparing.candidates(comment_id=case.id, keys=keys, limit=limit)]


def test_who_shares_more_keys_comes_first_and_nobody_finds_themselves(session: Session, now: datetime) -> None:
    mine, near, far, none = (factories.routed(now) for _ in range(4))
    enter(mine, 1, 2, 3, -(2**63))
    enter(near, 1, 2, -(2**63))
    enter(far, 3, 9)
    enter(none, 2**63 - 1)
    assert like(mine, 1, 2, 3, -(2**63)) == [(near.id, 3), (far.id, 1)]
    assert like(mine, 1, 2, 3, limit=1) == [(near.id, 2)]
    assert like(mine) == []


def test_of_many_that_share_a_key_the_newest_are_looked_at(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "NEWEST", 2)
    cases = [factories.routed(now + timedelta(minutes=minute)) for minute in range(4)]
    for case in cases:
        enter(case, 7)
    mine = factories.routed(now + timedelta(hours=1))
    assert like(mine, 7) == [(cases[3].id, 1), (cases[2].id, 1)]


def test_entering_twice_changes_nothing(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    for _ in range(2):
        enter(case, 1, 2, personal=[[0, 4, "phone"]])
    assert sorted(session.scalars(select(Likeness.key))) == [1, 2]
    session.refresh(case)
    assert case.personal == [[0, 4, "phone"]]


def test_a_kept_comment_is_neither_found_nor_compared(session: Session, now: datetime) -> None:
    kept, mine = factories.on_desk(now), factories.routed(now)
    enter(kept, 1)
    kept.screen, kept.confidential = "to_cao", True
    session.flush()
    assert like(mine, 1) == []
    claims = outbox.claim(topic="compare", limit=10, lease=timedelta(seconds=10))
    assert [case.claim.comment_id for case in comparing.texts(claims=claims)] == [mine.id]
    assert comparing.texts(claims=[]) == []


def test_a_screened_complaint_is_not_promised_to_be_compared(session: Session, now: datetime) -> None:
    factories.screened(now, "khieu_nai")
    assert factories.promises("compare") == []
    factories.screened(now, "rac")
    assert len(factories.promises("compare")) == 1


def test_a_pair_is_kept_once_whichever_was_compared_and_the_last_word_counts(session: Session, now: datetime) -> None:
    one, other = factories.routed(now), factories.routed(now + timedelta(minutes=1))
    comparing.keep(pairs=[Pair(one.id, other.id, 0.2, False, 0.5), Pair(other.id, one.id, 0.95, True, 0.6)], at=now)
    comparing.keep(pairs=[Pair(one.id, other.id, 0.97, True, 0.6)], at=now)
    comparing.keep(pairs=[], at=now)
    (kept,) = session.scalars(select(Resemblance)).all()
    assert (kept.comment_id, kept.other_id, kept.score, kept.sure, kept.alike) == (other.id, one.id, 0.97, True, 0.6)


def test_what_was_never_compared_can_be_promised_again(session: Session, now: datetime) -> None:
    old, compared = factories.routed(now), factories.routed(now)
    factories.screened(now, "to_cao")
    outbox.finish(ids=[promise.id for promise in factories.promises("compare")])
    enter(compared, 1)
    factories.submit(now)
    assert comparing.promise_missing(at=now) == 1
    assert comparing.promise_missing(at=now) == 0
    assert [row.comment_id for row in factories.promises("compare") if row.state == "pending"] == [old.id]


@pytest.mark.parametrize(
    ("personal", "expected"),
    [
        ([], "Gọi 0912345678 gặp chị Hoa."),
        ([[4, 14, "phone"]], "Gọi [số điện thoại] gặp chị Hoa."),
        ([[4, 14, "phone"], [23, 26, "person_name"]], "Gọi [số điện thoại] gặp chị [tên người]."),
        ([[4, 14, "moon"]], "Gọi [thông tin cá nhân] gặp chị Hoa."),
    ],
)
def test_personal_data_is_replaced_by_what_it_is(personal: list[list[object]], expected: str) -> None:
    assert comparing.without_personal(text="Gọi 0912345678 gặp chị Hoa.", personal=personal) == expected


def test_two_workers_that_keep_the_same_pairs_wait_for_each_other_in_one_order(committed: Flask, now: datetime) -> None:
    with transaction():
        cases = sorted((factories.submit(now).comment_id for _ in range(3)), reverse=True)
    pairs = [Pair(cases[0], other, 0.9, True, 0.5) for other in cases[1:]]
    errors: list[Exception] = []

    def keep() -> None:
        try:
            with committed.app_context(), transaction():
                comparing.keep(pairs=pairs, at=now)
        except DBAPIError as error:
            errors.append(error)

    def is_waiting() -> bool:
        return bool(other.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first())

    with transaction(), db.engine.connect() as other:
        comparing.keep(pairs=pairs[1:], at=now)  # the pair that comes first in the common order
        thread = Thread(target=keep)
        thread.start()
        while thread.is_alive() and not is_waiting():
            time.sleep(0.02)
        comparing.keep(pairs=pairs[:1], at=now)
    thread.join()
    assert errors == []
    assert db.session.scalar(select(func.count()).select_from(Resemblance)) == 2
