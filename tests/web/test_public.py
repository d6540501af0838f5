"""A citizen files a comment and gets its receipt, whatever goes wrong on the way."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.models import Comment, Outbox, Sender
from feedback.services import intake
from feedback.web import limits
from feedback.web.receipts import COOKIE
from tests.web.visitor import FILING, Visitor, forms

KEY = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}")
REFERENCE = re.compile(r"PA-\d{4}-\d{6,}")

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "</textarea><svg/onload=alert(1)>",
    "{{ 7*191 }}{% raw %}",
    "${7*191}#{7*191}<%= 7*191 %>",
    "'; DROP TABLE comment; --",
    "Robert\\'); SELECT pg_sleep(9);--",
    '=HYPERLINK("http://langnghe.example")',
    "a\r\nSet-Cookie: x=1\r\n\r\nb",
    "%0d%0aLocation:%20http://langnghe.example",
    "&lt;b&gt;&amp;amp;",
    "javascript:alert(1)",
    "\u202egnp.exe\u202c",
    "a\x00b\x1b[31mc",
    "%s%s%n %(name)s {name} {0}",
    "../../../../etc/passwd",
    "👩‍👩‍👧 và Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
)


def comments(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Comment)) or 0


def receipt_of(visitor: Visitor) -> tuple[str, str]:
    page = visitor.get("/gui-y-kien/bien-nhan").text
    reference, key = REFERENCE.search(page), KEY.search(page)
    assert reference is not None
    assert key is not None
    return reference[0], key[0]


def test_a_filed_comment_is_in_the_database_with_its_promise_and_the_citizen_sees_the_receipt(
    visitor: Visitor, session: Session
) -> None:
    response = visitor.file()
    assert (response.status_code, response.location) == (303, "/gui-y-kien/bien-nhan")
    comment = session.scalars(select(Comment)).one()
    assert (comment.title, comment.kind, comment.channel, comment.province, comment.field) == (
        FILING["title"],
        "phan_anh",
        "web",
        "HN",
        "DVC",
    )
    assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.comment_id == comment.id)) == 1
    reference, key = receipt_of(visitor)
    assert reference == comment.reference
    assert intake.KEY_HASHER.verify(comment.key_hash, key.replace("-", ""))


def test_the_form_asks_every_consent_and_ticks_none(visitor: Visitor) -> None:
    page = visitor.get("/gui-y-kien")
    assert page.text.count('name="consents"') == 4
    assert "consents" not in forms(page.text)["/gui-y-kien"]
    assert "checked" not in page.text


def test_the_same_form_posted_twice_is_one_comment_with_the_same_receipt(visitor: Visitor, session: Session) -> None:
    values = visitor.fill(visitor.get("/gui-y-kien"), "/gui-y-kien", FILING)
    visitor.post("/gui-y-kien", values)
    first = receipt_of(visitor)
    visitor.post("/gui-y-kien", values)
    assert receipt_of(visitor) == first
    assert comments(session) == 1


def test_the_same_form_sent_again_with_other_words_is_another_comment(visitor: Visitor, session: Session) -> None:
    values = visitor.fill(visitor.get("/gui-y-kien"), "/gui-y-kien", FILING)
    visitor.post("/gui-y-kien", values)
    first = receipt_of(visitor)
    visitor.post("/gui-y-kien", {**values, "title": ["Một việc khác hẳn"]})
    assert receipt_of(visitor)[0] != first[0]
    assert comments(session) == 2


def test_what_was_typed_comes_back_with_errors_at_the_top_and_beside_the_fields(
    visitor: Visitor, session: Session
) -> None:
    first = visitor.get("/gui-y-kien")
    typed = visitor.fill(first, "/gui-y-kien", {**FILING, "title": "", "email": "không phải thư", "phone": "12"})
    again = visitor.post("/gui-y-kien", typed)
    assert again.status_code == 422
    shown = forms(again.text)["/gui-y-kien"]
    assert {**shown, "csrf_token": []} == {**typed, "csrf_token": []}
    for name in ("title", "email", "phone"):
        assert f'href="#{name}"' in again.text
        assert f'id="{name}-error"' in again.text
    assert "<title>Lỗi: " in again.text
    assert comments(session) == 0


def test_after_mending_the_errors_the_comment_is_filed(visitor: Visitor, session: Session) -> None:
    again = visitor.file(title="")
    assert visitor.send(again, "/gui-y-kien", title="Bây giờ đã có tiêu đề").status_code == 303
    assert comments(session) == 1


def test_without_the_token_of_the_session_nothing_is_filed_and_nothing_typed_is_lost(
    visitor: Visitor, session: Session
) -> None:
    values = visitor.fill(visitor.get("/gui-y-kien"), "/gui-y-kien", FILING)
    del values["csrf_token"]
    again = visitor.post("/gui-y-kien", values)
    assert again.status_code == 400
    assert forms(again.text)["/gui-y-kien"]["text"] == [FILING["text"]]
    assert comments(session) == 0
    assert visitor.send(again, "/gui-y-kien").status_code == 303


@pytest.mark.parametrize("token", ["", "ngắn", "x" * 65, "dấu cách không được phép có ở đây nhé"])
def test_a_form_whose_own_token_is_no_token_gets_a_fresh_one(visitor: Visitor, session: Session, token: str) -> None:
    again = visitor.file(token=token)
    assert again.status_code == 400
    assert len(forms(again.text)["/gui-y-kien"]["token"][0]) == 32
    assert comments(session) == 0


def test_whoever_files_anonymously_leaves_no_identity_even_if_typed(visitor: Visitor, session: Session) -> None:
    assert visitor.file(sender_kind="an_danh", consents=[]).status_code == 303
    assert session.scalar(select(func.count()).select_from(Sender)) == 0


def test_a_post_with_fields_missing_altogether_shows_the_form_again(visitor: Visitor) -> None:
    token = forms(visitor.get("/gui-y-kien").text)["/gui-y-kien"]
    response = visitor.post("/gui-y-kien", {"csrf_token": token["csrf_token"], "token": token["token"]})
    assert response.status_code == 422
    assert "Xin chọn loại ý kiến." in response.text


def test_fields_that_no_form_has_are_not_let_in(visitor: Visitor, session: Session) -> None:
    assert visitor.file(channel="api", status="closed", body_id="1").status_code == 303
    assert session.scalars(select(Comment)).one().channel == "web"


@pytest.mark.parametrize("name", ["title", "text", "name", "organisation", "tax_code", "email", "phone", "address"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown_as_text_and_never_breaks_the_page(visitor: Visitor, name: str, hostile: str) -> None:
    response = visitor.file(**{name: hostile, "kind": ""})
    assert response.status_code == 422
    shown = forms(response.text)["/gui-y-kien"][name][0]
    kept = hostile.replace("\r\n", "\n").replace("\x00", "\ufffd")  # as an HTML parser reads them back
    assert shown.replace("\r\n", "\n").replace("\x00", "\ufffd") == kept
    assert "<script>alert" not in response.text
    assert "onerror=alert(1)>" not in response.text.replace(unescape("&gt;"), ">").replace("&#34;&gt;", "") or (
        "<img src=x" not in response.text
    )
    assert "1337" not in response.text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_that_is_filed_is_stored_clean_and_shown_as_text(
    visitor: Visitor, session: Session, hostile: str
) -> None:
    text = f"Nội dung thử: {hostile}"
    assert visitor.file(title=f"Thử {hostile}"[:200], text=text).status_code == 303
    reference, key = receipt_of(visitor)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=reference, key=key)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "<svg/onload" not in page.text
    stored = session.scalars(select(Comment)).one().text
    assert not any(character in stored for character in "\x00\x1b\u202e\r")


def test_the_key_is_in_no_address_no_cookie_and_no_log(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor.file()
        _, key = receipt_of(visitor)
        visitor.send("/tra-cuu", "/tra-cuu", reference="PA-2026-000001", key=key)
    told = " ".join(
        [response.request.url + str(response.headers) for response in visitor.pages]
        + [record.getMessage() for record in caplog.records]
        + list(capfd.readouterr())
    )
    assert key not in told
    assert key.replace("-", "") not in told


def test_the_receipt_is_shown_again_until_the_citizen_says_that_it_is_kept(visitor: Visitor) -> None:
    visitor.file()
    assert receipt_of(visitor) == receipt_of(visitor)
    left = visitor.send("/gui-y-kien/bien-nhan", "/gui-y-kien/bien-nhan")
    assert (left.status_code, left.location) == (303, "/")
    assert visitor.get("/gui-y-kien/bien-nhan").location == "/gui-y-kien"


def test_another_browser_does_not_see_the_receipt(visitor: Visitor, app: Flask) -> None:
    visitor.file()
    assert Visitor(app.test_client()).get("/gui-y-kien/bien-nhan").location == "/gui-y-kien"


def test_a_forged_receipt_cookie_shows_nothing(visitor: Visitor) -> None:
    visitor.client.set_cookie(COOKIE, "WyJQQS0yMDI2LTAwMDAwMSJd.aaaa.bbbb", path="/gui-y-kien/bien-nhan")
    assert visitor.get("/gui-y-kien/bien-nhan").location == "/gui-y-kien"


def test_the_receipt_is_gone_after_half_an_hour(visitor: Visitor) -> None:
    with time_machine.travel(0, tick=False) as clock:
        clock.shift(timedelta(days=20_000))
        visitor.file()
        clock.shift(timedelta(minutes=29))
        assert visitor.get("/gui-y-kien/bien-nhan").status_code == 200
        clock.shift(timedelta(minutes=2))
        assert visitor.get("/gui-y-kien/bien-nhan").status_code == 302


def test_the_twenty_first_filing_within_an_hour_waits_and_keeps_what_was_typed(
    rate_limited: Flask, visitor: Visitor, session: Session
) -> None:
    assert [visitor.file(title=f"Ý kiến thứ {number}").status_code for number in range(20)] == [303] * 20
    last = visitor.file(title="Ý kiến cuối")
    assert last.status_code == 429
    assert re.search(r"Xin gửi lại sau \d\d:\d\d", last.text)
    assert forms(last.text)["/gui-y-kien"]["title"] == ["Ý kiến cuối"]
    assert comments(session) == 20


def test_mistakes_in_the_form_do_not_use_up_the_filings(rate_limited: Flask, visitor: Visitor) -> None:
    assert [visitor.file(title="").status_code for _ in range(21)] == [422] * 21
    assert visitor.file().status_code == 303


def test_comments_are_accepted_while_redis_is_away(
    app: Flask, rate_limited: Flask, visitor: Visitor, session: Session
) -> None:
    app.extensions["limits"] = limits.Counter("redis://127.0.0.1:1/0")
    assert [visitor.file(title=f"Ý kiến thứ {number}").status_code for number in range(21)] == [303] * 20 + [429]
    assert comments(session) == 20


def test_while_the_database_is_away_the_form_comes_back_with_everything(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor.get("/gui-y-kien")

    def away(**_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(intake, "submit", away)
    response = visitor.send(page, "/gui-y-kien", **FILING)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert forms(response.text)["/gui-y-kien"]["text"] == [FILING["text"]]
    assert COOKIE not in str(response.headers)


def test_a_body_over_the_limit_is_refused_before_it_is_read(visitor: Visitor) -> None:
    values = visitor.fill(visitor.get("/gui-y-kien"), "/gui-y-kien", {**FILING, "text": "a" * 300_000})
    response = visitor.post("/gui-y-kien", values)
    assert response.status_code == 413
    assert "Nội dung quá lớn" in response.text


def test_the_longest_text_in_the_heaviest_letters_fits(visitor: Visitor) -> None:
    assert visitor.file(text="👩" * 5000).status_code == 303
