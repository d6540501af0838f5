"""Assigning one case to a body never touches the cases of other bodies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment
from feedback.services import coordinating, triage
from tests import factories


def kept(case: Comment) -> tuple[object, ...]:
    """Everything that a change of another case must leave alone."""
    found = factories.comment(case.reference)
    return (
        found.body_id,
        found.assignee_id,
        found.status,
        found.version,
        found.due_at,
        found.audit_hash,
        found.hops,
        len(factories.notifications(found)),
    )


def by_route(case: Comment, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, factories.body_code(case))
    triage.return_to_desk(
        officer=handler, reference=case.reference, version=case.version, reason="Không thuộc.", at=now, proposed="BCA"
    )
    triage.route(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        body_code="BCA",
        reason=None,
        at=now,
    )


def by_transfer(case: Comment, now: datetime) -> None:
    triage.transfer(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        at=now,
        body_code="BCA",
        reason="Việc của công an.",
    )


def by_helping(case: Comment, now: datetime) -> None:
    coordinating.set_helpers(
        officer=factories.officer(now, Role.COORDINATOR, "BKHCN"),
        reference=case.reference,
        version=case.version,
        at=now,
        body_codes=["BCA"],
        reason="Cần ý kiến của công an.",
    )


@pytest.mark.parametrize("assign", [by_route, by_transfer, by_helping])
def test_17_other_cases_of_both_bodies_and_of_a_third_stay_as_they_are(
    session: Session, now: datetime, assign: Callable[[Comment, datetime], None]
) -> None:
    chosen = factories.routed(now)
    others = [factories.routed(now)]
    for body in ("BCA", "BTC"):
        receipt = factories.submit(now)
        factories.classify(now, class_code=body)
        others.append(factories.comment(receipt.reference))
    before = [kept(case) for case in others]
    assign(chosen, now)
    assert [kept(case) for case in others] == before
    assert factories.events(chosen)[-1].action in {"route", "transfer", "coordinate"}
