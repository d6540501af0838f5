"""The page of a case costs no more for all that may be arranged on it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.services import coordinating, merging, triage
from tests import factories
from tests.web.official import Official


@pytest.mark.parametrize("role", [Role.INTAKE, Role.COORDINATOR, Role.LEADER])
def test_the_page_of_a_case_with_followers_and_helping_bodies_costs_twelve_statements_at_most(
    official: Official, session: Session, now: datetime, role: Role
) -> None:
    lead, case = factories.routed(now), factories.routed(now)
    intake = factories.officer(now, Role.INTAKE)
    merging.merge(officer=intake, reference=case.reference, version=case.version, at=now, lead=lead.reference)
    lead = factories.comment(lead.reference)
    coordinating.set_helpers(
        officer=intake, reference=lead.reference, version=lead.version, at=now, body_codes=["BTC"], reason="Cần ý kiến."
    )
    officer = factories.officer(now, role, None if role is Role.INTAKE else "BKHCN")
    address = f"/ban-lam-viec/{lead.reference}"
    assert official.sign_in(officer).get(address).status_code == 200
    assert cost(official, session, address) <= 12


def test_a_case_that_was_given_back_costs_no_more(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    triage.return_to_desk(
        officer=factories.officer(now, Role.HANDLER, "BKHCN"),
        reference=case.reference,
        version=case.version,
        reason="Không thuộc.",
        at=now,
        proposed="BCA",
    )
    address = f"/ban-lam-viec/{case.reference}"
    assert official.sign_in(factories.officer(now, Role.INTAKE)).get(address).status_code == 200
    assert cost(official, session, address) <= 12


def cost(official: Official, session: Session, address: str) -> int:
    """How many statements the page sends, once the process knows the catalogues."""
    sent: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            sent.append(statement)

    session.flush()
    session.expunge_all()
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        official.get(address)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(sent)
