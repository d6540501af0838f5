"""Filing a comment: all of it or nothing, once, and provable."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from feedback.domain.errors import KeyReused
from feedback.domain.vocabulary import SenderKind
from feedback.models import AuditEvent, ClockEvent, Comment, Outbox, Sender
from feedback.services import intake
from tests import factories


def test_one_filing_writes_comment_sender_clock_audit_and_promise(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    comment = factories.comment(receipt.reference)
    assert comment.status == "submitted"
    assert comment.received_at == now
    assert session.get(Sender, comment.id).email == "nguoi.gui@langnghe.example"
    assert session.scalar(select(func.count()).where(ClockEvent.comment_id == comment.id)) == 2
    for model in (AuditEvent, Outbox):
        assert session.scalar(select(func.count()).where(model.comment_id == comment.id)) == 1


def test_the_answer_is_due_fifteen_working_days_after_the_day_of_filing(session: Session, now: datetime) -> None:
    assert factories.submit(now).due_at == datetime(2026, 3, 31, 10, 0, tzinfo=UTC)


def test_the_same_form_posted_twice_is_one_comment_with_the_same_receipt(session: Session, now: datetime) -> None:
    first = factories.submit(now, token="one form")
    second = factories.submit(now, token="one form")
    assert (second.reference, second.key, second.repeated) == (first.reference, first.key, True)
    assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_a_token_that_comes_back_with_another_content_is_refused(session: Session, now: datetime) -> None:
    factories.submit(now, token="one form")
    with pytest.raises(KeyReused):
        factories.submit(now, token="one form", title="Nội dung khác hẳn")


def test_an_anonymous_filing_keeps_no_sender(session: Session, now: datetime) -> None:
    receipt = factories.submit(now, sender_kind=SenderKind.ANONYMOUS, name=None, email=None, consents=frozenset())
    assert session.get(Sender, receipt.comment_id) is None


def test_the_key_is_nowhere_in_the_database(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    row = session.execute(text("SELECT comment::text FROM comment")).scalar_one()
    assert receipt.key not in row
    assert intake.KEY_HASHER.verify(factories.comment(receipt.reference).key_hash, receipt.key)


def test_identity_is_encrypted_in_the_database(session: Session, now: datetime) -> None:
    factories.submit(now)
    row = session.execute(text("SELECT email, name FROM sender")).one()
    assert b"nguoi.gui" not in bytes(row.email)
    assert "Người".encode() not in bytes(row.name)


def test_a_comment_is_found_without_accents(session: Session, now: datetime) -> None:
    factories.submit(now, title="Đường truyền chậm", text="Đề nghị nâng cấp đường truyền của xã.")
    query = text("SELECT count(*) FROM comment WHERE search @@ phraseto_tsquery('simple', 'duong truyen')")
    assert session.execute(query).scalar_one() == 1
