"""What the table of answer templates refuses, each by the constraint that says so."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.models import AnswerTemplate, Body

# table, changed values, the constraint that refuses the row
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("answer_template", {"kind": "than_phien"}, "ck_answer_template_kind_known"),
    ("answer_template", {"state": "assigned"}, "ck_answer_template_state_known"),
    ("answer_template", {"class_code": "BCA", "body_id": "any"}, "ck_answer_template_one_owner"),
    ("answer_template", {"name": ""}, "ck_answer_template_name_form"),
    ("answer_template", {"name": unicodedata.normalize("NFD", "Mẫu")}, "ck_answer_template_name_form"),
    ("answer_template", {"paragraphs": []}, "ck_answer_template_has_text"),
    ("answer_template", {"code": "policy_question"}, "uq_answer_template_code"),
    ("answer_template", {"body_id": -1}, "fk_answer_template_body_id_body"),
]


@pytest.mark.parametrize(("changes", "constraint"), [(changes, name) for _, changes, name in REFUSED])
def test_a_template_that_must_not_be_is_refused_by_its_constraint(
    session: Session, now: datetime, changes: dict[str, Any], constraint: str
) -> None:
    values: dict[str, Any] = {
        "name": "Mẫu",
        "paragraphs": [{"label": "Đoạn", "text": "Lời.", "optional": False}],
        "created_at": now,
        "updated_at": now,
        **changes,
    }
    if values.get("body_id") == "any":
        values["body_id"] = session.scalar(select(Body.id).limit(1))
    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        session.execute(insert(AnswerTemplate).values(**values))
    assert refused.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]
