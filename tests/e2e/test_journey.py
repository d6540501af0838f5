"""The whole way in a real browser: file, decide, answer, check, read, and the report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from feedback import processes
from tests.e2e.conftest import WIDTHS, Service, Window
from tests.e2e.test_citizen import receipt, send

pytestmark = pytest.mark.e2e

TITLE = "Máy quét ở bộ phận một cửa của xã hỏng cả tháng"
TEXT = (
    "Tôi lên trung tâm phục vụ hành chính công của xã làm giấy xác nhận ba lần đều phải về không, vì máy quét và máy "
    "tính của xã hỏng, đường truyền chập chờn. Cán bộ một cửa bảo chờ trên cấp máy mới."
)
REASON = "Xã đề nghị Bộ hướng dẫn chung về trang bị cho bộ phận một cửa."
DRAFT = "Đã tiếp nhận ý kiến."
ANSWER = (
    "Bộ đã làm việc với xã: máy quét mới được lắp ngày 20/11, đường truyền đã chuyển sang cáp quang. Từ nay Ông/Bà có "
    "thể nộp hồ sơ trong ngày. Nếu còn vướng mắc, xin phản ánh lại tại trang tra cứu."
)
SECONDS = 60.0


@pytest.mark.parametrize("width", WIDTHS)
def test_a_comment_travels_from_the_form_to_the_report(
    window: Callable[..., Window], running: Service, width: int
) -> None:
    title = f"{TITLE} ({width})"
    citizen = window(width)
    reference, key = _file(citizen, title)

    _an_intake_officer_overrides(window(width), running, reference)
    _a_handler_answers(window(width), running, reference, DRAFT, first=True)
    _a_checker_sends_it_back(window(width), running, reference)
    _a_handler_answers(window(width), running, reference, ANSWER, first=False)
    _a_checker_approves(window(width), running, reference)

    _the_citizen_reads_and_confirms(citizen, reference, key)
    _letters_arrived(running, reference, key)
    _the_analyst_sees_it(window(width), running)


def _file(citizen: Window, title: str) -> tuple[str, str]:
    citizen.open("/gui-y-kien")
    page = citizen.page
    page.check("input[name=kind][value=phan_anh]")
    page.fill("#title", title)
    page.fill("#text", TEXT)
    page.check("input[name=sender_kind][value=ca_nhan]")
    page.fill("#name", "Người Gửi Thử")
    page.fill("#email", "nguoi.gui@langnghe.example")
    for consent in ("xu_ly", "lien_he"):
        page.check(f"input[name=consents][value={consent}]")
    send(citizen)
    citizen.require_accessible("journey-receipt")
    return receipt(citizen)


def sign_in(official: Window, running: Service, role: str) -> Page:
    """Sign in with the demonstration account of a role."""
    account = next(account for account in running.accounts if account["role"] == role)
    official.open("/dang-nhap")
    official.require_accessible("sign-in")
    official.page.fill("#email", account["email"])
    official.page.fill("#password", account["password"])
    official.page.click("main form button[type=submit]")
    return official.page


def _open_case(official: Window, reference: str, queue: str) -> Page:
    official.open(f"/ban-lam-viec?hang={queue}")
    official.require_accessible(f"queue-{queue}")
    official.page.click(f"a[href*='/{reference}']")
    return official.page


def _wait_until_on_the_desk(official: Window, reference: str) -> None:
    """The worker lays it there: the text names no place, and no commune is in the list of bodies."""

    def listed() -> bool:
        official.open("/ban-lam-viec?hang=phan_loai")
        return official.page.locator(f"a[href*='/{reference}']").count() == 1

    assert processes.wait_until(listed, time.monotonic() + SECONDS)


def _an_intake_officer_overrides(official: Window, running: Service, reference: str) -> None:
    sign_in(official, running, "intake")
    _wait_until_on_the_desk(official, reference)
    page = _open_case(official, reference, "phan_loai")
    expect(page.locator(".app-candidates__item")).to_have_count(3)
    expect(page.locator("mark.app-evidence").first).to_be_visible()
    official.require_accessible("case-triage")
    if not page.locator("#reason").is_visible():
        page.click("summary:has-text('Chọn cơ quan khác')")
    page.locator("input[name=body][type=radio]").last.check()
    page.select_option("#other", "BKHCN")
    page.click("button:has-text('Chuyển đến cơ quan đã chọn')")
    expect(page.locator(".govuk-error-summary")).to_contain_text("lý do")
    official.require_accessible("case-triage-no-reason")
    page.fill("#reason", REASON)
    page.click("button:has-text('Chuyển đến cơ quan đã chọn')")
    expect(page.locator("main")).to_contain_text("Bộ Khoa học và Công nghệ")


def _a_handler_answers(official: Window, running: Service, reference: str, text: str, *, first: bool) -> None:
    sign_in(official, running, "handler")
    page = _open_case(official, reference, "xu_ly")
    if first:
        page.click("button:has-text('Nhận giải quyết')")
    official.require_accessible("case-answering")
    page.fill("#text", text)
    page.check("input[name=outcome][value=resolved]")
    page.click("button:has-text('Trình kiểm tra')")
    expect(page.locator(".govuk-tag").first).to_have_text("Đang kiểm tra chất lượng trả lời")


def _a_checker_sends_it_back(official: Window, running: Service, reference: str) -> None:
    sign_in(official, running, "checker")
    page = _open_case(official, reference, "kiem_tra")
    official.require_accessible("case-checking")
    page.check("#point-on_topic")
    page.fill("#note", "Câu trả lời chưa nói việc gì đã được làm.")
    page.click("button:has-text('Trả lại để hoàn thiện')")
    expect(page.locator("main")).to_contain_text("trả lại")


def _a_checker_approves(official: Window, running: Service, reference: str) -> None:
    sign_in(official, running, "checker")
    page = _open_case(official, reference, "kiem_tra")
    for point in page.locator("input[type=checkbox][name^=point-]").all():
        point.check()
    page.click("button:has-text('Duyệt và gửi cho người dân')")
    expect(page.locator("main")).to_contain_text("Đã trả lời")


def _the_citizen_reads_and_confirms(citizen: Window, reference: str, key: str) -> None:
    citizen.open("/tra-cuu")
    page = citizen.page
    page.fill("#reference", reference)
    page.fill("#key", key.lower().replace("-", " "))
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text(ANSWER)
    citizen.require_accessible("case-answered")
    assert key.replace("-", "") not in page.url
    page.click("button:has-text('Đã được giải quyết')")
    expect(page.locator(".govuk-tag").first).to_have_text("Đã đóng")


def _letters_arrived(running: Service, reference: str, key: str) -> None:
    def letters() -> list[str]:
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in running.mail.glob("new/*")]
        return [
            str(letter["Subject"]) + letter.get_content() for letter in found if reference in str(letter["Subject"])
        ]

    assert processes.wait_until(lambda: len(letters()) == 2, time.monotonic() + SECONDS)
    assert not [letter for letter in letters() if key in letter or key.replace("-", "") in letter]


def _the_analyst_sees_it(official: Window, running: Service) -> None:
    page = sign_in(official, running, "analyst")
    official.open("/bao-cao")
    official.require_accessible("report")
    row = page.locator("table tr", has_text="Bộ KH&CN").first
    expect(row).to_contain_text(re.compile(r"\d"))
    with page.expect_download() as download:
        page.click("a[href*='.csv']")
    assert "BKHCN" in download.value.path().read_text(encoding="utf-8-sig")
