"""Closing, opening again, holding and releasing on the page of a case; and that it was read is written down."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import CaseRead, Comment
from tests import factories
from tests.web.official import Official
from tests.web.visitor import forms

REASON = "Cơ quan thanh tra yêu cầu."


def address(case: Comment, step: str = "") -> str:
    return f"/ban-lam-viec/{case.reference}{step and '/' + step}"


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    return factories.replied(factories.routed(now), now)


@pytest.fixture
def leader(official: Official, case: Comment, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.LEADER, "BKHCN"))


@pytest.mark.parametrize(
    ("step", "field", "status", "said"),
    [
        ("dong", "close_reason", "closed", "Đã đóng"),
        ("mo-lai", "reopen_reason", "reopened", "Đã mở lại"),
    ],
)
def test_a_leader_ends_a_case_or_opens_it_again(
    leader: Official, case: Comment, step: str, field: str, status: str, said: str
) -> None:
    done = leader.send(address(case), address(case, step), **{field: REASON})
    assert done.status_code == 303
    page = leader.get(done.location)
    assert said in page.text
    assert REASON in page.text
    assert factories.comment(case.reference).status == status


def test_a_hold_is_shown_with_its_reason_and_leaves_only_the_release(leader: Official, case: Comment) -> None:
    leader.send(address(case), address(case, "giu"), hold_reason=REASON)
    page = leader.get(address(case))
    assert "Hồ sơ đang được giữ nguyên" in page.text
    assert REASON in page.text
    steps = [action for action in forms(page.text) if action.startswith(address(case))]
    assert steps == [address(case, "go-giu")]
    assert leader.send(page, address(case, "go-giu"), hold_reason=REASON).status_code == 303
    assert "Hồ sơ đang được giữ nguyên" not in leader.get(address(case)).text


@pytest.mark.parametrize(("step", "field"), [("giu", "hold_reason"), ("mo-lai", "reopen_reason")])
def test_without_a_reason_the_form_says_what_is_missing(leader: Official, case: Comment, step: str, field: str) -> None:
    refused = leader.send(address(case), address(case, step), **{field: " "})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text


def test_what_was_typed_for_a_case_that_was_held_meanwhile_is_not_lost(
    official: Official, leader: Official, case: Comment, now: datetime
) -> None:
    page = leader.get(address(case))
    leader.send(page, address(case, "giu"), hold_reason=REASON)
    filled = leader.fill(page, address(case, "mo-lai"), {"reopen_reason": "Lý do rất dài đã nhập."})
    filled["version"] = [str(factories.comment(case.reference).version)]
    refused = leader.post(address(case, "mo-lai"), filled)
    assert refused.status_code == 409
    assert "đang được giữ nguyên" in refused.text
    assert "Lý do rất dài đã nhập." in refused.text


def readings(session: Session, case: Comment) -> list[tuple[int, int]]:
    rows = session.execute(select(CaseRead.officer_id, CaseRead.version).where(CaseRead.comment_id == case.id))
    return [(row.officer_id, row.version) for row in rows]


def test_opening_a_case_writes_down_who_read_which_version(leader: Official, session: Session, case: Comment) -> None:
    assert leader.officer is not None
    read = case.version
    leader.get(address(case))
    assert readings(session, case) == [(leader.officer.id, read)]
    leader.send(address(case), address(case, "giu"), hold_reason=REASON)
    assert readings(session, case) == [(leader.officer.id, read)]
    leader.get(address(case))
    assert readings(session, case) == [(leader.officer.id, factories.comment(case.reference).version)]


def test_a_page_fetched_ahead_or_asked_for_its_head_is_not_read(
    leader: Official, session: Session, case: Comment
) -> None:
    assert leader.client.get(address(case), headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 200
    assert leader.client.head(address(case)).status_code == 200
    assert readings(session, case) == []


def test_a_case_out_of_reach_is_not_read(official: Official, session: Session, case: Comment, now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.LEADER, "BCA"))
    assert official.get(address(case)).status_code == 404
    assert readings(session, case) == []
