"""Every unsafe request carries the token of its own session; the API, which takes no cookies, is outside of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
API = "/api/"
_KEEPS_FORM: Final = "__keeps_form__"
View = TypeVar("View", bound=Callable[..., Any])


class TokenMissing(BadRequest):
    """The form's token is absent, old, or of another session."""


def register(app: Flask) -> None:
    """Give templates `csrf_token()` and refuse unsafe requests without it.

    Flask-WTF is asked for its two functions and not set up as an extension: importing it costs a tenth of the whole
    start, and only the first form needs it (docs/adr/0007).
    """
    app.config.update(
        WTF_CSRF_FIELD_NAME="csrf_token",
        WTF_CSRF_TIME_LIMIT=None,  # it ends with its session: a citizen may write for hours
        WTF_CSRF_SSL_STRICT=False,  # pages say `no-referrer`, so there is none to compare
    )
    app.add_template_global(csrf_token)
    app.before_request(_check)


def csrf_token() -> str:
    """The token for a form of this session."""
    from flask_wtf.csrf import generate_csrf

    token: str = generate_csrf()
    return token


def token_is_right() -> bool:
    """Whether the request carries the token of its session, in the form or in the header that htmx sends."""
    from flask_wtf.csrf import validate_csrf
    from wtforms import ValidationError

    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRF-Token"))
    except ValidationError:
        return False
    return True


def keeps_form(view: View) -> View:
    """Mark a view that checks the token itself, so that it can show what was typed again when the token is missing."""
    setattr(view, _KEEPS_FORM, True)
    return view


def _check() -> None:
    if request.method in SAFE or request.endpoint is None or request.path.startswith(API):
        return
    if getattr(current_app.view_functions[request.endpoint], _KEEPS_FORM, False):
        return
    if not token_is_right():
        raise TokenMissing
