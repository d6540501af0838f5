"""The headers of every answer: nothing inline, nothing from elsewhere, nothing kept, nothing told to other sites."""

from __future__ import annotations

import secrets

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from feedback.web.permissions import is_public

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Citizen pages run no code that writes markup; officials' pages have htmx, which does.
_CITIZEN_POLICY = f"{_POLICY}; require-trusted-types-for 'script'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def register(app: Flask) -> None:
    """Give each request its id, and each answer its headers."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    g.request_id = secrets.token_hex(6)


def _finish(response: Response) -> Response:
    present = {name.lower() for name, _ in response.headers}
    policy = _CITIZEN_POLICY if is_public(current_app, request.endpoint) else _POLICY
    wanted = {**HEADERS, "Content-Security-Policy": policy, "X-Request-Id": g.get("request_id", "-")}
    if current_app.config["LANG_NGHE"].base_url.startswith("https://"):
        wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    for name, value in wanted.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    return response
