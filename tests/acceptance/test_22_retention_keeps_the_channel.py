"""22: nothing goes within N days of a citizen's message; a stub remains; the content goes while the channel stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain import seal
from feedback.domain.permissions import Role
from feedback.domain.retention import STUB_TEXT, STUB_TITLE, Erasing
from feedback.domain.status import Actor
from feedback.jobs import dispose
from feedback.jobs.seal import Sealer
from feedback.models import AuditEvent, DisposalCertificate, Sender
from feedback.services import chains, disposal, erasing, lookup, moving, proposing, triage
from tests import factories, retained
from tests.web.official import Official, words
from tests.web.visitor import Visitor

NAME, PHONE, EMAIL = "Nguyễn Thị Hồng Nhung", "0912345678", "hong.nhung@vidu.vn"
TELLING = "chiếc bè luồng trôi"  # words that no table of ours holds otherwise
FILED = {
    "name": NAME,
    "phone": PHONE,
    "email": EMAIL,
    "title": f"Gọi {PHONE} về {TELLING}",
    "text": f"Tôi là {NAME}, thấy {TELLING} đúng chỗ trạm phát sóng. Xin gọi {PHONE} hoặc viết cho {EMAIL}.",
}


def columns_that_hold(*wanted: str) -> Iterator[str]:
    """The columns of any table in which one of these strings stands."""
    for table in db.metadata.tables.values():
        for name in _written(table):
            for one in wanted:
                found = db.session.execute(
                    text(f'SELECT count(*) FROM "{table.name}" WHERE "{name}"::text ILIKE :like'),  # noqa: S608
                    {"like": f"%{one}%"},
                )
                if found.scalar_one():
                    yield f"{table.name}.{name}"


def _written(table: Table) -> list[str]:
    return [column.name for column in table.columns if str(column.type) in {"VARCHAR", "JSONB", "TSVECTOR", "TEXT"}]


def told(now: datetime) -> retained.Ended:
    """A case whose sender's words stand wherever words can stand."""
    receipt = factories.submit(now, **FILED)
    factories.classify(now, sure=False, question=f"{TELLING} ở đâu?")
    case, officer = factories.comment(receipt.reference), factories.officer(now, Role.INTAKE)
    triage.route(
        officer=officer,
        reference=case.reference,
        version=case.version,
        body_code="BCA",
        reason=f"Theo {NAME}, {TELLING}",
        at=now,
    )
    factories.replied(factories.comment(receipt.reference), now)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason=f"Vẫn {TELLING}, gọi {PHONE} cho tôi.", at=now)
    handler = factories.officer(now, Role.HANDLER, "BCA")
    case = factories.comment(receipt.reference)
    factories.checking(case, handler, now, text=f"Kính gửi bà {NAME}, {TELLING} đã được dời đi, đã gọi {PHONE}.")
    checker = factories.officer(now, Role.CHECKER, "BCA")
    factories.approved(case, checker, now)
    lookup.confirm(reference=receipt.reference, key=receipt.key, at=now)
    return retained.Ended(factories.comment(receipt.reference), receipt)


@pytest.mark.parametrize(("days", "proposed"), [(60, 0), (89, 0), (91, 1)])
def test_22_nothing_is_proposed_within_ninety_days_of_a_citizens_message(
    session: Session, now: datetime, days: int, proposed: int
) -> None:
    retained.set_term(Erasing.IDENTITY, months=1)
    retained.ended(now)
    assert len(proposing.propose(at=now + timedelta(days=days))) == proposed


def test_22_how_many_days_is_a_row_of_the_schedule(session: Session, now: datetime) -> None:
    retained.set_term(Erasing.IDENTITY, months=1, quiet_days=40)
    retained.ended(now)
    assert len(proposing.propose(at=now + timedelta(days=39))) == 0
    assert len(proposing.propose(at=now + timedelta(days=41))) == 1


def test_22_a_message_after_the_approval_still_spares_the_case(session: Session, now: datetime) -> None:
    batch = retained.approved(retained.proposed(now, count=2), now)
    first, second = sorted(retained.states(batch))
    late = now + retained.LATER
    moving.record(comment=moving.lock(reference=first), action="rate", actor=Actor.CITIZEN, at=late)
    assert erasing.carry_out(cleaner=str, at=late) == erasing.Outcome(batch.id, erased=1, spared=1)
    assert retained.states(batch) == {first: "spared", second: "done"}
    assert factories.comment(first).erased is None


def test_22_neither_an_open_case_nor_a_held_one_ever_goes(session: Session, now: datetime) -> None:
    factories.routed(now)
    held = retained.ended(now).case
    held.held = True
    session.flush()
    assert proposing.propose(at=now + retained.MUCH_LATER) == []
    held.held = False
    session.flush()
    (batch,) = proposing.propose(at=now + retained.LATER)
    retained.approved(batch, now)
    factories.comment(held.reference).held = True
    session.flush()
    assert erasing.carry_out(cleaner=str, at=now + retained.LATER) == erasing.Outcome(batch.id, erased=0, spared=1)
    assert session.scalar(select(Sender.name).where(Sender.comment_id == held.id)) is not None


def test_22_after_the_term_of_identities_the_words_stay_without_whoever_wrote_them(
    session: Session, now: datetime
) -> None:
    case = told(now).case
    (batch,) = proposing.propose(at=now + retained.LATER)
    retained.approved(batch, now)
    dispose.carry_out(now)
    assert list(columns_that_hold(NAME, PHONE, EMAIL, "hong nhung")) == []
    case = factories.comment(case.reference)
    assert case.title == f"Gọi [số điện thoại] về {TELLING}"
    assert "[tên người]" in case.text
    assert TELLING in case.text
    assert case.erased == "identity"


def test_22_after_the_term_of_texts_no_word_is_left_and_a_stub_remains(session: Session, now: datetime) -> None:
    before = told(now).case
    facts = (before.reference, before.received_at, before.closed_at, before.body_id, before.status, before.kind)
    (batch,) = proposing.propose(at=now + retained.MUCH_LATER)
    retained.approved(batch, now)
    dispose.carry_out(now)
    assert list(columns_that_hold(NAME, PHONE, EMAIL, TELLING, "chiec be luong troi")) == []
    case = factories.comment(before.reference)
    assert (case.reference, case.received_at, case.closed_at, case.body_id, case.status, case.kind) == facts
    assert (case.title, case.text, case.erased) == (STUB_TITLE, STUB_TEXT, "text")


def test_22_the_audit_log_is_whole_after_everything_is_erased(session: Session, now: datetime) -> None:
    told(now)
    written = [
        seal.Sealed(event.comment_id, event.sequence, event.hash) for event in session.scalars(select(AuditEvent))
    ]
    sealed = [seal.close(None, at=now, horizon=1, events=written)]
    late = now + retained.MUCH_LATER
    (batch,) = proposing.propose(at=late)
    retained.erase(batch, late)
    assert chains.first_break(seals=sealed) is None
    (certificate,) = session.scalars(select(DisposalCertificate))
    assert factories.events(factories.comment(certificate.reference))[-1].action == "erase"


def test_22_the_command_finds_the_sealed_log_whole_after_an_erasure(
    committed: Flask, tmp_path: Path, now: datetime
) -> None:
    config = committed.config["LANG_NGHE"]
    committed.config["LANG_NGHE"] = replace(config, seal_path=tmp_path / "seals.jsonl")
    late = now + retained.MUCH_LATER
    try:
        with transaction():
            told(now)
        Sealer(tmp_path / "seals.jsonl").seal()
        with transaction():
            (batch,) = proposing.propose(at=late)
            assert retained.erase(batch, late).erased == 1
        verified = committed.test_cli_runner().invoke(args=["audit", "verify"])
    finally:
        committed.config["LANG_NGHE"] = config
    assert (verified.exit_code, verified.output.startswith("Nhật ký nguyên vẹn")) == (0, True)


def test_22_with_number_and_key_the_sender_reads_why_it_is_gone_and_writes_again(
    session: Session, client: FlaskClient, now: datetime
) -> None:
    filed = told(now)
    (batch,) = proposing.propose(at=now + retained.MUCH_LATER)
    retained.erase(batch, now + retained.MUCH_LATER)
    visitor = Visitor(client)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=filed.receipt.reference, key=filed.receipt.key)
    said = words(page)
    assert page.status_code == 200
    assert "Nội dung ý kiến đã được xóa" in said
    assert "Căn cứ: Thời hạn lưu giữ nội dung đã ẩn danh" in said
    assert TELLING not in said
    written = visitor.send(page, "/tra-cuu/phan-anh-lai", reason="Nay trạm phát sóng lại hỏng, xin xem giúp.")
    assert "Đã ghi nhận nội dung phản ánh lại" in words(written)
    case = factories.comment(filed.receipt.reference)
    assert case.status == "sorting"
    seen = Official(client).sign_in(factories.officer(now, Role.INTAKE)).get(f"/ban-lam-viec/{case.reference}")
    assert "Nay trạm phát sóng lại hỏng, xin xem giúp." in words(seen)


def test_22_what_the_sender_writes_afterwards_has_its_own_term(session: Session, now: datetime) -> None:
    filed = told(now)
    late = now + retained.MUCH_LATER
    (batch,) = proposing.propose(at=late)
    retained.erase(batch, late)
    assert proposing.propose(at=late + retained.MUCH_LATER) == []
    lookup.reopen(reference=filed.receipt.reference, key=filed.receipt.key, reason="Trạm lại hỏng rồi.", at=late)
    case = factories.comment(filed.receipt.reference)
    case.status, case.closed_at = "closed", late + retained.MONTH / 2
    session.flush()
    assert proposing.propose(at=late + retained.MONTH) == []
    (again,) = proposing.propose(at=late + retained.MONTH + retained.MUCH_LATER)
    assert retained.states(again) == {case.reference: "kept"}


def test_22_the_sender_has_the_content_erased_and_keeps_the_channel(
    app: Flask, session: Session, client: FlaskClient, now: datetime
) -> None:
    filed, visitor = told(now), Visitor(client)
    receipt = {"reference": filed.receipt.reference, "key": filed.receipt.key}
    page = visitor.send("/tra-cuu", "/tra-cuu", **receipt)
    asked = visitor.send(page, "/tra-cuu/xoa-noi-dung")
    assert "Đã ghi nhận yêu cầu xóa nội dung" in words(asked)
    assert "Yêu cầu xóa nội dung đang được xem xét" in words(asked)
    assert "/tra-cuu/xoa-noi-dung" not in asked.text
    for reviewer, action in zip(retained.reviewers(now), ("xac-nhan", "phe-duyet"), strict=True):
        desk = Official(app.test_client()).sign_in(reviewer)
        listed = desk.get("/quan-tri/luu-tru")
        (link,) = {part.partition('"')[0] for part in listed.text.split('href="/quan-tri/luu-tru/dot?so=')[1:]}
        done = desk.send(f"/quan-tri/luu-tru/dot?so={link}", f"/quan-tri/luu-tru/{action}")
        assert done.status_code == 303
    dispose.carry_out(now)
    assert list(columns_that_hold(NAME, PHONE, EMAIL, TELLING)) == []
    after = visitor.send("/tra-cuu", "/tra-cuu", **receipt)
    assert "Nội dung ý kiến đã được xóa" in words(after)
    assert "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15" in words(after)
    assert "Gửi phản ánh lại" in words(after)


def test_22_a_request_is_due_in_two_working_days_and_a_refusal_reaches_the_sender_with_its_reason(
    session: Session, client: FlaskClient, now: datetime
) -> None:
    filed = retained.ended(now)
    receipt = {"reference": filed.receipt.reference, "key": filed.receipt.key}
    lookup.ask_erasure(**receipt, at=now)
    standing = lookup.open_case(**receipt).erasure
    assert standing.due_at == datetime(2026, 3, 12, 10, tzinfo=now.tzinfo)  # Thursday, 17:00 in Viet Nam
    (item,) = [batch for batch, *_ in session.execute(text("SELECT batch_id FROM disposal_item"))]
    disposal.reject(
        officer=retained.reviewers(now)[0], batch_id=item, reason="Vụ việc đang được thanh tra xem xét.", at=now
    )
    page = words(Visitor(client).send("/tra-cuu", "/tra-cuu", **receipt))
    assert "Yêu cầu xóa nội dung chưa được chấp thuận" in page
    assert "Vụ việc đang được thanh tra xem xét." in page
    case = factories.comment(filed.receipt.reference)
    assert (case.erased, case.title) == (None, filed.case.title)
