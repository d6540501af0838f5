"""Telling citizens over a real mail server: once, again when it was away, and dead in sight when it never will be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from feedback import mail
from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.domain.telling import EVENTS
from feedback.jobs import notify, parcels
from feedback.models import Comment, Notification, Outbox
from feedback.services import notifying, outbox, screening
from tests import factories
from tests.jobs.post_office import PostOffice, deliver_to

NOTHING = {"sent": 0, "not_wanted": 0, "put_off": 0, "dead": 0}


def routed(now: datetime, **changes: Any) -> Comment:
    with transaction():
        return factories.routed(now, **changes)


def drain() -> dict[str, int]:
    figures = notify.drain()
    db.session.rollback()
    return {name: number for name, number in figures.items() if number}


def make_due() -> None:
    """Let the time pass after which what was put off is tried again."""
    with transaction() as session:
        session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))


def standing() -> tuple[str, str | None, str, str | None, int]:
    """State and error of the one message, of its promise, and how often it was tried."""
    db.session.rollback()
    (promise,) = factories.promises("notify")
    (message,) = factories.notifications(db.session.scalars(select(Comment)).one())
    return message.state, message.last_error, promise.state, promise.last_error, promise.attempts


def test_a_citizen_is_told_by_a_letter_in_plain_vietnamese(post: PostOffice, now: datetime) -> None:
    case = routed(now)
    assert drain() == {"sent": 1}
    (letter,) = post.letters
    assert letter["To"] == "nguoi.gui@langnghe.example"
    assert letter["From"] == "Lắng Nghe <khong-tra-loi@langnghe.example>"
    assert letter["Subject"] == f"[{case.reference}] Ý kiến của Ông/Bà đã được chuyển đến cơ quan giải quyết"
    assert letter["Message-ID"] == f"<{case.id}.4.assigned@langnghe>"
    text = letter.get_content()
    assert "đã được chuyển đến Bộ Khoa học và Công nghệ để giải quyết" in text
    assert "17:00 ngày 31/03/2026" in text
    assert "http://127.0.0.1:8000/tra-cuu" in text
    assert standing() == ("sent", None, "done", None, 1)


def test_the_answer_is_announced_but_not_in_the_letter(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = factories.replied(factories.routed(now), now)
    assert drain() == {"sent": 2}
    letter = post.letters[-1]
    assert letter["Subject"] == f"[{case.reference}] Ý kiến của Ông/Bà đã có câu trả lời"
    assert factories.ANSWER not in letter.get_content()


def test_the_outcome_of_a_screening_is_announced_without_a_word_of_the_matter(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = factories.screened(now, "to_cao", title="Tố cáo ông trưởng phòng nhận tiền")
        screening.confirm(
            officer=factories.officer(now, Role.INTAKE),
            reference=case.reference,
            version=case.version,
            label="to_cao",
            letter="",
            at=now,
        )
    assert drain() == {"sent": 1}
    (letter,) = post.letters
    assert letter["Subject"] == f"[{case.reference}] Kết quả xem xét ý kiến của Ông/Bà"
    for word in ("tố cáo", "Tố cáo", "trưởng phòng", "Luật"):
        assert word not in letter.get_content()


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_letter_that_says_the_case_and_where_to_read_on(
    committed: Flask, config: Config, now: datetime, event: str
) -> None:
    for title, words, body in (("Sóng yếu", "Chờ khảo sát.", "Bộ Công an"), ("", "", "")):
        message = notifying.Message(
            notification_id=1,
            comment_id=UUID(int=1),
            occasion=1 if body else -1,
            message_id="<1>",
            event=event,
            channel="email",
            address="a@langnghe.example",
            reference="PA-2026-000123",
            title=title,
            kind_name="Phản ánh",
            body_code="BCA" if body else "",
            body_name=body,
            former_body_name="",
            due_at=now,
            until=now if words else None,
            words=words,
        )
        letter = parcels.letter_to_citizen(message, config)
        text = str(letter.get_payload(decode=True), "utf-8")
        assert text.startswith("Kính gửi Ông/Bà,\n\n")
        assert text.endswith("Trân trọng,\nLắng Nghe\n")
        assert "PA-2026-000123" in text
        assert "tại:\nhttp://127.0.0.1:8000/tra-cuu\n" in text
        assert "\n\n\n" not in text
        assert "None" not in text
        assert ("Chờ khảo sát." in text) == bool(words and EVENTS[event].words_of)


def test_draining_again_sends_nothing_twice(post: PostOffice, now: datetime) -> None:
    routed(now)
    drain()
    assert drain() == {}
    make_due()
    assert drain() == {}
    assert len(post.letters) == 1


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"at_recipient": "450 mailbox busy"}, "recipient_refused"),
        ({"at_data": "451 try later"}, "smtp_451"),
    ],
)
def test_a_server_that_says_later_is_tried_later(
    post: PostOffice, now: datetime, answers: dict[str, str], kind: str
) -> None:
    routed(now)
    vars(post).update(answers)
    assert drain() == {"put_off": 1}
    assert standing() == ("pending", None, "pending", kind, 1)
    assert drain() == {}
    vars(post).update(dict.fromkeys(answers, "250 OK"))
    make_due()
    assert drain() == {"sent": 1}
    assert len(post.letters) == 1
    assert standing()[:3] == ("sent", None, "done")


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"at_recipient": "550 no such user"}, "recipient_refused"),
        ({"at_data": "554 refused"}, "smtp_554"),
    ],
)
def test_a_server_that_says_never_is_believed_at_once(
    post: PostOffice, now: datetime, answers: dict[str, str], kind: str
) -> None:
    routed(now)
    vars(post).update(answers)
    assert drain() == {"dead": 1}
    assert standing() == ("dead", kind, "dead", kind, 1)


def test_a_server_that_is_away_is_tried_five_times_and_then_given_up_in_sight(
    committed: Flask, config: Config, post: PostOffice, now: datetime
) -> None:
    routed(now)
    deliver_to(committed, config, "smtp://127.0.0.1:1")
    ends = []
    for _ in range(5):
        make_due()
        ends.append(drain())
    assert ends == [{"put_off": 1}] * 4 + [{"dead": 1}]
    assert standing() == ("dead", "ConnectionRefusedError", "dead", "ConnectionRefusedError", 5)
    assert [(line.topic, line.dead) for line in outbox.backlog() if line.dead] == [("notify", 1)]


def test_an_official_may_have_a_dead_promise_tried_again(post: PostOffice, now: datetime) -> None:
    routed(now)
    post.at_data = "554 refused"
    drain()
    post.at_data = "250 OK"
    with transaction():
        outbox.retry(identifier=factories.promises("notify")[0].id)
    assert drain() == {"sent": 1}
    assert standing() == ("sent", None, "done", None, 1)


def test_each_wait_is_longer_than_the_last(post: PostOffice, now: datetime) -> None:
    routed(now)
    post.at_data = "451 later"
    waits = []
    for _ in range(4):
        make_due()
        drain()
        (promise,) = factories.promises("notify")
        waits.append((promise.available_at - db.session.scalars(select(func.now())).one()).total_seconds())
    assert [round(wait / 30) for wait in waits] == [1, 2, 4, 8]


def test_whoever_did_not_agree_is_not_written_to(post: PostOffice, now: datetime) -> None:
    with transaction():
        factories.replied(factories.routed(now, consents=frozenset()), now)
    assert drain() == {"not_wanted": 1}
    assert post.letters == []


def test_a_letter_that_cannot_be_written_holds_up_no_other_and_is_given_up(
    post: PostOffice, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = routed(now).reference
    others = [routed(now).reference for _ in range(3)]
    real = mail.compose

    def compose(**values: Any) -> Any:
        if poisoned in values["subject"]:
            raise RuntimeError("this letter cannot be written")
        return real(**values)

    monkeypatch.setattr(mail, "compose", compose)
    for _ in range(outbox.MAX_ATTEMPTS + 1):
        make_due()
        try:
            drain()
        except RuntimeError:
            db.session.rollback()
    assert sorted(str(letter["Subject"])[1:].partition("]")[0] for letter in post.letters) == sorted(others)
    states = {message.state for message in factories.notifications(factories.comment(poisoned))}
    assert states == {"dead"}
    assert [(line.due, line.dead) for line in outbox.backlog() if line.topic == "notify"] == [(0, 1)]


def test_a_worker_killed_after_sending_repeats_the_letter_under_the_same_number(
    post: PostOffice, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(now)

    def die(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notifying, "mark_sent", die)
        with pytest.raises(KeyboardInterrupt):
            notify.drain()
    make_due()
    assert drain() == {"sent": 1}
    assert len({letter["Message-ID"] for letter in post.letters}) == 1


def test_a_letter_kept_in_a_maildir_twice_is_one_file(committed: Flask, config: Config, now: datetime) -> None:
    routed(now)
    for _ in range(2):
        drain()
        with transaction() as session:
            session.execute(update(Outbox).values(state="pending", finished_at=None, available_at=func.now()))
            session.execute(update(Notification).values(state="pending", sent_at=None))
    kept = list(Path(config.mail_url.removeprefix("maildir://"), "new").iterdir())
    assert len([file for file in kept if "nguoi.gui" in file.read_text(encoding="utf-8")]) == 1


def test_a_drain_ends_in_time(post: PostOffice, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    routed(now)
    monkeypatch.setattr(notify, "DRAIN_SECONDS", 0)
    assert notify.drain() == NOTHING


def test_a_promise_that_names_no_message_is_a_fault_that_shows(committed: Flask, now: datetime) -> None:
    case = routed(now, consents=frozenset())
    with transaction() as session:
        session.add(Outbox(topic="notify", comment_id=case.id, available_at=now, created_at=now))
    with pytest.raises(ValueError, match="names no message"):
        notify.drain()


def test_an_address_with_letters_beyond_ascii_never_stops_the_others(
    committed: Flask, config: Config, now: datetime
) -> None:
    odd = routed(now, email="nguyễn@langnghe.example")
    routed(now)
    figures = drain()
    assert sum(figures.values()) == 2
    assert figures["sent"] >= 1
    assert factories.notifications(odd)[0].state in {"sent", "pending", "dead"}
