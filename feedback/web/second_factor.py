"""The second factor over Flask-Security's: codes that open once, recovery codes kept as hashes, accounts that lock.

This module imports Flask-Security, so nothing may import it but `web.security` (docs/adr/0009). What the library calls
a user is always one of our accounts.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask_security import MfRecoveryCodesUtil, Totp
from passlib.totp import TOTP, TotpMatch

from feedback.db import session
from feedback.domain.receipt import ALPHABET
from feedback.models import Officer

WINDOW = 30  # seconds by which a telephone's clock may be off, either way
RECOVERY_CODES = 10
_GROUPS, _GROUP = 4, 4  # 16 characters of Crockford's alphabet: 80 random bits, so that a fast hash hides them


class OnceOnly(Totp):
    """Time-based codes of which each is accepted once."""

    def __init__(self, keys: dict[str, str], issuer: str) -> None:
        """`keys` encrypt the secrets, each under its name, the one in use first (theirs would be the last by name)."""
        super().__init__(keys, issuer)
        self._totp = TOTP.using(issuer=issuer, secrets=keys, default_tag=next(iter(keys)))

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code that was accepted; the account is locked, so that two requests take turns."""
        return _locked(user.officer).tf_last_counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Remember the time step of the code just accepted."""
        user.officer.tf_last_counter = tmatch.counter


class HashedCodes(MfRecoveryCodesUtil):
    """Recovery codes of which only hashes are kept: they are shown when they are made, and never again."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Make new codes in place of the old."""
        codes = new_codes()
        user.mf_recovery_codes = [digest(code) for code in codes]
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:  # noqa: ARG002 -- as it is called
        """None: nobody knows them any more."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether it is one of the unused codes."""
        return digest(code) in (_locked(user.officer).mf_recovery_codes or ())

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Strike out a code that was used."""
        before = user.mf_recovery_codes or []
        user.mf_recovery_codes = [kept for kept in before if kept != digest(code)]
        return len(user.mf_recovery_codes) < len(before)


def new_codes() -> list[str]:
    """Codes for whoever has lost the telephone, as XXXX-XXXX-XXXX-XXXX."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def digest(code: str) -> str:
    """What is kept of a recovery code, however it is typed: upper or lower case, with or without dashes."""
    compact = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(compact.encode()).hexdigest()


def _locked(officer: Officer) -> Officer:
    session().refresh(officer, with_for_update=True)
    return officer
