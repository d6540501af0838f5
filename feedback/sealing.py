"""Encryption of identities at rest: AES-256-GCM under keys from the configuration, newest first."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from feedback.config import ConfigError

_KEY = 32
_NONCE = 12
KEY_NAME = 4
_keys: dict[bytes, AESGCM] = {}
_current: list[bytes] = []


class CannotUnseal(Exception):
    """The value was sealed under a key that this deployment does not hold, or was altered."""


def configure(keys: Sequence[str]) -> None:
    """Take the keys of this deployment (url-safe base64 of 32 bytes), the one to encrypt with first.

    Raise ConfigError when there is none, or one is malformed.
    """
    if not keys:
        raise ConfigError("IDENTITY_KEYS phải có ít nhất một khóa.")
    _keys.clear()
    _current.clear()
    for text in keys:
        raw = _raw(text)
        cipher = AESGCM(raw)
        name = hashlib.sha256(raw).digest()[:KEY_NAME]
        _keys[name] = cipher
        _current.append(name)


def _raw(text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text)
    except ValueError:
        raw = b""
    if len(raw) != _KEY:
        raise ConfigError("IDENTITY_KEYS phải là các khóa 32 byte viết theo base64.")
    return raw


def new_key() -> str:
    """A fresh key in the form that the configuration takes."""
    return base64.urlsafe_b64encode(os.urandom(_KEY)).decode()


def newest() -> bytes:
    """The name, KEY_NAME bytes, with which everything begins that is sealed under the newest key."""
    return _current[0]


def totp_keys(identity_keys: Sequence[str]) -> dict[str, str]:
    """Keys for second factors' secrets, derived from those for identities and named by their hash, so that both turn
    together; in the same order.
    """
    derived = [hashlib.sha256(f"totp\x00{key}".encode()).hexdigest() for key in identity_keys]
    return {hashlib.sha256(key.encode()).hexdigest()[:8]: key for key in derived}


def encrypt(value: str) -> bytes:
    """Seal a text: key name, nonce, then ciphertext with its tag."""
    return encrypt_bytes(value.encode())


def encrypt_bytes(value: bytes) -> bytes:
    """Seal a file, as a text is sealed."""
    name, nonce = _current[0], os.urandom(_NONCE)
    return name + nonce + _keys[name].encrypt(nonce, value, name)


def decrypt(sealed: bytes) -> str:
    """Open a sealed text; raise CannotUnseal when its key is unknown or it was altered."""
    try:
        return decrypt_bytes(sealed).decode()
    except UnicodeDecodeError as error:
        raise CannotUnseal from error


def decrypt_bytes(sealed: bytes) -> bytes:
    """Open a sealed file; raise CannotUnseal as `decrypt` does."""
    name, nonce = sealed[:KEY_NAME], sealed[KEY_NAME : KEY_NAME + _NONCE]
    try:
        return _keys[name].decrypt(nonce, sealed[KEY_NAME + _NONCE :], name)
    except (KeyError, InvalidTag, ValueError) as error:
        raise CannotUnseal from error
