"""What the tables of officials' notices refuse, each by the constraint that says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from tests import factories

LATER = datetime.fromisoformat("2026-03-11T01:00:00+00:00")
# table, changed values of a second row, the constraint that refuses it
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("officer_digest", {"slot": LATER, "message_id": "<2>", "state": "lost"}, "ck_officer_digest_state_known"),
    ("officer_digest", {"slot": LATER, "message_id": "<2>", "state": "sent"}, "ck_officer_digest_sent_has_time"),
    ("officer_digest", {"message_id": "<2>"}, "uq_officer_digest_officer_id_slot"),
    ("officer_digest", {"slot": LATER}, "uq_officer_digest_message_id"),
    ("officer_notice", {"kind": "Quá hạn"}, "ck_officer_notice_kind_form"),
    ("officer_notice", {}, "uq_officer_notice_comment_id_kind_occasion_officer_id_view_id"),
    ("outbox", {"topic": "notify"}, "ck_outbox_about_one"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, now: datetime, table: str, values: dict[str, Any], constraint: str
) -> None:
    officer = factories.officer(now, Role.ADMINISTRATOR)
    rows = {
        "officer_digest": {"officer_id": officer.id, "slot": now, "message_id": "<1>", "created_at": now},
        # About no case: what is not there counts as the same thing.
        "officer_notice": {"officer_id": officer.id, "kind": "stuck", "occasion": now, "created_at": now},
        "outbox": {"topic": "classify", "available_at": now, "created_at": now},
    }
    insert = db.metadata.tables[table].insert()
    if table != "outbox":
        session.execute(insert.values(**rows[table]))
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(insert.values(**rows[table] | values))
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
