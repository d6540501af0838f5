"""What a citizen sees and does, in a real browser, on a telephone and at a desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import WIDTHS, Window

pytestmark = pytest.mark.e2e

PAGES = {
    "home": "/",
    "form": "/gui-y-kien",
    "lookup": "/tra-cuu",
    "guide": "/huong-dan",
    "privacy": "/quyen-rieng-tu",
    "accessibility": "/tro-nang",
    "contact": "/lien-he",
    "not-found": "/khong-co-trang-nay",
}
KEY = re.compile(r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$")
TITLE = "Không nộp được hồ sơ khai sinh trực tuyến"
TEXT = "Hệ thống báo lỗi khi tải giấy chứng sinh lên, tôi đã thử ba lần trong tuần này.\nĐề nghị kiểm tra giúp."


def fill(window: Window) -> None:
    """Fill in the form as a named citizen."""
    page = window.page
    page.check("input[name=kind][value=phan_anh]")
    page.fill("#title", TITLE)
    page.fill("#text", TEXT)
    page.select_option("#province", "HN")
    page.check("input[name=sender_kind][value=ca_nhan]")
    page.fill("#name", "Người Gửi Thử")
    page.fill("#email", "nguoi.gui@langnghe.example")
    page.check("input[name=consents][value=xu_ly]")


def send(window: Window) -> None:
    window.page.click("main form button[type=submit]")


def receipt(window: Window) -> tuple[str, str]:
    lines = window.page.locator("[data-line]")
    return lines.nth(0).inner_text(), lines.nth(1).inner_text()


@pytest.mark.parametrize("width", [320, *WIDTHS])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_the_window(window: Callable[..., Window], name: str, width: int) -> None:
    seen = window(width)
    seen.open(PAGES[name])
    seen.require_accessible(name)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_citizen_files_keeps_the_receipt_and_finds_the_comment_again(
    window: Callable[..., Window], width: int
) -> None:
    seen = window(width)
    seen.open("/gui-y-kien")
    send(seen)
    expect(seen.page.locator(".govuk-error-summary")).to_be_focused()
    seen.require_accessible("form-errors")
    seen.page.click(".govuk-error-summary a[href='#title']")
    expect(seen.page.locator("#title")).to_be_focused()

    fill(seen)
    send(seen)
    expect(seen.page.locator("h1")).to_have_text("Đã tiếp nhận ý kiến")
    seen.require_accessible("receipt")
    reference, key = receipt(seen)
    assert KEY.match(key)
    assert key not in seen.page.url
    seen.page.click("text=Tôi đã lưu mã")
    expect(seen.page).to_have_url(f"{seen.address}/")

    seen.open("/tra-cuu")
    seen.page.fill("#reference", reference)
    seen.page.fill("#key", "0000-0000-0000")
    send(seen)
    expect(seen.page.locator("#key-error")).to_be_visible()
    seen.require_accessible("lookup-wrong")
    seen.page.fill("#key", key.lower().replace("-", " "))
    send(seen)
    expect(seen.page.locator("h1")).to_have_text(TITLE)
    assert key not in seen.page.url
    assert reference not in seen.page.url
    seen.require_accessible("case")


def test_the_form_asks_only_what_concerns_the_sender(window: Callable[..., Window]) -> None:
    seen = window()
    seen.open("/gui-y-kien")
    page = seen.page
    expect(page.locator("#organisation")).to_be_hidden()
    page.check("input[name=sender_kind][value=doanh_nghiep]")
    expect(page.locator("#organisation")).to_be_visible()
    page.check("input[name=sender_kind][value=an_danh]")
    expect(page.locator("#name")).to_be_hidden()
    expect(page.locator("input[name=consents][value=xu_ly]")).to_be_hidden()
    expect(page.locator("input[name=consents][value=cong_khai]")).to_be_visible()


def test_the_key_can_be_copied_at_a_press(window: Callable[..., Window]) -> None:
    seen = window(permissions=["clipboard-read", "clipboard-write"])
    seen.open("/gui-y-kien")
    fill(seen)
    send(seen)
    seen.page.click("text=Sao chép")
    expect(seen.page.locator("#da-sao-chep")).to_have_text("Đã sao chép số ý kiến và mã tra cứu.")
    reference, key = receipt(seen)
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"Số ý kiến: {reference}\nMã tra cứu: {key}"


def test_everything_works_without_javascript(window: Callable[..., Window]) -> None:
    seen = window(375, java_script_enabled=False)
    seen.open("/gui-y-kien")
    send(seen)
    expect(seen.page.locator("#title-error")).to_be_visible()
    expect(seen.page.locator("#organisation")).to_be_visible()
    fill(seen)
    send(seen)
    reference, key = receipt(seen)
    seen.picture("receipt-without-javascript")
    seen.open("/tra-cuu")
    seen.page.fill("#reference", reference)
    seen.page.fill("#key", key)
    send(seen)
    expect(seen.page.locator("h1")).to_have_text(TITLE)


def test_the_keyboard_alone_reaches_the_form_and_sends_it(window: Callable[..., Window]) -> None:
    seen = window()
    seen.open("/")
    seen.page.keyboard.press("Tab")
    expect(seen.page.locator(".govuk-skip-link")).to_be_focused()
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    expect(seen.page.locator("main a", has_text="Gửi ý kiến").first).to_be_focused()
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("h1")).to_have_text("Gửi ý kiến")


def test_the_case_prints_without_menus_and_buttons(window: Callable[..., Window]) -> None:
    seen = window()
    seen.open("/gui-y-kien")
    fill(seen)
    send(seen)
    seen.page.emulate_media(media="print")
    expect(seen.page.locator(".app-header__nav")).to_be_hidden()
    expect(seen.page.locator("text=Tôi đã lưu mã")).to_be_hidden()
    expect(seen.page.locator("[data-line]").nth(1)).to_be_visible()
    seen.picture("receipt-print")
