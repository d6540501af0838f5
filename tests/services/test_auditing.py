"""The audit of automatic decisions: drawn by a hash, once, and answered only by an official."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.learning import AUDIT_SHARE, Origin, is_drawn
from feedback.domain.permissions import Role
from feedback.models import AuditSample, Comment
from feedback.services import auditing, labels, triage
from tests import factories


@pytest.fixture
def automatic(session: Session, now: datetime) -> list[Comment]:
    """Sixty comments that the machine routed by itself."""
    receipts = [factories.submit(now) for _ in range(60)]
    factories.classify(now)
    return [factories.comment(receipt.reference) for receipt in receipts]


def drawn() -> list[AuditSample]:
    rows = select(AuditSample).order_by(AuditSample.comment_id).execution_options(populate_existing=True)
    return list(factories.session().scalars(rows))


def test_the_hash_of_the_comment_decides_who_is_drawn(
    automatic: list[Comment], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "AUDIT_SHARE", 0.5)
    monkeypatch.setattr("feedback.domain.learning.AUDIT_SHARE", 0.5)
    expected = {case.id for case in automatic if is_drawn(case.id)}
    assert 10 < len(expected) < 50
    assert auditing.draw(at=now) == len(expected)
    assert {sample.comment_id for sample in drawn()} == expected
    assert {sample.chance for sample in drawn()} == {0.5}


def test_drawing_again_draws_nobody_twice(automatic: list[Comment], now: datetime) -> None:
    auditing.draw(at=now)
    before = [sample.comment_id for sample in drawn()]
    assert before == sorted(case.id for case in automatic if is_drawn(case.id))
    for later in (timedelta(0), timedelta(hours=1), timedelta(days=20)):
        assert auditing.draw(at=now + later) == 0
    assert [sample.comment_id for sample in drawn()] == before


@pytest.fixture
def everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every automatic decision is drawn."""
    monkeypatch.setattr(auditing, "AUDIT_SHARE", 1.0)


def test_what_an_official_must_decide_anyway_is_not_audited(session: Session, now: datetime, everyone: None) -> None:
    factories.on_desk(now)
    assert auditing.draw(at=now) == 0


def test_a_decision_of_long_ago_is_not_dug_out(automatic: list[Comment], now: datetime, everyone: None) -> None:
    assert auditing.draw(at=now + timedelta(days=31)) == 0


def test_a_sample_waits_until_personal_data_was_looked_for(session: Session, now: datetime, everyone: None) -> None:
    case = factories.routed(now)
    auditing.draw(at=now)
    (waiting,) = auditing.unread(limit=10)
    assert (waiting.comment_id, waiting.text) == (case.id, f"{case.title}\n{case.text}")
    auditing.hide(spans={case.id: [(0, 4, "person_name")]})
    assert auditing.unread(limit=10) == []
    assert drawn()[0].hidden == [[0, 4, "person_name"]]


def test_only_a_label_answers_a_sample_and_only_once(session: Session, now: datetime, everyone: None) -> None:
    right, wrong, waiting = (factories.routed(now) for _ in range(3))
    auditing.draw(at=now)
    officer = factories.officer(now, Role.INTAKE)
    for case, code in ((right, "BKHCN"), (wrong, "BCA")):
        label = labels.record(
            comment=case,
            officer=officer,
            at=now,
            origin=Origin.AUDIT,
            class_code=code,
            decision=triage.latest_machine_decision(comment=case),
        )
        assert auditing.answer(comment_id=case.id, label=label) is True
        assert auditing.answer(comment_id=case.id, label=label) is False
    assert auditing.standing() == auditing.Standing(drawn=3, judged=2, right=1)
    assert {sample.comment_id for sample in drawn() if sample.label_id is None} == {waiting.id}


def test_one_in_twenty_is_the_share() -> None:
    assert AUDIT_SHARE == 0.05
