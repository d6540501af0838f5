"""What the tables of the learning loop refuse, each by the constraint that says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.services import triage
from tests import factories

NIGHT = date(2026, 3, 10)
# table, changed values, the constraint that refuses the row
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("label", {"origin": "machine"}, "ck_label_origin_known"),
    ("label", {"screen": "tot", "class_code": None}, "ck_label_screen_known"),
    ("label", {"class_code": "bộ"}, "ck_label_class_code_form"),
    ("label", {"class_code": None}, "ck_label_class_where_valid"),
    ("label", {"screen": "rac"}, "ck_label_class_where_valid"),
    ("label", {"weight": 20}, "ck_label_weight_of_origin"),
    ("label", {"origin": "audit"}, "ck_label_weight_of_origin"),
    ("label", {"origin": "override"}, "ck_label_override_has_reason"),
    ("audit_sample", {"chance": 0}, "ck_audit_sample_chance_is_probability"),
    ("audit_sample", {"chance": 1.5}, "ck_audit_sample_chance_is_probability"),
    ("audit_sample", {"hidden": {"start": 1}}, "ck_audit_sample_hidden_is_list"),
    ("teaching_pick", {"rank": 0}, "ck_teaching_pick_rank_positive"),
    ("teaching_pick", {"margin": 2}, "ck_teaching_pick_margin_is_share"),
    ("teaching_pick", {"hidden": {"start": 1}}, "ck_teaching_pick_hidden_is_list"),
    ("model_release", {"state": "king"}, "ck_model_release_state_known"),
    ("model_release", {"version": "v2"}, "ck_model_release_version_form"),
    ("model_release", {"label_rows": -1}, "ck_model_release_rows_counted"),
    ("model_release", {"state": "refused"}, "ck_model_release_refused_has_reason"),
    ("model_release", {"state": "champion"}, "ck_model_release_champion_has_time"),
    (
        "model_release",
        {"state": "champion", "promoted_at": datetime.fromisoformat("2026-03-10T00:00:00+00:00")}
        | {"rolled_back_at": datetime.fromisoformat("2026-03-11T00:00:00+00:00")},
        "ck_model_release_champion_stands",
    ),
    ("training_run", {"cause": "whim"}, "ck_training_run_cause_known"),
    ("training_run", {"state": "asleep"}, "ck_training_run_state_known"),
    ("training_run", {"progress": 101}, "ck_training_run_progress_is_percent"),
    ("training_run", {"cause": "button", "night": None}, "ck_training_run_button_has_officer"),
    ("training_run", {"night": None}, "ck_training_run_nightly_has_night"),
    ("training_run", {"state": "done"}, "ck_training_run_finished_has_time"),
    ("admin_event", {"action": "Xóa hết"}, "ck_admin_event_action_form"),
]
# rows that may be there once only: table, values of the second row, the constraint
ONCE: list[tuple[str, dict[str, Any], str]] = [
    ("audit_sample", {"comment_id": "other"}, "uq_audit_sample_decision_id"),
    ("audit_sample", {"comment_id": "other", "decision_id": "other", "label_id": "label"}, "uq_audit_sample_label_id"),
    ("teaching_pick", {"comment_id": "other"}, "uq_teaching_pick_rank"),
    ("model_release", {}, "uq_model_release_version"),
    ("model_release", {"version": "0" * 12}, "uq_model_release_challenger"),
    ("training_run", {"state": "running"}, "uq_training_run_night"),
    ("training_run", {"night": date(2026, 3, 11)}, "uq_training_run_open"),
]


@pytest.fixture
def rows(session: Session, now: datetime) -> Mapping[str, dict[str, Any]]:
    """A good row of each table, and what the second rows refer to."""
    officer = factories.officer(now, Role.INTAKE)
    cases = [factories.on_desk(now) for _ in range(2)]
    made = [triage.latest_machine_decision(comment=case) for case in cases]
    first, second = (decision.id for decision in made if decision)
    label = {"comment_id": cases[0].id, "class_code": "BKHCN", "officer_id": officer.id, "at": now, "weight": 1}
    return {
        "label": label | {"origin": "labelling"},
        "audit_sample": {"comment_id": cases[0].id, "decision_id": first, "drawn_at": now, "chance": 0.05},
        "teaching_pick": {"comment_id": cases[0].id, "decision_id": first, "rank": 1, "margin": 0.1, "picked_at": now}
        | {"hidden": []},
        "model_release": {"version": "a" * 12, "trained_at": now, "corpus_rows": 1, "label_rows": 0, "path": "x"}
        | {"state": "challenger"},
        "training_run": {"cause": "nightly", "night": NIGHT, "requested_at": now, "state": "waiting"},
        "admin_event": {"at": now, "action": "model_promoted"},
        "other": {"comment_id": cases[1].id, "decision_id": second},
    }


def _insert(session: Session, table: str, values: dict[str, Any]) -> None:
    session.execute(db.metadata.tables[table].insert().values(**values))


def _constraint(session: Session, table: str, values: dict[str, Any]) -> str | None:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        _insert(session, table, values)
    return caught.value.orig.diag.constraint_name  # type: ignore[union-attr]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    session: Session, rows: Mapping[str, dict[str, Any]], table: str, values: dict[str, Any], constraint: str
) -> None:
    assert _constraint(session, table, rows[table] | values) == constraint


@pytest.mark.parametrize(("table", "values", "constraint"), ONCE)
def test_what_may_be_there_once_is_there_once(
    session: Session, rows: Mapping[str, dict[str, Any]], table: str, values: dict[str, Any], constraint: str
) -> None:
    changed = {name: rows["other"].get(name) if value == "other" else value for name, value in values.items()}
    first = dict(rows[table])
    if changed.get("label_id") == "label":
        _insert(session, "label", rows["label"])
        first["label_id"] = changed["label_id"] = session.scalar(text("SELECT max(id) FROM label"))
    _insert(session, table, first)
    assert _constraint(session, table, first | changed) == constraint


def test_one_model_is_in_use(session: Session, rows: Mapping[str, dict[str, Any]], now: datetime) -> None:
    champion = rows["model_release"] | {"state": "champion", "promoted_at": now}
    _insert(session, "model_release", champion)
    assert _constraint(session, "model_release", champion | {"version": "b" * 12}) == "uq_model_release_champion"


@pytest.mark.parametrize("table", ["label", "admin_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_said_and_done_is_never_forgotten(
    session: Session, rows: Mapping[str, dict[str, Any]], table: str, statement: str
) -> None:
    _insert(session, table, rows[table])
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text(statement.format(table)))
    assert caught.value.orig.sqlstate == "23001"  # type: ignore[union-attr]
