"""What the outside world may answer, addresses in the one form in which they are compared, and callbacks' addresses."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = frozenset({443, 8443})
LONGEST_URL = 500
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+\.?\Z")
_PLAIN = re.compile(r"[!-~]+\Z")


class Undelivered(Exception):
    """A message was not taken. `temporary` tells whether it may be later; `kind` names no address."""

    def __init__(self, kind: str, *, temporary: bool) -> None:
        super().__init__(kind)
        self.kind = kind
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a callback goes: an https address, by name, on a port meant for the web."""

    host: str
    port: int
    target: str


def read_callback(url: str) -> Callback:
    """The parts of a callback's address; raise ValueError when it is not one that we would call."""
    if len(url) > LONGEST_URL or not _PLAIN.match(url) or "\\" in url:
        raise ValueError("not a plain address")
    parts = urlsplit(url)
    port = parts.port or 443
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("not https, or with a name, a password or a fragment")
    host = parts.hostname or ""
    if not _HOST.match(host) or re.fullmatch(r"[0-9.]+|.*\.0x[0-9a-f]+|0x.*", host) or port not in PORTS:
        raise ValueError("not a host by its name, or not a port of the web")
    return Callback(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def normal_address(channel: str, address: str) -> str:
    """An address in the form in which two of the same are equal: e-mail in lower case, telephone as +84…"""
    if channel == "sms":
        digits = re.sub(r"[^0-9+]", "", address)
        if digits.startswith("0"):
            return f"+84{digits[1:]}"
        return digits if digits.startswith("+") else f"+{digits}"
    return address.strip().lower()


def address_mark(*, channel: str, address: str, secret: str) -> str:
    """What stands for an address where the address itself may not: 64 hexadecimal digits that only we can make."""
    text = f"{channel}:{normal_address(channel, address)}"
    return hmac.new(secret.encode(), f"do-not-contact|{text}".encode(), hashlib.sha256).hexdigest()
