"""Who may come to an endpoint: every one says a permission or `public`, and what says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from feedback.domain.errors import NotAllowed
from feedback.domain.permissions import Permission
from feedback.models import Officer

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
_MARK: Final = "__permission__"
View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anybody may come here."""
    setattr(view, _MARK, PUBLIC)
    return view


def permission(needed: Permission | str) -> Callable[[View], View]:
    """Only an officer who holds this permission may come here; SIGNED_IN asks for no more than an account."""

    def mark(view: View) -> View:
        setattr(view, _MARK, needed)
        return view

    return mark


def declare(app: Flask, endpoint: str, needed: Permission | str) -> None:
    """Say the permission of a view that a library brought."""
    _declared(app)[endpoint] = needed


def permission_of(app: Flask, endpoint: str) -> Permission | str | None:
    """What an endpoint asks for; None when it says nothing, and then nobody may come."""
    marked: Permission | str | None = getattr(app.view_functions[endpoint], _MARK, None)
    return _declared(app).get(endpoint, marked)


def _declared(app: Flask) -> dict[str, Permission | str]:
    table: dict[str, Permission | str] = app.extensions.setdefault("permissions", {})
    return table


def is_public(app: Flask, endpoint: str | None) -> bool:
    """Whether the page is one for citizens; an address without a page counts as one."""
    return endpoint is None or permission_of(app, endpoint) == PUBLIC


def current_officer() -> Officer | None:
    """The officer who is signed in, if any; put there by the sign-in before each request."""
    officer: Officer | None = g.get("officer")
    return officer


def register(app: Flask) -> None:
    """Ask for the permission before every view."""
    app.before_request(_admit)
    app.context_processor(lambda: {"officer": current_officer()})


def _admit() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the router's own answer follows
    needed = permission_of(current_app, request.endpoint)
    if needed == PUBLIC:
        return None
    officer = current_officer()
    if officer is None:
        return _ask_to_sign_in()
    if needed is None or (needed != SIGNED_IN and needed not in officer.permissions):
        raise NotAllowed
    return None


def _ask_to_sign_in() -> Response:
    if request.method not in {"GET", "HEAD"} or "security.login" not in current_app.view_functions:
        raise NotAllowed("Xin đăng nhập bằng tài khoản cán bộ để tiếp tục.")
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
