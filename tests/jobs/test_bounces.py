"""Mail that came back, as real servers report it."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.vocabulary import Consent
from feedback.jobs import bounces, notify
from feedback.models import Notification
from feedback.services import contacts
from tests import factories
from tests.jobs.post_office import PostOffice

REPORT = """\
From: MAILER-DAEMON@mx.example
To: khong-tra-loi@langnghe.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 10 Mar 2026 09:00:00 +0700

Final-Recipient: rfc822; nguoi.gui@langnghe.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: {kind}

From: khong-tra-loi@langnghe.example
Message-ID: {message_id}
Subject: x

--b--
"""


@pytest.fixture
def sent(post: PostOffice, now: datetime) -> Notification:
    with transaction():
        case = factories.routed(now)
    notify.drain()
    db.session.rollback()
    return factories.notifications(case)[0]


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    return tmp_path


def lay(box: Path, name: str, content: str) -> None:
    (box / "new" / name).write_text(content, encoding="utf-8")


def report(message_id: str, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> str:
    return REPORT.format(message_id=message_id, action=action, status=status, kind=kind)


def read(box: Path, config: Config, now: datetime) -> dict[str, int]:
    figures = bounces.read(box, secret=config.secret_key, at=now)
    db.session.rollback()
    return {name: number for name, number in figures.items() if number}


def state(message: Notification) -> tuple[str, str | None]:
    db.session.rollback()
    again = db.session.get_one(Notification, message.id, populate_existing=True)
    return again.state, again.last_error


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_message_that_came_back_for_good_is_marked_once(
    sent: Notification, box: Path, config: Config, now: datetime, kind: str
) -> None:
    lay(box, "1", report(sent.message_id, kind=kind))
    assert read(box, config, now) == {"bounced": 1}
    assert state(sent) == ("bounced", "dsn_5.1.1")
    assert [path.name for path in (box / "cur").iterdir()] == ["1:2,S"]
    assert read(box, config, now) == {}
    lay(box, "2", report(sent.message_id, kind=kind))
    assert read(box, config, now) == {"set_aside": 1}


@pytest.mark.parametrize(
    ("action", "status", "figures", "after"),
    [
        ("delayed", "4.4.1", {"set_aside": 1}, ("sent", None)),
        ("failed", "4.7.0", {"set_aside": 1}, ("sent", None)),
        ("delivered", "2.0.0", {"delivered": 1}, ("delivered", None)),
        ("failed", "rác", {"set_aside": 1}, ("sent", None)),
        ("failed", "5.2.2 (mailbox full)", {"bounced": 1}, ("bounced", "dsn_5.2.2")),
    ],
)
def test_a_report_is_taken_for_what_it_says(
    sent: Notification,
    box: Path,
    config: Config,
    now: datetime,
    action: str,
    status: str,
    figures: dict[str, int],
    after: tuple[str, str | None],
) -> None:
    lay(box, "1", report(sent.message_id, action, status))
    assert read(box, config, now) == figures
    assert state(sent) == after


@pytest.mark.parametrize(
    "content",
    [
        "",
        "From: x\n\nXin chào",
        report("<khac@example>"),
        report("").replace("Message-ID: \n", ""),
        report("x", kind="text/rfc822-headers").replace("Message-ID: x\n", ""),
        report("<khac@example>").replace("Action", "Hành-động"),
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n--b--\n",
        "Content-Type: message/delivery-status\n\nAction: failed\n",
        "x" * (bounces.LARGEST + 1),
    ],
)
def test_whatever_else_comes_is_set_aside(
    sent: Notification, box: Path, config: Config, now: datetime, content: str
) -> None:
    lay(box, "1", content)
    assert read(box, config, now) == {"set_aside": 1}
    assert state(sent) == ("sent", None)


def test_after_three_returns_the_address_is_written_to_no_more(
    committed: Flask, post: PostOffice, box: Path, config: Config, now: datetime
) -> None:
    with transaction():
        cases = [factories.routed(now) for _ in range(3)]
    notify.drain()
    db.session.rollback()
    for number, case in enumerate(cases):
        lay(box, str(number), report(factories.notifications(case)[0].message_id))
    assert read(box, config, now) == {"bounced": 3}
    with transaction():
        late = factories.routed(now)
    assert notify.drain()["not_wanted"] == 1
    db.session.rollback()
    assert factories.notifications(late)[0].state == "not_wanted"
    assert [row.reason for row in contacts.page().rows] == ["bounced"]


def test_a_server_that_knows_no_such_recipient_counts_as_a_return(post: PostOffice, now: datetime) -> None:
    with transaction():
        for _ in range(4):
            factories.routed(now)
    post.at_recipient = "550 no such user"
    figures = notify.drain()
    assert (figures["dead"], figures["not_wanted"]) == (3, 1)


def test_a_sender_without_an_address_has_none_to_mark(committed: Flask, config: Config, now: datetime) -> None:
    with transaction():
        case = factories.routed(now, email=None, phone="0912345678", consents=frozenset(Consent))
        message = factories.notifications(case)[0]
        bounces.bounces.count(notification_id=message.id, secret=config.secret_key, at=now)
    assert contacts.page().rows == []


def test_what_is_not_a_report_yields_nothing() -> None:
    assert list(bounces.reports(EmailMessage())) == []
