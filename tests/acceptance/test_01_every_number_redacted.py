"""1: the second, third … number of one text is hidden like the first, and the words around it stay."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from classifier.redact import redact
from feedback.db import transaction
from feedback.domain.permissions import Role
from feedback.jobs import compare, learning
from feedback.models import Comment
from tests import factories
from tests.web.official import Official

TITLE = "Khai sinh cho con, gọi 0978111222 hoặc 0978333444"
TEXT = (
    "Cổng báo lỗi, tôi thử ba lần. Gọi tôi số 0912345678, không được thì 0987654321 hay 0356.781.234; thư "
    "hong@vidu.vn, lan.tran@vidu.vn. Căn cước 001185012345 của tôi, 034080001234 của chồng đều bị từ chối."
)
HIDDEN_TITLE = "Khai sinh cho con, gọi [số điện thoại] hoặc [số điện thoại]"
HIDDEN = (
    "Cổng báo lỗi, tôi thử ba lần. Gọi tôi số [số điện thoại], không được thì [số điện thoại] hay [số điện thoại]; thư "
    "[thư điện tử], [thư điện tử]. Căn cước [số căn cước] của tôi, [số căn cước] của chồng đều bị từ chối."
)
SECRETS = re.findall(r"0[\d.]{9,}|\S+@vidu\.vn", f"{TITLE} {TEXT}")


def official(committed: Flask, role: Role, body: str | None, now: datetime) -> Official:
    with transaction():
        officer = factories.officer(now, role, body)
    visitor = Official(committed.test_client())
    with transaction():
        return visitor.sign_in(officer)


def file_two(now: datetime) -> tuple[Comment, Comment]:
    """Two comments on one matter: the page of the second shows the first as one like it."""
    with transaction():
        first = factories.routed(now, title=TITLE, text=TEXT)
        second = factories.routed(now, title=TITLE, text=TEXT.replace("ba lần", "bốn lần"))
    return first, second


def words(client: FlaskClient | Official, address: str) -> str:
    return " ".join(client.get(address).get_data(as_text=True).split())


def test_01_an_official_sees_a_case_like_theirs_with_every_number_of_it_hidden(committed: Flask, now: datetime) -> None:
    first, second = file_two(now)
    compare.drain()
    page = words(official(committed, Role.HANDLER, "BKHCN", now), f"/ban-lam-viec/{second.reference}")
    assert first.reference in page
    assert HIDDEN_TITLE in page
    assert HIDDEN in page
    assert len(SECRETS) == 9
    likes = page[page.index('id="co-the-trung"') :]
    assert [secret for secret in SECRETS if secret in likes] == []


def test_01_whoever_labels_for_no_body_reads_the_text_with_every_number_hidden(committed: Flask, now: datetime) -> None:
    with transaction():
        factories.on_desk(now, title=TITLE, text=TEXT)
    learning.prepare_labelling(at=now)
    page = words(official(committed, Role.ANALYST, None, now), "/quan-tri/gan-nhan")
    shown = re.sub(r'<span class="app-hidden">([^<]*)</span>', r"[\1]", page)
    assert HIDDEN_TITLE in shown
    assert HIDDEN in shown
    assert [secret for secret in SECRETS if secret in page] == []


def test_01_an_official_of_another_body_sees_nothing_of_the_case(committed: Flask, now: datetime) -> None:
    case, _ = file_two(now)
    compare.drain()
    other = official(committed, Role.HANDLER, "BCA", now)
    assert other.get(f"/ban-lam-viec/{case.reference}").status_code == 404
    for address in ("/ban-lam-viec", "/ban-lam-viec.csv", "/bao-cao"):
        page = words(other, address)
        assert [secret for secret in [*SECRETS, case.reference] if secret in page] == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Gọi 0912345678, 0987654321, 0356781234 nhé.", "Gọi #, #, # nhé."),
        ("SĐT: 0912.345.678 / 0987 654 321 / +84 356 781 234 / (024) 3825 1234.", "SĐT: # / # / # / #."),
        ("0912345678-0987654321 và 0356781234", "#-# và #"),
        ("gọi 09 1234 5678, 09.8765.4321 đều được", "gọi #, # đều được"),
        ("thư a.b@vidu.vn, c_d@vidu.com.vn;e@vidu.gov.vn để trả lời", "thư @, @;@ để trả lời"),
        ("CCCD 001185012345, 034080001234 và 079201001122 sai", "CCCD %, % và % sai"),
        ("CCCD: 001185012345/034080001234/079201001122. Vẫn khóa.", "CCCD: %/%/%. Vẫn khóa."),
        ("Mẹ (CCCD 001 185 012 345), bố (CCCD 034.080.001.234)", "Mẹ (CCCD %), bố (CCCD %)"),
        (
            "CCCD 001185012345, gọi 0912345678, thư a@vidu.vn; CCCD 034080001234, gọi 0987654321, thư b@vidu.vn",
            "CCCD %, gọi #, thư @; CCCD %, gọi #, thư @",
        ),
    ],
)
def test_01_however_the_numbers_are_joined_each_goes_and_the_words_stay(text: str, hidden: str) -> None:
    marks = {"#": "[số điện thoại]", "@": "[thư điện tử]", "%": "[số căn cước]"}
    assert redact(text) == "".join(marks.get(letter, letter) for letter in hidden)


@pytest.mark.parametrize("times", [1, 2, 7, 40])
def test_01_a_number_said_many_times_is_hidden_as_many_times(times: int) -> None:
    sentence = "Xin gọi 0912345678 hoặc viết cho hong@vidu.vn, căn cước 001185012345. "
    assert redact(sentence * times) == (
        "Xin gọi [số điện thoại] hoặc viết cho [thư điện tử], căn cước [số căn cước]. " * times
    )
