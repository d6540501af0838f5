"""Comparing: who reports the same matter, in the same or in other words, and where personal data stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from classifier import redact
from feedback.db import db, transaction
from feedback.domain.vocabulary import PERSONAL_NAMES
from feedback.jobs import compare
from feedback.models import Comment, Likeness, Outbox, Resemblance
from feedback.services import outbox
from tests import factories

TEXT = (
    "Cổng dịch vụ công báo lỗi khi tải giấy chứng sinh lên để đăng ký khai sinh cho con, tôi đã thử ba lần ở phường "
    "mà không được. Xin gọi tôi số 0912345678."
)
COPY = TEXT.replace("ba lần", "bốn lần")
ELSEWHERE = "Ngân hàng khóa tài khoản của tôi vì chưa cập nhật sinh trắc học, ra quầy phải chờ cả buổi."


def file(now: datetime, *texts: str, **changes: Any) -> list[Comment]:
    """Routed comments with these texts, in this order."""
    with transaction():
        return [
            factories.routed(now + timedelta(minutes=minute), text=text, title="Xin xem giúp", **changes)
            for minute, text in enumerate(texts)
        ]


def pairs() -> list[tuple[Any, Any, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(Resemblance).order_by(Resemblance.comment_id))
    return [(row.comment_id, row.other_id, row.sure) for row in rows]


def standing() -> list[tuple[str, str | None]]:
    db.session.rollback()
    return [(promise.state, promise.last_error) for promise in factories.promises("compare")]


def test_a_copy_is_found_and_another_matter_is_not(committed: Flask, now: datetime) -> None:
    first, second, _ = file(now, TEXT, COPY, ELSEWHERE)
    assert compare.drain() == {"compared": 3, "pairs": 2, "given_up": 0}  # the two found each other
    assert pairs() == [(second.id, first.id, True)]
    assert standing() == [("done", None)] * 3
    assert compare.drain() == {"compared": 0, "pairs": 0, "given_up": 0}


def test_personal_data_is_found_where_it_stands(committed: Flask, now: datetime) -> None:
    (case,) = file(now, TEXT)
    compare.drain()
    db.session.rollback()
    whole = f"{case.title}\n{case.text}"
    found: Sequence[Sequence[Any]] = factories.comment(case.reference).personal or []
    assert [(whole[start:end], kind) for start, end, kind in found] == [("0912345678", "phone")]


def test_a_promise_kept_twice_counts_once(committed: Flask, now: datetime) -> None:
    file(now, TEXT, COPY)
    compare.drain()
    before = pairs(), db.session.scalar(select(func.count()).select_from(Likeness))
    with transaction() as session:
        session.execute(update(Outbox).values(state="pending", finished_at=None, available_at=func.now()))
    compare.drain()
    assert (pairs(), db.session.scalar(select(func.count()).select_from(Likeness))) == before


def test_a_comment_that_became_confidential_is_left_alone(committed: Flask, now: datetime) -> None:
    with transaction() as session:
        case = factories.on_desk(now)
        case.screen, case.confidential = "to_cao", True
        session.flush()
    assert compare.drain() == {"compared": 0, "pairs": 0, "given_up": 0}
    assert standing() == [("done", None)]
    assert db.session.scalar(select(func.count()).select_from(Likeness)) == 0


def test_a_text_that_cannot_be_compared_is_given_up_in_sight_and_holds_up_no_other(
    committed: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, *_ = file(now, ELSEWHERE, TEXT, COPY)
    real = redact.find

    def find(text: str) -> Any:
        if ELSEWHERE in text:
            raise RuntimeError("this text cannot be read")
        return real(text)

    monkeypatch.setattr(compare.redact, "find", find)
    for _ in range(outbox.MAX_ATTEMPTS + 3):
        with transaction() as session:
            session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))
        try:
            compare.drain()
        except RuntimeError:
            db.session.rollback()
    states = {promise.comment_id: promise.state for promise in factories.promises("compare")}
    assert states.pop(poisoned.id) == "dead"
    assert set(states.values()) == {"done"}


def test_it_gives_way_after_a_second(committed: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    file(now, TEXT)
    monkeypatch.setattr(compare, "SECONDS", 0.0)
    assert compare.drain() == {"compared": 0, "pairs": 0, "given_up": 0}


def test_every_sort_of_personal_data_has_the_name_that_the_classifier_gives_it() -> None:
    assert {kind: f"[{name}]" for kind, name in PERSONAL_NAMES.items()} == redact.PLACEHOLDERS
