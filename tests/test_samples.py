"""The samples of a first start: real comments, by the rules of the form, found again whenever it starts."""

from __future__ import annotations

import json
from datetime import datetime
from unicodedata import is_normalized

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import samples
from feedback.models import Comment, Sender
from feedback.samples import FILE
from tests import factories

SECRET = "the server's secret"


def test_the_samples_are_nfc_and_each_its_own() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    assert len({row["title"] for row in read}) == len(read) == 12
    assert {row["kind"] for row in read} == {"hoi", "phan_anh", "kien_nghi", "sang_kien"}
    assert all(is_normalized("NFC", line) for line in lines)
    assert any(row["text"].isascii() for row in read)  # typed without accents, as many do
    assert all(str(row.get("email") or "x@langnghe.example").endswith(".example") for row in read)


def test_samples_are_filed_like_any_comment(session: Session, now: datetime) -> None:
    receipts = samples.file_samples(secret=SECRET, at=now)
    rows = session.scalars(select(Comment)).all()
    assert {row.channel for row in rows} == {"mau"}
    assert {row.received_at for row in rows} == {now}
    assert len(receipts) == len(rows) == len(factories.promises("classify")) == 12
    named = [row.id for row in rows if row.sender_kind != "an_danh"]
    assert set(session.scalars(select(Sender.comment_id))) >= set(named)
    assert all(sender.consent_contact for sender in session.scalars(select(Sender).where(Sender.name.is_not(None))))


def test_a_second_start_finds_the_samples_of_the_first(session: Session, now: datetime) -> None:
    first = samples.file_samples(secret=SECRET, at=now)
    again = samples.file_samples(secret=SECRET, at=now)
    assert [(one.reference, one.key) for one in again] == [(one.reference, one.key) for one in first]
    assert all(one.repeated for one in again)


def test_the_standing_of_each_sample_is_told_in_the_order_of_filing(session: Session, now: datetime) -> None:
    receipts = samples.file_samples(secret=SECRET, at=now)
    factories.submit(now)
    assert [(one.reference, one.decision, one.body, one.confidence) for one in samples.statuses()] == [
        (receipt.reference, "pending", None, None) for receipt in receipts
    ]
    factories.classify(now)
    assert {(one.decision, one.body, one.confidence, one.status, one.reason) for one in samples.statuses()} == {
        ("auto", "Bộ KH&CN", 0.97, "Đã chuyển cơ quan xử lý", None)
    }


def test_a_sample_on_the_desk_says_why(session: Session, now: datetime) -> None:
    samples.file_samples(secret=SECRET, at=now)
    factories.classify(now, sure=False, confidence=0.3)
    assert {(one.decision, one.body, one.reason) for one in samples.statuses()} == {
        ("desk", None, "Máy chưa đủ tin cậy để tự chuyển")
    }
