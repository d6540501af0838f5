"""The working calendar and the lengths of steps, as the database holds them, kept in the process for a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from sqlalchemy import select

from feedback.db import session
from feedback.domain.clock import VIETNAM, Calendar, SpecialDay
from feedback.domain.clock_effects import Given
from feedback.domain.errors import Unavailable
from feedback.domain.ledger import Length, Unit, begin
from feedback.domain.profiles import EVERY, most_specific
from feedback.models import CalendarDay, DeadlineProfile

KEEP_SECONDS = 60.0


@dataclass(slots=True)
class _Kept:
    calendar: Calendar
    profiles: dict[tuple[str, str, str], DeadlineProfile]
    until: float
    due: dict[tuple[date, Length], datetime] = field(default_factory=dict)


@dataclass(slots=True)
class _Keeper:
    lock: Lock = field(default_factory=Lock)
    kept: _Kept | None = None


_keeper = _Keeper()


def forget() -> None:
    """Read the calendar anew at the next use; called after it was changed."""
    _keeper.kept = None


def current() -> Calendar:
    """The working calendar."""
    return _read().calendar


def days_for(step: str, kind: str, *, body: str = EVERY) -> int:
    """How long a step may take, in its own unit; raise Unavailable when no profile was loaded."""
    return profile_for(step=step, kind=kind, body=body).length


def profile_for(*, step: str, kind: str, body: str = EVERY) -> DeadlineProfile:
    """The row of lengths for a step, a kind of comment and a class of bodies; raise Unavailable when there is none."""
    found = most_specific(_read().profiles, step, kind, body)
    if found is None:
        raise Unavailable("Chưa nạp danh mục thời hạn: quản trị viên cần chạy lệnh nạp dữ liệu ban đầu.")
    return found


def given_for(*, step: str, kind: str, body: str = EVERY) -> Given:
    """The same as length, authority and name of the row."""
    row = profile_for(step=step, kind=kind, body=body)
    return Given(Length(row.length, Unit(row.unit)), row.source, f"{row.step}/{row.kind}/{row.body}")


def due_at(*, at: datetime, step: str, kind: str, body: str = EVERY) -> datetime:
    """When a step begun at `at` (aware) is due (UTC)."""
    return due_after(at=at, length=given_for(step=step, kind=kind, body=body).length)


def due_after(*, at: datetime, length: Length) -> datetime:
    """When that length is over; in days it is the same for all that begin on one day, so counted once."""
    kept = _read()
    if length.unit is Unit.HOUR:
        return begin(at, length, kept.calendar)[1]
    day = at.astimezone(VIETNAM).date()
    if (day, length) not in kept.due:
        kept.due[day, length] = begin(at, length, kept.calendar)[1]
    return kept.due[day, length]


def _read() -> _Kept:
    kept = _keeper.kept
    if kept is not None and kept.until > time.monotonic():
        return kept
    with _keeper.lock:
        kept = _load()
        _keeper.kept = kept if kept.profiles else None
    return kept


def _load() -> _Kept:
    days = session().scalars(select(CalendarDay)).all()
    profiles = session().scalars(select(DeadlineProfile)).all()
    for row in (*days, *profiles):
        session().expunge(row)
    special = {day.date: SpecialDay(day.is_working, day.name, day.document) for day in days}
    kept = {(profile.step, profile.kind, profile.body): profile for profile in profiles}
    return _Kept(Calendar(special), kept, time.monotonic() + KEEP_SECONDS)
