"""The pages behind the links of letters, and what an operator sees go out, in a real browser."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from feedback.services import contacts
from tests.e2e.conftest import WIDTHS, Service, Window, _run

pytestmark = pytest.mark.e2e

# Files, routes and answers one comment of another process, and prints the path of its survey.
ANSWERED = """
import itertools
from datetime import UTC, datetime
from feedback.app import create_app
from feedback.config import from_environment
from feedback.db import transaction
from feedback.services import survey
from tests import factories
config = from_environment()
with create_app(config).app_context(), transaction():
    at = datetime.now(UTC)
    factories._numbers = itertools.count(int(at.timestamp() * 1000))  # another process counts from one too
    case = factories.replied(factories.routed(at), at)
    print("/danh-gia/" + survey.token_for(comment_id=case.id, occasion=case.audit_sequence, secret=config.secret_key))
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_citizen_says_behind_the_link_that_it_is_not_resolved_then_that_mail_is_unwanted(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    citizen = window(width)
    link = _run([sys.executable, "-c", ANSWERED], running.environment).strip()
    citizen.open(link)
    citizen.require_accessible("survey")
    citizen.page.click("button:has-text('Chưa được giải quyết')")
    expect(citizen.page.locator(".govuk-error-summary")).to_be_visible()
    citizen.require_accessible("survey-no-reason")
    citizen.page.fill("textarea[name=reason]", "Vẫn chưa có sóng ở cuối bản.")
    citizen.page.click("button:has-text('Chưa được giải quyết')")
    expect(citizen.page.locator("main")).to_contain_text("Đã ghi nhận nội dung phản ánh lại.")
    citizen.require_accessible("survey-done")
    citizen.open(link)
    citizen.require_accessible("survey-gone")

    token = contacts.token_for(address=f"{width}@langnghe.example", secret=running.environment["SECRET_KEY"])
    citizen.open(f"/thoi-nhan-thu/{token}")
    citizen.require_accessible("unsubscribe")
    citizen.page.click("button:has-text('Ngừng nhận thư')")
    expect(citizen.page.locator("main")).to_contain_text("Đã ngừng gửi thư")
    citizen.require_accessible("unsubscribed")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_administrator_reads_what_goes_out_and_keeps_the_list_of_the_unwritten(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    account = next(one for one in running.accounts if one["role"] == "administrator")
    official = window(width)
    official.open("/dang-nhap")
    official.page.fill("input[name=email]", account["email"])
    official.page.fill("input[name=password]", account["password"])
    official.page.click("main button[type=submit]")
    official.open("/quan-tri/van-hanh")
    official.require_accessible("operations")
    official.open("/quan-tri/van-hanh/thong-bao")
    official.require_accessible("messages")
    official.open("/quan-tri/ngung-lien-he")
    official.page.fill("input[name=address]", "không phải địa chỉ")
    official.page.click("button:has-text('Ngừng liên hệ')")
    expect(official.page.locator(".govuk-error-summary")).to_be_visible()
    official.require_accessible("contacts-refused")
    official.page.fill("input[name=address]", f"{width}.khac@langnghe.example")
    official.page.click("button:has-text('Ngừng liên hệ')")
    expect(official.page.locator("main")).to_contain_text("Đã ngừng liên hệ địa chỉ có mã băm")
    official.require_accessible("contacts")
