"""What the table of marked addresses refuses, each by the constraint that says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db

AT = datetime(2026, 3, 10, tzinfo=UTC)
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("contact_mark", {"mark": "nguoi.gui@langnghe.example"}, "ck_contact_mark_mark_form"),
    ("contact_mark", {"channel": "pigeon"}, "ck_contact_mark_channel_known"),
    ("contact_mark", {"reason": "whim"}, "ck_contact_mark_reason_known"),
    ("contact_mark", {"reason": None}, "ck_contact_mark_refused_has_reason"),
    ("contact_mark", {"bounces": -1}, "ck_contact_mark_bounces_counted"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, table: str, values: dict[str, Any], constraint: str
) -> None:
    row = {"mark": "a" * 64, "channel": "email", "reason": "asked", "refused_at": AT}
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(db.metadata.tables[table].insert().values(**row | values))
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
