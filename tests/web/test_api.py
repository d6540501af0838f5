"""Another system files and looks up as a citizen would, and is told exactly what is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.models import Comment, Sender
from tests import factories

FILING: dict[str, Any] = {
    "kind": "kien_nghi",
    "title": "Cho phép nộp giấy tờ đã ký số",
    "text": "Đề nghị các cổng dịch vụ công nhận bản đã ký số, không yêu cầu nộp thêm bản giấy.",
    "sender_kind": "doanh_nghiep",
    "organisation": "Công ty Thử Nghiệm",
    "tax_code": "0101234567-001",
    "name": "Người Đại Diện",
    "phone": "+84 912 345 678",
    "consents": ["xu_ly", "cong_khai"],
}
KEY = {"Idempotency-Key": "don-vi-gui:0000000001"}


def file(client: FlaskClient, headers: dict[str, str] | None = None, **changes: Any) -> TestResponse:
    content = {name: value for name, value in {**FILING, **changes}.items() if value is not None}
    return client.post("/api/v1/comments", json=content, headers=headers or {})


def test_a_comment_is_filed_and_found_again_with_the_key_of_its_receipt(client: FlaskClient, session: Session) -> None:
    response = file(client)
    receipt = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/comments/{receipt['reference']}"
    case = client.get(response.headers["Location"], headers={"Receipt-Key": receipt["key"]}).get_json()
    assert (case["title"], case["status"], case["status_name"]) == (FILING["title"], "submitted", "Mới gửi")
    assert case["timeline"][0]["sentence"] == "Ông/Bà đã gửi ý kiến."
    comment = session.scalars(select(Comment)).one()
    assert (comment.channel, comment.kind) == ("api", "kien_nghi")
    sender = session.scalars(select(Sender)).one()
    assert (sender.phone, sender.tax_code, sender.consent_publish) == ("0912345678", "0101234567-001", True)


def test_the_same_request_sent_twice_with_its_key_is_one_comment(client: FlaskClient, session: Session) -> None:
    first, second = file(client, KEY), file(client, KEY)
    assert first.get_json() == second.get_json()
    assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_without_a_key_two_requests_are_two_comments(client: FlaskClient, session: Session) -> None:
    assert file(client).get_json()["reference"] != file(client).get_json()["reference"]


def test_a_key_that_comes_back_with_another_content_is_refused(client: FlaskClient, session: Session) -> None:
    file(client, KEY)
    response = file(client, KEY, title="Nội dung khác")
    assert response.status_code == 422
    assert "đã được dùng cho một nội dung khác" in response.get_json()["detail"]


@pytest.mark.parametrize("key", ["ngan", "x" * 201, "có dấu cách và dấu", "abc\tdefghijklmnopq"])
def test_a_key_that_is_no_key_is_refused(client: FlaskClient, session: Session, key: str) -> None:
    response = file(client, {"Idempotency-Key": key})
    assert response.status_code == 422
    assert "Idempotency-Key" in response.get_json()["errors"]


def test_every_field_that_is_wrong_is_named_with_its_reason(client: FlaskClient, session: Session) -> None:
    document = file(
        client, kind="than_phien", text="ngắn", province="SAIGON", extra=1, consents=["xu_ly", "bán"]
    ).get_json()
    assert document["errors"] == {
        "kind": ["Giá trị này không có trong danh mục."],
        "text": ["Nội dung còn quá ngắn: cần ít nhất 10 ký tự."],
        "province": ["Giá trị này không có trong danh mục."],
        "consents": ["Mục đồng ý này không có trong quy định.", *document["errors"]["consents"][1:]],
        "extra": ["Trường thông tin này không có trong quy định."],
    }
    assert document["status"] == 422


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"kind": "\\ud800"}', b"1" * 5000, b"[" * 100_000]
)
def test_a_body_that_is_no_object_is_refused_and_breaks_nothing(
    client: FlaskClient, session: Session, body: bytes
) -> None:
    response = client.post("/api/v1/comments", data=body, content_type="application/json")
    assert response.status_code in {400, 422}
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken_so_that_no_other_site_can_file_by_a_form(
    client: FlaskClient, session: Session, content_type: str
) -> None:
    response = client.post("/api/v1/comments", data=b'{"kind": "hoi"}', content_type=content_type)
    assert response.status_code == 415


def test_a_body_over_the_limit_is_refused(client: FlaskClient, session: Session) -> None:
    assert file(client, text="a" * 300_000).status_code == 413


def test_lone_surrogates_and_nul_in_json_are_taken_out(client: FlaskClient, session: Session) -> None:
    body = (
        b'{"kind":"hoi","title":"T\\ud800\\u0000i","sender_kind":"an_danh",'
        b'"text":"Xin h\\u1ecfi v\\u1ec1 \\udfff ch\\u1eef k\\u00fd s\\u1ed1"}'
    )
    assert client.post("/api/v1/comments", data=body, content_type="application/json").status_code == 201
    assert session.scalars(select(Comment)).one().title == "Ti"


def test_a_wrong_number_and_a_wrong_key_get_the_same_answer(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    tries = [("PA-2026-999999", receipt.key), (receipt.reference, "0" * 12), ("x", "x")]
    answers = [client.get(f"/api/v1/comments/{number}", headers={"Receipt-Key": key}) for number, key in tries]
    documents = [{**answer.get_json(force=True), "request_id": ""} for answer in answers]
    assert documents == [documents[0]] * 3
    assert documents[0]["status"] == 404


def test_without_the_key_the_case_stays_shut(client: FlaskClient, session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    response = client.get(f"/api/v1/comments/{receipt.reference}")
    assert response.status_code == 422
    assert response.get_json(force=True)["errors"] == {"Receipt-Key": ["Xin gửi mã tra cứu trong tiêu đề Receipt-Key."]}


def test_the_list_of_bodies_has_the_active_ones_with_their_mandates(client: FlaskClient, session: Session) -> None:
    listed = client.get("/api/v1/bodies").get_json()
    assert {"BKHCN", "VPTW", "UBND_TINH:HN"} <= {body["code"] for body in listed}
    assert all(body["mandate"] for body in listed)


def test_filings_by_form_and_by_api_share_their_limit(
    rate_limited: Flask, client: FlaskClient, session: Session
) -> None:
    assert [file(client, title=f"Ý kiến thứ {number}").status_code for number in range(21)] == [201] * 20 + [429]


def test_no_cookie_is_set_or_asked_for(client: FlaskClient, session: Session) -> None:
    assert "Set-Cookie" not in file(client).headers
