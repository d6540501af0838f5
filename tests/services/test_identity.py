"""Who the sender is: for a reason, by permission, and never without a trace."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from feedback.domain.permissions import Role
from feedback.domain.vocabulary import SenderKind
from feedback.models import Comment, Officer
from feedback.services import identity
from feedback.services.identity import Identity
from tests import factories

REASON = "Cần gọi lại để xác minh địa điểm."


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """Who handles the case."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


def unseal(officer: Officer, case: Comment, now: datetime, reason: str = REASON) -> Identity | None:
    return identity.unseal(officer=officer, reference=case.reference, version=case.version, reason=reason, at=now)


def test_the_identity_is_shown_and_the_reading_written_down(handler: Officer, now: datetime) -> None:
    case = factories.routed(now, phone="0912345678", address="Bản A, Sơn La")
    found = unseal(handler, case, now)
    assert found == Identity("Người Gửi", None, None, "nguoi.gui@langnghe.example", "0912345678", "Bản A, Sơn La")
    event = factories.events(case)[-1]
    assert (event.action, event.actor, event.officer_id) == ("unseal", "officer", handler.id)
    assert event.data == {"note": factories.digest(REASON)}
    assert factories.notes(case) == [("officer", "unseal", REASON)]
    assert first_break(factories.chain(case)) is None


def test_each_reading_is_an_event_of_its_own_and_the_state_does_not_move(handler: Officer, now: datetime) -> None:
    case = factories.routed(now)
    unseal(handler, case, now)
    unseal(handler, case, now)
    assert [event.action for event in factories.events(case)][-2:] == ["unseal", "unseal"]
    assert case.status == "assigned"


def test_nobody_is_behind_an_anonymous_filing_and_even_that_leaves_a_trace(handler: Officer, now: datetime) -> None:
    case = factories.routed(now, sender_kind=SenderKind.ANONYMOUS, name=None, email=None, consents=frozenset())
    assert unseal(handler, case, now) is None
    assert factories.events(case)[-1].action == "unseal"


@pytest.mark.parametrize("reason", ["", "    ", "xem", "\u200b" * 9])
def test_without_a_reason_nothing_is_read(handler: Officer, now: datetime, reason: str) -> None:
    case = factories.routed(now)
    with pytest.raises(InvalidInput) as refused:
        unseal(handler, case, now, reason)
    assert "reason" in refused.value.fields
    assert factories.events(case)[-1].action == "route"


@pytest.mark.parametrize("role", [Role.CHECKER, Role.LEADER, Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_are_refused(session: Session, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        unseal(factories.officer(now, role, "BKHCN"), factories.routed(now), now)


def test_the_intake_office_may_read_any_and_a_body_only_its_own(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    assert unseal(factories.officer(now, Role.INTAKE), case, now) is not None
    with pytest.raises(NotFound):
        unseal(factories.officer(now, Role.HANDLER, "BCA"), case, now)


def test_a_stale_page_reads_nothing(handler: Officer, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(Stale):
        unseal(handler, Comment(reference=case.reference, version=case.version - 1), now)
