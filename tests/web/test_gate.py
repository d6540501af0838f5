"""The quality gate on the page of a case: what is missing goes back, what is whole is approved, sent now or later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.domain.quality import POINTS
from feedback.models import Comment, Response
from tests import factories
from tests.web.official import Official, words
from tests.web.visitor import forms

EVERY_POINT = {f"point-{point.code}": "1" for point in POINTS}
NOTE = "Xin nêu văn bản làm căn cứ."


def address(case: Comment, step: str = "") -> str:
    return f"/ban-lam-viec/{case.reference}{step and '/' + step}"


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    """A case whose answer waits for the checker."""
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    return factories.checking(factories.routed(now), handler, now, "Ghi nhận ý kiến. Số 0912345678.", "resolved")


@pytest.fixture
def checking(official: Official, case: Comment, now: datetime) -> Official:
    """A checker of the body."""
    return official.sign_in(factories.officer(now, Role.CHECKER, "BKHCN"))


def post(official: Official, case: Comment, way: str, /, **changes: Any) -> Any:
    filled = official.fill(official.get(address(case)), address(case, "duyet"), changes)
    return official.post(address(case, way), filled)


def test_the_checker_sees_the_outcome_every_point_and_what_a_machine_noticed(checking: Official, case: Comment) -> None:
    page = words(checking.get(address(case)))
    assert "Kết quả: <strong>Đã giải quyết xong</strong>" in page
    assert all(point.name in page and point.hint in page for point in POINTS)
    for said in ("không nhắc lại từ nào", "rất ngắn", "chỉ gồm lời chung", "có thể có: số điện thoại"):
        assert said in page
    assert "Máy nhắc: Câu trả lời rất ngắn: 5 tiếng." in page


def test_a_missing_point_is_refused_by_name_and_what_was_ticked_and_typed_stays(
    checking: Official, case: Comment
) -> None:
    ticked = {name: value for name, value in EVERY_POINT.items() if name != "point-grounds"}
    refused = post(checking, case, "duyet", note=NOTE, **ticked)
    assert refused.status_code == 422
    assert "Chưa đạt: nêu căn cứ. Câu trả lời chỉ có thể được trả lại để hoàn thiện." in refused.text
    shown = forms(refused.text)[address(case, "duyet")]
    assert shown["note"] == [NOTE]
    assert set(ticked) <= set(shown)
    assert "point-grounds" not in shown


def test_the_writer_sees_which_points_are_missing(
    official: Official, checking: Official, case: Comment, now: datetime
) -> None:
    assert post(checking, case, "sua-lai", note=NOTE, **{"point-private": "1"}).status_code == 303
    page = words(official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN")).get(address(case)))
    back = page[page.index("Dự thảo bị trả lại") :]
    listed = back[back.index("Điểm chưa đạt") : back.index("Cần sửa:")]
    assert [point.code for point in POINTS if f"<li>{point.name}</li>" in listed] == [
        point.code for point in POINTS if point.code != "private"
    ]
    assert NOTE in back
    filled = forms(official.pages[-1].text)[address(case, "tra-loi")]
    assert (filled["text"], filled["outcome"]) == (["Ghi nhận ý kiến. Số 0912345678."], ["resolved"])


def test_an_answer_is_approved_and_left_for_the_leader_who_sends_it(
    official: Official, checking: Official, case: Comment, now: datetime
) -> None:
    done = post(checking, case, "duyet", step="duyet", **EVERY_POINT)
    assert done.status_code == 303
    assert "chờ gửi" in checking.get(done.location).text
    assert factories.comment(case.reference).status == "approved"
    leader = official.sign_in(factories.officer(now, Role.LEADER, "BKHCN"))
    sent = leader.send(address(case), address(case, "gui"))
    assert sent.status_code == 303
    assert factories.comment(case.reference).status == "replied"


def test_the_leader_may_send_an_approved_answer_back(
    official: Official, checking: Official, case: Comment, now: datetime
) -> None:
    post(checking, case, "duyet", step="duyet", **EVERY_POINT)
    leader = official.sign_in(factories.officer(now, Role.LEADER, "BKHCN"))
    page = leader.get(address(case))
    assert "Trả lại câu trả lời đã duyệt" in page.text
    assert leader.send(page, address(case, "sua-lai"), note=NOTE).status_code == 303
    assert factories.comment(case.reference).status == "in_progress"


def test_a_checker_who_may_not_send_is_only_offered_to_approve(
    official: Official, case: Comment, now: datetime
) -> None:
    page = official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN")).get(address(case))
    assert "Những điểm câu trả lời đã đạt" not in page.text, "a coordinator does not check"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": ""}, "Xin chọn kết quả giải quyết"),
        ({"outcome": "planned"}, "Xin ghi ngày cơ quan cam kết hoàn thành."),
        ({"outcome": "planned", "planned_on": "hôm nay"}, "Xin chọn một ngày"),
        ({"outcome": "planned", "planned_on": "2020-01-01"}, "phải từ hôm nay trở đi"),
        ({"outcome": "x" * 1000}, "Xin chọn kết quả giải quyết"),
    ],
)
def test_an_answer_without_its_outcome_comes_back_with_what_was_typed(
    official: Official, session: Session, now: datetime, changes: dict[str, str], sentence: str
) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    refused = official.sign_in(handler).send(
        address(case), address(case, "tra-loi"), text=factories.ANSWER, step="trinh", **changes
    )
    assert refused.status_code == 422
    assert sentence in refused.text
    assert forms(refused.text)[address(case, "tra-loi")]["text"] == [factories.ANSWER]


def test_a_saved_draft_keeps_its_outcome_and_its_day(official: Official, session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    sent = {"text": factories.ANSWER, "outcome": "planned", "planned_on": "2099-06-30", "step": "luu"}
    assert official.sign_in(handler).send(address(case), address(case, "tra-loi"), **sent).status_code == 303
    page = official.get(address(case))
    assert "Máy nhắc khi đọc dự thảo đã lưu" in page.text
    filled = forms(page.text)[address(case, "tra-loi")]
    assert (filled["outcome"], filled["planned_on"]) == (["planned"], ["2099-06-30"])
    draft = session.scalars(select(Response).where(Response.comment_id == case.id)).one()
    assert str(draft.planned_on) == "2099-06-30"
