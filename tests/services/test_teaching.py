"""What should be labelled next: doubt, unlabelled, and never what is handled in confidence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.learning import Origin
from feedback.domain.permissions import Role
from feedback.models import AuditSample, Comment
from feedback.services import labels, teaching, triage
from tests import factories


def hesitated(now: datetime, first: float, second: float, **changes: object) -> Comment:
    receipt = factories.submit(now)
    candidates = [{"body": "BKHCN", "confidence": first}, {"body": "BCA", "confidence": second}]
    values: dict[str, object] = {"sure": False, "confidence": first, "candidates": candidates} | changes
    factories.classify(now, **values)
    return factories.comment(receipt.reference)


def test_the_narrowest_doubt_comes_first(session: Session, now: datetime) -> None:
    wide, narrow = hesitated(now, 0.6, 0.1), hesitated(now, 0.41, 0.4)
    alone = hesitated(now, 0.3, 0, candidates=[{"body": "BYT", "confidence": 0.3}])
    found = teaching.doubtful(at=now)
    assert [one.comment_id for one in found] == [narrow.id, alone.id, wide.id]
    assert [one.margin for one in found] == pytest.approx([0.01, 0.3, 0.5])
    assert found[0].text == f"{narrow.title}\n{narrow.text}"


def test_what_is_decided_labelled_audited_old_or_confidential_is_not_on_the_list(
    session: Session, now: datetime
) -> None:
    factories.routed(now)
    hesitated(now, 0.5, 0.4, screen="to_cao")
    hesitated(now, 0.5, 0.4, candidates=[])
    hesitated(now - timedelta(days=91), 0.5, 0.4)
    labelled, audited = hesitated(now, 0.5, 0.4), hesitated(now, 0.5, 0.4)
    officer = factories.officer(now, Role.ANALYST)
    labels.record(comment=labelled, officer=officer, at=now, origin=Origin.LABELLING, class_code="BCA")
    decision = triage.latest_machine_decision(comment=audited)
    assert decision is not None
    session.add(AuditSample(comment_id=audited.id, decision_id=decision.id, drawn_at=now, chance=0.05))
    session.flush()
    assert teaching.doubtful(at=now) == []


def test_the_list_is_made_anew(session: Session, now: datetime) -> None:
    first, second = hesitated(now, 0.41, 0.4), hesitated(now, 0.6, 0.1)
    found = teaching.doubtful(at=now)
    for _ in range(2):
        teaching.keep(picks=[teaching.Pick(one, [(0, 3, "phone")]) for one in reversed(found)], at=now)
    assert teaching.count() == 2
    lines = teaching.listed(limit=10)
    assert [(one.reference, one.rank, one.first, one.second) for one in lines] == [
        (second.reference, 1, "BKHCN", "BCA"),
        (first.reference, 2, "BKHCN", "BCA"),
    ]
    assert lines[0].received_at == now
    teaching.keep(picks=[], at=now)
    assert teaching.listed(limit=10) == []
