"""Letters on the web: a file for those who may see the case and for the citizen; a name only by an unsealing."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment, Officer
from tests import factories
from tests.pdf_reader import Document
from tests.web.official import Official, values, words
from tests.web.visitor import Visitor, forms

ANSWER = "Đã lắp thêm trạm phát sóng tại bản; kính mong Ông/Bà kiểm tra lại."


def handler(now: datetime, body: str = "BKHCN") -> Officer:
    return factories.officer(now, Role.HANDLER, body)


def answered(now: datetime, **changes: object) -> tuple[Comment, str]:
    """A case that was answered, and the key of its receipt."""
    receipt = factories.submit(now, **changes)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    factories.checking(case, handler(now), now, ANSWER)
    return factories.approved(case, factories.officer(now, Role.CHECKER, "BKHCN"), now), receipt.key


def test_an_official_takes_the_letter_from_the_page_of_the_case(
    official: Official, session: Session, now: datetime
) -> None:
    case, _ = answered(now, name="Người Gửi Kín", address="12 phố Kín")
    page = official.sign_in(handler(now)).get(f"/ban-lam-viec/{case.reference}")
    link = re.search(r'href="(/ban-lam-viec/[^"]+/thu\.pdf\?thu=TL-1)"', page.text)
    assert link is not None
    answer = official.get(link[1])
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="thu-{case.reference}-TL-1.pdf"'
    text = Document(answer.data).text
    assert ANSWER.removesuffix(".") in text
    assert f"Kính gửi: Ông/Bà (theo ý kiến số {case.reference})" in text
    assert "Kín" not in text.replace("Kính", "")
    assert official.get(f"/ban-lam-viec/{case.reference}/thu.pdf").data == answer.data


@pytest.mark.parametrize("code", ["TL-2", "TL-0", "rác", "../x", "TL-1%0d%0aX: y", "TL-" + "9" * 30])
def test_a_letter_that_is_none_is_not_found(official: Official, session: Session, now: datetime, code: str) -> None:
    case, _ = answered(now)
    address = f"/ban-lam-viec/{case.reference}/thu.pdf"
    assert official.sign_in(handler(now)).get(f"{address}?thu={code}").status_code == 404
    sent = values(thu=code, version=case.version, letter_reason="Gửi thư bưu chính.", csrf_token=official.token())
    assert official.post(address, sent).status_code == 404
    assert official.get(f"/ban-lam-viec/{case.reference}").status_code == 200
    assert [event.action for event in factories.events(case)].count("unseal") == 0


def test_another_body_s_official_finds_no_letter(official: Official, session: Session, now: datetime) -> None:
    case, _ = answered(now)
    assert official.sign_in(handler(now, "BCA")).get(f"/ban-lam-viec/{case.reference}/thu.pdf").status_code == 404


def test_a_name_comes_on_the_letter_for_a_reason_and_is_written_down(
    official: Official, session: Session, now: datetime
) -> None:
    case, _ = answered(now, name="Người Gửi Thử", address="12 phố Thử, Sơn La")
    address = f"/ban-lam-viec/{case.reference}"
    page = official.sign_in(handler(now)).get(address)
    refused = official.send(page, f"{address}/thu.pdf", thu="TL-1")
    assert refused.status_code == 422
    assert re.search(r'id="letter_reason-error"', refused.text)
    answer = official.send(refused, f"{address}/thu.pdf", thu="TL-1", letter_reason="Gửi thư qua bưu chính.")
    assert answer.mimetype == "application/pdf"
    assert "Kính gửi: Ông/Bà Người Gửi Thử 12 phố Thử, Sơn La" in Document(answer.data).text
    assert [event.action for event in factories.events(case)].count("unseal") == 1
    stale = official.send(refused, f"{address}/thu.pdf", thu="TL-1", letter_reason="Gửi thư qua bưu chính.")
    assert stale.status_code == 409
    assert "Gửi thư qua bưu chính." in stale.text


def test_who_may_not_unseal_is_offered_no_name(official: Official, session: Session, now: datetime) -> None:
    case, _ = answered(now)
    page = official.sign_in(factories.officer(now, Role.CHECKER, "BKHCN")).get(f"/ban-lam-viec/{case.reference}")
    assert "Thư (PDF)" in page.text
    assert f"/ban-lam-viec/{case.reference}/thu.pdf" not in forms(page.text)


def test_the_citizen_takes_the_letter_by_the_receipt(visitor: Visitor, session: Session, now: datetime) -> None:
    case, key = answered(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=case.reference, key=key)
    assert "Tải thư trả lời ngày 10/03/2026" in words(page)
    answer = visitor.send(page, "/tra-cuu/thu.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert ANSWER.removesuffix(".") in Document(answer.data).text
    assert answer.headers["Cache-Control"] == page.headers["Cache-Control"]


@pytest.mark.parametrize("changes", [{"key": "SAI"}, {"reference": "PA-2026-999999"}, {"thu": "TL-9"}, {"thu": "rác"}])
def test_without_the_right_receipt_there_is_no_letter(
    visitor: Visitor, session: Session, now: datetime, changes: dict[str, str]
) -> None:
    case, key = answered(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=case.reference, key=key)
    answer = visitor.send(page, "/tra-cuu/thu.pdf", **changes)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert key not in answer.text


def test_a_case_without_letters_offers_none(visitor: Visitor, session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    assert "/tra-cuu/thu.pdf" not in forms(page.text)


def test_letters_are_counted_among_look_ups(
    rate_limited: Flask, visitor: Visitor, session: Session, now: datetime
) -> None:
    case, key = answered(now)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=case.reference, key=key)
    sent = visitor.fill(page, "/tra-cuu/thu.pdf", {"key": "SAI"})
    assert 429 in {visitor.post("/tra-cuu/thu.pdf", sent).status_code for _ in range(40)}
