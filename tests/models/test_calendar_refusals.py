"""What must never be in the table of calendar changes is refused by the database itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db

WHEN = datetime(2026, 3, 10, 2, tzinfo=UTC)
ROW: dict[str, Any] = {
    "at": WHEN,
    "date": date(2026, 3, 18),
    "was_working": True,
    "was_name": "Ngày làm việc",
    "is_working": False,
    "name": "Bão",
    "document": "Công điện 1",
}
# table, values of a row, the constraint that refuses it
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("calendar_change", {"state": "lost", "run_id": 1}, "ck_calendar_change_state_known"),
    ("calendar_change", {"run_id": 1}, "ck_calendar_change_run_once_begun"),
    ("calendar_change", {"state": "running"}, "ck_calendar_change_run_once_begun"),
    ("calendar_change", {"finished_at": WHEN}, "ck_calendar_change_done_has_time"),
    ("calendar_change", {"state": "done", "run_id": 1}, "ck_calendar_change_done_has_time"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_change_that_must_not_be_is_refused(
    session: Session, table: str, values: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        session.execute(db.metadata.tables[table].insert().values(**ROW, **values))
    assert refused.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
