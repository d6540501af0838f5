"""What the tables of arranging cases refuse, each by the constraint that says so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("refusal_reason", {"code": "Lý do"}, "ck_refusal_reason_code_form"),
    ("refusal_reason", {"certainty": "guess"}, "ck_refusal_reason_certainty_known"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, table: str, values: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(db.metadata.tables[table].update().values(**values))
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
