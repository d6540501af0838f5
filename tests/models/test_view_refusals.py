"""What the tables of views, rules and golden cases refuse, each by the constraint that says so."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.models import Body
from tests import factories

DECOMPOSED = unicodedata.normalize("NFD", "Đường truyền")
# table, changed values, the constraint that refuses the row
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("saved_view", {"name": "x"}, "ck_saved_view_name_form"),
    ("saved_view", {"name": DECOMPOSED}, "ck_saved_view_name_form"),
    ("saved_view", {"query": "x" * 8001}, "ck_saved_view_query_length"),
    ("saved_view", {"priority": 1}, "ck_saved_view_rule_has_place"),
    ("saved_view", {"body_id": "body", "priority": 0, "shared": True}, "ck_saved_view_priority_known"),
    ("saved_view", {"body_id": "body", "priority": 1}, "ck_saved_view_rule_is_shared"),
    ("view_subscription", {"mode": "hourly"}, "ck_view_subscription_mode_known"),
    ("view_subscription", {"threshold": 5}, "ck_view_subscription_threshold_where_asked"),
    ("view_subscription", {"mode": "threshold", "threshold": 0}, "ck_view_subscription_threshold_bounded"),
    ("golden_case", {"title": ""}, "ck_golden_case_title_form"),
    ("golden_case", {"text": ""}, "ck_golden_case_text_form"),
    ("golden_case", {"kind": "thơ"}, "ck_golden_case_kind_known"),
    ("golden_case", {"channel": "fax"}, "ck_golden_case_channel_known"),
    ("golden_case", {"sender_kind": "robot"}, "ck_golden_case_sender_kind_known"),
]
# rows that may be there once only: table, values of the second row, the constraint
ONCE: list[tuple[str, dict[str, Any], str]] = [
    ("saved_view", {}, "uq_saved_view_owner_id_name"),
    ("view_subscription", {}, "pk_view_subscription"),
    ("golden_case", {}, "uq_golden_case_title"),
    ("officer_notice", {}, "uq_officer_notice_comment_id_kind_occasion_officer_id_view_id"),
]


@pytest.fixture
def rows(session: Session, now: datetime) -> Mapping[str, dict[str, Any]]:
    """A good row of each table."""
    officer = factories.officer(now, Role.INTAKE)
    view = {"owner_id": officer.id, "name": "Sóng yếu", "query": "tim=song", "created_at": now, "updated_at": now}
    insert = db.metadata.tables["saved_view"].insert().values(**view | {"name": "Có người theo dõi"})
    kept = session.execute(insert).inserted_primary_key
    assert kept is not None
    body = session.scalar(select(Body.id).limit(1))
    return {
        "saved_view": view,
        "view_subscription": {"view_id": kept[0], "officer_id": officer.id, "mode": "daily", "told_at": now},
        "golden_case": {"title": "Việc", "text": "Nội dung.", "body_id": body, "created_at": now},
        "officer_notice": {"officer_id": officer.id, "kind": "view", "occasion": now, "created_at": now}
        | {"view_id": kept[0]},
        "body": {"id": body},
    }


def _constraint(session: Session, table: str, values: dict[str, Any]) -> str | None:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(db.metadata.tables[table].insert().values(**values))
    return caught.value.orig.diag.constraint_name  # type: ignore[union-attr]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, rows: Mapping[str, dict[str, Any]], table: str, values: dict[str, Any], constraint: str
) -> None:
    changed = {name: rows["body"]["id"] if value == "body" else value for name, value in values.items()}
    assert _constraint(session, table, rows[table] | changed) == constraint


@pytest.mark.parametrize(("table", "values", "constraint"), ONCE)
def test_what_may_be_there_once_is_there_once(
    session: Session, rows: Mapping[str, dict[str, Any]], table: str, values: dict[str, Any], constraint: str
) -> None:
    session.execute(db.metadata.tables[table].insert().values(**rows[table]))
    assert _constraint(session, table, rows[table] | values) == constraint
