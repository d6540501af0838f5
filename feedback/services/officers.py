"""Officers' accounts: opening them, the demonstration ones, and what a sign-in leaves behind."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select

from feedback.db import session
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import ROLE_NAMES, SCOPES, Role, Scope
from feedback.models import Body, Officer, OfficerRole
from feedback.services import bodies

PASSWORD_HASHER = PasswordHasher()
SHORTEST_PASSWORD = 12
FREE_TRIES = 5

# One demonstration account a role. The handling ones work for the ministry that the samples mostly concern.
DEMO_BODY = "BKHCN"
_DEMO = (
    (Role.INTAKE, "tiepnhan", None),
    (Role.COORDINATOR, "daumoi", DEMO_BODY),
    (Role.HANDLER, "xuly", DEMO_BODY),
    (Role.CHECKER, "kiemtra", DEMO_BODY),
    (Role.LEADER, "lanhdao", DEMO_BODY),
    (Role.ANALYST, "phantich", None),
    (Role.AUDITOR, "kiemtoan", None),
    (Role.ADMINISTRATOR, "quantri", None),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demonstration account with its password in clear, to be printed once."""

    email: str
    role: Role
    role_name: str
    body: str | None
    password: str


def create(
    *,
    email: str,
    display_name: str,
    password: str,
    roles: Sequence[Role],
    body_code: str | None,
    at: datetime,
    demo: bool = False,
) -> Officer:
    """Open an account.

    Raises:
        InvalidInput: the address is taken, the password is too short, or a role that works for a body has none.
        NotFound: there is no such body.
    """
    address = email.strip().lower()
    if session().scalar(select(Officer.id).where(Officer.email == address)):
        raise InvalidInput({"email": ["Địa chỉ này đã có tài khoản."]})
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput({"password": [f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự."]})
    if body_code is None and any(SCOPES[role] is Scope.OWN_BODY for role in roles):
        raise InvalidInput({"body_code": ["Vai trò này làm việc cho một cơ quan: xin chọn cơ quan."]})
    officer = Officer(
        email=address,
        display_name=display_name,
        password=PASSWORD_HASHER.hash(password),
        body_id=bodies.by_code(code=body_code).id if body_code else None,
        demo=demo,
        fs_uniquifier=secrets.token_urlsafe(32),
        created_at=at,
        role_rows=[OfficerRole(role=role) for role in roles],
    )
    session().add(officer)
    session().flush()
    return officer


def create_demo(*, passwords: Mapping[str, str], at: datetime) -> list[DemoAccount]:
    """Open the demonstration accounts, one a role, or set their passwords anew.

    Args:
        passwords: passwords by e-mail address from an earlier start, kept so that they stay what was printed.
        at: now.
    """
    accounts = []
    for role, name, body_code in _DEMO:
        email = f"{name}@langnghe.example"
        password = passwords.get(email) or secrets.token_urlsafe(12)
        officer = session().scalar(select(Officer).where(Officer.email == email))
        if officer is None:
            create(
                email=email,
                display_name=f"{ROLE_NAMES[role]} (tài khoản mẫu)",
                password=password,
                roles=[role],
                body_code=body_code,
                at=at,
                demo=True,
            )
        elif not _matches(officer.password, password):
            officer.password = PASSWORD_HASHER.hash(password)
        body_name = session().scalar(select(Body.short_name).where(Body.code == body_code)) if body_code else None
        accounts.append(DemoAccount(email, role, ROLE_NAMES[role], body_name, password))
    return accounts


def authenticate(*, email: str, password: str, at: datetime) -> Officer | None:
    """The officer with this address and password; None alike for an unknown address, a wrong password, a closed or
    locked account, after the same work.

    Each failure beyond the fifth in a row doubles the time before the next try is looked at, up to an hour.
    """
    officer = session().scalar(select(Officer).where(Officer.email == email.strip().lower()).with_for_update())
    matches = _matches(officer.password if officer else _nobodys_password(), password)
    if officer is None or not officer.active or (officer.locked_until is not None and officer.locked_until > at):
        return None
    if not matches:
        failed(officer=officer, at=at)
        return None
    if officer.tf_primary_method is None:
        signed_in(officer=officer)
    return officer


def failed(*, officer: Officer, at: datetime) -> None:
    """Count a wrong password, or a wrong code after it; each beyond the fifth in a row doubles the wait."""
    officer.failed_attempts += 1
    beyond = officer.failed_attempts - FREE_TRIES
    if beyond >= 0:
        officer.locked_until = at + timedelta(seconds=min(30 * 2**beyond, 3600))


def signed_in(*, officer: Officer) -> None:
    """Every factor was right: count from nothing again. After the password alone, codes could be tried for ever."""
    officer.failed_attempts, officer.locked_until = 0, None


@cache
def _nobodys_password() -> str:
    """A hash that no password matches, so that an unknown address costs the same work."""
    return PASSWORD_HASHER.hash(secrets.token_urlsafe(16))


def _matches(stored: str, password: str) -> bool:
    try:
        return PASSWORD_HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
