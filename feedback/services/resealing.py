"""Sealing anew, under the newest key, what was sealed under an older one: in batches, from where it stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from passlib.totp import TOTP
from sqlalchemy import ColumnElement, LargeBinary, Row, Table, and_, func, literal, or_, select, tuple_, type_coerce

from feedback import sealing
from feedback.db import Base, session
from feedback.models import Attachment, Officer, Sender
from feedback.sealing import CannotUnseal
from feedback.services import admin_log

AT_ONCE = 200  # rows of a batch
RESEALED = "identity_resealed"


@dataclass(frozen=True, slots=True)
class Part:
    """One table that holds sealed values, and its columns of them; `at_once` keeps big ones from filling memory."""

    name: str
    table: Table
    columns: tuple[str, ...]
    at_once: int = AT_ONCE


@dataclass(frozen=True, slots=True)
class Step:
    """One batch: how many rows were sealed anew, how many no key of ours opens, and the key of the last (None: end)."""

    resealed: int
    closed: int
    last: tuple[Any, ...] | None


_SENDER, _OFFICER, _FILE = (Base.metadata.tables[model.__tablename__] for model in (Sender, Officer, Attachment))
PARTS = (
    Part(
        "sender",
        _SENDER,
        ("name", "organisation", "tax_code", "email", "phone", "address", "callback_url"),
    ),
    Part("officer", _OFFICER, ("tf_totp_secret",)),
    Part("attachment", _FILE, ("content",), at_once=10),
)


def step(*, part: Part, after: tuple[Any, ...] | None, totp_keys: Mapping[str, str], limit: int | None = None) -> Step:
    """Seal the next rows of a table anew; what is under the newest key already is not read.

    A row that no key of this deployment opens is left as it is and counted. Safe to stop at any time: what is done is
    not found again.

    Args:
        part: the table.
        after: the `last` of the step before; None for the first.
        totp_keys: the keys within a second factor's secret, the newest first.
        limit: rows; the part's own number unless given.
    """
    keys = list(part.table.primary_key.columns)
    wanted = [or_(*(_old(part, name) for name in part.columns))]
    if after is not None:
        wanted.append(tuple_(*keys) > after)
    sealed = [_raw(part, name).label(name) for name in part.columns]
    asked = select(*keys, *sealed).where(and_(*wanted)).order_by(*keys).limit(limit or part.at_once).with_for_update()
    rows = session().execute(asked).all()
    done = [_reseal(part, keys, row, totp_keys) for row in rows]
    last = tuple(rows[-1][: len(keys)]) if rows else None
    return Step(sum(done), len(done) - sum(done), last)


def finish(*, figures: Mapping[str, int], at: datetime) -> None:
    """Write down that it was done, in figures."""
    admin_log.write(action=RESEALED, at=at, data=dict(figures))


def _reseal(part: Part, keys: Sequence[Any], row: Row[Any], totp_keys: Mapping[str, str]) -> bool:
    """Whether every value of the row could be opened, and is under the newest key now."""
    try:
        values = {name: _anew(part, row._mapping[name], totp_keys) for name in part.columns}
    except CannotUnseal:
        return False
    own = and_(*(key == value for key, value in zip(keys, row, strict=False)))
    session().execute(
        part.table.update()
        .where(own)
        .values({name: literal(value, LargeBinary) for name, value in values.items() if value is not None})
    )
    return True


def _anew(part: Part, sealed: bytes | None, totp_keys: Mapping[str, str]) -> bytes | None:
    if sealed is None:
        return None
    opened = sealing.decrypt_bytes(bytes(sealed))
    if part.table is _OFFICER:
        opened = _turned(opened.decode(), totp_keys).encode()
    return sealing.encrypt_bytes(opened)


def _turned(secret: str, totp_keys: Mapping[str, str]) -> str:
    """A second factor's secret, itself encrypted within, under the newest of its keys; other forms as they are."""
    try:
        inner = json.loads(secret)
    except ValueError:
        return secret
    if not isinstance(inner, dict) or "enckey" not in inner:
        return secret
    try:
        factory = TOTP.using(secrets=dict(totp_keys), default_tag=next(iter(totp_keys)))
        return str(factory.from_json(secret).to_json(encrypt=True))
    except (KeyError, ValueError) as error:
        raise CannotUnseal from error


def _old(part: Part, name: str) -> ColumnElement[bool]:
    raw = _raw(part, name)
    return and_(raw.is_not(None), func.substring(raw, 1, sealing.KEY_NAME) != literal(sealing.newest(), LargeBinary))


def _raw(part: Part, name: str) -> ColumnElement[bytes]:
    return type_coerce(part.table.c[name], LargeBinary)
