"""One click of a reader, and the list of addresses that administrators keep."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.config import Config
from feedback.domain.permissions import Role
from feedback.services import contacts
from tests import factories
from tests.web.official import Official, words
from tests.web.visitor import Visitor

LIST, ADDRESS = "/quan-tri/ngung-lien-he", "nguoi.gui@langnghe.example"


@pytest.fixture
def link(config: Config, session: Session) -> str:
    return f"/thoi-nhan-thu/{contacts.token_for(address=ADDRESS, secret=config.secret_key)}"


@pytest.fixture
def administrator(official: Official, session: Session, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.ADMINISTRATOR))


def refused(config: Config) -> bool:
    return contacts.is_refused(channel="email", address=ADDRESS, secret=config.secret_key)


def test_looking_at_the_link_changes_nothing_and_the_button_does(visitor: Visitor, link: str, config: Config) -> None:
    for _ in range(2):
        assert "Ngừng nhận thư" in visitor.get(link).text
        assert visitor.client.head(link).status_code == 200
    assert not refused(config)
    assert "Chúng tôi không gửi thư đến địa chỉ này nữa." in visitor.send(link, link).text
    assert refused(config)


def test_a_mail_program_posts_without_a_form_of_ours(client: FlaskClient, link: str, config: Config) -> None:
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert refused(config)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_is_refused_kindly(client: FlaskClient, session: Session, method: str) -> None:
    answer = getattr(client, method)("/thoi-nhan-thu/rac")
    assert answer.status_code == 404
    assert "Xin mở lại từ thư đã nhận." in answer.text


def test_posting_again_and_again_is_limited(rate_limited: Flask, session: Session, link: str) -> None:
    client = rate_limited.test_client()
    assert [client.post(link).status_code for _ in range(11)][-1] == 429


def test_an_administrator_adds_an_address_and_lets_it_go_again(administrator: Official, config: Config) -> None:
    added = administrator.send(LIST, LIST, channel="email", address=ADDRESS)
    assert added.status_code == 303
    page = administrator.get(LIST)
    assert ADDRESS not in page.text
    (row,) = contacts.page().rows
    assert f"<code>{row.mark[:12]}</code>" in page.text
    assert "Người nhận đề nghị" in page.text
    assert administrator.send(LIST, f"{LIST}/bo", mark=row.mark).status_code == 303
    assert "Không có địa chỉ nào." in words(administrator.get(LIST))


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "không phải"), ("email", "0912345678"), ("sms", ADDRESS), ("pigeon", ADDRESS), ("email", "")],
)
def test_what_is_no_address_is_refused_beside_its_field(administrator: Official, channel: str, address: str) -> None:
    answer = administrator.send(LIST, LIST, channel=channel, address=address)
    assert answer.status_code == 422
    assert "đúng với kênh đã chọn" in answer.text


@pytest.mark.parametrize("mark", ["rác", "a" * 63, "a" * 64])
def test_letting_go_of_what_is_not_there_is_not_found(administrator: Official, mark: str) -> None:
    assert administrator.post(f"{LIST}/bo", {"mark": [mark], "csrf_token": [administrator.token()]}).status_code == 404


def test_the_list_is_sought_paged_and_saved(administrator: Official, now: datetime) -> None:
    for number in range(contacts.PAGE + 1):
        contacts.refuse(mark=f"{number:064x}", channel="email", reason="bounced", at=now + timedelta(seconds=number))
    page = administrator.get(LIST)
    assert page.text.count("<code>") == contacts.PAGE
    following = page.text.partition('">Trang sau')[0].rpartition('href="')[2].replace("&amp;", "&")
    assert administrator.get(following).text.count("<code>") == 1
    assert administrator.get(f"{LIST}?ma={'0' * 62}32").text.count("<code>") == 1
    assert "không có" not in administrator.get(f"{LIST}?ma=%00rác").text.lower()
    rows = list(csv.reader(io.StringIO(administrator.get(f"{LIST}.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == contacts.PAGE + 2
