"""What the tables of batches refuse, each by the constraint that says so."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import BulkBatch, BulkItem
from tests import factories

# table, changed values, the constraint that refuses them
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("bulk_batch", {"action": "Xóa hết"}, "ck_bulk_batch_action_form"),
    ("bulk_batch", {"reason": ""}, "ck_bulk_batch_reason_length"),
    ("bulk_batch", {"size": 0}, "ck_bulk_batch_size_bounded"),
    ("bulk_batch", {"size": 201}, "ck_bulk_batch_size_bounded"),
    ("bulk_batch", {"facts": [1]}, "ck_bulk_batch_facts_are_object"),
    ("bulk_item", {"state": "lost"}, "ck_bulk_item_state_known"),
    ("bulk_item", {"sentence": "Không tìm thấy."}, "ck_bulk_item_failed_has_sentence"),
    ("bulk_item", {"comment_id": None}, "ck_bulk_item_done_has_case"),
]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, now: Any, table: str, values: dict[str, Any], constraint: str
) -> None:
    case, officer, batch = factories.routed(now), factories.officer(now, Role.INTAKE), uuid4()
    rows: dict[str, dict[str, Any]] = {
        "bulk_batch": {"id": batch, "officer_id": officer.id, "action": "nhan", "reason": "Gom.", "facts": {}}
        | {"size": 1, "at": now},
        "bulk_item": {"batch_id": batch, "reference": case.reference, "comment_id": case.id, "state": "done"},
    }
    models = {"bulk_batch": BulkBatch, "bulk_item": BulkItem}
    if table == "bulk_item":
        session.execute(insert(BulkBatch).values(**rows["bulk_batch"]))
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(insert(models[table]).values(**rows[table] | values))
    assert caught.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
