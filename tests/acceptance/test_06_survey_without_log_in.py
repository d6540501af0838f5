"""The link in the letter shows the case and takes one word on it without log-in; a scanner that follows it does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.jobs import notify
from feedback.models import Comment
from feedback.services import answering
from tests import factories
from tests.jobs.post_office import PostOffice
from tests.web.official import Official
from tests.web.visitor import Visitor

REASON = "Trạm đã lắp nhưng vẫn không có sóng ở cuối bản."


@pytest.fixture
def case(post: PostOffice, committed: Flask) -> Comment:
    """A case whose answer went out just now."""
    at = datetime.now(UTC)
    with transaction():
        answered = factories.replied(factories.routed(at), at)
    notify.drain()
    db.session.rollback()
    return answered


@pytest.fixture
def link(case: Comment, post: PostOffice) -> str:
    """The address in the letter that announced the answer, without the host."""
    return link_in(post.letters[-1])


@pytest.fixture
def visitor(committed: Flask) -> Visitor:
    return Visitor(committed.test_client())


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"^http://127\.0\.0\.1:8000(/danh-gia/\S+)$", letter.get_content(), re.MULTILINE)
    assert found
    return found[1]


def actions(case: Comment) -> list[str]:
    db.session.rollback()
    return [event.action for event in factories.events(case)]


def test_06_the_link_shows_the_case_the_answer_and_two_buttons_without_log_in(
    visitor: Visitor, case: Comment, link: str
) -> None:
    page = visitor.client.get(link)
    assert page.status_code == 200
    for words in (case.reference, case.title, factories.ANSWER, "Đã được giải quyết", "Chưa được giải quyết"):
        assert words in page.text
    assert case.text not in page.text


def test_06_a_scanner_that_follows_the_link_again_and_again_votes_for_nothing(
    committed: Flask, case: Comment, link: str
) -> None:
    before = actions(case)
    for _ in range(3):
        scanner: FlaskClient = committed.test_client()
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
        # Nor by a blind post: it has no token of a form that it was shown.
        assert scanner.post(link, data={"resolved": "co"}).status_code == 400
    assert actions(case) == before
    assert factories.comment(case.reference).status == "replied"


def test_06_resolved_is_recorded_at_the_first_confirmation_and_the_link_is_spent(
    visitor: Visitor, case: Comment, link: str
) -> None:
    done = visitor.send(link, link, resolved="co")
    assert done.status_code == 200
    assert "Cảm ơn Ông/Bà đã xác nhận." in done.text
    assert actions(case)[-2:] == ["rate", "close"]
    assert visitor.client.get(link).status_code == 404
    assert "không còn dùng được" in visitor.client.get(link).text


def test_06_not_resolved_needs_a_reason_and_the_reason_reaches_the_body(
    committed: Flask, visitor: Visitor, case: Comment, link: str
) -> None:
    refused = visitor.send(link, link, resolved="chua", reason="Chưa.")
    assert refused.status_code == 422
    assert "từ 10 đến 2.000 ký tự" in refused.text
    assert factories.comment(case.reference).status == "replied"
    done = visitor.send(link, link, resolved="chua", reason=REASON)
    assert done.status_code == 200
    db.session.rollback()
    with transaction():
        handler = factories.officer(datetime.now(UTC), Role.HANDLER, factories.body_code(case))
        desk = Official(committed.test_client()).sign_in(handler)
    assert REASON in desk.get(f"/ban-lam-viec/{case.reference}").text
    assert factories.comment(case.reference).status == "reopened"


def test_06_the_link_of_an_earlier_answer_is_dead_once_the_case_moved_on(
    visitor: Visitor, post: PostOffice, case: Comment, link: str
) -> None:
    visitor.send(link, link, resolved="chua", reason=REASON)
    at = datetime.now(UTC)
    with transaction():
        again = factories.comment(case.reference)
        handler = factories.officer(at, Role.HANDLER, factories.body_code(case))
        answering.accept(officer=handler, reference=again.reference, version=again.version, at=at)
        factories.checking(again, handler, at, "Đã chỉnh hướng ăng-ten về cuối bản.")
        checker = factories.officer(at, Role.CHECKER, factories.body_code(again))
        factories.approved(again, checker, at)
    notify.drain()
    db.session.rollback()
    fresh = link_in(post.letters[-1])
    assert fresh != link
    assert visitor.client.get(link).status_code == 404
    assert "Đã chỉnh hướng ăng-ten" in visitor.client.get(fresh).text


@pytest.mark.parametrize("token", ["rác", "WyJhIiwxXQ.abc", "a" * 5000, "%00", "..%2f"])
def test_06_a_link_that_we_did_not_make_opens_nothing(visitor: Visitor, committed: Flask, token: str) -> None:
    assert visitor.client.get(f"/danh-gia/{token}").status_code == 404
