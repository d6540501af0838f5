"""Deadlines in a real browser: why a date is that date, for citizen and official; a day set without scripts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from feedback import processes
from tests.e2e.conftest import WIDTHS, Service, Window
from tests.e2e.test_citizen import receipt, send

pytestmark = pytest.mark.e2e

TEXT = "Máy lấy số ở bộ phận một cửa của xã hỏng đã hai tuần, người dân phải chờ không biết đến lượt lúc nào."
SECONDS = 60.0


def file(citizen: Window) -> tuple[str, str]:
    citizen.open("/gui-y-kien")
    citizen.page.check("input[name=kind][value=phan_anh]")
    citizen.page.fill("#title", f"Máy lấy số hỏng ({citizen.width})")
    citizen.page.fill("#text", TEXT)
    citizen.page.check("input[name=sender_kind][value=an_danh]")
    send(citizen)
    return receipt(citizen)


def signed_in(official: Window, running: Service, role: str) -> Window:
    account = next(account for account in running.accounts if account["role"] == role)
    official.open("/dang-nhap")
    official.page.fill("#email", account["email"])
    official.page.fill("#password", account["password"])
    official.page.click("main form button[type=submit]")
    return official


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_citizen_and_official_read_why_it_is_due_when_it_is(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    citizen = window(width)
    reference, key = file(citizen)
    citizen.open("/tra-cuu")
    citizen.page.fill("#reference", reference)
    citizen.page.fill("#key", key)
    citizen.page.click("main form button[type=submit]")
    citizen.page.click("summary:has-text('Vì sao hạn là ngày này?')")
    expect(citizen.page.locator("#tung-ngay")).to_be_visible()
    expect(citizen.page.locator("main")).to_contain_text("Ngày tiếp nhận, không tính")
    citizen.require_accessible("deadline-citizen")

    official = signed_in(window(width), running, "intake")

    def there() -> bool:
        official.open(f"/ban-lam-viec/{reference}/thoi-han")
        return official.page.locator("main :text('Phân loại, chuyển ý kiến')").count() > 0

    assert processes.wait_until(there, time.monotonic() + SECONDS)
    expect(official.page.locator("h1")).to_have_text("Vì sao hạn là ngày này?")
    official.require_accessible("deadline-official")


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_an_administrator_sets_a_day_and_takes_it_back_without_scripts(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    administrator = signed_in(window(width, java_script_enabled=False), running, "administrator")
    administrator.open("/quan-tri/lich?nam=2031")
    day = f"{WIDTHS.index(width) + 2 if width in WIDTHS else 1:02}/07/2031"
    administrator.page.fill("#date", day)
    administrator.page.fill("#name", "Ngày nghỉ thử")
    administrator.page.fill("#document", "Công văn thử")
    administrator.page.click("button:has-text('Ghi vào lịch')")
    expect(administrator.page.locator("main")).to_contain_text("Đã ghi vào lịch.")
    expect(administrator.page.locator("main")).to_contain_text(f"{day}")
    administrator.page.click("summary:has-text('Bỏ một ngày khỏi lịch')")
    administrator.page.fill("#reason", "Công văn thử 2")
    administrator.page.click("button:has-text('Bỏ khỏi lịch')")
    expect(administrator.page.locator("main")).to_contain_text("Chưa có ngày nào của năm này.")


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_the_calendar_and_the_lengths_fit_the_window(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    administrator = signed_in(window(width), running, "administrator")
    for name, address in (("calendar", "/quan-tri/lich?nam=2026"), ("lengths", "/quan-tri/thoi-han")):
        administrator.open(address)
        administrator.require_accessible(name)
