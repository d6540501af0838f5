"""The page of a campaign: its members, its file, changes with a reason, and the whole of it answered once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment
from feedback.services import campaigns
from tests import factories
from tests.web.official import Official, values, words
from tests.web.test_arranging_cost import cost

DO = "/ban-lam-viec/hang-loat/thuc-hien"


@pytest.fixture
def members(session: Session, now: datetime) -> list[Comment]:
    """Five cases of one campaign."""
    cases = sorted((factories.routed(now) for _ in range(5)), key=lambda case: case.id)
    campaigns.gather(now)
    session.flush()
    return cases


def address(cases: list[Comment]) -> str:
    return f"/ban-lam-viec/dot/{cases[0].campaign_id}"


def ticked(page_text: str, cases: list[Comment]) -> list[str]:
    return [case.reference for case in cases if f'value="{case.reference}:' in page_text]


def test_the_page_lists_the_members_and_the_page_of_each_leads_to_it(
    official: Official, session: Session, members: list[Comment], now: datetime
) -> None:
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    case = official.get(f"/ban-lam-viec/{members[0].reference}")
    assert "Thuộc đợt ý kiến giống nhau" in case.text
    assert f'href="{address(members)}"' in case.text
    assert cost(official, session, f"/ban-lam-viec/{members[0].reference}") <= 12
    page = official.get(address(members))
    for member in members:
        assert member.reference in page.text
    assert "5 ý kiến trong phạm vi của Anh/Chị, 5 đang mở" in words(page)
    assert "Xếp vào đợt" not in page.text
    assert cost(official, session, address(members)) <= 12
    alone = factories.routed(now, title="Việc khác", text="Nội dung khác hẳn những việc kia.")
    assert "Thuộc đợt" not in official.get(f"/ban-lam-viec/{alone.reference}").text


def test_the_list_is_paged_and_saved_as_a_file(official: Official, members: list[Comment], now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.INTAKE))
    last = official.get(f"{address(members)}?sau={members[3].id.hex}")
    assert members[4].reference in last.text
    assert members[3].reference not in last.text
    beyond = official.get(f"{address(members)}?sau={UUID(int=2**128 - 1).hex}")
    assert "Không còn ý kiến nào sau trang này" in beyond.text
    assert official.get(f"{address(members)}?sau=%00rác").status_code == 200
    table = official.get(f"{address(members)}.csv")
    assert table.content_type.startswith("text/csv")
    assert len(table.text.splitlines()) == 6


def test_no_campaign_and_another_body_s_are_one_and_the_same_to_an_official(
    official: Official, members: list[Comment], now: datetime
) -> None:
    official.sign_in(factories.officer(now, Role.HANDLER, "BCA"))
    for one in (address(members), "/ban-lam-viec/dot/0", f"/ban-lam-viec/dot/{2**40}", f"/ban-lam-viec/dot/{'9' * 40}"):
        for ending in ("", ".csv", "/hang-loat?viec=nhan"):
            assert official.get(one + ending).status_code == 404, one + ending


def test_a_case_is_taken_out_and_put_in_with_a_reason(
    official: Official, members: list[Comment], now: datetime
) -> None:
    official.sign_in(factories.officer(now, Role.INTAKE))
    token, case = official.token(), members[0]

    def send(**given: str) -> str:
        answer = official.post(address(members[1:]), values(csrf_token=token, **given))
        return words(official.get(answer.location)) if answer.status_code == 303 else words(answer)

    assert "Xin nêu lý do" in send(change="bot", reference=case.reference, reason="")
    assert "Đã lấy" in send(change="bot", reference=case.reference, reason="Việc khác.")
    assert factories.comment(case.reference).campaign_id is None
    assert "Ý kiến này không thuộc đợt." in send(change="bot", reference=case.reference, reason="Việc khác.")
    assert "Đã xếp" in send(change="them", reference=case.reference.lower(), reason="Cùng việc.")
    assert factories.comment(case.reference).campaign_id == members[1].campaign_id
    case = factories.comment(case.reference)
    case.held = True
    assert "đang được giữ nguyên" in send(change="bot", reference=case.reference, reason="Việc khác.").lower()
    wrong = official.post(address(members), values(csrf_token=token, change="rác", reference="", reason=""))
    assert wrong.status_code == 404
    none = official.post(f"/ban-lam-viec/dot/{2**40}", values(csrf_token=token, change="bot", reference="", reason=""))
    assert none.status_code == 404


def test_when_the_last_member_leaves_its_own_page_is_shown(
    official: Official, members: list[Comment], now: datetime
) -> None:
    official.sign_in(factories.officer(now, Role.INTAKE))
    there, token = address(members), official.token()
    for case in members:
        answer = official.post(
            there, values(csrf_token=token, change="bot", reference=case.reference, reason="Việc khác.")
        )
        assert answer.status_code == 303
    assert answer.location == f"/ban-lam-viec/{members[-1].reference}"
    assert official.get(there).status_code == 404


def test_a_campaign_is_taken_on_and_answered_once_each_member_by_its_own_row(
    official: Official, session: Session, members: list[Comment], now: datetime
) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    official.sign_in(handler)
    for code, facts in (("nhan", {}), ("tra-loi", {"text": factories.ANSWER, "outcome": "explained"})):
        asked = official.get(f"{address(members)}/hang-loat?viec={code}")
        assert ticked(asked.text, members) == [case.reference for case in members]
        done = official.send(asked, DO, reason="Cùng một đợt.", **facts)
        assert done.status_code == 303
        assert "5 trên 5 ý kiến đã thực hiện" in words(official.get(done.location))
    assert {factories.comment(case.reference).status for case in members} == {"checking"}
    again = official.get(f"{address(members)}/hang-loat?viec=tra-loi")
    assert "Chưa có ý kiến nào được chọn" in again.text
    assert official.get(f"{address(members)}/hang-loat?viec=duyet").status_code == 404
    official.sign_in(factories.officer(now, Role.CHECKER, "BKHCN"))
    check = official.get(f"{address(members)}/hang-loat?viec=duyet")
    assert ticked(check.text, members) == [case.reference for case in members]


def test_a_campaign_is_merged_into_the_first_of_it(official: Official, members: list[Comment], now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.INTAKE))
    asked = official.get(f"{address(members)}/hang-loat?viec=gop")
    assert ticked(asked.text, members) == [case.reference for case in members[1:]]
    assert f'value="{members[0].reference}"' in asked.text
    assert official.get(f"{address(members)}/hang-loat?viec=dong").status_code == 404


def test_a_row_of_a_queue_leads_to_its_campaign(official: Official, members: list[Comment], now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    factories.routed(now, title="Việc khác", text="Nội dung khác hẳn những việc kia.")
    queue = official.get("/ban-lam-viec?hang=xu_ly")
    assert queue.text.count(f'href="{address(members)}"') == 1
    assert f"Một đợt: {len(members)} ý kiến giống nhau" in queue.text
    each = official.get("/ban-lam-viec?hang=xu_ly&tung=1")
    assert each.text.count(f'href="{address(members)}"') == len(members)
    assert each.text.count("Thuộc đợt ý kiến giống nhau") == len(members)
