"""What the tables of answers refuse, each by the constraint that says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from tests import factories

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("response", {"outcome": "planned", "state": "submitted"}, "ck_response_planned_has_day"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, now: datetime, table: str, values: dict[str, Any], constraint: str
) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    good = {
        "response": {
            "comment_id": case.id,
            "body_id": case.body_id,
            "text": factories.ANSWER,
            "state": "draft",
            "author_id": handler.id,
            "created_at": now,
        }
    }
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(db.metadata.tables[table].insert().values(**good[table] | values))
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
