"""A citizen follows a comment with its receipt alone, and has the last word on whether it is settled."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.domain.status import Action, Actor
from feedback.services import moving
from tests import factories
from tests.web.visitor import Visitor, forms


def replied(at: datetime) -> tuple[str, str]:
    """Reference and key of a case whose answer was sent."""
    with transaction():
        receipt = factories.submit(at)
        factories.classify(at)
        comment = moving.lock(reference=receipt.reference)
        for action in (Action.ACCEPT, Action.ANSWER, Action.CHECK, Action.APPROVE, Action.REPLY):
            moving.move(comment=comment, action=action, actor=Actor.OFFICER, at=at, officer_id=None)
    return receipt.reference, receipt.key


def look_up(visitor: Visitor, reference: str, key: str) -> str:
    response = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    assert response.status_code == 200
    return response.text


def varying_parts_removed(page: str) -> str:
    """The page without the session's token and the number that was typed."""
    return re.sub(r'(name="csrf_token"| name="reference" type="text" spellcheck="false") value="[^"]*"', "", page)


def test_the_receipt_opens_the_case_with_its_course_in_plain_words(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    page = look_up(visitor, receipt.reference, receipt.key)
    for words in ("Mới gửi", "Phản ánh", "Ông/Bà đã gửi ý kiến.", "10/03/2026 09:00", "Thứ Ba, 31/03/2026"):
        assert words in page


@pytest.mark.parametrize("mangle", [str.lower, lambda key: f" {key[:4]} {key[4:8]}-{key[8:]} "])
def test_the_key_may_be_typed_in_lower_case_with_spaces_and_dashes(
    visitor: Visitor, session: Session, now: datetime, mangle: object
) -> None:
    receipt = factories.submit(now)
    assert callable(mangle)
    assert receipt.reference in look_up(visitor, receipt.reference.lower(), mangle(receipt.key))


def test_a_wrong_number_and_a_wrong_key_get_the_same_answer(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    tries = [("PA-2026-999999", receipt.key), (receipt.reference, "000000000000"), ("rác", "rác"), ("", "")]
    answers = [visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key) for reference, key in tries]
    assert {answer.status_code for answer in answers} == {404}
    pages = {varying_parts_removed(answer.text) for answer in answers}
    assert len(pages) == 1


def test_a_mistyped_key_is_not_shown_again(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    response = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key="7777-7777-7777")
    assert "7777" not in response.text
    assert forms(response.text)["/tra-cuu"]["reference"] == [receipt.reference]


def test_a_link_may_bring_the_number_and_never_the_key(visitor: Visitor, session: Session) -> None:
    page = visitor.get("/tra-cuu?so=PA-2026-000123&key=7K2MQX4T9ZBA")
    assert forms(page.text)["/tra-cuu"]["reference"] == ["PA-2026-000123"]
    assert "7K2MQX4T9ZBA" not in page.text


def test_an_eleventh_look_within_a_minute_waits(rate_limited: Flask, visitor: Visitor, session: Session) -> None:
    statuses = [
        visitor.send("/tra-cuu", "/tra-cuu", reference="PA-2026-000001", key="0").status_code for _ in range(11)
    ]
    assert statuses == [404] * 10 + [429]
    last = visitor.pages[-1]
    assert int(last.headers["Retry-After"]) <= 60
    assert "Quá nhiều yêu cầu" in last.text


def test_before_an_answer_there_is_nothing_to_confirm(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    page = look_up(visitor, receipt.reference, receipt.key)
    assert "/tra-cuu/xac-nhan" not in forms(page)


def test_the_citizen_confirms_and_the_case_is_closed(visitor: Visitor, session: Session, now: datetime) -> None:
    reference, key = replied(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    done = visitor.send(page, "/tra-cuu/xac-nhan")
    assert done.status_code == 200
    assert "Cảm ơn Ông/Bà đã xác nhận." in done.text
    assert factories.comment(reference).status == "closed"


def test_confirming_twice_says_that_the_case_is_past_that_step(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    reference, key = replied(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    visitor.send(page, "/tra-cuu/xac-nhan")
    again = visitor.send(page, "/tra-cuu/xac-nhan")
    assert again.status_code == 409
    assert "không cho phép thực hiện bước này" in again.text


def test_the_citizen_reopens_with_a_reason(visitor: Visitor, session: Session, now: datetime) -> None:
    reference, key = replied(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    done = visitor.send(page, "/tra-cuu/phan-anh-lai", reason="Vẫn báo lỗi như trước khi được trả lời.")
    assert done.status_code == 200
    assert "Đã ghi nhận nội dung phản ánh lại." in done.text
    assert factories.comment(reference).status == "reopened"


def test_reopening_without_a_reason_shows_the_case_again_with_what_was_typed(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    reference, key = replied(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    again = visitor.send(page, "/tra-cuu/phan-anh-lai", reason="ngắn")
    assert again.status_code == 422
    assert forms(again.text)["/tra-cuu/phan-anh-lai"]["reason"] == ["ngắn"]
    assert 'id="reason-error"' in again.text
    assert factories.comment(reference).status == "replied"


@pytest.mark.parametrize("action", ["/tra-cuu/xac-nhan", "/tra-cuu/phan-anh-lai"])
def test_a_wrong_key_moves_nothing(visitor: Visitor, session: Session, now: datetime, action: str) -> None:
    reference, key = replied(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    refused = visitor.send(page, action, key="000000000000", reason="Một lý do đủ dài để gửi đi.")
    assert refused.status_code == 404
    assert factories.comment(reference).status == "replied"
