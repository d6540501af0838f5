"""The receipt: a public reference, and a secret key that only its holder knows."""

from __future__ import annotations

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O or U to misread
KEY_LENGTH = 12  # 60 bits
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,}$")
_KEY = re.compile(rf"^[{ALPHABET}]{{{KEY_LENGTH}}}$")


def derive_key(*, secret: str, token: str, content_digest: str) -> str:
    """The key of the receipt for one filing, 12 Crockford characters.

    Derived, not drawn: the same form posted twice shows the same receipt, while nothing that is stored lets anyone
    compute it without the server's secret. `token` must be unguessable or held by the filer alone.
    """
    message = f"receipt\x00{token}\x00{content_digest}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(55, -1, -5))


def show_key(key: str) -> str:
    """The key as people copy it: XXXX-XXXX-XXXX."""
    return "-".join(key[start : start + 4] for start in range(0, KEY_LENGTH, 4))


def read_key(typed: str) -> str | None:
    """The key that somebody typed, with spaces, dashes and misread letters mended; None when it cannot be one."""
    compact = re.sub(r"[\s\-–—.]", "", typed).upper().translate(_MISREAD)
    return compact if _KEY.match(compact) else None


def read_reference(typed: str) -> str | None:
    """The reference that somebody typed, as PA-2026-000123; None when it cannot be one."""
    compact = re.sub(r"\s", "", typed).upper().replace("–", "-").replace("—", "-")
    return compact if _REFERENCE.match(compact) else None
