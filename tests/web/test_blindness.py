"""Blind handling as it is set by an administrator, and as the page of a case tells of it."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Body
from feedback.services import identity
from tests import factories
from tests.web.official import Official, values, words
from tests.web.test_arranging_cost import cost

BODIES, SET = "/quan-tri/co-quan", "/quan-tri/co-quan/an-danh"


@pytest.fixture
def administrator(official: Official, session: Session, now: datetime) -> Official:
    """An administrator at work."""
    return official.sign_in(factories.officer(now, Role.ADMINISTRATOR))


@pytest.fixture
def blind(session: Session) -> None:
    """The ministry of science and technology handles its cases blind."""
    session.query(Body).filter_by(code="BKHCN").one().blind = True
    session.flush()


def column(administrator: Official) -> dict[str, str]:
    """What the file says of each body."""
    answer = administrator.get(f"{BODIES}.csv")
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    return {row["Mã"]: row["Giải quyết ẩn danh"] for row in rows}


def test_an_administrator_lets_a_body_handle_blind_and_no_longer(administrator: Official) -> None:
    assert "Chưa cơ quan nào áp dụng." in words(administrator.get(BODIES))
    done = administrator.send(BODIES, SET, body="BKHCN", blind="co")
    assert done.status_code == 303
    page = words(administrator.get(done.location))
    assert "Bộ Khoa học và Công nghệ: giải quyết ẩn danh." in page
    assert "Đang áp dụng: Bộ Khoa học và Công nghệ." in page
    assert {code for code, said in column(administrator).items() if said == "Có"} == {"BKHCN"}
    back = administrator.send(BODIES, SET, body="BKHCN", blind="khong")
    assert "được mở danh tính người gửi khi có lý do." in words(administrator.get(back.location))
    assert set(column(administrator).values()) == {"Không"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"body": "BKHCN"}, "Xin chọn cách giải quyết."),
        ({"body": "BKHCN", "blind": "true"}, "Xin chọn cách giải quyết."),
        ({"blind": "co"}, "Xin chọn cơ quan trong danh mục."),
        ({"body": "B\x00", "blind": "co"}, "Xin chọn cơ quan trong danh mục."),
        ({"body": "'; --", "blind": "khong"}, "Xin chọn cơ quan trong danh mục."),
    ],
)
def test_what_cannot_be_chosen_is_refused_beside_its_field(
    administrator: Official, sent: dict[str, str], said: str
) -> None:
    refused = administrator.post(SET, values(csrf_token=administrator.token(), **sent))
    assert refused.status_code == 422
    assert words(refused).count(said) == 2
    assert set(column(administrator).values()) == {"Không"}


@pytest.mark.parametrize("role", [Role.HANDLER, Role.COORDINATOR])
def test_the_page_of_a_case_says_why_there_is_no_form_and_costs_no_more(
    official: Official, session: Session, blind: None, now: datetime, role: Role
) -> None:
    case = factories.replied(factories.routed(now), now)
    address = f"/ban-lam-viec/{case.reference}"
    page = official.sign_in(factories.officer(now, role, "BKHCN")).get(address)
    assert page.status_code == 200
    assert words(page).count(identity.BLIND) == 1
    assert f'action="{address}/danh-tinh"' not in page.text
    assert f'action="{address}/thu.pdf"' not in page.text
    assert cost(official, session, address) <= 12


@pytest.mark.parametrize(("way", "field"), [("danh-tinh", "unseal_reason"), ("thu.pdf", "letter_reason")])
def test_a_form_that_is_sent_all_the_same_is_refused_and_its_words_kept(
    official: Official, session: Session, blind: None, now: datetime, way: str, field: str
) -> None:
    case = factories.replied(factories.routed(now), now)
    official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN"))
    sent = values(version=case.version, csrf_token=official.token(), **{field: "Cần gọi lại để hỏi thêm."})
    before = len(factories.events(case))
    refused = official.post(f"/ban-lam-viec/{case.reference}/{way}", sent)
    assert refused.status_code == 403
    assert identity.BLIND in words(refused)
    assert "Cần gọi lại để hỏi thêm." in refused.text
    assert "nguoi.gui@langnghe.example" not in refused.text
    assert len(factories.events(case)) == before


def test_who_may_never_open_an_identity_is_told_nothing_of_it(
    official: Official, session: Session, blind: None, now: datetime
) -> None:
    case = factories.routed(now)
    page = official.sign_in(factories.officer(now, Role.CHECKER, "BKHCN")).get(f"/ban-lam-viec/{case.reference}")
    assert page.status_code == 200
    assert identity.BLIND not in words(page)


@pytest.mark.parametrize("role", [Role.CHECKER, Role.LEADER, Role.COORDINATOR, Role.INTAKE])
def test_an_approved_answer_waits_to_be_sent_in_a_list_of_its_own(
    official: Official, session: Session, now: datetime, role: Role
) -> None:
    case = factories.checking(factories.routed(now), factories.officer(now, Role.HANDLER, "BKHCN"), now)
    case = factories.approved(case, factories.officer(now, Role.CHECKER, "BKHCN"), now, send_it=False)
    body = None if role is Role.INTAKE else "BKHCN"
    page = official.sign_in(factories.officer(now, role, body)).get("/ban-lam-viec?hang=cho_gui")
    assert page.status_code == 200
    assert "Chờ gửi cho người dân" in words(page)
    assert case.reference in page.text
