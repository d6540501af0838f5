"""The working calendar and the lengths of steps, as the database holds them, kept in the process for a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from sqlalchemy import select

from feedback.db import session
from feedback.domain.clock import VIETNAM, Calendar, SpecialDay, deadline
from feedback.domain.errors import Unavailable
from feedback.models import CalendarDay, DeadlineProfile

KEEP_SECONDS = 60.0


@dataclass(slots=True)
class _Kept:
    calendar: Calendar
    profiles: dict[tuple[str, str], DeadlineProfile]
    until: float
    due: dict[tuple[date, int], datetime] = field(default_factory=dict)


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


def days_for(step: str, kind: str) -> int:
    """How many working days a step may take; raise Unavailable when no profile was loaded."""
    return _profile(step, kind).working_days


def source_for(step: str, kind: str) -> str:
    """On what authority."""
    return _profile(step, kind).source


def due_at(*, at: datetime, step: str, kind: str) -> datetime:
    """When a step begun at `at` (aware) is due (UTC); the same for all that begin on one day, so counted once."""
    kept, days = _read(), days_for(step, kind)
    day = at.astimezone(VIETNAM).date()
    if (day, days) not in kept.due:
        kept.due[day, days] = deadline(at, days, kept.calendar).due_at
    return kept.due[day, days]


def _profile(step: str, kind: str) -> DeadlineProfile:
    profiles = _read().profiles
    found = profiles.get((step, kind)) or profiles.get((step, "*"))
    if found is None:
        raise Unavailable("Chưa nạp danh mục thời hạn: quản trị viên cần chạy lệnh nạp dữ liệu ban đầu.")
    return found


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
    kept = {(profile.step, profile.kind): profile for profile in profiles}
    return _Kept(Calendar(special), kept, time.monotonic() + KEEP_SECONDS)
