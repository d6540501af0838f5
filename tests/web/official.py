"""An official at a browser without JavaScript, signed in by the session alone or through every step."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g
from werkzeug.test import TestResponse

from feedback.models import Officer
from feedback.services import sessions
from tests.web.visitor import Values, Visitor, forms

COOKIE = "can-bo"


@dataclass
class Official(Visitor):
    """One browser; `officer` is who is signed in, if anybody."""

    officer: Officer | None = None

    def sign_in(self, officer: Officer) -> Official:
        """Be signed in, without the steps."""
        identifier = secrets.token_urlsafe(32)
        sessions.keep(identifier=identifier, data={"_user_id": officer.fs_uniquifier}, at=datetime.now(UTC))
        self.client.set_cookie(COOKIE, identifier)
        self.officer = officer
        return self

    def get(self, address: str) -> TestResponse:
        """Open a page; what another request left in the test's context is forgotten first."""
        _forget()
        answer = super().get(address)
        answer.get_data()  # a file is read to its end, as a browser does; else its context outlives the request
        return answer

    def post(self, action: str, values: Values) -> TestResponse:
        """Send a form."""
        _forget()
        return super().post(action, values)

    def knock(self, method: str, address: str, sent: Values) -> TestResponse:
        """Send a form by any method."""
        _forget()
        return self.client.open(address, method=method, data=sent)

    def token(self) -> str:
        """A token for a form of this session."""
        page = self.get("/tai-khoan/phien")
        return next(iter(forms(page.text).values()))["csrf_token"][0]

    def cookie(self) -> str | None:
        """The identifier of this browser's session."""
        kept = self.client.get_cookie(COOKIE)
        return kept.value if kept else None


def words(response: TestResponse) -> str:
    """The page's text in one line, for looking sentences up."""
    return " ".join(response.text.split())


def values(**given: Any) -> Values:
    """What a form would send."""
    return {name: value if isinstance(value, list) else [str(value)] for name, value in given.items()}


def _forget() -> None:
    # Tests keep one application context for all their requests; a server gives each its own.
    for name in [name for name in g if not name.startswith("_")]:
        g.pop(name)
    g.pop("_login_user", None)
