"""A lost second factor: who may take it off, what ends with it, what is written down and told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed
from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.models import AdminEvent, Officer, OfficerDigest, OfficerNotice
from feedback.services import digests, second_factors, sessions
from tests import factories

FACTORS = ("tf_primary_method", "tf_totp_secret", "tf_last_counter", "mf_recovery_codes")


@pytest.fixture
def administrator(session: Session, now: datetime) -> Officer:
    """Who manages accounts."""
    return factories.officer(now, Role.ADMINISTRATOR)


def with_factor(now: datetime, **changes: object) -> Officer:
    """A handler whose second factor is set up."""
    return factories.officer(
        now,
        Role.HANDLER,
        "BKHCN",
        tf_primary_method="authenticator",
        tf_totp_secret="bí mật",
        tf_last_counter=7,
        mf_recovery_codes=["a"],
        **changes,
    )


def test_the_factor_is_off_the_sessions_are_over_and_it_is_written_down(
    administrator: Officer, session: Session, now: datetime
) -> None:
    officer, other = with_factor(now), with_factor(now)
    for one in (officer, other):
        sessions.keep(identifier=f"phiên-{one.id}", data={"_user_id": one.fs_uniquifier}, at=now)
    before = officer.fs_uniquifier
    second_factors.reset(officer=administrator, email=f" {officer.email.upper()} ", reason="mat", at=now)
    assert [getattr(officer, name) for name in FACTORS] == [None] * 4
    assert officer.fs_uniquifier != before
    assert sessions.find(identifier=f"phiên-{officer.id}", at=now) is None
    assert sessions.find(identifier=f"phiên-{other.id}", at=now) is not None
    assert [getattr(other, name) for name in FACTORS] == ["authenticator", "bí mật", 7, ["a"]]
    event = session.scalars(select(AdminEvent).where(AdminEvent.action == second_factors.RESET)).one()
    assert (event.officer_id, event.data) == (administrator.id, {"officer": officer.id, "reason": "mat"})


@pytest.mark.parametrize("role", [role for role in Role if Permission.MANAGE_OFFICERS not in GRANTS[role]])
def test_nobody_else_takes_a_factor_off(session: Session, now: datetime, role: Role) -> None:
    officer = with_factor(now)
    with pytest.raises(NotAllowed):
        second_factors.reset(officer=factories.officer(now, role, "BKHCN"), email=officer.email, reason="mat", at=now)
    assert officer.tf_primary_method == "authenticator"


def test_no_own_factor_no_closed_account_no_unknown_address_and_no_other_reason(
    administrator: Officer, session: Session, now: datetime
) -> None:
    officer, closed = with_factor(now), with_factor(now, active=False)
    for email, reason, wrong in (
        (administrator.email, "mat", "email"),
        (closed.email, "mat", "email"),
        ("khong.ai@langnghe.example", "mat", "email"),
        ("", "mat", "email"),
        (officer.email, "", "reason"),
        (officer.email, "rác", "reason"),
    ):
        with pytest.raises(InvalidInput) as refused:
            second_factors.reset(officer=administrator, email=email, reason=reason, at=now)
        assert set(refused.value.fields) == {wrong}
    assert officer.tf_primary_method == closed.tf_primary_method == "authenticator"
    assert session.scalars(select(OfficerNotice)).all() == []


def test_the_official_is_told_when_it_was_in_the_next_digest(
    administrator: Officer, session: Session, now: datetime
) -> None:
    officer = with_factor(now)
    second_factors.reset(officer=administrator, email=officer.email, reason="doi", at=now)
    digest = OfficerDigest(officer_id=officer.id, slot=now, message_id="<1@langnghe>", created_at=now)
    session.add(digest)
    session.flush()
    session.scalars(select(OfficerNotice)).one().digest_id = digest.id
    told = digests.prepare(digest_id=digest.id, at=now + timedelta(minutes=1))
    assert isinstance(told, digests.Digest)
    (section,) = told.sections
    assert section.heading.startswith(
        "Xác thực hai lớp của tài khoản đã được quản trị viên đặt lại lúc 09:00 ngày 10/03"
    )
    assert (section.lines, told.cases) == ((), 0)
