"""Files in a real browser, with and without JavaScript: sent with a filing, opened by sender and by official."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import sample_files
from tests.e2e.conftest import Service, Window
from tests.e2e.test_citizen import fill, receipt, send
from tests.e2e.test_journey import sign_in

pytestmark = pytest.mark.e2e

# The picture fills the window's only image once it is decoded.
_SHOWN = "() => { const shown = document.images[0]; return Boolean(shown) && shown.naturalWidth === 320; }"


def chosen(name: str, kind: str, content: bytes) -> dict[str, Any]:
    """A file as a person chooses it."""
    return {"name": name, "mimeType": kind, "buffer": content}


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_picture_goes_with_a_filing_and_is_opened_by_its_sender_and_by_an_official(
    window: Callable[..., Window], running: Service, script: bool, width: int
) -> None:
    citizen = window(width, java_script_enabled=script)
    page = citizen.page
    citizen.open("/gui-y-kien")
    fill(citizen)
    page.set_input_files("#file_1", chosen("anh.png", "image/png", sample_files.picture("PNG")))
    page.set_input_files("#file_2", chosen("anh.jpg", "image/jpeg", b"MZ a program"))
    send(citizen)
    expect(page.locator("#file_2-error")).to_contain_text("“anh.jpg” không phải là ảnh JPEG")
    expect(page.locator("#file_1-error")).to_contain_text("Tệp “anh.png” chưa được gửi")
    assert page.input_value("#title")
    citizen.require_accessible("form-file-refused")

    page.set_input_files("#file_1", chosen("anh.png", "image/png", sample_files.picture("PNG")))
    page.set_input_files("#file_3", chosen("don.pdf", "application/pdf", sample_files.pdf()))
    send(citizen)
    expect(page.locator("h1")).to_have_text("Đã tiếp nhận ý kiến")
    expect(page.locator("main")).to_contain_text("Đã nhận 2 tệp")
    citizen.require_accessible("receipt-files")
    reference, key = receipt(citizen)

    _look_up(citizen, reference, key)
    citizen.require_accessible("tracking-files")
    _opens_the_picture(page, "button:has-text('Xem tệp 1')", script)
    with page.expect_download() as saved:
        page.click("button:has-text('Tải tệp 2')")
    assert saved.value.suggested_filename == f"{reference}-tep-2.pdf"

    official = window(width, java_script_enabled=script)
    sign_in(official, running, "intake")
    official.open(f"/ban-lam-viec/{reference}")
    expect(official.page.locator("#tep-dinh-kem")).to_have_text("Tệp đính kèm")
    official.require_accessible("desk-files")
    _opens_the_picture(official.page, "a:has-text('Mở tệp 1')", script)
    with official.page.expect_download() as saved:
        official.page.click("a:has-text('Tải tệp 2')")
    assert saved.value.suggested_filename == f"{reference}-tep-2.pdf"
    official.open(f"/ban-lam-viec/{reference}")
    expect(official.page.locator("main")).to_contain_text("Mở một tệp gửi kèm.")


def _look_up(citizen: Window, reference: str, key: str) -> None:
    citizen.open("/tra-cuu")
    citizen.page.fill("#reference", reference)
    citizen.page.fill("#key", key)
    send(citizen)
    expect(citizen.page.locator("main")).to_contain_text("Tệp đã gửi")


def _opens_the_picture(page: Page, target: str, script: bool) -> None:
    """What is pressed opens a page of its own that shows the picture."""
    with page.context.expect_page() as opened:
        page.click(target)
    shown = opened.value
    shown.wait_for_load_state()
    answer_kind = shown.evaluate("document.contentType") if script else "image/jpeg"
    assert answer_kind == "image/jpeg"
    if script:
        shown.wait_for_function(_SHOWN)
    shown.close()
