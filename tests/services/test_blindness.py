"""Blind handling: a body whose officials never see who sent a comment, whatever their roles."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed
from feedback.domain.permissions import Role
from feedback.models import AdminEvent, Body, Officer
from feedback.services import blindness, desk, identity, letters
from tests import factories

REASON = "Cần gọi lại để xác minh địa điểm."


@pytest.fixture
def administrator(session: Session, now: datetime) -> Officer:
    """Who manages the bodies."""
    return factories.officer(now, Role.ADMINISTRATOR)


def logged(session: Session) -> list[tuple[int | None, dict[str, object]]]:
    rows = session.scalars(select(AdminEvent).where(AdminEvent.action == "body_blind_set").order_by(AdminEvent.id))
    return [(row.officer_id, row.data) for row in rows]


def blind(administrator: Officer, now: datetime, code: str = "BKHCN", *, on: bool = True) -> Body:
    return blindness.set_blind(officer=administrator, code=code, blind=on, at=now)


@pytest.mark.parametrize("role", [Role.HANDLER, Role.COORDINATOR])
def test_officials_of_a_blind_body_open_no_identity_and_nothing_is_read(
    administrator: Officer, session: Session, now: datetime, role: Role
) -> None:
    case = factories.routed(now)
    blind(administrator, now)
    officer = factories.officer(now, role, "BKHCN")
    with pytest.raises(NotAllowed) as refused:
        identity.unseal(officer=officer, reference=case.reference, version=case.version, reason=REASON, at=now)
    assert refused.value.sentence == identity.BLIND
    assert factories.events(case)[-1].action == "route"


def test_no_letter_of_a_blind_body_is_addressed(administrator: Officer, session: Session, now: datetime) -> None:
    case = factories.replied(factories.routed(now), now)
    blind(administrator, now)
    officer = factories.officer(now, Role.COORDINATOR, "BKHCN")
    before = len(factories.events(case))
    with pytest.raises(NotAllowed, match="ẩn danh"):
        letters.addressed(
            officer=officer, reference=case.reference, version=case.version, code="", reason=REASON, at=now
        )
    assert len(factories.events(case)) == before
    assert "Người Gửi" not in str(letters.for_official(officer=officer, reference=case.reference, code=""))


def test_even_an_intake_officer_who_works_for_a_blind_body_opens_none(
    administrator: Officer, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    blind(administrator, now, "BCA")
    with pytest.raises(NotAllowed):
        identity.unseal(
            officer=factories.officer(now, Role.INTAKE, "BCA"),
            reference=case.reference,
            version=case.version,
            reason=REASON,
            at=now,
        )


def test_other_bodies_and_the_intake_office_read_as_before(
    administrator: Officer, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    blind(administrator, now, "BCA")
    for officer in (factories.officer(now, Role.HANDLER, "BKHCN"), factories.officer(now, Role.INTAKE)):
        case = factories.comment(case.reference)
        assert identity.unseal(officer=officer, reference=case.reference, version=case.version, reason=REASON, at=now)


@pytest.mark.parametrize(
    ("role", "is_blind", "may_unseal", "told"),
    [
        (Role.HANDLER, True, False, True),
        (Role.HANDLER, False, True, False),
        (Role.CHECKER, True, False, False),
        (Role.CHECKER, False, False, False),
    ],
)
def test_the_case_says_so_to_those_only_who_might_else_open_it(
    administrator: Officer, session: Session, now: datetime, role: Role, is_blind: bool, may_unseal: bool, told: bool
) -> None:
    case = factories.routed(now)
    blind(administrator, now, on=is_blind)
    found = desk.case(officer=factories.officer(now, role, "BKHCN"), reference=case.reference, now=now)
    assert (found.may_unseal, found.blind) == (may_unseal, told)


def test_each_change_is_written_down_once(administrator: Officer, session: Session, now: datetime) -> None:
    for on in (True, True, False, False):
        assert blind(administrator, now, on=on).blind is on
    assert logged(session) == [
        (administrator.id, {"body": "BKHCN", "blind": True}),
        (administrator.id, {"body": "BKHCN", "blind": False}),
    ]


@pytest.mark.parametrize("code", ["", "KHONG_CO", "B\x00", "UBND_XA"])
def test_a_body_that_is_none_cannot_be_chosen(administrator: Officer, now: datetime, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        blind(administrator, now, code)
    assert "body" in refused.value.fields


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_sets_it(session: Session, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        blind(factories.officer(now, role, "BKHCN"), now)
    assert logged(session) == []
