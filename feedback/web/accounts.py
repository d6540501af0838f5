"""Our officers as Flask-Security wants users: a thin face over the model, and the store that finds them."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from flask import Request, current_app, request
from flask_security import RoleMixin, UserDatastore, UserMixin
from sqlalchemy import select

from feedback.db import session
from feedback.models import Officer
from feedback.services import officers

# Behind a proxy every request seems to come from the proxy's own machine.
_OF_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


class Account(UserMixin):
    """One officer's account; what is set here is set on the officer."""

    fs_uniquifier = ""  # the library looks for it on the class

    def __init__(self, officer: Officer) -> None:
        self.officer = officer
        self.fs_uniquifier, self.email, self.active = officer.fs_uniquifier, officer.email, officer.active
        self.roles = []  # what an officer may do is asked of our own table of grants

    @property
    def tf_primary_method(self) -> str | None:
        """`authenticator` once it is set up."""
        return self.officer.tf_primary_method

    @tf_primary_method.setter
    def tf_primary_method(self, method: str | None) -> None:
        self.officer.tf_primary_method = method

    @property
    def tf_totp_secret(self) -> str | None:
        """The secret that the authenticator shares."""
        return self.officer.tf_totp_secret

    @tf_totp_secret.setter
    def tf_totp_secret(self, secret: str | None) -> None:
        self.officer.tf_totp_secret = secret

    @property
    def mf_recovery_codes(self) -> list[str] | None:
        """Hashes of the recovery codes not used yet."""
        return self.officer.mf_recovery_codes

    @mf_recovery_codes.setter
    def mf_recovery_codes(self, hashes: list[str] | None) -> None:
        self.officer.mf_recovery_codes = hashes

    def check_tf_required(self, tf_setup_methods: list[Any], tf_fresh: bool) -> tuple[bool, list[Any]]:  # noqa: ARG002
        """Everybody needs the second factor, but for demonstration accounts at the machine itself."""
        return not (self.officer.demo and at_the_machine(request)), tf_setup_methods

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:  # noqa: ARG002 -- as it is called
        """A wrong code counts like a wrong password; those are counted where they are checked."""
        if tfa:
            officers.failed(officer=self.officer, at=datetime.now(UTC))

    def is_locked(self, form_error: list[str] | None = None) -> bool:  # noqa: ARG002 -- as it is called
        """Whether the account must wait after failed tries."""
        until = self.officer.locked_until
        return until is not None and until > datetime.now(UTC)


def at_the_machine(asking: Request) -> bool:
    """Whether this is a demonstration, and the request comes straight from the machine that runs it."""
    config = current_app.config["LANG_NGHE"]
    if not config.demo or config.trusted_proxies or any(name in asking.headers for name in _OF_PROXIES):
        return False
    try:
        return ip_address(asking.remote_addr or "").is_loopback
    except ValueError:
        return False


class Accounts(UserDatastore):
    """Finds accounts; whatever is changed is committed by the transaction around the view."""

    def __init__(self) -> None:
        super().__init__(Account, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:  # noqa: ARG002
        """The account with this uniquifier; passwords are checked elsewhere, so nothing else is asked for."""
        officer = session().scalar(select(Officer).where(Officer.fs_uniquifier == str(wanted["fs_uniquifier"])))
        return Account(officer) if officer else None

    def put(self, model: Account) -> Account:
        """Nothing to do: the officer belongs to the session already."""
        return model

    def commit(self) -> None:
        """Nothing to do: transaction() commits, and nobody else."""
