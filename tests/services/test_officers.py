"""Accounts and sign-in: the same refusal for every cause, and longer and longer waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.permissions import SCOPES, Role, Scope
from feedback.models import Officer
from feedback.services import officers
from tests import factories

PASSWORD = factories.PASSWORD


def create(now: datetime, **changes: object) -> Officer:
    values: dict[str, object] = {
        "email": "hoa@langnghe.example",
        "display_name": "Hoa",
        "password": PASSWORD,
        "roles": [Role.ANALYST],
        "body_code": None,
        "at": now,
    }
    return officers.create(**{**values, **changes})  # type: ignore[arg-type]


def sign_in(officer: Officer, at: datetime, password: str = PASSWORD) -> Officer | None:
    return officers.authenticate(email=officer.email, password=password, at=at)


def test_an_account_is_opened_with_a_hashed_password_and_a_lower_case_address(session: Session, now: datetime) -> None:
    made = create(now, email="  Hoa@LangNghe.example ", roles=[Role.HANDLER, Role.CHECKER], body_code="BKHCN")
    assert made.email == "hoa@langnghe.example"
    assert made.password.startswith("$argon2id$")
    assert made.charged_with == {Role.HANDLER, Role.CHECKER}
    assert (made.demo, made.failed_attempts, made.created_at) == (False, 0, now)
    assert made.fs_uniquifier != create(now, email="b@langnghe.example").fs_uniquifier


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "HOA@langnghe.example"}, "email"),
        ({"email": "b@langnghe.example", "password": "mười một.."}, "password"),
        ({"email": "b@langnghe.example", "roles": [Role.HANDLER]}, "body_code"),
        ({"email": "b@langnghe.example", "roles": [Role.ANALYST, Role.LEADER]}, "body_code"),
    ],
)
def test_an_account_that_could_not_work_is_refused(
    session: Session, now: datetime, changes: dict[str, object], field: str
) -> None:
    create(now)
    with pytest.raises(InvalidInput) as refused:
        create(now, **changes)
    assert list(refused.value.fields) == [field]


def test_an_account_needs_a_body_that_exists(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        create(now, body_code="KHONGCO")


def test_the_right_password_opens_the_account(session: Session, now: datetime) -> None:
    officer = create(now)
    assert officers.authenticate(email=" HOA@langnghe.example", password=PASSWORD, at=now) is officer


def test_every_cause_of_refusal_looks_the_same_and_costs_one_hash(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(now)
    create(now, email="dong@langnghe.example").active = False
    create(now, email="khoa@langnghe.example").locked_until = now + timedelta(seconds=1)
    checked = []
    real = officers._matches
    monkeypatch.setattr(officers, "_matches", lambda stored, given: checked.append(stored) or real(stored, given))
    tries = {
        "hoa@langnghe.example": "sai mật khẩu",
        "khong-co@langnghe.example": PASSWORD,
        "dong@langnghe.example": PASSWORD,
        "khoa@langnghe.example": PASSWORD,
    }
    for email, password in tries.items():
        assert officers.authenticate(email=email, password=password, at=now) is None
    assert [stored.rsplit("$", 2)[0] for stored in checked] == ["$argon2id$v=19$m=65536,t=3,p=4"] * 4


def test_waits_begin_at_the_fifth_failure_and_double_up_to_an_hour(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.ANALYST)
    at, waits = now, []
    for _ in range(14):
        assert sign_in(officer, at, "sai mật khẩu") is None
        waits.append(int((officer.locked_until - at).total_seconds()) if officer.locked_until else 0)
        at = max(officer.locked_until or at, at)
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_during_a_wait_even_the_right_password_is_refused_and_counts_for_nothing(
    session: Session, now: datetime
) -> None:
    officer = factories.officer(now, Role.ANALYST)
    for _ in range(5):
        sign_in(officer, now, "sai mật khẩu")
    before_the_end = now + timedelta(seconds=29)
    assert sign_in(officer, before_the_end) is None
    assert sign_in(officer, before_the_end, "sai mật khẩu") is None
    assert officer.failed_attempts == 5
    assert sign_in(officer, now + timedelta(seconds=30)) is officer
    assert (officer.failed_attempts, officer.locked_until) == (0, None)


def test_a_damaged_hash_opens_nothing(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.ANALYST)
    officer.password = "damaged"
    session.flush()
    assert sign_in(officer, now) is None


def test_there_is_one_demonstration_account_a_role_and_it_works(session: Session, now: datetime) -> None:
    accounts = officers.create_demo(passwords={}, at=now)
    assert {account.role for account in accounts} == set(Role)
    assert len({account.password for account in accounts}) == 8
    for account in accounts:
        officer = officers.authenticate(email=account.email, password=account.password, at=now)
        assert officer is not None
        assert (officer.demo, officer.charged_with) == (True, {account.role})
        assert (account.body is not None) is (SCOPES[account.role] is Scope.OWN_BODY)


def test_demonstration_passwords_stay_what_was_printed_or_are_set_anew(session: Session, now: datetime) -> None:
    first = officers.create_demo(passwords={}, at=now)
    printed = {account.email: account.password for account in first}
    hashes = session.scalars(select(Officer.password).order_by(Officer.id)).all()
    assert officers.create_demo(passwords=printed, at=now) == first
    assert session.scalars(select(Officer.password).order_by(Officer.id)).all() == hashes
    lost = officers.create_demo(passwords={}, at=now)
    assert {account.email for account in lost} == set(printed)
    assert not {account.password for account in lost} & set(printed.values())
    assert officers.authenticate(email=lost[0].email, password=lost[0].password, at=now) is not None
