"""A calendar of Viet Nam for tests, built from the library and one document, and numpy's view of the same days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import holidays
import numpy as np

from feedback.domain.clock import VIETNAM, Calendar, SpecialDay

YEARS = range(2025, 2031)
LIBRARY = holidays.country_holidays("VN", years=YEARS)
WORKED = sorted(day for day in LIBRARY.weekend_workdays if day.year in YEARS)
SPECIAL = {day: SpecialDay(False, name, "nghỉ") for day, name in LIBRARY.items()} | {
    day: SpecialDay(True, "Làm bù", "hoán đổi") for day in WORKED
}
# Công văn 12729/VPCP-KGVX: Friday 2 January 2026 off, Saturday 10 January worked instead.
SPECIAL[date(2026, 1, 2)] = SpecialDay(False, "Nghỉ hoán đổi", "12729/VPCP-KGVX")
SPECIAL[date(2026, 1, 10)] = SpecialDay(True, "Làm bù", "12729/VPCP-KGVX")
CALENDAR = Calendar(SPECIAL)
OFF = np.array([day for day, special in SPECIAL.items() if not special.is_working], dtype="datetime64[D]")
EXTRA = np.array([day for day, special in SPECIAL.items() if special.is_working], dtype="datetime64[D]")


def oracle(day: date, count: int) -> date:
    """The day on which `count` working days after `day` are over, by numpy; worked week-ends added by hand."""
    end = day
    while True:
        worked = np.busday_count(day + timedelta(days=1), end + timedelta(days=1), holidays=OFF)
        worked += int(np.count_nonzero((np.datetime64(day) < EXTRA) & (np.datetime64(end) >= EXTRA)))
        if worked >= count:
            return end
        end += timedelta(days=1)


def vietnam(*parts: int) -> datetime:
    """A moment by the clock of Viet Nam."""
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[arg-type]
