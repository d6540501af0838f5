"""What the tables of retention refuse, each by the constraint that says so."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.domain.retention import STUB_WORDS
from feedback.models import Label
from feedback.services import triage
from tests import factories, retained

AT = datetime.fromisoformat("2026-03-10T00:00:00+00:00")
DECOMPOSED = unicodedata.normalize("NFD", "Còn khiếu nại")
REJECTED: dict[str, Any] = {"status": "rejected", "rejected_by_id": -1, "rejected_at": AT}
# table, changed values, the constraint that refuses the row
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("comment", {"erased": "half"}, "ck_comment_erased_known"),
    ("retention_schedule", {"erases": "soul", "months": 1, "quiet_days": 1}, "ck_retention_schedule_erases_known"),
    ("retention_schedule", {"certainty": "guess"}, "ck_retention_schedule_certainty_known"),
    ("retention_schedule", {"months": 0}, "ck_retention_schedule_term_of_its_sort"),
    ("retention_schedule", {"working_days": 2}, "ck_retention_schedule_term_of_its_sort"),
    ("disposal_batch", {"status": "lost"}, "ck_disposal_batch_status_known"),
    ("disposal_batch", {"status": "verified"}, "ck_disposal_batch_verified_has_reviewer"),
    ("disposal_batch", {"verified_at": AT}, "ck_disposal_batch_verified_has_time"),
    ("disposal_batch", {"approved_at": AT}, "ck_disposal_batch_approved_has_time"),
    ("disposal_batch", {"status": "approved"}, "ck_disposal_batch_approved_by_two"),
    ("disposal_batch", {"status": "rejected"}, "ck_disposal_batch_rejected_has_reason"),
    ("disposal_batch", {"finished_at": AT}, "ck_disposal_batch_done_has_time"),
    ("disposal_batch", {"due_at": AT}, "ck_disposal_batch_request_has_due_date"),
    ("disposal_batch", REJECTED | {"reason": DECOMPOSED}, "ck_disposal_batch_reason_is_nfc"),
    ("disposal_batch", REJECTED | {"reason": "Đang thanh tra"}, "fk_disposal_batch_rejected_by_id_officer"),
    ("disposal_item", {"state": "lost", "ended_at": AT}, "ck_disposal_item_state_known"),
    ("disposal_item", {"state": "removed_by_reviewer", "ended_at": AT}, "ck_disposal_item_removed_has_reason"),
    ("disposal_item", {"state": "done"}, "ck_disposal_item_ended_has_time"),
    (
        "disposal_item",
        {"state": "removed_by_reviewer", "ended_at": AT, "removed_by_id": -1, "reason": DECOMPOSED},
        "ck_disposal_item_reason_is_nfc",
    ),
]


@pytest.fixture
def filled(session: Session, now: datetime) -> Session:
    """A batch of one case that was erased, and another that is ready."""
    retained.erase(retained.proposed(now), now + retained.LATER)
    retained.proposed(now)
    return session


def refusal(session: Session, statement: Any) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(statement)
    return caught.value


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_of_retention_that_must_not_be_is_refused_by_its_constraint(
    session: Session, now: datetime, table: str, values: dict[str, Any], constraint: str
) -> None:
    retained.proposed(now)
    rows = db.metadata.tables[table]
    statement = rows.update().values(**values)
    if table == "retention_schedule":
        statement = statement.where(rows.c.erases == ("text" if "erases" not in values else "request"))
    error = refusal(session, statement)
    assert isinstance(error, IntegrityError)
    assert error.orig.diag.constraint_name == constraint  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE disposal_batch SET second_reviewer_id = first_reviewer_id WHERE status = 'done'", "four_eyes"),
        (
            "INSERT INTO disposal_certificate (comment_id, reference, batch_id, erased, source, erased_at,"
            " first_reviewer_id, second_reviewer_id) SELECT comment_id, reference, batch_id, erased, source, erased_at,"
            " first_reviewer_id, first_reviewer_id FROM disposal_certificate",
            "two_reviewers",
        ),
    ],
)
def test_one_officer_is_never_both(filled: Session, statement: str, constraint: str) -> None:
    error = refusal(filled, text(statement))
    assert isinstance(error, IntegrityError)
    assert error.orig.diag.constraint_name.endswith(constraint)  # type: ignore[union-attr]


def test_a_case_lies_in_one_batch_at_a_time(filled: Session) -> None:
    statement = (
        "INSERT INTO disposal_item (batch_id, comment_id) SELECT batch.id, item.comment_id FROM disposal_item AS item"
        " JOIN disposal_batch AS batch ON batch.id <> item.batch_id WHERE item.state = 'kept'"
    )
    error = refusal(filled, text(statement))
    assert isinstance(error, IntegrityError)
    assert error.orig.diag.constraint_name == "uq_disposal_item_kept"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disposal_certificate SET source = ''",
        "DELETE FROM disposal_certificate",
        "TRUNCATE disposal_certificate",
    ],
)
def test_a_certificate_survives(filled: Session, statement: str) -> None:
    error = refusal(filled, text(statement))
    assert error.orig.sqlstate == "23001"  # type: ignore[union-attr]


def test_the_words_of_a_label_change_only_once_its_case_is_erased_and_nothing_else_of_it_ever(
    session: Session, now: datetime
) -> None:
    case = factories.on_desk(now)
    officer = factories.officer(now, Role.INTAKE)
    triage.route(
        officer=officer, reference=case.reference, version=case.version, body_code="BCA", reason="Vì VNeID.", at=now
    )
    words = text("UPDATE label SET reason = :words").bindparams(words=STUB_WORDS)
    assert refusal(session, words).orig.sqlstate == "23001"  # type: ignore[union-attr]
    case.erased = "text"
    session.flush()
    session.execute(words)
    session.expire_all()
    assert session.query(Label).one().reason == STUB_WORDS
    for statement in ("UPDATE label SET screen = 'rac', class_code = NULL", "DELETE FROM label"):
        assert refusal(session, text(statement)).orig.sqlstate == "23001"  # type: ignore[union-attr]
