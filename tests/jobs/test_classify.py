"""Draining the promises to classify: every comment ends with a body or on the desk, whatever the model does."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from classifier.router import Router
from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.jobs import classify
from feedback.models import Comment, RoutingDecision
from feedback.services import bodies, desk, outbox
from tests import factories, stub_model

SURE = "Bản không có sóng, gọi điện không được."
UNSURE = "Chúng tôi mong được trả lời sớm."
POISON = "Văn bản này làm mô hình sập."


def file(now: datetime, *texts: str, **changes: Any) -> list[str]:
    with transaction():
        return [factories.submit(now, title="Ý kiến", text=text, **changes).reference for text in texts]


def found() -> Counter[tuple[str, str | None]]:
    db.session.rollback()
    return Counter((row.status, row.desk_reason) for row in db.session.scalars(select(Comment)))


def empty(figures: dict[str, int]) -> bool:
    return figures == {"routed": 0, "on_desk": 0, "already": 0}


def test_a_sure_comment_is_routed_and_an_unsure_one_laid_on_the_desk(trained: Path, now: datetime) -> None:
    sure, unsure = file(now, SURE, UNSURE)
    assert classify.drain() == {"routed": 1, "on_desk": 1, "already": 0}
    case = factories.comment(sure)
    assert (case.status, case.body_id) == ("assigned", bodies.by_code(code="BKHCN").id)
    assert factories.comment(unsure).desk_reason == "unsure"
    assert empty(classify.drain())


def test_the_province_of_the_form_counts_where_the_text_names_none(trained: Path, now: datetime) -> None:
    text = "Khói mù mịt cả xóm, trẻ con ho suốt."
    (placed,) = file(now, text, province="SONLA")
    (nowhere,) = file(now, text, province=None)
    (named,) = file(now, "Khói mù mịt ở thành phố Hà Nội.", province="SONLA")
    assert classify.drain() == {"routed": 2, "on_desk": 1, "already": 0}
    codes = {identifier: code for code, identifier in bodies.identifiers().items()}
    assert codes[factories.comment(placed).body_id or 0] == "UBND_TINH:SONLA"
    assert codes[factories.comment(named).body_id or 0] == "UBND_TINH:HN"
    assert factories.comment(nowhere).desk_reason == "no_place"


def test_the_decision_keeps_what_the_model_said_to_the_last_digit(trained: Path, now: datetime) -> None:
    file(now, SURE)
    classify.drain()
    said = Router.load(trained.parent).predict([f"Ý kiến\n{SURE}"])[0]
    decision = db.session.scalars(select(RoutingDecision)).one()
    assert decision.confidence == said.confidence
    assert decision.model_version == said.model
    assert [(one["body"], one["confidence"]) for one in decision.candidates] == [
        (one.body, one.confidence) for one in said.candidates
    ]


def test_the_evidence_is_marked_on_the_word_that_spoke(trained: Path, now: datetime) -> None:
    (reference,) = file(now, SURE)
    classify.drain()
    officer = factories.officer(now, Role.INTAKE)
    case = desk.case(officer=officer, reference=reference, now=now)
    assert [(span.text, span.weight) for span in case.text if span.weight] == [("sóng", 1.0)]


def test_many_batches_are_drained_in_one_go(trained: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "JOB", classify.JOBS["classify"].__class__("classify", 3, classify.JOB.lease, 1))
    file(now, *[SURE] * 10)
    assert classify.drain() == {"routed": 10, "on_desk": 0, "already": 0}


def test_a_drain_ends_in_time_and_leaves_the_rest_to_the_next(
    trained: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(now, SURE)
    monkeypatch.setattr(classify, "DRAIN_SECONDS", 0)
    assert empty(classify.drain())
    assert [promise.attempts for promise in factories.promises("classify")] == [0]


def test_without_a_model_every_comment_waits_on_the_desk(untrained: Path, now: datetime) -> None:
    file(now, SURE, UNSURE)
    assert classify.drain() == {"routed": 0, "on_desk": 2, "already": 0}
    assert found() == {("sorting", "model_away"): 2}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a model", "truncated"])
def test_with_a_damaged_model_every_comment_waits_on_the_desk(
    untrained: Path, now: datetime, content: bytes | str
) -> None:
    path = stub_model.save(untrained)
    path.write_bytes(path.read_bytes()[:-200] if isinstance(content, str) else content)
    file(now, SURE)
    assert classify.drain() == {"routed": 0, "on_desk": 1, "already": 0}
    assert found() == {("sorting", "model_away"): 1}


def test_a_model_put_in_place_is_used_from_the_next_batch(untrained: Path, now: datetime) -> None:
    file(now, SURE)
    classify.drain()
    stub_model.save(untrained)
    file(now, SURE)
    assert classify.drain() == {"routed": 1, "on_desk": 0, "already": 0}


class Delicate:
    """A router that cannot bear one text."""

    def __init__(self, real: Router) -> None:
        self.real, self.threshold = real, real.threshold
        self.batches: list[int] = []

    def predict(self, texts: list[str]) -> list[Any]:
        self.batches.append(len(texts))
        if any(POISON in text for text in texts):
            raise RuntimeError("the model fell over")
        return self.real.predict(texts)


def test_a_text_that_the_model_cannot_bear_holds_up_no_other_and_ends_on_the_desk(
    trained: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = Delicate(Router.load(trained.parent))
    monkeypatch.setattr(classify.model, "router", lambda _directory: router)
    file(now, *[SURE] * 4, POISON, *[SURE] * 4)
    failures = 0
    for _ in range(20):
        try:
            if empty(classify.drain()):
                break
        except RuntimeError:
            failures += 1
    assert found() == {("assigned", None): 8, ("sorting", "gave_up"): 1}
    assert failures <= outbox.MAX_ATTEMPTS
    assert all(size == 1 for size in router.batches[1:])
    assert {promise.state for promise in factories.promises("classify")} == {"done"}


def test_a_failure_is_written_down_by_its_kind_and_never_by_its_words(
    trained: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = Delicate(Router.load(trained.parent))
    monkeypatch.setattr(classify.model, "router", lambda _directory: router)
    file(now, POISON)
    with pytest.raises(RuntimeError):
        classify.drain()
    (promise,) = factories.promises("classify")
    assert (promise.state, promise.last_error) == ("pending", "RuntimeError")


def test_a_comment_that_took_down_its_workers_goes_to_the_desk_unread(trained: Path, now: datetime) -> None:
    file(now, SURE)
    for _ in range(outbox.MAX_ATTEMPTS):
        with transaction():
            (claim,) = outbox.claim(topic="classify", limit=1, lease=classify.JOB.lease * 0)
    assert claim.attempts == outbox.MAX_ATTEMPTS
    assert classify.drain() == {"routed": 0, "on_desk": 1, "already": 0}
    assert found() == {("sorting", "gave_up"): 1}


def test_what_a_person_moved_meanwhile_is_left_alone(committed: Flask, trained: Path, now: datetime) -> None:
    (reference,) = file(now, SURE)
    with transaction():
        factories.comment(reference).status = "awaiting_supplement"
    assert classify.drain() == {"routed": 0, "on_desk": 0, "already": 1}
    assert factories.comment(reference).status == "awaiting_supplement"
