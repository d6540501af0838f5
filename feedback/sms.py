"""Text messages behind one function: an HTTP gateway, or a spool directory on this machine."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedback.domain.delivery import Undelivered

SECONDS = 10.0
_READ = 4096  # bytes of an answer; no gateway says more that we need
_LATER = frozenset({408, 425, 429})


def send(*, to: str, text: str, identifier: str, url: str, token: str = "") -> str | None:
    """Send a text message; what the gateway calls it, if it says so.

    Args:
        to: telephone number as +84….
        text: what it says.
        identifier: the same at every attempt, so that the gateway can tell a repetition.
        url: `https://…`, `http://…` of a gateway that takes JSON, or `spool:///directory`.
        token: the gateway's bearer token.

    Raises:
        Undelivered: it was not taken.
    """
    message = {"to": to, "text": text, "id": identifier}
    parts = urlsplit(url)
    if parts.scheme == "spool":
        return _keep(message, Path(unquote(parts.path)))
    try:
        status, said = _post(json.dumps(message, ensure_ascii=False).encode(), url, token)
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(type(error).__name__, temporary=True) from error
    if not 200 <= status < 300:
        raise Undelivered(f"sms_{status}", temporary=status >= 500 or status in _LATER)
    return _identifier(said)


def _post(body: bytes, url: str, token: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("POST", parts.path or "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_READ)
    finally:
        connection.close()


def _identifier(said: bytes) -> str | None:
    try:
        answer = json.loads(said)
    except ValueError:
        return None
    name = answer.get("id") if isinstance(answer, dict) else None
    return str(name)[:200] if name else None


def _keep(message: dict[str, str], directory: Path) -> str:
    # The name comes from the identifier, so that a message sent twice is one file.
    name = sha256(message["id"].encode()).hexdigest()[:32]
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / f".{name}.{os.getpid()}"
    draft.write_text(json.dumps(message, ensure_ascii=False), encoding="utf-8")
    draft.replace(directory / f"{name}.json")
    return name
