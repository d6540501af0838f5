"""The special days of the calendar: listed by year, set or taken back by an administrator, each change kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import extract, func, select
from sqlalchemy.orm import aliased

from feedback.db import session
from feedback.domain.clock import Calendar, SpecialDay
from feedback.domain.errors import InvalidInput
from feedback.domain.text import clean
from feedback.models import CalendarChange, CalendarDay, CalendarTask, DeadlineProfile, Officer
from feedback.services import admin_log, calendar

FIRST, LAST = date(2020, 1, 1), date(2050, 12, 31)
LONGEST_NAME = 100
LONGEST_DOCUMENT = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One change with how far the counting anew is; `left` cases of `found` are still to be looked at."""

    id: int
    at: datetime
    officer_name: str | None
    date: date
    was_working: bool
    was_name: str
    is_working: bool
    name: str
    document: str
    state: str
    found: int
    changed: int
    left: int
    finished_at: datetime | None


def of_year(*, year: int) -> Sequence[CalendarDay]:
    """The special days of one year, in order."""
    rows = select(CalendarDay).where(extract("year", CalendarDay.date) == year).order_by(CalendarDay.date)
    return session().scalars(rows).all()


def years() -> Sequence[int]:
    """The years that have special days."""
    year = extract("year", CalendarDay.date)
    return [int(found) for found in session().scalars(select(year).distinct().order_by(year))]


def set_day(
    *, officer: Officer, day: date | None, is_working: bool | None, name: str, document: str, at: datetime
) -> CalendarChange:
    """Say what a day is, by which document; deadlines of open cases are counted anew after a minute.

    Raises:
        InvalidInput: something is missing or too long, or the day is just that already.
    """
    named, source = clean(name), clean(document)
    wrong = dict[str, list[str]]()
    if day is None or not FIRST <= day <= LAST:
        wrong["date"] = ["Xin nhập ngày, ví dụ 02/01/2026, từ năm 2020 đến năm 2050."]
    if is_working is None:
        wrong["is_working"] = ["Xin chọn ngày làm việc hay ngày nghỉ."]
    if not 0 < len(named) <= LONGEST_NAME:
        wrong["name"] = [f"Xin ghi tên của ngày, không quá {LONGEST_NAME} ký tự."]
    if not 0 < len(source) <= LONGEST_DOCUMENT:
        wrong["document"] = [f"Xin ghi văn bản quy định, không quá {LONGEST_DOCUMENT} ký tự."]
    if wrong or day is None or is_working is None:
        raise InvalidInput(wrong)
    return _change(officer.id, day, SpecialDay(is_working, named, source), at, kept=True)


def take_back(*, officer: Officer, day: date | None, document: str, at: datetime) -> CalendarChange:
    """Let a day be again what its weekday says, by which document.

    Raises:
        InvalidInput: the day is no special day; no document, or too long a one.
    """
    source = clean(document)
    if day is None or session().get(CalendarDay, day) is None:
        raise InvalidInput({"date": ["Xin chọn một ngày có trong lịch."]})
    if not 0 < len(source) <= LONGEST_DOCUMENT:
        raise InvalidInput({"document": [f"Xin ghi văn bản quy định, không quá {LONGEST_DOCUMENT} ký tự."]})
    plain = Calendar().day(day)
    return _change(officer.id, day, SpecialDay(plain.is_working, plain.name, source), at, kept=False)


def by_hand() -> frozenset[date]:
    """The days that an administrator changed: a list that is loaded leaves them alone."""
    rows = select(CalendarChange.date).where(CalendarChange.officer_id.is_not(None)).distinct()
    return frozenset(session().scalars(rows))


def loaded(*, before: Calendar, after: Calendar, at: datetime) -> int:
    """Keep what a loaded list changed; return on how many days."""
    days = sorted(day for day in {*before.special, *after.special} if before.day(day) != after.day(day))
    session().add_all([_row(None, day, before.day(day), after.day(day), at) for day in days])
    return len(days)


def lengths() -> Sequence[DeadlineProfile]:
    """How long each step may take, what holds for everybody last."""
    order = (DeadlineProfile.step, DeadlineProfile.body.desc(), DeadlineProfile.kind.desc())
    return session().scalars(select(DeadlineProfile).order_by(*order)).all()


def changes(*, limit: int, before: int | None = None) -> Sequence[Change]:
    """The latest changes, or those before the change with this number."""
    run = aliased(CalendarChange)
    left = select(func.count()).where(CalendarTask.run_id == run.id).correlate(run).scalar_subquery()
    statement = (
        select(
            CalendarChange,
            Officer.display_name,
            func.coalesce(run.found, 0).label("found"),
            func.coalesce(run.changed, 0).label("changed"),
            left.label("left"),
        )
        .outerjoin(Officer, Officer.id == CalendarChange.officer_id)
        .outerjoin(run, run.id == CalendarChange.run_id)
        .order_by(CalendarChange.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(CalendarChange.id < before)
    return [
        Change(
            id=row.id,
            at=row.at,
            officer_name=name,
            date=row.date,
            was_working=row.was_working,
            was_name=row.was_name,
            is_working=row.is_working,
            name=row.name,
            document=row.document,
            state=row.state,
            found=found,
            changed=changed,
            left=remaining,
            finished_at=row.finished_at,
        )
        for row, name, found, changed, remaining in session().execute(statement)
    ]


def _change(officer_id: int, day: date, becomes: SpecialDay, at: datetime, *, kept: bool) -> CalendarChange:
    existing = session().get(CalendarDay, day, with_for_update=True, populate_existing=True)
    was = Calendar().day(day)
    if existing is not None:
        was = SpecialDay(existing.is_working, existing.name, existing.document)
    if was == becomes:
        raise InvalidInput({"date": ["Lịch đã ghi đúng như vậy cho ngày này."]})
    if existing is None:
        session().add(_day(day, becomes))
    elif kept:
        existing.is_working, existing.name, existing.document = becomes.is_working, becomes.name, becomes.source
    else:
        session().delete(existing)
    change = _row(officer_id, day, was, becomes, at)
    session().add(change)
    session().flush()
    admin_log.write(
        action="calendar_changed",
        at=at,
        officer_id=officer_id,
        data={"change": change.id, "date": day.isoformat(), "working": becomes.is_working, "was": was.is_working},
    )
    calendar.forget()
    return change


def _day(day: date, becomes: SpecialDay) -> CalendarDay:
    return CalendarDay(date=day, is_working=becomes.is_working, name=becomes.name, document=becomes.source)


def _row(officer_id: int | None, day: date, was: SpecialDay, becomes: SpecialDay, at: datetime) -> CalendarChange:
    return CalendarChange(
        at=at,
        officer_id=officer_id,
        date=day,
        was_working=was.is_working,
        was_name=was.name,
        is_working=becomes.is_working,
        name=becomes.name,
        document=becomes.source,
    )
