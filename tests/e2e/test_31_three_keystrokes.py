"""The desk by keyboard alone: open the next, accept the first candidate, and so on through twenty cases."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from feedback import processes
from tests.e2e.conftest import Service, Window
from tests.e2e.test_journey import sign_in

pytestmark = pytest.mark.e2e

# They name no body, and two or three may answer: the machine leaves each to a person.
TEXTS = (
    "Tài khoản của tôi bị khóa mà không có thông báo nào, xin cho biết lý do.",
    "Ứng dụng bắt khai lại thông tin đã khai nhiều lần, rất mất thời gian.",
    "Thông tin trên trang đã cũ từ năm ngoái, đề nghị cập nhật lại.",
    "Phần mềm mới khó dùng quá, người lớn tuổi như tôi không theo kịp, xin hướng dẫn thêm.",
    "Đề nghị công khai tiến độ để người dân theo dõi, chờ mãi không thấy gì.",
)
# Only these, whatever else waits in the queue.
LIST = '/ban-lam-viec?hang=phan_loai&tim="Phản ánh số"'
CASES = 20
SECONDS = 90.0


def test_31_an_intake_officer_clears_twenty_cases_with_three_keys_each(
    window: Callable[..., Window], running: Service
) -> None:
    _file_until_so_many_wait(running, window())
    official = window()
    page = sign_in(official, running, "intake")
    official.open(LIST)
    official.require_accessible("keyboard-queue")
    waiting = _waiting(page)
    pressed = 0
    for number in range(CASES):
        before = pressed
        if number == 0:
            pressed += _press(page, "n")
            page.wait_for_url("**/ban-lam-viec/PA-*")
        case = page.locator(".govuk-caption-l").inner_text()
        pressed += _press(page, "1")
        expect(page.locator("button:has-text('Chuyển đến')").first).to_be_focused()
        pressed += _press(page, "Enter")
        expect(page.locator(".govuk-notification-banner")).to_contain_text("Đã chuyển")
        expect(page.locator(".govuk-notification-banner")).to_contain_text(case.split(" ")[0])
        assert pressed - before <= 3
    official.open(LIST)
    assert waiting - _waiting(page) == CASES
    assert pressed <= 3 * CASES


def test_the_keys_are_listed_by_a_question_mark_and_can_be_switched_off(
    window: Callable[..., Window], running: Service
) -> None:
    official = window(375)
    page = sign_in(official, running, "intake")
    official.open("/ban-lam-viec?hang=tat_ca")
    page.keyboard.press("?")
    expect(page.locator("#dung-phim-tat")).to_be_visible()
    official.require_accessible("keyboard-help")
    page.uncheck("#dung-phim-tat")
    page.locator("h1").click()
    page.keyboard.press("n")
    assert page.url.endswith("hang=tat_ca")
    page.check("#dung-phim-tat")
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url("**/ban-lam-viec/PA-*")


def test_a_key_typed_into_a_field_is_a_letter(window: Callable[..., Window], running: Service) -> None:
    page = sign_in(window(), running, "intake")
    page.goto(f"{running.address}/ban-lam-viec?hang=tat_ca")
    page.keyboard.press("/")
    page.keyboard.type("n1?")
    expect(page.locator("#tim")).to_have_value("n1?")


def test_two_officials_on_one_case_and_the_second_is_told(window: Callable[..., Window], running: Service) -> None:
    _file_until_so_many_wait(running, window(), at_least=1)
    first, second = (sign_in(window(), running, "intake") for _ in range(2))
    for page in (first, second):
        page.goto(f"{running.address}{LIST}&sap_xep=moi_nhat")
        page.keyboard.press("n")
        page.wait_for_url("**/ban-lam-viec/PA-*")
    assert first.url == second.url
    for key in ("1", "Enter"):
        first.keyboard.press(key)
    expect(first.locator(".govuk-notification-banner")).to_contain_text("Đã chuyển")
    for key in ("1", "Enter"):
        second.keyboard.press(key)
    expect(second.locator(".govuk-error-summary")).to_contain_text("vừa được người khác cập nhật")
    expect(second.locator(".govuk-tag").first).to_have_text("Đã chuyển cơ quan xử lý")


def _press(page: Page, key: str) -> int:
    page.keyboard.press(key)
    return 1


def _waiting(page: Page) -> int:
    """How many rows the filtered list has; it is shorter than a page."""
    return page.locator(".app-rows__item").count()


def _file_until_so_many_wait(running: Service, official: Window, at_least: int = CASES) -> None:
    for number in range(at_least + 2):
        file(running, f"Phản ánh số {number}", TEXTS[number % len(TEXTS)])
    page = sign_in(official, running, "intake")

    def enough() -> bool:
        official.open(LIST)
        return _waiting(page) >= at_least

    assert processes.wait_until(enough, time.monotonic() + SECONDS)


def file(running: Service, title: str, text: str, **more: object) -> str:
    """File a comment as another system would; return its number."""
    sent = {"kind": "phan_anh", "title": title, "text": text, "sender_kind": "an_danh", "province": "HN", **more}
    request = urllib.request.Request(  # noqa: S310 -- our own address
        f"{running.address}/api/v1/comments",
        data=json.dumps(sent).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 -- the same
        reference: str = json.load(answer)["reference"]
    return reference
