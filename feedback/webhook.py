"""Callbacks behind one function: signed, to a public address alone, with no redirects and little patience.

Only the standard library stands between us and the address: see docs/adr for why.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from feedback.domain.delivery import Callback, Undelivered, read_callback

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
FRESH = timedelta(minutes=5)  # how old a signature may be, either way, for clocks differ
_STAMP = 11  # digits of a time in seconds
_LATER = frozenset({408, 425, 429})
# Addresses that carry another one inside: what is public outside need not be within.
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
Resolver = Callable[[str, int], Sequence[str]]


def secret_for(*, comment_id: UUID, secret: str) -> str:
    """The key that callbacks about one comment are signed with, in the form of Standard Webhooks: `whsec_` and base64.

    Args:
        comment_id: the comment.
        secret: the server's secret.
    """
    key = hmac.new(secret.encode(), b"webhook|" + comment_id.bytes, hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(key).decode()}"


def sign(*, key: str, identifier: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove who sent a body and when (Standard Webhooks 1.0: HMAC-SHA256 over id, time and body).

    The receiver refuses what is older than minutes, and an id that it has seen.
    """
    stamp = str(int(at.timestamp()))
    raw = base64.b64decode(key.removeprefix("whsec_"))
    mac = hmac.new(raw, f"{identifier}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": identifier,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def is_signed(*, key: str, headers: Mapping[str, str], at: datetime, body: bytes) -> bool:
    """Whether a body came from who holds the key, minutes ago at most; compared in constant time.

    Args:
        key: `whsec_` and base64.
        headers: of the request, read by their lower-case names.
        at: now.
        body: as it came.
    """
    identifier, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _STAMP):
        return False
    moment = datetime.fromtimestamp(int(stamp), at.tzinfo)
    if abs(at - moment) > FRESH:
        return False
    right = sign(key=key, identifier=identifier, at=moment, body=body)["webhook-signature"].encode()
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(right, one) for one in given)


def is_public(address: str) -> bool:
    """Whether an IP address may be called: globally reachable, and not one that hides another within."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped or found.sixtofour or found.teredo or any(found in net for net in _TRANSLATED):
            return False
        if found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def addresses(host: str, port: int) -> Sequence[str]:
    """What the name stands for at this moment."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(entry[4][0]) for entry in found]


def post(
    *,
    url: str,
    body: bytes,
    headers: dict[str, str],
    resolve: Resolver = addresses,
    context: ssl.SSLContext | None = None,
) -> None:
    """Send a signed body.

    The name is resolved once, every address that it stands for must be public, and it is the address that was looked
    at which is connected to; the certificate is checked against the name.

    Args:
        url: https, by name.
        body: JSON.
        headers: of the signature.
        resolve: from name and port to addresses.
        context: whom to trust; the machine's authorities unless given.

    Raises:
        Undelivered: it was not taken, or may not be sent there.
    """
    try:
        callback = read_callback(url)
    except ValueError as error:
        raise Undelivered("address_refused", temporary=False) from error
    try:
        found = resolve(callback.host, callback.port)
    except OSError as error:
        raise Undelivered("name_unknown", temporary=True) from error
    if not found or not all(is_public(address) for address in found):
        raise Undelivered("address_refused", temporary=False)
    try:
        status = _exchange(callback, found[0], body, headers, context or ssl.create_default_context())
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(type(error).__name__, temporary=True) from error
    if not 200 <= status < 300:
        raise Undelivered(f"http_{status}", temporary=status >= 500 or status in _LATER)


def _exchange(callback: Callback, address: str, body: bytes, headers: dict[str, str], context: ssl.SSLContext) -> int:
    plain = socket.create_connection((address, callback.port), timeout=CONNECT_SECONDS)
    # A time-out counts each wait anew; this one counts them all, so that nobody feeds us a byte a second.
    held = [plain]
    alarm = threading.Timer(TOTAL_SECONDS, _cut, (held,))
    alarm.daemon = True
    alarm.start()
    try:
        held[0] = context.wrap_socket(plain, server_hostname=callback.host.rstrip("."))
        connection = http.client.HTTPConnection(callback.host, callback.port)
        connection.sock = held[0]
        host = callback.host if callback.port == 443 else f"{callback.host}:{callback.port}"
        connection.putrequest("POST", callback.target, skip_host=True, skip_accept_encoding=True)
        for name, value in {**_COMMON, "Host": host, "Content-Length": str(len(body)), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status  # the body of the answer is not read
    finally:
        alarm.cancel()
        held[0].close()


def _cut(held: list[socket.socket]) -> None:
    try:
        held[0].shutdown(socket.SHUT_RDWR)
    except OSError:
        return


_COMMON = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "lang-nghe", "Connection": "close"}
