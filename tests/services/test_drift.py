"""Drift: weeks beside the time of training."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.services import drift
from tests import factories

TRAINED = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def decided(at: datetime, number: int, **changes: object) -> None:
    for _ in range(number):
        factories.submit(at)
    factories.classify(at, **changes)


def test_with_no_decisions_there_is_nothing_to_compare(session: Session) -> None:
    found = drift.since(trained_at=TRAINED, now=TRAINED)
    assert (found.reference.decisions, found.first, found.last) == (0, None, None)
    assert len(found.weeks) == 12
    assert [week.monday for week in found.weeks][-1] == date(2026, 3, 9)
    assert {(week.mix.decisions, week.mix.confidence, week.moved) for week in found.weeks} == {(0, None, None)}


def test_weeks_are_held_against_the_four_before_the_training(session: Session) -> None:
    decided(TRAINED - 2 * WEEK, 3, confidence=0.9)
    decided(TRAINED - 2 * WEEK, 1, class_code="BCA", confidence=0.5, sure=False)
    decided(TRAINED - 8 * WEEK, 2, class_code="BYT")  # before the reference
    decided(TRAINED + WEEK, 2, class_code="BCA", confidence=0.7)
    decided(TRAINED + WEEK, 2, confidence=0.7)
    found = drift.since(trained_at=TRAINED, now=TRAINED + WEEK)
    assert (found.first, found.last) == (date(2026, 2, 23), date(2026, 3, 1))
    assert found.reference.shares == {"BCA": 0.25, "BKHCN": 0.75}
    assert found.reference.confidence == pytest.approx(0.8)
    assert found.reference.automatic == pytest.approx(0.75)
    last = found.weeks[-1]
    assert (last.monday, last.mix.decisions) == (date(2026, 3, 16), 4)
    assert last.mix.confidence == pytest.approx(0.7)
    assert last.moved == pytest.approx(0.25)
    assert found.weeks[-2].moved is None


def test_without_a_time_before_the_first_week_after_it_is_the_reference(session: Session) -> None:
    decided(TRAINED + WEEK, 2)
    decided(TRAINED + 2 * WEEK, 2, class_code="BCA")
    found = drift.since(trained_at=TRAINED, now=TRAINED + 2 * WEEK)
    assert found.first == date(2026, 3, 16)
    assert found.reference.shares == {"BKHCN": 1.0}
    assert [week.moved for week in found.weeks[-2:]] == [0.0, 1.0]


def test_an_officer_s_decision_is_not_the_machine_s(session: Session) -> None:
    decided(TRAINED, 1, class_code=None, confidence=None)
    assert drift.since(trained_at=TRAINED, now=TRAINED).reference.decisions == 0
