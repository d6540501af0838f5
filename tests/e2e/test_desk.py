"""What officials do to a case, in a real browser with and without JavaScript: return, merge, extend, check, publish."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from feedback import processes
from feedback.domain.clock import VIETNAM
from tests.e2e.conftest import Service, Window
from tests.e2e.test_31_three_keystrokes import file
from tests.e2e.test_journey import sign_in

pytestmark = pytest.mark.e2e

BODY = "BKHCN"
REPORT = (
    "Từ hôm đăng ký danh sách không nhận quảng cáo đến nay đã sáu tuần mà mỗi ngày máy tôi vẫn đổ chuông bảy tám lần "
    "mời mua đất. Chặn số này thì hôm sau họ gọi số khác, xin nhà mạng và cơ quan quản lý viễn thông xử lý."
)
ANSWER = (
    "Cục Viễn thông đã yêu cầu nhà mạng khóa chiều gọi đi của các số điện thoại nêu trên từ ngày 20/11/2026 theo Nghị "
    "định 91/2020/NĐ-CP. Khi còn nhận cuộc gọi quảng cáo, xin Ông/Bà nhắn tin đến 156 để nhà mạng xử lý trong ngày."
)
SECONDS = 90.0


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
def test_a_case_is_returned_with_a_proposal_and_sent_on_by_one_press(
    window: Callable[..., Window], running: Service, script: bool
) -> None:
    reference = _with_the_body(window, running, f"Cuộc gọi rác, trả lại {script}")
    handler = window(java_script_enabled=script)
    page = _open(handler, running, "handler", reference)
    _unfold(page, "Không thuộc thẩm quyền của cơ quan tôi")
    page.click("button:text-is('Trả lại')")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    handler.require_accessible("desk-return-refused")
    page.fill("#return_reason", "Việc này thuộc lĩnh vực an ninh mạng.")
    page.select_option("#proposed", "BCA")
    page.click("button:text-is('Trả lại')")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Đã trả lại")

    intake = window(java_script_enabled=script)
    page = _open(intake, running, "intake", reference)
    expect(page.locator("main")).to_contain_text("Cơ quan trả lại đề xuất")
    intake.require_accessible("desk-returned")
    page.click("button:has-text('Chuyển đến Bộ Công an')")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Đã chuyển")


def test_two_reports_of_one_matter_are_merged(window: Callable[..., Window], running: Service) -> None:
    lead, second = (_with_the_body(window, running, f"Cuộc gọi rác, gộp {number}") for number in (1, 2))
    official = window()
    page = _open(official, running, "coordinator", second)
    _unfold(page, "Gộp")
    page.fill("#lead", lead)
    official.require_accessible("desk-merge")
    page.locator("form[action*='/gop']").last.locator("button").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text(f"Đã gộp {second}")
    _go(official, lead)
    expect(page.locator("main")).to_contain_text("2 người cùng phản ánh")
    official.require_accessible("desk-merged")


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
def test_a_body_takes_a_case_on_and_extends_it_with_a_reason(
    window: Callable[..., Window], running: Service, script: bool
) -> None:
    reference = _with_the_body(window, running, f"Cuộc gọi rác, gia hạn {script}")
    official = window(375, java_script_enabled=script)
    page = _open(official, running, "handler", reference)
    page.click("button:has-text('Nhận giải quyết')")
    _unfold(page, "Gia hạn trả lời")
    page.fill("#until", "2020-01-01")
    page.fill("#extend_reason", "Cần đo kiểm cùng nhà mạng tại địa phương.")
    page.click("button:has-text('Gia hạn và thông báo')")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    official.require_accessible("desk-extension-refused")
    page.fill("#until", _a_later_working_day(page))
    page.click("button:has-text('Gia hạn và thông báo')")
    expect(page.locator(".govuk-tag").first).to_have_text("Đã gia hạn")
    _go(official, f"{reference}/thoi-han")
    expect(page.locator("main")).to_contain_text("Vì sao hạn là ngày này?")
    official.require_accessible("desk-deadline")


def test_the_gate_refuses_what_does_not_answer_then_the_answer_is_sent_and_published(
    window: Callable[..., Window], running: Service
) -> None:
    reference = _with_the_body(window, running, "Cuộc gọi rác, công khai")
    handler = window()
    page = _open(handler, running, "handler", reference)
    handler.require_accessible("desk-case")
    page.click("button:has-text('Nhận giải quyết')")
    page.fill("#text", ANSWER)
    page.check("input[name=outcome][value=resolved]")
    page.click("button:has-text('Trình kiểm tra')")

    checker = window()
    page = _open(checker, running, "checker", reference)
    checker.require_accessible("desk-check")
    points = page.locator("input[type=checkbox][name^=point-]")
    points.first.check()
    page.click("button:has-text('Duyệt và gửi cho người dân')")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Chưa đạt")
    checker.require_accessible("desk-gate-refused")
    for point in points.all():
        point.check()
    page.click("button:has-text('Duyệt và gửi cho người dân')")
    expect(page.locator("main")).to_contain_text("Đã trả lời")

    leader = window()
    page = _open(leader, running, "leader", reference)
    _unfold(page, "Công khai")
    leader.require_accessible("desk-publish")
    page.click("details a:text-is('Công khai')")
    expect(page.locator("main")).to_contain_text("Nghị định 91/2020/NĐ-CP")
    leader.require_accessible("desk-publish-preview")
    page.locator("form[action*='/cong-khai']").first.locator("button").first.click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("công khai")
    reader = window(375)
    reader.open(f"/cong-khai/{reference}")
    expect(reader.page.locator("main")).to_contain_text("Nghị định 91/2020/NĐ-CP")
    reader.require_accessible("published")


def _with_the_body(window: Callable[..., Window], running: Service, title: str) -> str:
    """A comment in the queue of the ministry; whatever the model made of it, an intake officer sees to that."""
    sent = {"sender_kind": "ca_nhan", "name": "Người Gửi Thử", "email": "nguoi.gui@langnghe.example"}
    reference = file(running, title, REPORT, **sent, consents=["xu_ly", "lien_he", "cong_khai"])
    official = window()
    page = sign_in(official, running, "intake")

    def sorted_out() -> bool:
        _go(official, reference)
        return page.locator(".govuk-tag").first.inner_text() not in {"Mới gửi", "Đã tiếp nhận"}

    assert processes.wait_until(sorted_out, time.monotonic() + SECONDS)
    if page.locator("button:has-text('Chuyển đến cơ quan đã chọn')").count():
        if not page.locator("#other").is_visible():
            _unfold(page, "Chọn cơ quan khác")
        page.locator("input[name=body][type=radio]").last.check()
        page.select_option("#other", BODY)
        page.fill("#reason", "Thuộc quản lý nhà nước về viễn thông.")
        page.click("button:has-text('Chuyển đến cơ quan đã chọn')")
    return reference


def _open(official: Window, running: Service, role: str, reference: str) -> Page:
    page = sign_in(official, running, role)
    _go(official, reference)
    return page


def _go(official: Window, where: str) -> None:
    official.open(f"/ban-lam-viec/{where}")


def _unfold(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).first.click()


def _a_later_working_day(page: Page) -> str:
    """Some days after the due date that the page tells, on no weekend."""
    told = page.locator("#until-hint").inner_text()
    day, month, year = map(int, re.findall(r"(\d{2})/(\d{2})/(\d{4})", told)[0])
    later = dt.datetime(year, month, day, tzinfo=VIETNAM) + dt.timedelta(days=5)
    while later.weekday() >= 5:
        later += dt.timedelta(days=1)
    return later.date().isoformat()
