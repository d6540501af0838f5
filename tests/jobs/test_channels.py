"""The other ways to a sender: a text message where there is only a number, a signed call where a system asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from feedback import webhook
from feedback.config import Config
from feedback.db import db, transaction
from feedback.domain.delivery import Undelivered
from feedback.domain.telling import EVENTS
from feedback.jobs import notify, parcels
from feedback.models import Comment
from feedback.services import notifying
from tests import factories
from tests.jobs.post_office import PostOffice

CALLBACK = "https://he-thong.example/goi-lai"


def routed(now: datetime, **left: Any) -> Comment:
    with transaction():
        return factories.routed(now, **left)


def states(case: Comment) -> list[tuple[str, str, str | None]]:
    db.session.rollback()
    return [(row.channel, row.state, row.last_error) for row in factories.notifications(case)]


def test_who_left_only_a_number_gets_a_text_message(committed: Flask, config: Config, now: datetime) -> None:
    case = routed(now, email=None, phone="0912 345 678")
    notify.drain()
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in Path(config.var_dir, "sms").iterdir()]
    (message,) = [one for one in kept if case.reference in one["text"]]
    assert message["to"] == "+84912345678"
    assert message["text"] == (
        f"Lắng Nghe: ý kiến {case.reference} đã được chuyển đến Bộ Khoa học và Công nghệ. Hạn trả lời: 31/03/2026."
    )
    assert states(case) == [("sms", "sent", None)]
    assert factories.notifications(case)[0].provider_id


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_fits_a_text_message_and_says_nothing_of_the_matter(now: datetime, event: str) -> None:
    message = notifying.Message(
        notification_id=1,
        comment_id=UUID(int=1),
        occasion=1,
        message_id="<1>",
        event=event,
        channel="sms",
        address="+84912345678",
        reference="PA-2026-000123",
        title="Sóng yếu ở bản",
        kind_name="Phản ánh",
        body_code="BKHCN",
        body_name="Bộ Khoa học và Công nghệ",
        former_body_name="",
        due_at=now,
        until=now,
        words="Chờ khảo sát.",
    )
    text = parcels.short_message(message)
    assert text.startswith("Lắng Nghe: ý kiến PA-2026-000123 ")
    assert text.endswith(".")
    assert len(text) <= 160
    assert "{" not in text
    assert "Sóng yếu" not in text
    assert "khảo sát" not in text


def test_a_system_is_called_with_codes_and_times_signed_with_the_key_of_its_comment(
    post: PostOffice, config: Config, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(webhook, "post", lambda **call: calls.append(call))
    case = routed(now, callback_url=CALLBACK)
    notify.drain()
    ((call,), (letter,)) = calls, post.letters
    assert call["url"] == CALLBACK
    assert json.loads(call["body"]) == {
        "id": f"{case.id}.4.assigned.webhook@langnghe",
        "type": "comment.assigned",
        "data": {
            "reference": case.reference,
            "body": "BKHCN",
            "due_at": "2026-03-31T17:00:00+07:00",
            "until": None,
        },
    }
    headers = call["headers"]
    key = webhook.secret_for(comment_id=case.id, secret=config.secret_key).removeprefix("whsec_")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + call["body"]
    mac = hmac.new(base64.b64decode(key), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    assert case.reference in letter["Subject"]
    assert states(case) == [("email", "sent", None), ("webhook", "delivered", None)]


def test_a_call_that_may_not_be_made_is_dead_in_sight(
    post: PostOffice, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "addresses", lambda *_: ["127.0.0.1"])
    real = webhook.post
    monkeypatch.setattr(webhook, "post", lambda **call: real(**call, resolve=webhook.addresses))
    case = routed(now, callback_url=CALLBACK)
    notify.drain()
    assert states(case) == [("email", "sent", None), ("webhook", "dead", "address_refused")]


def test_a_gateway_that_is_away_is_tried_later(
    committed: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise Undelivered("sms_503", temporary=True)

    monkeypatch.setattr(parcels.sms, "send", away)
    case = routed(now, email=None, phone="0912 345 678")
    assert notify.drain()["put_off"] == 1
    assert states(case) == [("sms", "pending", None)]


def test_a_letter_says_how_to_be_written_to_no_more_in_one_click(post: PostOffice, now: datetime) -> None:
    routed(now)
    notify.drain()
    (letter,) = post.letters
    address = str(letter["List-Unsubscribe"]).strip(" <>")
    assert address.startswith("http://127.0.0.1:8000/thoi-nhan-thu/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in letter.get_content()
