"""A citizen adds files to a filing and to a supplement: good ones are kept, bad ones lose nothing that was typed."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from feedback import sealing
from feedback.db import db
from feedback.models import Attachment, Comment
from feedback.services import intake
from feedback.web import limits, uploads
from tests import factories
from tests import sample_files as files
from tests.domain.test_portable import BAD
from tests.schemas.test_uploads import REFUSED
from tests.web.visitor import FILING, Visitor, forms

FORM, ADD = "/gui-y-kien", "/tra-cuu/bo-sung"
Sent = dict[str, tuple[bytes, str]]


def send(visitor: Visitor, sent: Sent, **changes: Any) -> TestResponse:
    """File a comment with these files, by field: content and name."""
    return post(visitor, FORM, visitor.fill(visitor.get(FORM), FORM, {**FILING, **changes}), sent)


def post(visitor: Visitor, address: str, values: dict[str, list[str]], sent: Sent) -> TestResponse:
    data: dict[str, Any] = {name: value for name, value in values.items() if name not in uploads.FIELDS}
    data |= {field: FileStorage(io.BytesIO(content), name) for field, (content, name) in sent.items()}
    boundary, body = encode_multipart(data)
    return visitor._kept(
        visitor.client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    )


def stored(session: Session) -> list[Attachment]:
    return list(session.scalars(select(Attachment).order_by(Attachment.ordinal)))


def comments(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Comment)) or 0


def test_files_are_kept_with_the_filing_and_the_receipt_shows_their_hashes(visitor: Visitor, session: Session) -> None:
    response = send(
        visitor, {"file_1": (files.picture("PNG"), "Ảnh lỗi.png"), "file_3": (files.pdf(), "../../don.pdf")}
    )
    assert response.status_code == 303
    kept = stored(session)
    assert [(one.ordinal, one.media_type, one.source) for one in kept] == [
        (1, "image/jpeg", "filing"),
        (2, "application/pdf", "filing"),
    ]
    page = visitor.get("/gui-y-kien/bien-nhan").text
    assert "Đã nhận 2 tệp" in page
    assert all(one.received_sha256 in page for one in kept)
    event = factories.events(session.scalars(select(Comment)).one())[0]
    assert event.data["files"] == [
        {"number": one.ordinal, "received": one.received_sha256, "kept": one.sha256} for one in kept
    ]


def test_a_file_lies_encrypted_in_the_database_and_its_name_nowhere(visitor: Visitor, session: Session) -> None:
    send(visitor, {"file_1": (files.pdf(), "Nguyễn Văn Thử.pdf")})
    lying = session.scalars(select(Attachment.content)).one()
    assert lying is not None
    assert b"%PDF" not in lying
    assert sealing.decrypt_bytes(lying) == files.pdf()
    event = factories.events(session.scalars(select(Comment)).one())[0]
    assert "Thử" not in str(event.data)


def test_a_filing_without_files_keeps_its_receipt_as_it_was(visitor: Visitor, session: Session) -> None:
    assert send(visitor, {"file_1": (b"", ""), "file_2": (b"", "")}).status_code == 303
    assert "Tệp đã nhận" not in visitor.get("/gui-y-kien/bien-nhan").text
    assert stored(session) == []
    assert "files" not in factories.events(session.scalars(select(Comment)).one())[0].data


def test_the_same_form_with_the_same_files_twice_is_one_comment_and_with_others_another(
    visitor: Visitor, session: Session
) -> None:
    values = visitor.fill(visitor.get(FORM), FORM, FILING)
    for _ in range(2):
        post(visitor, FORM, values, {"file_1": (files.picture(), "a.jpg")})
    assert (comments(session), len(stored(session))) == (1, 1)
    post(visitor, FORM, values, {"file_1": (files.picture("PNG"), "a.jpg")})
    assert (comments(session), len(stored(session))) == (2, 2)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xff\xd8\xff" + bytes(5_000_000), "to.jpg", "“to.jpg” lớn hơn 5 MB"),
        (b"MZ program", "anh.jpg", "“anh.jpg” không phải là ảnh JPEG"),
        (files.archive(), "don.docx", "“don.docx” không phải là ảnh JPEG"),
        (files.picture()[:-40], "cut.jpg", "“cut.jpg” bị hỏng hoặc bị cắt cụt"),
        (files.png_of_size(50_000, 50_000, rows=10), "bom.png", "“bom.png” có quá nhiều điểm ảnh"),
        (files.pdf() + files.archive(), "kep.pdf", "“kep.pdf” bị hỏng, bị cắt cụt hoặc không đúng cấu trúc"),
        (files.pdf_of(b"<< /S /JavaScript /JS (1) >>"), "lenh.pdf", "“lenh.pdf” có mã lệnh"),
        (b"", "rong.pdf", "“rong.pdf” không có nội dung"),
        (b"x", "{0}{name}%s\u202egpj.exe" + "a" * 80, "…” không phải là ảnh"),
        (b"x", "\u202e\x00", "vừa chọn không phải là ảnh"),
    ],
)
def test_a_bad_file_is_refused_beside_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, session: Session, content: bytes, name: str, said: str
) -> None:
    again = send(visitor, {"file_1": (files.picture(), "tot.jpg"), "file_2": (content, name)})
    assert again.status_code == 422
    assert said in again.text
    assert 'id="file_2-error"' in again.text
    assert "Tệp “tot.jpg” chưa được gửi: trình duyệt không giữ lại tệp đã chọn." in again.text
    assert 'id="file_1-error"' in again.text
    assert 'id="file_3-error"' not in again.text
    shown = forms(again.text)[FORM]
    assert [shown["title"], shown["text"]] == [[FILING["title"]], [FILING["text"]]]
    assert comments(session) == 0


def test_a_bad_field_and_a_bad_file_are_told_at_once_and_good_files_are_to_be_chosen_again(
    visitor: Visitor, session: Session
) -> None:
    again = send(visitor, {"file_1": (b"GIF89a", "a.gif"), "file_2": (files.pdf(), "b.pdf")}, title="")
    assert again.status_code == 422
    for name in ("title", "file_1", "file_2"):
        assert f'id="{name}-error"' in again.text
    assert "Tệp “b.pdf” chưa được gửi" in again.text


def test_several_files_in_one_field_are_refused(visitor: Visitor, session: Session) -> None:
    values = visitor.fill(visitor.get(FORM), FORM, FILING)
    data: dict[str, Any] = {name: value for name, value in values.items() if name not in uploads.FIELDS}
    data["file_1"] = [(io.BytesIO(files.picture()), f"{number}.jpg") for number in range(4)]
    again = visitor.client.post(FORM, data=data, content_type="multipart/form-data")
    assert again.status_code == 422
    assert "Chỉ nhận tối đa 3 tệp" in again.text


def test_a_form_that_was_too_old_asks_for_the_file_again(visitor: Visitor, session: Session) -> None:
    values = visitor.fill(visitor.get(FORM), FORM, {**FILING, "csrf_token": "rác"})
    again = post(visitor, FORM, values, {"file_2": (files.picture(), "a.jpg")})
    assert again.status_code == 400
    assert "Tệp “a.jpg” chưa được gửi" in again.text


def test_while_the_database_is_away_the_form_comes_back_and_asks_for_the_file_again(
    visitor: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(intake, "submit", away)
    again = send(visitor, {"file_1": (files.picture(), "a.jpg")})
    assert again.status_code == 503
    assert "Tệp “a.jpg” chưa được gửi" in again.text


def test_three_pictures_that_are_too_large_still_bring_the_form_back(visitor: Visitor, session: Session) -> None:
    big = b"\xff\xd8\xff" + bytes(11_000_000)
    again = send(visitor, dict.fromkeys(uploads.FIELDS, (big, "a.jpg")))
    assert again.status_code == 422
    assert again.text.count("lớn hơn 5 MB") == 6  # at the top, and beside each field


def test_a_body_beyond_every_bound_gets_a_page_that_says_so(visitor: Visitor, session: Session) -> None:
    answer = send(visitor, {"file_1": (bytes(uploads.FORM_LIMIT), "a.jpg")})
    assert answer.status_code == 413
    assert "mỗi tệp không quá 5 MB, tối đa 3 tệp" in answer.text
    assert comments(session) == 0


@pytest.mark.parametrize("address", ["/tra-cuu", "/tra-cuu/phan-anh-lai", "/dang-nhap", "/api/v1/comments"])
def test_elsewhere_bodies_stay_as_small_as_before(visitor: Visitor, session: Session, address: str) -> None:
    data = {"file_1": (io.BytesIO(bytes(300_000)), "a.jpg")}
    assert visitor.client.post(address, data=data, content_type="multipart/form-data").status_code in {413, 415}


def test_a_field_of_a_form_with_files_is_bounded_too(visitor: Visitor, session: Session) -> None:
    assert send(visitor, {"file_1": (files.picture(), "a.jpg")}, text="a" * 300_000).status_code == 413
    values = visitor.fill(visitor.get(FORM), FORM, {**FILING, "consents": ["xu_ly"] * 100})
    assert post(visitor, FORM, values, {}).status_code == 413


def test_nobody_s_pictures_are_opened_beyond_the_number_of_filings(
    app: Flask, visitor: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(limits, "full_until", lambda *_: now)
    monkeypatch.setattr(uploads, "read", lambda: pytest.fail("a picture was opened"))
    again = send(visitor, {"file_1": (files.picture(), "a.jpg")})
    assert again.status_code == 429
    assert "Tệp “a.jpg” chưa được gửi" in again.text


def asked(now: datetime) -> tuple[intake.Receipt, Comment]:
    receipt = factories.submit(now)
    case = factories.comment(receipt.reference)
    case.status = "awaiting_supplement"
    db.session.commit()
    return receipt, case


def supplement(visitor: Visitor, receipt: intake.Receipt, sent: Sent, **changes: Any) -> TestResponse:
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    values = visitor.fill(page, ADD, {"supplement": "Máy quét ở xã hỏng cả tháng nay.", **changes})
    return post(visitor, ADD, values, sent)


def test_a_supplement_brings_files_after_those_that_came_before(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    receipt, case = asked(now)
    done = supplement(visitor, receipt, {"file_1": (files.picture(), "a.jpg"), "file_2": (files.pdf(), "b.pdf")})
    assert done.status_code == 200
    assert "Đã ghi nhận nội dung bổ sung" in done.text
    kept = stored(session)
    assert [(one.ordinal, one.source, one.comment_id) for one in kept] == [
        (1, "supplement", case.id),
        (2, "supplement", case.id),
    ]
    event = factories.events(case)[-1]
    assert (event.action, [one["kept"] for one in event.data["files"]]) == (  # type: ignore[attr-defined]  # JSON
        "supplement",
        [one.sha256 for one in kept],
    )


def test_a_bad_file_of_a_supplement_keeps_the_words(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt, _ = asked(now)
    again = supplement(visitor, receipt, {"file_1": (b"x", "a.exe"), "file_2": (files.pdf(), "b.pdf")}, supplement="Ơ.")
    assert again.status_code == 422
    assert "“a.exe” không phải là ảnh" in again.text
    assert "Tệp “b.pdf” chưa được gửi" in again.text
    assert 'id="supplement-error"' in again.text
    assert forms(again.text)[ADD]["supplement"] == ["Ơ."]
    assert stored(session) == []


def test_a_supplement_that_nobody_asked_for_says_that_its_file_was_not_sent(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    receipt, case = asked(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    values = visitor.fill(page, ADD, {"supplement": "Máy quét ở xã hỏng cả tháng nay."})
    case.status = "submitted"
    session.commit()
    answer = post(visitor, ADD, values, {"file_1": (files.picture(), "a.jpg")})
    assert answer.status_code == 409
    assert "Tệp “a.jpg” chưa được gửi" in answer.text
    assert stored(session) == []


def test_with_a_wrong_key_no_file_is_opened(
    visitor: Visitor, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, _ = asked(now)
    monkeypatch.setattr(uploads, "read", lambda: pytest.fail("a picture was opened"))
    answer = supplement(visitor, receipt, {"file_1": (files.picture(), "a.jpg")}, key="0000-0000-0000")
    assert answer.status_code == 404


def test_a_case_takes_no_more_files_than_it_may(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt, case = asked(now)
    factories.attachment(case, b"x", ordinal=99)
    session.commit()
    answer = supplement(visitor, receipt, {"file_1": (files.pdf(), "b.pdf")})
    assert answer.status_code == 422
    assert "đã có đủ số tệp" in answer.text


def test_whatever_bad_file_comes_it_is_refused_with_the_form(visitor: Visitor, session: Session) -> None:
    bad = [content for content, _ in (*REFUSED.values(), *BAD.values())]
    answers = [send(visitor, {"file_1": (content, "tep.jpg")}).status_code for content in bad]
    assert answers == [422] * len(bad)
    assert comments(session) == 0
