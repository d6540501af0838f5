"""What must never be is refused by the database itself, constraint by constraint."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal_column, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from tests import factories

DECOMPOSED = unicodedata.normalize("NFD", "Đường truyền chậm")
_KEPT = "ck_comment_stopped_is_kept"
# table, changed values, the constraint that refuses them
REFUSED = [
    ("comment", {"reference": "PA-26-1"}, "ck_comment_reference_form"),
    ("comment", {"kind": "than_phien"}, "ck_comment_kind_known"),
    ("comment", {"channel": "fax"}, "ck_comment_channel_known"),
    ("comment", {"sender_kind": "robot"}, "ck_comment_sender_kind_known"),
    ("comment", {"status": "lost"}, "ck_comment_status_known"),
    ("comment", {"text": DECOMPOSED}, "ck_comment_text_is_nfc"),
    ("comment", {"title": DECOMPOSED}, "ck_comment_text_is_nfc"),
    ("comment", {"text": ""}, "ck_comment_text_length"),
    ("comment", {"text": "a" * 20_001}, "ck_comment_text_length"),
    ("comment", {"title": ""}, "ck_comment_title_length"),
    ("comment", {"title": "a" * 301}, "ck_comment_title_length"),
    *(
        ("comment", {"status": status, "body_id": None}, "ck_comment_body_where_owed")
        for status in ("assigned", "in_progress", "extended", "answered", "checking", "approved", "replied", "rated")
    ),
    ("comment", {"status": "merged", "closed_at": datetime(2026, 3, 10, tzinfo=UTC)}, "ck_comment_merged_has_lead"),
    ("comment", {"split_from_id": literal_column("id")}, "ck_comment_not_its_own"),
    (
        "comment",
        {"published_at": datetime(2026, 3, 10, tzinfo=UTC), "confidential": True},
        "ck_comment_kept_is_not_published",
    ),
    ("comment_count", {"body_id": 5, "province": "HN"}, "ck_comment_count_one_way"),
    ("publication", {"title": DECOMPOSED}, "ck_publication_text_is_nfc"),
    ("publication", {"answer": DECOMPOSED}, "ck_publication_answer_is_nfc"),
    ("publication", {"answer": ""}, "ck_publication_words_are_there"),
    ("case_tag", {"tag": "MẠNG YẾU"}, "ck_case_tag_tag_form"),
    ("case_tag", {"tag": "a"}, "ck_case_tag_tag_length"),
    ("response", {"outcome": "perhaps"}, "ck_response_outcome_known"),
    ("comment", {"status": "closed", "closed_at": None}, "ck_comment_closed_has_time"),
    ("comment", {"screen": "vu_vo"}, "ck_comment_screen_known"),
    ("comment", {"screen": "to_cao", "confidential": False, "body_id": None, "status": "sorting"}, _KEPT),
    ("comment", {"screen": "khieu_nai", "confidential": True}, _KEPT),
    ("comment", {"province": "SAIGON"}, "fk_comment_province_province"),
    ("comment", {"body_id": -1}, "fk_comment_body_id_body"),
    ("comment", {"campaign_id": -1}, "fk_comment_campaign_id_campaign"),
    ("sender", {"consent_publish": False, "consent_publish_name": True}, "ck_sender_name_only_with_content"),
    ("clock_event", {"kind": "wound"}, "ck_clock_event_kind_known"),
    ("clock_event", {"clock": "cuckoo"}, "ck_clock_event_clock_known"),
    ("clock_event", {"length": 0, "unit": "day"}, "ck_clock_event_length_positive"),
    ("clock_event", {"length": 1, "unit": "week"}, "ck_clock_event_unit_known"),
    ("clock_event", {"length": 1, "unit": None}, "ck_clock_event_length_has_unit"),
    ("case_clock", {"clock": "cuckoo"}, "ck_case_clock_clock_known"),
    ("case_clock", {"state": "broken"}, "ck_case_clock_state_known"),
    ("case_clock", {"state": "stopped", "on_time": True}, "ck_case_clock_stopped_has_time"),
    ("case_clock", {"stopped_at": None, "on_time": True, "state": "running"}, "ck_case_clock_stopped_has_time"),
    ("outbox", {"topic": "think"}, "ck_outbox_topic_known"),
    ("outbox", {"state": "lost", "finished_at": datetime(2026, 3, 10, tzinfo=UTC)}, "ck_outbox_state_known"),
    ("outbox", {"state": "done", "finished_at": None}, "ck_outbox_finished_has_time"),
    ("outbox", {"attempts": -1}, "ck_outbox_attempts_counted"),
    ("outbox", {"notification_id": -1}, "fk_outbox_notification_id_notification"),
    ("routing_decision", {"made_by": "dice"}, "ck_routing_decision_made_by_known"),
    ("routing_decision", {"made_by": "officer"}, "ck_routing_decision_officer_named"),
    ("routing_decision", {"outcome": "perhaps"}, "ck_routing_decision_outcome_known"),
    ("routing_decision", {"outcome": "overridden", "reason": None}, "ck_routing_decision_override_has_reason"),
    ("routing_decision", {"confidence": 1.01}, "ck_routing_decision_confidence_is_probability"),
    ("routing_decision", {"confidence": -0.01}, "ck_routing_decision_confidence_is_probability"),
    ("routing_decision", {"outcome": "auto", "body_id": None}, "ck_routing_decision_body_unless_desk"),
    ("routing_decision", {"outcome": "screen_confirmed", "screen": None}, "ck_routing_decision_screening_has_label"),
    ("routing_decision", {"outcome": "screen_overruled", "reason": None}, "ck_routing_decision_override_has_reason"),
    ("routing_decision", {"screen_confidence": 1.5}, "ck_routing_decision_screen_confidence_is_probability"),
    ("resemblance", {"score": 1.01}, "ck_resemblance_score_is_probability"),
    ("resemblance", {"alike": -0.1}, "ck_resemblance_alike_is_share"),
    ("resemblance", {"other_id": text("comment_id")}, "ck_resemblance_two_comments"),
    ("notification", {"state": "lost"}, "ck_notification_state_known"),
    ("notification", {"channel": "pigeon"}, "ck_notification_channel_known"),
    ("notification", {"state": "sent", "sent_at": None}, "ck_notification_sent_has_time"),
    ("response", {"state": "lost"}, "ck_response_state_known"),
    ("response", {"text": ""}, "ck_response_text_length"),
    ("response", {"text": "a" * 20_001}, "ck_response_text_length"),
    ("response", {"text": DECOMPOSED}, "ck_response_text_is_nfc"),
    ("response", {"state": "sent", "sent_at": None}, "ck_response_sent_has_time"),
    ("response", {"state": "sent_back"}, "ck_response_sent_back_has_note"),
    ("case_note", {"author": "machine"}, "ck_case_note_author_known"),
    ("case_note", {"author": "officer"}, "ck_case_note_officer_named"),
    ("case_note", {"text": ""}, "ck_case_note_text_form"),
    ("case_note", {"text": DECOMPOSED}, "ck_case_note_text_form"),
    ("body", {"code": "bộ"}, "ck_body_code_form"),
    ("body", {"level": "moon"}, "ck_body_level_known"),
    ("province", {"kind": "huyện"}, "ck_province_kind_known"),
    ("deadline_profile", {"length": 0}, "ck_deadline_profile_length_positive"),
    ("deadline_profile", {"unit": "week"}, "ck_deadline_profile_unit_known"),
    ("deadline_profile", {"certainty": "guess"}, "ck_deadline_profile_certainty_known"),
    ("officer", {"email": "Hoa@langnghe.example"}, "ck_officer_email_lower"),
    ("officer_role", {"role": "king"}, "ck_officer_role_role_known"),
]


@pytest.fixture
def filled(session: Session, now: datetime) -> Session:
    """A database with at least one row in each of these tables."""
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.routed(now)
    _insert(session, "response", _response(case, handler.id, now))
    values = {"comment_id": case.id, "at": now, "author": "citizen", "action": "reopen", "text": "Chưa được."}
    _insert(session, "case_note", values)
    other = {"comment_id": case.id, "other_id": factories.routed(now).id, "score": 0.9, "sure": True, "at": now}
    _insert(session, "resemblance", other)
    answered = session.scalar(text("SELECT max(id) FROM response"))
    published = {"comment_id": case.id, "response_id": answered, "officer_id": handler.id, "at": now}
    _insert(session, "publication", published | {"title": "Việc", "text": "Nội dung.", "answer": "Trả lời."})
    counted = {"body_id": 0, "province": "*", "status": "lost", "screened": False, "confidential": False, "number": 1}
    _insert(session, "comment_count", counted)
    _insert(session, "case_tag", {"comment_id": case.id, "tag": "mạng yếu", "officer_id": handler.id, "at": now})
    return session


def _response(case: Any, author: int, now: datetime, **changes: Any) -> dict[str, Any]:
    values = {
        "comment_id": case.id,
        "body_id": case.body_id,
        "text": "Trả lời.",
        "state": "draft",
        "author_id": author,
        "created_at": now,
    }
    return values | changes


def _insert(session: Session, table: str, values: dict[str, Any]) -> None:
    session.execute(db.metadata.tables[table].insert().values(**values))


def _refusal(session: Session, statement: Any, parameters: dict[str, Any] | None = None) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(statement, parameters or {})
    return caught.value


def _constraint(error: DBAPIError) -> str | None:
    assert isinstance(error, IntegrityError)
    return error.orig.diag.constraint_name  # type: ignore[union-attr]


@pytest.mark.parametrize(("table", "values", "constraint"), REFUSED)
def test_a_row_that_must_not_be_is_refused_by_its_constraint(
    filled: Session, table: str, values: dict[str, Any], constraint: str
) -> None:
    assert _constraint(_refusal(filled, db.metadata.tables[table].update().values(**values))) == constraint


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("actor = 'ghost'", "ck_audit_event_actor_known"),
        ("hash = 'abc'", "ck_audit_event_hash_form"),
        ("previous_hash = upper(previous_hash || 'A')", "ck_audit_event_hash_form"),
    ],
)
def test_an_audit_event_of_the_wrong_form_is_refused(filled: Session, change: str, constraint: str) -> None:
    column, _, value = change.partition(" = ")
    names = ["comment_id", "sequence", "at", "actor", "action", "previous_hash", "hash"]
    values = [value if name == column else "sequence + 100" if name == "sequence" else name for name in names]
    statement = f"INSERT INTO audit_event ({', '.join(names)}) SELECT {', '.join(values)} FROM audit_event"  # noqa: S608 -- constants
    assert _constraint(_refusal(filled, text(statement))) == constraint


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'nothing'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE sequence = 1",
        "TRUNCATE audit_event",
        "TRUNCATE comment CASCADE",
    ],
)
def test_the_audit_log_forgets_nothing(filled: Session, statement: str) -> None:
    error = _refusal(filled, text(statement))
    assert error.orig.sqlstate == "23001"  # type: ignore[union-attr]
    assert "rows are only ever added" in str(error.orig)


def test_a_chain_does_not_fork(filled: Session) -> None:
    statement = text(
        "INSERT INTO audit_event (comment_id, sequence, at, actor, action, previous_hash, hash)"
        " SELECT comment_id, sequence, at, actor, 'another', previous_hash, hash FROM audit_event WHERE sequence = 2"
    )
    assert _constraint(_refusal(filled, statement)) == "uq_audit_event_comment_id_sequence"


def test_the_machine_decides_once_for_a_comment_and_a_model(filled: Session) -> None:
    names = "comment_id, at, made_by, outcome, class_code, body_id, model_version"
    statement = text(f"INSERT INTO routing_decision ({names}) SELECT {names} FROM routing_decision")  # noqa: S608
    assert _constraint(_refusal(filled, statement)) == "uq_routing_decision_comment_id_model_version"


def test_one_answer_at_a_time_is_open(filled: Session) -> None:
    names = "comment_id, body_id, text, state, author_id, created_at"
    statement = text(f"INSERT INTO response ({names}) SELECT {names} FROM response")  # noqa: S608
    assert _constraint(_refusal(filled, statement)) == "uq_response_open"


def test_nobody_checks_their_own_answer(filled: Session) -> None:
    statement = text("UPDATE response SET checker_id = author_id")
    assert _constraint(_refusal(filled, statement)) == "ck_response_four_eyes"


def test_nothing_is_sent_unchecked(filled: Session) -> None:
    statement = text("UPDATE response SET state = 'sent', sent_at = now()")
    assert _constraint(_refusal(filled, statement)) == "ck_response_sent_was_checked"


@pytest.mark.parametrize(
    ("table", "columns", "constraint"),
    [
        (
            "notification",
            {"event": "event", "occasion": "occasion", "message_id": "message_id || 'x'"},
            "uq_notification_comment_id_event_occasion_channel",
        ),
        (
            "notification",
            {"event": "event", "occasion": "occasion + 1", "message_id": "message_id"},
            "uq_notification_message_id",
        ),
    ],
)
def test_one_event_is_told_once(filled: Session, table: str, columns: dict[str, str], constraint: str) -> None:
    names, values = ", ".join(columns), ", ".join(columns.values())
    statement = (
        f"INSERT INTO {table} (comment_id, created_at, {names}) SELECT comment_id, created_at, {values} FROM {table}"  # noqa: S608
    )
    assert _constraint(_refusal(filled, text(statement))) == constraint


@pytest.mark.parametrize("column", ["reference", "idempotency_hash"])
def test_a_number_and_a_form_belong_to_one_comment(filled: Session, now: datetime, column: str) -> None:
    factories.submit(now)
    statement = text(f"UPDATE comment SET {column} = (SELECT min({column}) FROM comment)")  # noqa: S608
    assert _constraint(_refusal(filled, statement)) == f"uq_comment_{column}"


@pytest.mark.parametrize(("column", "value"), [("email", "one@langnghe.example"), ("fs_uniquifier", "one")])
def test_an_account_is_nobody_elses(filled: Session, now: datetime, column: str, value: str) -> None:
    factories.officer(now, Role.ANALYST)
    statement = text(f"UPDATE officer SET {column} = :value")  # noqa: S608
    assert _constraint(_refusal(filled, statement, {"value": value})) == f"uq_officer_{column}"


def test_a_comment_with_a_history_is_not_deleted(filled: Session) -> None:
    assert isinstance(_refusal(filled, text("DELETE FROM comment")), IntegrityError)


def test_one_slot_of_a_timed_job_is_one_row(session: Session, now: datetime) -> None:
    values = {"name": "tidy", "slot": now, "state": "started", "started_at": now}
    _insert(session, "cron_run", values)
    insert = db.metadata.tables["cron_run"].insert()
    assert _constraint(_refusal(session, insert.values(**values))) == "pk_cron_run"
    assert _constraint(_refusal(session, insert.values(**values | {"name": "b", "state": "?"}))) == (
        "ck_cron_run_state_known"
    )


def _tried_elsewhere() -> Iterator[tuple[str, dict[str, Any], str]]:
    """What the other files of this kind try: their tables REFUSED and ONCE."""
    for path in sorted(Path(__file__).parent.glob("test_*_refusals.py")):
        module = import_module(f"tests.models.{path.stem}")
        yield from module.REFUSED
        yield from getattr(module, "ONCE", ())


def test_every_check_and_unique_constraint_of_the_database_is_put_to_the_test(filled: Session) -> None:
    found = filled.execute(
        text("SELECT conname FROM pg_constraint WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace")
    )
    tried = {constraint for _, _, constraint in [*REFUSED, *_tried_elsewhere()]} | {
        "ck_audit_event_actor_known",
        "ck_audit_event_hash_form",
        "uq_audit_event_comment_id_sequence",
        "uq_routing_decision_comment_id_model_version",
        "ck_response_four_eyes",
        "ck_response_sent_was_checked",
        "uq_notification_comment_id_event_occasion_channel",
        "uq_notification_message_id",
        "uq_comment_reference",
        "uq_comment_idempotency_hash",
        "uq_officer_email",
        "uq_officer_fs_uniquifier",
        "ck_cron_run_state_known",
        "uq_body_code",
        "uq_province_name",
        "ck_disposal_batch_four_eyes",
        "ck_disposal_certificate_two_reviewers",
    }
    assert {row.conname for row in found} <= tried


@pytest.mark.parametrize(("table", "column"), [("body", "code"), ("province", "name")])
def test_names_of_catalogues_are_unique(session: Session, table: str, column: str) -> None:
    statement = text(f"UPDATE {table} SET {column} = (SELECT min({column}) FROM {table})")  # noqa: S608
    assert _constraint(_refusal(session, statement)) == f"uq_{table}_{column}"
