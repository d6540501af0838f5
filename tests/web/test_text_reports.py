"""What the gateway for text messages reports: taken only when signed, small, and of a message of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback import webhook
from feedback.config import Config
from feedback.domain.vocabulary import Consent
from feedback.models import Notification
from feedback.services import contacts
from feedback.web import text_reports
from tests import factories

ADDRESS = "/tin-nhan/bao-cao"
KEY = webhook.secret_for(comment_id=UUID(int=9), secret="cổng")
PHONE = "0912 345 678"


@pytest.fixture
def configured(app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A deployment whose gateway has a key."""
    chosen = replace(config, sms_report_secret=KEY)
    monkeypatch.setitem(app.config, "LANG_NGHE", chosen)
    return chosen


def message(session: Session, now: datetime, channel: str = "sms", number: int = 1) -> Notification:
    """A message that the gateway took."""
    case = factories.routed(now, phone=PHONE, consents=frozenset({Consent.PROCESS, Consent.CONTACT}))
    made = Notification(
        comment_id=case.id,
        event="replied",
        occasion=number,
        channel=channel,
        state="sent",
        sent_at=now,
        created_at=now,
        message_id=f"<{case.id.hex}.{number}@langnghe.example>",
    )
    session.add(made)
    session.flush()
    return made


def post(client: FlaskClient, said: object, key: str = KEY, at: datetime | None = None, **changed: str) -> int:
    """The gateway's request: the status of the answer."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = webhook.sign(key=key, identifier="báo-cáo-1".encode().hex(), at=at or datetime.now(UTC), body=body)
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return client.post(ADDRESS, data=body, headers=headers).status_code


def state(session: Session, one: Notification) -> tuple[str, str | None]:
    session.expire_all()
    return one.state, one.last_error


def refused(config: Config) -> bool:
    return contacts.is_refused(channel="sms", address="+84912345678", secret=config.secret_key)


@pytest.mark.usefixtures("configured")
def test_a_message_is_delivered_and_later_reports_of_failure_are_believed_once(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    one = message(session, now)
    assert post(client, {"id": one.message_id, "state": "delivered"}) == 204
    assert state(session, one) == ("delivered", None)
    for _ in range(2):
        assert post(client, {"id": one.message_id.strip("<>"), "state": "failed", "code": "no_such_number"}) == 204
        assert state(session, one) == ("bounced", "sms_no_such_number")


def test_the_third_failure_for_good_refuses_the_number_and_a_repeated_report_counts_once(
    client: FlaskClient, session: Session, now: datetime, configured: Config
) -> None:
    seen = []
    for number in range(1, 4):
        one = message(session, now, number=number)
        for _ in range(3):
            assert post(client, {"id": one.message_id, "state": "failed"}) == 204
        seen.append(refused(configured))
    assert seen == [False, False, True]
    assert state(session, one) == ("bounced", "sms_failed")


@pytest.mark.usefixtures("configured")
def test_what_is_no_text_message_of_ours_is_answered_alike_and_changes_nothing(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    letter = message(session, now, channel="email")
    for identifier in (letter.message_id, "khong-co@langnghe.example"):
        assert post(client, {"id": identifier, "state": "failed"}) == 204
    assert state(session, letter) == ("sent", None)


@pytest.mark.usefixtures("configured")
def test_what_is_not_signed_or_signed_otherwise_is_refused(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    one, other = message(session, now), webhook.secret_for(comment_id=UUID(int=8), secret="khác")
    said, moment = {"id": one.message_id, "state": "failed"}, datetime.now(UTC)
    assert client.post(ADDRESS, json=said).status_code == 400
    statuses = [
        post(client, said, key=other),
        post(client, said, at=moment - timedelta(minutes=6)),
        post(client, said, at=moment + timedelta(minutes=6)),
        post(client, said, webhook_id="khac"),
        post(client, said, webhook_timestamp="rác"),
        post(client, said, webhook_timestamp="9" * 40),
        post(client, said, webhook_signature=""),
        post(client, said, webhook_signature="v1,rác v2,=="),
    ]
    assert statuses == [403] * 8
    assert state(session, one) == ("sent", None)


@pytest.mark.usefixtures("configured")
def test_one_right_signature_among_several_is_enough_while_keys_turn(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    one = message(session, now)
    body = json.dumps({"id": one.message_id, "state": "delivered"}).encode()
    headers = webhook.sign(key=KEY, identifier="1", at=datetime.now(UTC), body=body)
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert client.post(ADDRESS, data=body, headers=headers).status_code == 204
    assert state(session, one) == ("delivered", None)


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff",
        b"[" * 4000,
        b"[]",
        {},
        {"id": 1, "state": "failed"},
        {"id": "a", "state": "lost"},
        {"id": "a", "state": ["failed"]},
        {"id": "a\x00", "state": "failed"},
        {"id": "", "state": "failed"},
        {"id": "a", "state": "failed", "code": "Số máy không đúng"},
        {"id": "a", "state": "failed", "code": None},
    ],
)
def test_what_says_nothing_that_we_know_is_refused(client: FlaskClient, session: Session, said: object) -> None:
    assert post(client, said) == 400


@pytest.mark.usefixtures("configured")
def test_what_is_too_large_is_not_read(client: FlaskClient, session: Session) -> None:
    assert post(client, b" " * (text_reports.LARGEST + 1)) == 413


def test_without_a_key_no_report_is_taken(client: FlaskClient, session: Session) -> None:
    assert post(client, {"id": "a", "state": "failed"}) == 404


def test_too_many_from_one_address_wait(
    app: Flask, client: FlaskClient, session: Session, configured: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LANG_NGHE", replace(configured, rate_limits=True))
    monkeypatch.setattr(text_reports, "REPORTS", "2 per minute")
    assert [post(client, {"id": "a", "state": "failed"}) for _ in range(3)] == [204, 204, 429]
