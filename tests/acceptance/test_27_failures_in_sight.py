"""What cannot be sent shows its reason, how often it was tried and when again, and is in a daily digest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, update

from feedback.db import db, transaction
from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.jobs import notify
from feedback.models import Officer, Outbox
from feedback.services import notices
from tests import factories
from tests.jobs.post_office import PostOffice
from tests.web.official import Official, words

MORNING = datetime(2026, 3, 20, 8, 0, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def administrator(committed: Flask, now: datetime) -> Officer:
    with transaction():
        return factories.officer(now, Role.ADMINISTRATOR)


def work(*, at_once: bool = True) -> None:
    if at_once:
        with transaction() as session:
            session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))
    notify.drain()
    db.session.rollback()


def fail(post: PostOffice, now: datetime) -> tuple[str, str]:
    """References of a case whose message is dead and of one whose message is tried again later."""
    with transaction():
        dead = factories.routed(now).reference
    post.at_data = "554 refused"
    work()
    with transaction():
        waiting = factories.routed(now).reference
    post.at_data = "451 later"
    work()
    post.at_data = "250 OK"
    return dead, waiting


def test_27_the_operations_page_shows_reason_count_and_next_try(
    committed: Flask, administrator: Officer, post: PostOffice, now: datetime
) -> None:
    dead, waiting = fail(post, now)
    with transaction():
        official = Official(committed.test_client()).sign_in(administrator)
    page = words(official.get("/quan-tri/van-hanh"))
    assert "<code>smtp_554</code></td>" in page
    assert "Đã dừng, thử lại bằng tay" in page
    assert "<code>smtp_451</code></td>" in page
    rows = words(official.get("/quan-tri/van-hanh/thong-bao"))
    assert dead in rows
    assert waiting in rows
    assert "thử lại <time" in rows


def test_27_administrators_get_the_stuck_work_once_a_day_and_others_do_not(
    administrator: Officer, post: PostOffice, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        factories.officer(now, Role.HANDLER, "BKHCN")
    fail(post, now)
    monkeypatch.setattr(notify, "_now", lambda: MORNING)
    for _ in range(2):
        with transaction():
            notices.tell_officials(MORNING)
        work(at_once=False)
    (letter,) = post.letters
    assert letter["To"] == administrator.email
    assert letter["Subject"] == "[Lắng Nghe] Có việc gửi đi bị nghẽn"
    text = letter.get_content()
    assert "- Gửi thông báo (thư điện tử): 1 việc, lỗi smtp_554, đã thử 1 lần, đã dừng, chờ thử lại bằng tay" in text
    assert "- Gửi thông báo (thư điện tử): 1 việc, lỗi smtp_451, đã thử 1 lần, thử lại lúc " in text
    assert "http://127.0.0.1:8000/quan-tri/van-hanh" in text
    assert "nguoi.gui@" not in text


def test_27_what_is_tried_anew_and_goes_is_stuck_no_more(
    committed: Flask, administrator: Officer, post: PostOffice, now: datetime
) -> None:
    fail(post, now)
    with transaction():
        official = Official(committed.test_client()).sign_in(administrator)
    assert official.send("/quan-tri/van-hanh", "/quan-tri/van-hanh/thu-lai").status_code == 303
    work()
    assert len(post.letters) == 2
    page = words(official.get("/quan-tri/van-hanh"))
    assert "smtp_" not in page
    assert 'id="nghen"' not in page
