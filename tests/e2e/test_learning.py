"""The pages of the learning loop in a real browser: two keystrokes a text, and the model with one click each way."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Page, expect

from feedback import processes
from tests.conftest import ROOT
from tests.e2e.conftest import WIDTHS, Service, Window

pytestmark = pytest.mark.e2e

SECONDS = 120.0
# Comments between two bodies, filed as the form files them.
FILING = """
from datetime import UTC, datetime
from feedback.app import create_app
from feedback.db import transaction
from tests import factories

with create_app().app_context():
    for number, what in enumerate(("giấy tờ", "phần mềm", "tài khoản", "hồ sơ", "phí", "mã", "tin nhắn", "sổ")):
        with transaction():
            factories.submit(
                datetime.now(UTC), f"e2e-learning-{number}", province=None, title=f"Hỏi về {what} này",
                text=f"Tôi hỏi về {what} ở chỗ tôi mà nơi này chỉ sang nơi kia. Gọi tôi theo số 0912 345 67{number}.",
            )
"""
# A challenger that is the champion over again, so that the page has two models to show.
CHALLENGER = """
INSERT INTO model_release (version, trained_at, corpus_rows, label_rows, figures, state, reason, path)
SELECT 'c0ffee000000', trained_at, corpus_rows, 25,
    jsonb_build_object('own', figures->'own', 'against', figures->'own', 'test', '{}'::jsonb), 'challenger',
    'Tốt hơn bản đang dùng vượt mức ngẫu nhiên.', path
FROM model_release WHERE state = 'champion' ON CONFLICT DO NOTHING
"""


@pytest.fixture(scope="module")
def prepared(running: Service) -> Service:
    """Samples are filed and classified, the labelling list is made, a challenger waits."""
    filed = subprocess.run(
        [sys.executable, "-c", FILING], cwd=ROOT, env=running.environment, capture_output=True, text=True, check=False
    )
    assert filed.returncode == 0, filed.stderr
    with psycopg.connect(running.environment["DATABASE_URL"], autocommit=True) as connection:

        def classified() -> bool:
            return connection.execute("SELECT FROM outbox WHERE topic = 'classify' AND state <> 'done'").rowcount == 0

        assert processes.wait_until(classified, time.monotonic() + SECONDS)
    # The clock may be at it already; then it is our turn a moment later.
    assert processes.wait_until(lambda: "busy" not in running.command("learning", "tend"), time.monotonic() + SECONDS)
    with psycopg.connect(running.environment["DATABASE_URL"]) as connection:
        connection.execute(CHALLENGER)
    return running


def sign_in(official: Window, service: Service, role: str) -> Page:
    account = next(account for account in service.accounts if account["role"] == role)
    official.open("/dang-nhap")
    official.page.fill("#email", account["email"])
    official.page.fill("#password", account["password"])
    official.page.click("main form button[type=submit]")
    return official.page


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_the_model_is_for_everybody_who_may_see_it(
    window: Callable[..., Window], prepared: Service, width: int
) -> None:
    official = window(width)
    page = sign_in(official, prepared, "administrator")
    official.open("/quan-tri/mo-hinh")
    expect(page.locator("h1")).to_have_text("Bộ phân loại")
    expect(page.locator("#so-sanh")).to_contain_text("So sánh")
    expect(page.locator("svg.app-chart").first).to_be_visible()
    official.require_accessible("model")
    for summary in page.locator("summary").all():
        summary.click()
    official.require_accessible("model-open")


def test_the_page_of_the_model_fits_the_narrowest_window(window: Callable[..., Window], prepared: Service) -> None:
    official = window(320)
    sign_in(official, prepared, "analyst")
    official.open("/quan-tri/mo-hinh")
    official.require_accessible("model")
    official.open("/quan-tri/gan-nhan")
    official.require_accessible("labelling")


@pytest.mark.parametrize("width", WIDTHS)
def test_two_keystrokes_label_a_text(window: Callable[..., Window], prepared: Service, width: int) -> None:
    official = window(width)
    page = sign_in(official, prepared, "analyst")
    official.open("/quan-tri/gan-nhan")
    official.require_accessible("labelling")
    seen = []
    for digit in ("1", "2"):
        seen.append(page.locator("input[name=reference]").input_value())
        page.keyboard.press(digit)
        expect(page.locator(f"input[data-key='{digit}']")).to_be_checked()
        page.keyboard.press("Enter")
        expect(page.locator(".govuk-notification-banner")).to_contain_text(f"Đã ghi nhãn của {seen[-1]}")
    assert seen[0] != seen[1]
    page.click("main form button[type=submit]")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Xin chọn cơ quan giải quyết")
    official.require_accessible("labelling-nothing-chosen")


def test_a_digit_typed_into_the_note_picks_nothing(window: Callable[..., Window], prepared: Service) -> None:
    official = window()
    page = sign_in(official, prepared, "analyst")
    official.open("/quan-tri/gan-nhan")
    page.focus("#reason")
    page.keyboard.press("1")
    assert page.locator("#reason").input_value() == "1"
    expect(page.locator("input[data-key='1']")).not_to_be_checked()


def test_without_javascript_a_radio_and_the_button_do(window: Callable[..., Window], prepared: Service) -> None:
    official = window(java_script_enabled=False)
    page = sign_in(official, prepared, "analyst")
    official.open("/quan-tri/gan-nhan")
    reference = page.locator("input[name=reference]").input_value()
    page.locator("label[for=choice]").click()
    page.click("main form[data-label] button[type=submit]")
    expect(page.locator(".govuk-notification-banner")).to_contain_text(f"Đã ghi nhãn của {reference}")
