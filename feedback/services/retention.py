"""The schedule of how long data is kept: loaded from the catalogue, read row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.errors import Unavailable
from feedback.domain.retention import Erasing
from feedback.models import RetentionSchedule

_NUMBERS = ("months", "quiet_days", "working_days")


def load(*, rows: Iterable[Mapping[str, str]]) -> int:
    """Write the schedule, new or changed; safe to repeat. Return how many rows there are.

    Args:
        rows: erases, months, quiet_days, working_days (empty where it has none), source, certainty.
    """
    values = [{**row, **{name: int(row[name]) if row[name] else None for name in _NUMBERS}} for row in rows]
    statement = insert(RetentionSchedule)
    changed = {name: statement.excluded[name] for name in (*_NUMBERS, "source", "certainty")}
    session().execute(statement.on_conflict_do_update(index_elements=["erases"], set_=changed), values)
    return len(values)


def schedules() -> Sequence[RetentionSchedule]:
    """Every row, in the order in which things are erased."""
    rows = {row.erases: row for row in session().scalars(select(RetentionSchedule))}
    return [rows[erases] for erases in Erasing if erases in rows]


def schedule(*, erases: Erasing) -> RetentionSchedule:
    """One row; raise Unavailable when the schedule was not loaded."""
    found = session().get(RetentionSchedule, erases)
    if found is None:
        raise Unavailable("Chưa nạp danh mục thời hạn lưu trữ: quản trị viên cần chạy lệnh nạp dữ liệu ban đầu.")
    return found
