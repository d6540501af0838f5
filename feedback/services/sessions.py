"""Officers' sessions: opened by an identifier of which only the hash is kept, limited in time, listed and ended."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from feedback.db import session
from feedback.domain.errors import NotFound
from feedback.models import Officer, OfficerSession
from feedback.services.housekeeping import ABSOLUTE, IDLE

HALF_OPEN = timedelta(minutes=10)  # between the password and the second factor
SEEN_EVERY = timedelta(minutes=1)  # how exactly the idle time is known
_HANDLE = 16  # hexadecimal digits of the hash by which a page names a session


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is still good; `officer` is None until every factor was given."""

    officer: Officer | None
    data: dict[str, object]
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of an officer's sessions, as its page lists it."""

    handle: str
    current: bool
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


def find(*, identifier: str, at: datetime) -> Opened | None:
    """The session with this identifier, unless it ended, or its account was closed or signed out everywhere."""
    row = (
        session()
        .execute(
            select(OfficerSession, Officer)
            .outerjoin(Officer, Officer.id == OfficerSession.officer_id)
            .where(
                OfficerSession.id_hash == digest(identifier),
                OfficerSession.created_at > at - ABSOLUTE,
                OfficerSession.seen_at > at - IDLE,
                or_(OfficerSession.officer_id.is_not(None), OfficerSession.created_at > at - HALF_OPEN),
            )
            .options(joinedload(Officer.role_rows))  # one statement: every request of an official begins here
        )
        .unique()
        .one_or_none()
    )
    if row is None:
        return None
    kept, officer = row
    if kept.officer_id is not None and not (officer.active and kept.data.get("_user_id") == officer.fs_uniquifier):
        return None
    return Opened(officer, kept.data, kept.seen_at)


def keep(*, identifier: str, data: Mapping[str, object], at: datetime) -> None:
    """Write a session, new or changed; who it belongs to follows from what it holds."""
    uniquifier = data.get("_user_id")
    officer_id = session().scalar(select(Officer.id).where(Officer.fs_uniquifier == uniquifier)) if uniquifier else None
    values = {"officer_id": officer_id, "data": dict(data), "seen_at": at}
    session().execute(
        insert(OfficerSession)
        .values(id_hash=digest(identifier), created_at=at, **values)
        .on_conflict_do_update(index_elements=["id_hash"], set_=values)
    )


def end(*, identifier: str) -> None:
    """Delete the session with this identifier."""
    session().execute(delete(OfficerSession).where(OfficerSession.id_hash == digest(identifier)))


def of(*, officer: Officer, identifier: str | None, at: datetime) -> list[OwnSession]:
    """The officer's sessions that are still good, the latest used first; `identifier` is that of the one asking."""
    rows = session().scalars(
        select(OfficerSession)
        .where(
            OfficerSession.officer_id == officer.id,
            OfficerSession.created_at > at - ABSOLUTE,
            OfficerSession.seen_at > at - IDLE,
        )
        .order_by(OfficerSession.seen_at.desc(), OfficerSession.id_hash)
    )
    asking = digest(identifier) if identifier else None
    return [
        OwnSession(
            handle=row.id_hash[:_HANDLE],
            current=row.id_hash == asking,
            browser=str(row.data.get("browser", "")),
            address=str(row.data.get("address", "")),
            created_at=row.created_at,
            seen_at=row.seen_at,
            ends_at=min(row.seen_at + IDLE, row.created_at + ABSOLUTE),
        )
        for row in rows
        if row.data.get("_user_id") == officer.fs_uniquifier
    ]


def end_own(*, officer: Officer, handle: str) -> None:
    """End one of the officer's own sessions; raise NotFound when it is not theirs."""
    gone = session().execute(
        delete(OfficerSession)
        .where(OfficerSession.officer_id == officer.id, func.left(OfficerSession.id_hash, _HANDLE) == handle)
        .returning(OfficerSession.id_hash)
    )
    if not gone.all():
        raise NotFound("Phiên làm việc này không còn.")


def end_others(*, officer: Officer, identifier: str | None) -> int:
    """End all of the officer's sessions but the one asking; how many there were."""
    gone = session().execute(
        delete(OfficerSession)
        .where(OfficerSession.officer_id == officer.id, OfficerSession.id_hash != digest(identifier or ""))
        .returning(OfficerSession.id_hash)
    )
    return len(gone.all())


def digest(identifier: str) -> str:
    """What the table holds of an identifier. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(identifier.encode()).hexdigest()
