"""Which cases are worked on together: surely the same matter, open, within reach, never confidential."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment, Resemblance
from feedback.services import alike
from tests import factories


def like(session: Session, one: Comment, other: Comment, now: datetime, *, sure: bool = True) -> None:
    later, earlier = max(one.id, other.id), min(one.id, other.id)
    session.add(Resemblance(comment_id=later, other_id=earlier, score=0.99, sure=sure, alike=0.95, at=now))
    session.flush()


def test_what_is_surely_alike_is_found_from_any_of_them_over_one_between(session: Session, now: datetime) -> None:
    intake = factories.officer(now, Role.INTAKE)
    first, second, third, other = (factories.routed(now) for _ in range(4))
    like(session, first, second, now)
    like(session, second, third, now)
    like(session, first, other, now, sure=False)
    expected = {first.reference, second.reference, third.reference}
    for case in (first, second, third):
        assert set(alike.references(officer=intake, reference=case.reference)) == expected
    assert alike.references(officer=intake, reference=other.reference) == [other.reference]


def test_what_is_settled_confidential_or_another_body_s_is_left_out(session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case, settled = factories.routed(now), factories.replied(factories.routed(now), now)
    kept, foreign = factories.screened(now), factories.on_desk(now)
    for other in (settled, kept, foreign):
        like(session, case, other, now)
    assert alike.references(officer=handler, reference=case.reference) == [case.reference]
    intake = factories.officer(now, Role.INTAKE)
    assert alike.references(officer=intake, reference=kept.reference) == []
