"""What waits for the citizen over a week-end gains its working time alone; what is closed has no clock that runs."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.domain.status import Action, Actor
from feedback.models import CaseClock, Comment
from feedback.services import lookup, moving, screening
from tests import factories
from tests.domain.working_calendar import vietnam

FILED = vietnam(2026, 3, 10, 9)
DUE = vietnam(2026, 3, 31, 17)
MORE = "Việc xảy ra ở xã Mường Bú, từ ngày 02/3."


def asked_and_supplemented(asked: datetime, supplemented: datetime) -> Comment:
    """A case whose sender was asked for its content and gave it."""
    receipt = factories.submit(FILED)
    factories.classify(FILED, sure=False, confidence=0.4)
    case = factories.comment(receipt.reference)
    screening.confirm(
        officer=factories.officer(FILED, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        label="chi_tep_dinh_kem",
        letter="",
        at=asked,
    )
    lookup.supplement(reference=receipt.reference, key=receipt.key, text=MORE, at=supplemented)
    return case


@pytest.mark.parametrize(
    ("asked", "supplemented", "due"),
    [
        pytest.param(vietnam(2026, 3, 13, 17, 30), vietnam(2026, 3, 16, 7), DUE, id="no working time at all"),
        pytest.param(vietnam(2026, 3, 13, 15), vietnam(2026, 3, 16, 10), vietnam(2026, 4, 1, 12), id="four hours"),
        pytest.param(vietnam(2026, 3, 13, 8), vietnam(2026, 3, 16, 17), vietnam(2026, 4, 2, 17), id="two days"),
    ],
)
def test_14_waiting_for_the_citizen_over_a_week_end_adds_only_the_working_time(
    session: Session, asked: datetime, supplemented: datetime, due: datetime
) -> None:
    case = asked_and_supplemented(asked, supplemented)
    answer = session.get_one(CaseClock, (case.id, "answer"))
    assert (answer.state, answer.due_at, case.due_at) == ("running", due, due)


@pytest.mark.parametrize("how", ["redirect", "refuse", "lapse", "close"])
def test_14_closing_stops_every_clock(session: Session, now: datetime, how: str) -> None:
    officer = factories.officer(now, Role.INTAKE).id
    if how == "close":
        case = factories.replied(factories.routed(now), now)
        moving.move(comment=case, action=Action.RATE, actor=Actor.CITIZEN, at=now)
        moving.move(comment=case, action=Action.CLOSE, actor=Actor.CITIZEN, at=now)
    elif how == "lapse":
        case = factories.on_desk(now)
        ask = Action.ASK_SUPPLEMENT
        moving.move(comment=case, action=ask, actor=Actor.OFFICER, at=now, officer_id=officer, reason="Xã nào?")
        moving.move(comment=case, action=Action.LAPSE, actor=Actor.SYSTEM, at=now)
    else:
        case = factories.on_desk(now)
        reason = "Ngoài phạm vi."
        moving.move(comment=case, action=Action(how), actor=Actor.OFFICER, at=now, officer_id=officer, reason=reason)
    clocks = session.scalars(select(CaseClock).where(CaseClock.comment_id == case.id)).all()
    assert len(clocks) >= 3
    assert {(clock.state, clock.on_time) for clock in clocks} == {("stopped", True)}
