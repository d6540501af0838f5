"""The data that a fresh service needs before the first comment: special days and lengths of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import holidays
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.clock import Calendar, SpecialDay
from feedback.models import CalendarDay, DeadlineProfile
from feedback.services import calendar, calendar_days

LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112 (theo thư viện holidays)"
SWAPPED = "Hoán đổi ngày làm việc do cơ quan có thẩm quyền công bố (theo thư viện holidays)"
FIRST_YEAR, LAST_YEAR = 2025, 2030


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows there are after loading."""

    days: int
    profiles: int


def load(
    *, documented: Iterable[Mapping[str, str]], profiles: Iterable[Mapping[str, str]], at: datetime | None = None
) -> Loaded:
    """Write the working calendar and the deadline profiles, new or changed; safe to repeat.

    Days that an administrator changed stay as they are.

    Args:
        documented: special days with the document that ordered them (date, is_working yes/no, name, document); they
            prevail over the library's.
        profiles: rows of step, kind, body, length, unit, source, certainty.
        at: now, when open cases are to be counted anew by the days that changed; None for a fresh service.
    """
    calendar.forget()
    before = calendar.current()
    days = _special_days(documented)
    mine = calendar_days.by_hand()
    _upsert(CalendarDay, [row for row in days.values() if row["date"] not in mine], key=["date"])
    steps: list[dict[str, object]] = [{**row, "length": int(row["length"])} for row in profiles]
    _upsert(DeadlineProfile, steps, key=["step", "kind", "body"])
    calendar.forget()
    if at is not None and before.special:
        calendar_days.loaded(before=before, after=calendar.current(), at=at)
    return Loaded(len(days), len(steps))


def seeded(*, documented: Iterable[Mapping[str, str]]) -> Calendar:
    """The calendar that `load` would write into an empty database; `documented` as there."""
    rows = _special_days(documented).items()
    return Calendar(
        {
            date.fromisoformat(day): SpecialDay(bool(row["is_working"]), str(row["name"]), str(row["document"]))
            for day, row in rows
        }
    )


def _special_days(documented: Iterable[Mapping[str, str]]) -> dict[str, dict[str, object]]:
    return {**_library_days(), **{row["date"]: _documented(row) for row in documented}}


def _library_days() -> dict[str, dict[str, object]]:
    found = holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")
    days = {day.isoformat(): _row(day, False, name, LABOUR_CODE) for day, name in found.items()}
    for day in found.weekend_workdays:
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            days[day.isoformat()] = _row(day, True, "Ngày thứ Bảy làm bù", SWAPPED)
    return days


def _documented(row: Mapping[str, str]) -> dict[str, object]:
    return _row(date.fromisoformat(row["date"]), row["is_working"] == "yes", row["name"], row["document"])


def _row(day: date, is_working: bool, name: str, document: str) -> dict[str, object]:
    return {"date": day, "is_working": is_working, "name": name, "document": document}


def _upsert(model: type[CalendarDay] | type[DeadlineProfile], rows: list[dict[str, object]], *, key: list[str]) -> None:
    statement = insert(model)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session().execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)
