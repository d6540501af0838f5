"""From case to case within the list that was opened: before, next, the way back, and onwards after each step."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment
from tests import factories
from tests.web.official import Official, values, words

LIST = "hang=phan_loai&tim=sóng"


@pytest.fixture
def intake(official: Official, session: Session, now: datetime) -> Official:
    """An intake officer, signed in."""
    return official.sign_in(factories.officer(now, Role.INTAKE))


@pytest.fixture
def waiting(session: Session, now: datetime) -> list[Comment]:
    """Three cases of the list, in its order, and one between them that its filter does not find."""
    found = [factories.on_desk(now + timedelta(days=7 * number)) for number in range(3)]
    factories.on_desk(now + timedelta(days=7), title="Việc khác", text="Phần mềm kế toán báo lỗi liên tục.")
    return found


def address(case: Comment, asked: str = LIST) -> str:
    return f"/ban-lam-viec/{case.reference}?{asked}"


def led_to(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="/ban-lam-viec/(PA-[0-9-]+)\?', page)
    return found[1] if found else None


def accept(official: Official, case: Comment, asked: str = LIST) -> str:
    sent = values(csrf_token=official.token(), version=case.version, body="BKHCN")
    answer = official.post(f"/ban-lam-viec/{case.reference}/chuyen?{asked}", sent)
    assert answer.status_code == 303
    return answer.location


def test_a_case_leads_to_the_one_before_and_the_next_of_its_list(intake: Official, waiting: list[Comment]) -> None:
    first, second, third = (intake.get(address(case)).text for case in waiting)
    assert (led_to(first, "prev"), led_to(first, "next")) == (None, waiting[1].reference)
    assert (led_to(second, "prev"), led_to(second, "next")) == (waiting[0].reference, waiting[2].reference)
    assert (led_to(third, "prev"), led_to(third, "next")) == (waiting[1].reference, None)


def test_every_form_and_link_of_the_case_keeps_the_list(intake: Official, waiting: list[Comment]) -> None:
    page = intake.get(address(waiting[0])).text
    forms = re.findall(rf'action="(/ban-lam-viec/{waiting[0].reference}/[^"]*)"', page)
    assert forms
    assert [form for form in forms if "hang=phan_loai" not in form] == []
    back = re.search(r'id="ve-hang-viec" href="([^"]*)"', page)
    assert back is not None
    assert "hang=phan_loai&amp;tim=" in back[1]


def test_after_a_step_the_next_case_opens_and_says_what_was_done(intake: Official, waiting: list[Comment]) -> None:
    onwards = accept(intake, waiting[0])
    assert onwards.startswith(f"/ban-lam-viec/{waiting[1].reference}?hang=phan_loai")
    assert f"Đã chuyển {waiting[0].reference} đến" in words(intake.get(onwards))


def test_after_the_last_the_one_before_opens_and_after_the_only_one_the_list(
    intake: Official, waiting: list[Comment]
) -> None:
    assert accept(intake, waiting[2]).startswith(f"/ban-lam-viec/{waiting[1].reference}?")
    assert accept(intake, waiting[0]).startswith(f"/ban-lam-viec/{waiting[1].reference}?")
    assert accept(intake, waiting[1]).startswith("/ban-lam-viec?hang=phan_loai")


@pytest.mark.parametrize(
    "asked", ["", "hang=khong_co", "hang=phan_loai&mau=do", "hang=kiem_tra_moi&tim=(", "hang=xu_ly"]
)
def test_a_case_from_no_list_that_can_be_read_stands_alone(
    intake: Official, waiting: list[Comment], asked: str
) -> None:
    page = intake.get(address(waiting[0], asked)).text
    assert (led_to(page, "prev"), led_to(page, "next")) == (None, None)
    assert accept(intake, waiting[0], asked).partition("?")[0] == "/ban-lam-viec"


def test_a_refused_step_keeps_the_list(intake: Official, waiting: list[Comment]) -> None:
    sent = values(csrf_token=intake.token(), version=waiting[0].version, body="BCA")
    answer = intake.post(f"/ban-lam-viec/{waiting[0].reference}/chuyen?{LIST}", sent)
    assert answer.status_code == 422
    assert led_to(answer.text, "next") == waiting[1].reference


def test_the_keys_of_the_case_are_listed(intake: Official, waiting: list[Comment]) -> None:
    page = intake.get(address(waiting[0])).text
    assert re.findall(r'data-key="([^"]+)"', page)[:4] == ["n", "p", "u", "1"]
