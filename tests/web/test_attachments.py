"""Files are opened by who may read the case, every opening written down, and by the citizen with the key alone."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.domain.permissions import Role
from feedback.models import Attachment, Body, Comment
from feedback.schemas import uploads
from feedback.services import attachments
from feedback.services.intake import Receipt
from tests import factories, sample_files
from tests.services.test_publishing import answered, publish
from tests.web.official import Official
from tests.web.visitor import Visitor, forms

SENT = tuple(uploads.read(content=content) for content in (sample_files.picture("PNG"), sample_files.pdf()))


def filed(now: datetime) -> tuple[Receipt, Comment]:
    receipt = factories.submit(now, files=SENT)
    factories.classify(now)
    return receipt, factories.comment(receipt.reference)


def address(case: Comment, ordinal: int = 1) -> str:
    return f"/ban-lam-viec/{case.reference}/tep/{ordinal}"


def test_the_page_of_a_case_lists_its_files(official: Official, session: Session, now: datetime) -> None:
    _, case = filed(now)
    page = official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN")).get(f"/ban-lam-viec/{case.reference}").text
    assert "Tệp đính kèm" in page
    assert f'href="{address(case, 1)}"' in page
    assert f'href="{address(case, 2)}"' in page
    assert "Ảnh (JPEG)" in page
    assert "Tài liệu PDF" in page
    assert "kB, gửi cùng ý kiến" in page
    assert all(f"SHA-256: {one.received_sha256}" in page for one in SENT)


def test_a_case_without_files_says_nothing_of_them(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    page = official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN")).get(f"/ban-lam-viec/{case.reference}").text
    assert "Tệp đính kèm" not in page


def test_a_picture_is_shown_a_document_is_saved_and_nothing_in_either_may_run(
    official: Official, session: Session, now: datetime
) -> None:
    _, case = filed(now)
    signed_in = official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    picture, document = signed_in.get(address(case, 1)), signed_in.get(address(case, 2))
    for answer, sent, kind, shown in (
        (picture, SENT[0], "image/jpeg", f'inline; filename="{case.reference}-tep-1.jpg"'),
        (document, SENT[1], "application/pdf", f'attachment; filename="{case.reference}-tep-2.pdf"'),
    ):
        assert (answer.status_code, answer.data) == (200, sent.content)
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Content-Disposition"] == shown
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        policies = answer.headers.getlist("Content-Security-Policy")
        assert len(policies) == 1
        assert "sandbox" in policies[0]
        assert "default-src 'none'" in policies[0]
    assert Image.open(io.BytesIO(picture.data)).size == (320, 240)


def test_every_opening_is_an_event_and_leaves_the_version_so_that_an_answer_in_writing_is_still_taken(
    official: Official, session: Session, now: datetime
) -> None:
    _, case = filed(now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    signed_in = official.sign_in(handler)
    version, moved = case.version, case.updated_at
    signed_in.get(address(case, 1))
    signed_in.get(address(case, 2))
    case = factories.comment(case.reference)
    last = factories.events(case)[-2:]
    assert [(event.action, event.officer_id, event.data) for event in last] == [
        ("file_opened", handler.id, {"file": 1}),
        ("file_opened", handler.id, {"file": 2}),
    ]
    assert (case.version, case.updated_at) == (version, moved)
    assert "Mở một tệp gửi kèm." in signed_in.get(f"/ban-lam-viec/{case.reference}").text


def test_what_only_asks_for_the_head_or_fetches_ahead_opens_nothing(
    official: Official, session: Session, now: datetime
) -> None:
    _, case = filed(now)
    client = official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN")).client
    before = len(factories.events(case))
    for answer in (client.head(address(case)), client.get(address(case), headers={"Sec-Purpose": "prefetch"})):
        assert (answer.status_code, answer.data) == (204, b"")
    assert len(factories.events(factories.comment(case.reference))) == before


def test_a_file_that_is_not_there_is_not_found(official: Official, session: Session, now: datetime) -> None:
    _, case = filed(now)
    signed_in = official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    for ordinal in (0, 3, 2_000_000_000):
        assert signed_in.get(address(case, ordinal)).status_code == 404
    assert signed_in.get(address(case).replace("/1", "/x")).status_code == 404
    assert [event.action for event in factories.events(case)].count("file_opened") == 0


@pytest.mark.parametrize("role", [Role.HANDLER, Role.COORDINATOR, Role.CHECKER, Role.LEADER])
def test_another_body_finds_no_file(official: Official, session: Session, now: datetime, role: Role) -> None:
    _, case = filed(now)
    assert official.sign_in(factories.officer(now, role, "BCA")).get(address(case)).status_code == 404


def test_a_body_that_handles_blind_sees_that_there_are_files_and_opens_none(
    official: Official, session: Session, now: datetime
) -> None:
    _, case = filed(now)
    session.execute(update(Body).where(Body.code == "BKHCN").values(blind=True))
    signed_in = official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN"))
    page = signed_in.get(f"/ban-lam-viec/{case.reference}").text
    assert "giải quyết ẩn danh: tệp gửi kèm có thể cho biết người gửi" in page
    assert address(case) not in page
    answer = signed_in.get(address(case))
    assert answer.status_code == 403
    assert attachments.BLIND in answer.text
    assert "file_opened" not in [event.action for event in factories.events(case)]
    assert official.sign_in(factories.officer(now, Role.INTAKE)).get(address(case)).status_code == 200


def test_a_file_of_a_denunciation_is_for_those_who_may_read_such(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.screened(now, "to_cao", files=SENT)
    assert official.sign_in(factories.officer(now, Role.AUDITOR)).get(address(case)).status_code == 404
    assert official.sign_in(factories.officer(now, Role.INTAKE)).get(address(case)).status_code == 200


def opened(visitor: Visitor, receipt: Receipt, **changes: str) -> TestResponse:
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    return visitor.send(page, "/tra-cuu/tep", **{"tep": "1", **changes})


def test_the_citizen_opens_own_files_with_the_key(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt, _ = filed(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    assert all(one.received_sha256 in page.text for one in SENT)
    answer = opened(visitor, receipt)
    assert (answer.status_code, answer.data) == (200, SENT[0].content)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert opened(visitor, receipt, tep="2").data == SENT[1].content
    assert visitor.get("/tra-cuu/tep").status_code == 405


@pytest.mark.parametrize("changes", [{"key": "0000-0000-0000"}, {"tep": "3"}, {"tep": "²"}, {"tep": "-1"}, {"tep": ""}])
def test_without_the_key_or_the_file_there_is_the_same_answer(
    visitor: Visitor, session: Session, now: datetime, changes: dict[str, str]
) -> None:
    receipt, _ = filed(now)
    assert opened(visitor, receipt, **changes).status_code == 404


def test_the_key_of_another_comment_opens_nothing(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt, _ = filed(now)
    other = factories.submit(now)
    assert opened(visitor, receipt, key=other.key).status_code == 404


def test_an_erased_file_is_named_and_opens_for_nobody(
    visitor: Visitor, official: Official, session: Session, now: datetime
) -> None:
    receipt, case = filed(now)
    attachments.erase(ids=[case.id], at=now)
    session.expire_all()
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key).text
    assert "đã xóa theo quy định về lưu trữ" in page
    assert "/tra-cuu/tep" not in forms(page)
    signed_in = official.sign_in(factories.officer(now, Role.INTAKE))
    assert "đã xóa theo quy định về lưu trữ" in signed_in.get(f"/ban-lam-viec/{case.reference}").text
    assert signed_in.get(address(case)).status_code == 404
    assert session.scalars(select(Attachment.sha256).where(Attachment.comment_id == case.id)).all()


def test_the_file_of_a_list_says_how_many_files_each_case_has(
    official: Official, session: Session, now: datetime
) -> None:
    _, case = filed(now)
    without = factories.routed(now)
    answer = official.sign_in(factories.officer(now, Role.INTAKE)).get("/ban-lam-viec.csv?hang=tat_ca")
    rows = {row["Số ý kiến"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}
    assert (rows[case.reference]["Số tệp đính kèm"], rows[without.reference]["Số tệp đính kèm"]) == ("2", "0")


def test_what_is_public_shows_no_file(visitor: Visitor, session: Session, now: datetime) -> None:
    case = answered(now, files=SENT)
    publish(factories.officer(now, Role.LEADER, "BKHCN"), case, now)
    page = visitor.get(f"/cong-khai/{case.reference}")
    assert page.status_code == 200
    assert case.title in page.text
    for said in ("Tệp", "/tep", SENT[0].sha256[:12], SENT[0].received_sha256[:12]):
        assert said not in page.text


def test_a_file_whose_key_is_gone_says_so_to_both(
    visitor: Visitor, official: Official, session: Session, now: datetime
) -> None:
    receipt, case = filed(now)
    session.execute(update(Attachment).values(content=b"sealed under a key that nobody holds"))
    assert "Tệp này hiện không mở được" in opened(visitor, receipt).text
    answer = official.sign_in(factories.officer(now, Role.INTAKE)).get(address(case))
    assert (answer.status_code, "file_opened" in [event.action for event in factories.events(case)]) == (503, False)
