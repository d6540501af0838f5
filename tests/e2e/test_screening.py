"""A denunciation in a real browser: stopped, explained, confirmed with a letter; and two comments of one matter."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from feedback import processes
from tests.e2e.conftest import WIDTHS, Service, Window
from tests.e2e.test_citizen import receipt, send

pytestmark = pytest.mark.e2e

DENUNCIATION = (
    "Tôi làm đơn tố cáo ông trưởng phòng của xã đã nhận tiền của nhiều hộ dân để làm hồ sơ đất, mỗi hộ năm triệu đồng. "
    "Tôi có giấy biên nhận và ghi âm. Đề nghị cơ quan có thẩm quyền xác minh, xử lý theo quy định của pháp luật."
)
REPORT = (
    "Máy quét và máy tính ở bộ phận một cửa của xã hỏng cả tháng nay, đường truyền chập chờn, người dân đến làm giấy "
    "xác nhận ba lần đều phải về không. Xin gọi tôi số 0912345678 nếu cần thêm thông tin."
)
SECONDS = 60.0


@pytest.mark.parametrize("width", WIDTHS)
def test_a_denunciation_is_stopped_explained_and_confirmed(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    citizen = window(width)
    reference, key = _file(citizen, f"Tố cáo cán bộ nhận tiền ({width})", DENUNCIATION)
    official = _signed_in(window(width), running)
    _wait_for(official, "sang_loc", reference)
    official.require_accessible("screening-queue")
    _look_up(citizen, reference, key)
    expect(citizen.page.locator("main")).to_contain_text("Luật Tố cáo năm 2018")
    citizen.require_accessible("screened-citizen")

    official.page.click(f"a[href*='/{reference}']")
    official.require_accessible("screening-case")
    official.page.click("summary:has-text('Ý kiến hợp lệ')")
    official.page.click("button:has-text('Xác nhận hợp lệ')")
    expect(official.page.locator(".govuk-error-summary")).to_be_visible()
    official.require_accessible("screening-no-reason")
    official.page.click("button:has-text('Xác nhận và trả lời người gửi')")
    expect(official.page.locator("main")).to_contain_text("Đã xác nhận kết quả sàng lọc")

    _look_up(citizen, reference, key)
    expect(citizen.page.locator("main")).to_contain_text("Trả lời của cán bộ tiếp nhận")
    citizen.require_accessible("screened-letter")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_same_matter_is_shown_beside_the_case(window: Callable[..., Window], running: Service, width: int) -> None:
    title = f"Máy quét của xã hỏng ({width})"
    first, _ = _file(window(width), title, REPORT)
    second, _ = _file(window(width), title, REPORT.replace("ba lần", "hai lần"))
    official = _signed_in(window(width), running)
    _wait_for(official, "phan_loai", second)

    def shown() -> bool:
        official.open(f"/ban-lam-viec/{second}")
        return official.page.locator("#co-the-trung").count() == 1

    assert processes.wait_until(shown, time.monotonic() + SECONDS)
    beside = official.page.locator("section[aria-labelledby=co-the-trung]")
    expect(beside).to_contain_text(first)
    expect(beside).to_contain_text("[số điện thoại]")
    expect(beside).not_to_contain_text("0912345678")
    official.require_accessible("case-duplicates")


def _file(citizen: Window, title: str, text: str) -> tuple[str, str]:
    citizen.open("/gui-y-kien")
    page = citizen.page
    page.check("input[name=kind][value=phan_anh]")
    page.fill("#title", title)
    page.fill("#text", text)
    page.check("input[name=sender_kind][value=an_danh]")
    send(citizen)
    return receipt(citizen)


def _look_up(citizen: Window, reference: str, key: str) -> None:
    citizen.open("/tra-cuu")
    citizen.page.fill("#reference", reference)
    citizen.page.fill("#key", key)
    citizen.page.click("main form button[type=submit]")


def _signed_in(official: Window, running: Service) -> Window:
    account = next(account for account in running.accounts if account["role"] == "intake")
    official.open("/dang-nhap")
    official.page.fill("#email", account["email"])
    official.page.fill("#password", account["password"])
    official.page.click("main form button[type=submit]")
    return official


def _wait_for(official: Window, queue: str, reference: str) -> None:
    def listed() -> bool:
        official.open(f"/ban-lam-viec?hang={queue}")
        return official.page.locator(f"a[href*='/{reference}']").count() == 1

    assert processes.wait_until(listed, time.monotonic() + SECONDS)
