"""What is labelled a complaint or a denunciation is stopped while it is being sorted, and kept from everybody else."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.learning import Screen
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer, TeachingPick
from feedback.services import labelling, screening, triage
from tests import factories


def picked(case: Comment, session: Session, now: datetime) -> Comment:
    """A case that waits for a label."""
    decision = triage.latest_machine_decision(comment=case)
    assert decision is not None
    session.add(TeachingPick(comment_id=case.id, decision_id=decision.id, rank=1, margin=0.1, picked_at=now, hidden=[]))
    session.flush()
    return case


@pytest.fixture
def analyst(session: Session, now: datetime) -> Officer:
    return factories.officer(now, Role.ANALYST)


def label(officer: Officer, case: Comment, now: datetime, screen: Screen) -> None:
    labelling.answer(officer=officer, reference=case.reference, class_code=None, screen=screen, at=now)


@pytest.mark.parametrize("screen", [Screen.DENUNCIATION, Screen.COMPLAINT])
def test_a_denunciation_on_the_desk_goes_to_screening_and_is_kept(
    session: Session, analyst: Officer, now: datetime, screen: Screen
) -> None:
    case = picked(factories.on_desk(now), session, now)
    label(analyst, case, now, screen)
    session.flush()
    assert (case.status, case.screen, case.confidential) == ("sorting", screen, True)
    assert screening.waits(comment=case)
    assert labelling.is_kept(reference=case.reference)
    last = factories.events(case)[-1]
    assert (last.action, last.officer_id, last.data["screen"]) == ("stopped", analyst.id, screen)
    assert first_break(factories.chain(case)) is None


def test_whoever_screens_may_overrule_it(session: Session, analyst: Officer, now: datetime) -> None:
    case = picked(factories.on_desk(now), session, now)
    label(analyst, case, now, Screen.DENUNCIATION)
    intake = factories.officer(now, Role.INTAKE)
    screening.overrule(
        officer=intake, reference=case.reference, version=case.version, reason="Là phản ánh về sóng.", at=now
    )
    assert (case.screen, case.confidential) == (Screen.VALID, False)


@pytest.mark.parametrize("screen", [Screen.SPAM, Screen.OUT_OF_SCOPE])
def test_another_label_stops_nothing(session: Session, analyst: Officer, now: datetime, screen: Screen) -> None:
    case = picked(factories.on_desk(now), session, now)
    before = case.version
    label(analyst, case, now, screen)
    assert (case.version, case.confidential) == (before, False)


def test_what_a_body_has_already_is_not_taken_from_it_without_a_word(
    session: Session, analyst: Officer, now: datetime
) -> None:
    case = picked(factories.routed(now), session, now)
    label(analyst, case, now, Screen.DENUNCIATION)
    assert (case.status, case.confidential) == ("assigned", False)
    assert not labelling.is_kept(reference=case.reference)
