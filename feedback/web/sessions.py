"""Sessions: a citizen's in a signed cookie that says nothing of them, an official's in the database under a hash.

Whatever says who somebody is goes to the database: a session that comes to hold it moves there by itself, under a new
identifier, and gets another one each time the person or the step of the sign-in changes.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask, Request, Response, current_app, g, request
from flask import session as flask_session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionInterface, SessionMixin
from sqlalchemy.exc import InterfaceError, OperationalError

from feedback.db import transaction
from feedback.services import sessions
from feedback.services.sessions import SEEN_EVERY
from feedback.web import errors
from feedback.web.permissions import is_public

# Who is signed in, and who has given a password but not yet the second factor: the names are Flask-Security's.
IDENTITY = ("_user_id", "tf_user_id")
_OF_ONE_STEP = "csrf_token"
_OF_A_VISITOR = ("csrf_token", "_flashes")
_BYTES = 32
AWAY = (OperationalError, InterfaceError)


class Session(SecureCookieSession):
    """One browser's session; `identifier` is None while it lies in the cookie alone."""

    identifier: str | None = None
    opened: sessions.Opened | None = None
    trouble: Exception | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """Who this session says somebody is."""
        return _identity(self)


class Sessions(SessionInterface):
    """Opens and keeps sessions where they belong."""

    def __init__(self) -> None:
        self._cookies = SecureCookieSessionInterface()

    def open_session(self, app: Flask, request: Request) -> Session:
        """The session of this request; while the database is away, an official counts as a visitor for now."""
        identifier = request.cookies.get(cookie_name(app))
        if identifier and not request.path.startswith("/static/"):
            try:
                found = sessions.find(identifier=identifier, at=datetime.now(UTC))
            except AWAY as error:
                visitor = self._visitor(app, request)
                visitor.trouble = error
                return visitor
            if found is not None:
                return _opened(found, identifier)
        return self._visitor(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep it, if there is anything to keep."""
        if not isinstance(session, Session) or (session.identifier is None and not any(session.identity)):
            self._cookies.save_session(app, session, response)
            return
        try:
            with transaction():
                self._save_in_database(app, session, response)
        except AWAY as error:
            errors.note_database_away(error)

    def _visitor(self, app: Flask, request: Request) -> Session:
        has_cookie = self._cookies.get_cookie_name(app) in request.cookies
        visitor = Session((has_cookie and self._cookies.open_session(app, request)) or {})
        visitor.accessed = visitor.modified = False
        return visitor

    def _save_in_database(self, app: Flask, session: Session, response: Response) -> None:
        now, before, held = datetime.now(UTC), session.opened, session.identifier
        if before is not None and held is not None:
            if session.identity == _identity(before.data):
                if session.modified or before.seen_at <= now - SEEN_EVERY:
                    sessions.keep(identifier=held, data=session, at=now)
                return
            sessions.end(identifier=held)
        if not any(session.identity):
            _forget(app, response)
            self._cookies.save_session(app, _left(session), response)
            return
        session.pop(_OF_ONE_STEP, None)
        fresh = secrets.token_urlsafe(_BYTES)
        sessions.keep(identifier=fresh, data=session, at=now)
        _give(app, response, fresh)


def register(app: Flask) -> None:
    """Use these sessions, and say before each request who is signed in."""
    app.session_interface = Sessions()
    app.before_request(_recognise)


def cookie_name(app: Flask) -> str:
    """The official's cookie; over HTTPS its prefix makes browsers refuse one that another site planted."""
    return "__Host-can-bo" if app.config["SESSION_COOKIE_SECURE"] else "can-bo"


def current_identifier() -> str | None:
    """The identifier of the session of this request."""
    kept = _current()
    return None if kept is None else kept.identifier


def _recognise() -> None:
    kept = _current()  # an empty one is false, like any empty mapping
    g.officer = None if kept is None or kept.opened is None else kept.opened.officer
    if kept is not None and kept.trouble is not None and not is_public(current_app, request.endpoint):
        raise kept.trouble


def _current() -> Session | None:
    kept = flask_session._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to what it stands for
    return kept if isinstance(kept, Session) else None


def _identity(data: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(data.get(name) for name in IDENTITY)


def _left(session: Session) -> SecureCookieSession:
    """What a visitor keeps of a session in which they were somebody: the token of the page at hand, its messages."""
    left = SecureCookieSession({name: session[name] for name in _OF_A_VISITOR if name in session})
    left.modified = True
    return left


def _opened(found: sessions.Opened, identifier: str) -> Session:
    session = Session(found.data)
    session.accessed = session.modified = False
    session.identifier, session.opened = identifier, found
    return session


def _give(app: Flask, response: Response, identifier: str) -> None:
    response.set_cookie(
        cookie_name(app),
        identifier,
        secure=app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _forget(app: Flask, response: Response) -> None:
    response.delete_cookie(
        cookie_name(app), secure=app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax", path="/"
    )
