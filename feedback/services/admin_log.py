"""What is done to the service itself is written down, never changed, and read latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.models import AdminEvent, Officer


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; without an officer, the service did it by its own rule."""

    id: int
    at: datetime
    officer_name: str | None
    action: str
    data: Mapping[str, object]


def write(
    *, action: str, at: datetime, officer_id: int | None = None, data: Mapping[str, object] | None = None
) -> None:
    """Write one event; `data` holds ids, codes and figures."""
    session().add(AdminEvent(action=action, at=at, officer_id=officer_id, data=dict(data or {})))


def latest(*, limit: int) -> Sequence[Entry]:
    """The latest events."""
    rows = session().execute(
        select(AdminEvent, Officer.display_name)
        .outerjoin(Officer, Officer.id == AdminEvent.officer_id)
        .order_by(AdminEvent.id.desc())
        .limit(limit)
    )
    return [Entry(event.id, event.at, name, event.action, event.data) for event, name in rows]
