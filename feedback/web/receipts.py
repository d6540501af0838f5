"""The receipt on its way to the citizen: a signed cookie of half an hour that holds no key.

The key is derived again from the server's secret each time the page is shown, so that it is in no address, no log, no
database and no cookie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from feedback.domain.receipt import derive_key, show_key
from feedback.services.intake import Receipt

COOKIE = "bien_nhan"
SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """What the page shows; the key in groups of four, and SHA-256 of each file as it was sent."""

    reference: str
    key: str
    due_at: datetime
    files: Sequence[str] = ()


def keep(response: Response, receipt: Receipt, *, token: str, digest: str, files: Sequence[str] = ()) -> None:
    """Let this browser see the receipt for half an hour."""
    content = [receipt.reference, token, digest, receipt.due_at.isoformat(), *files]
    response.set_cookie(
        COOKIE,
        _serializer().dumps(content),
        max_age=SECONDS,
        path=url_for("public.receipt"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def kept() -> ShownReceipt | None:
    """The receipt that this browser may see."""
    try:
        reference, token, digest, due_at, *files = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadData:
        return None
    key = derive_key(secret=current_app.config["LANG_NGHE"].secret_key, token=token, content_digest=digest)
    return ShownReceipt(reference, show_key(key), datetime.fromisoformat(due_at), files)


def forget(response: Response) -> None:
    """Take the receipt from this browser."""
    response.delete_cookie(COOKIE, path=url_for("public.receipt"), httponly=True, samesite="Lax")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["LANG_NGHE"].secret_key, salt="receipt")
