"""Saved views, rules and the golden table at a browser without JavaScript."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Officer, SavedView, ViewSubscription
from feedback.seed import GOLDEN, rows_of
from feedback.services import bodies, golden, rules
from tests import factories
from tests.web.official import Official, values, words

VIEWS, TABLE = "/ban-lam-viec/che-do-xem", "/ban-lam-viec/bang-chuan"


@pytest.fixture
def intake(official: Official, session: Session, now: datetime) -> Official:
    """An intake officer, signed in; the golden table as it is shipped."""
    golden.load(rows=rows_of(GOLDEN), at=now)
    rules.forget()
    return official.sign_in(factories.officer(now, Role.INTAKE))


def post(official: Official, address: str, **given: object):  # type: ignore[no-untyped-def]
    return official.post(address, values(csrf_token=official.token(), **given))


def saved(session: Session) -> SavedView:
    return session.scalars(select(SavedView)).one()


def keep(official: Official, session: Session, query: str = "tim=sóng yếu", name: str = "Sóng yếu") -> SavedView:
    answer = post(official, VIEWS, name=name, query=query, shared="co")
    assert (answer.status_code, answer.location) == (303, VIEWS)
    return saved(session)


def test_the_queue_offers_to_save_its_filters(intake: Official) -> None:
    page = intake.get("/ban-lam-viec?hang=phan_loai")
    assert 'action="/ban-lam-viec/che-do-xem"' in page.text
    assert 'name="query" value="hang=phan_loai' in page.text


def test_a_view_is_saved_listed_opened_and_removed(intake: Official, session: Session) -> None:
    view = keep(intake, session)
    page = intake.get(VIEWS)
    assert f"/ban-lam-viec?{view.query}" in page.text
    assert intake.get(f"/ban-lam-viec?{view.query}").status_code == 200
    assert "Sóng yếu" in intake.get(f"{VIEWS}.csv").text
    post(intake, f"{VIEWS}/{view.id}/xoa")
    assert "Đã xóa chế độ xem “Sóng yếu”." in words(intake.get(VIEWS))


@pytest.mark.parametrize("query", ["mau=do", "tim=" + "x" * 9000, "&" * 600])
def test_filters_that_cannot_be_read_are_refused_and_the_name_is_kept(intake: Official, query: str) -> None:
    answer = post(intake, VIEWS, name="Tên giữ lại", query=query)
    assert answer.status_code == 422
    assert "Tên giữ lại" in answer.text


def test_a_view_is_followed_and_left(intake: Official, session: Session) -> None:
    view = keep(intake, session)
    post(intake, f"{VIEWS}/{view.id}/theo-doi", mode="threshold", threshold="50")
    kept = session.scalars(select(ViewSubscription)).one()
    assert (kept.mode, kept.threshold) == ("threshold", 50)
    assert "khi số ý kiến đạt ngưỡng 50" in words(intake.get(VIEWS))
    post(intake, f"{VIEWS}/{view.id}/theo-doi", mode="")
    assert session.scalars(select(ViewSubscription)).all() == []


@pytest.mark.parametrize("threshold", ["", "x", "0", "99999999"])
def test_a_threshold_that_is_no_number_is_refused(intake: Official, session: Session, threshold: str) -> None:
    view = keep(intake, session)
    answer = post(intake, f"{VIEWS}/{view.id}/theo-doi", mode="threshold", threshold=threshold)
    assert (answer.status_code, "Xin ghi ngưỡng" in answer.text) == (422, True)


def test_a_rule_is_tried_then_obeyed_then_lifted(intake: Official, session: Session) -> None:
    view = keep(intake, session, "tim=lắp thêm trạm phát sóng")
    address = f"{VIEWS}/{view.id}/quy-tac"
    assert intake.get(address).status_code == 200
    tried = intake.get(f"{address}?body=BCA&priority=5")
    assert "0 trong 58 ý kiến sẽ đến sai nơi" in words(tried).replace("<strong>", "").replace("</strong>", "")
    assert rules.active() == ()
    post(intake, address, body="BCA", priority="5")
    assert "vẫn đến đúng nơi" in words(intake.get(VIEWS))
    assert [rule.priority for rule in rules.active()] == [5]
    answer = post(intake, f"{VIEWS}/{view.id}/xoa")
    assert (answer.status_code, "Xin gỡ quy tắc trước khi xóa" in answer.text) == (422, True)
    post(intake, address, step="go")
    assert rules.active() == ()


def test_a_rule_that_would_lead_astray_is_refused_with_the_table_of_what_goes_wrong(
    intake: Official, session: Session
) -> None:
    title = rows_of(GOLDEN)[0]["title"]
    view = keep(intake, session, f'tim="{title}"')
    answer = post(intake, f"{VIEWS}/{view.id}/quy-tac", body="BTC", priority="1")
    assert answer.status_code == 422
    assert "Ý kiến của bảng chuẩn đến sai nơi" in answer.text
    assert rules.active() == ()


@pytest.mark.parametrize(("body", "priority"), [("", "1"), ("BCA", "x"), ("BCA", "100000")])
def test_a_rule_without_a_body_or_a_place_is_refused_beside_it(
    intake: Official, session: Session, body: str, priority: str
) -> None:
    view = keep(intake, session)
    answer = post(intake, f"{VIEWS}/{view.id}/quy-tac", body=body, priority=priority)
    assert (answer.status_code, "govuk-error-message" in answer.text) == (422, True)


def test_the_golden_table_is_read_added_to_and_taken_from(intake: Official, session: Session) -> None:
    first = intake.get(TABLE)
    assert 'rel="next"' in first.text
    assert "Trang sau" not in intake.get(f"{TABLE}?sau=100000000").text
    added = {"title": "Việc chuẩn mới", "text": "Nội dung chuẩn.", "kind": "hoi", "body": "BCA", "province": "HN"}
    assert post(intake, TABLE, **added).status_code == 303
    listed = golden.page(officer=_who(intake), limit=100).rows[-1]
    assert (listed.title, listed.body_code, listed.ours) == ("Việc chuẩn mới", "BCA", False)
    assert "Việc chuẩn mới" in intake.get(f"{TABLE}.csv").text
    post(intake, TABLE, remove=listed.id)
    assert "Việc chuẩn mới" not in intake.get(f"{TABLE}.csv").text
    assert post(intake, TABLE, remove="x").status_code == 404


def test_a_golden_case_without_its_parts_is_refused_and_kept(intake: Official) -> None:
    answer = post(intake, TABLE, title="", text="Giữ nội dung này", province="XYZ")
    assert (answer.status_code, "Giữ nội dung này" in answer.text) == (422, True)
    answer = post(intake, TABLE, title="", text="Giữ nội dung này", kind="hoi")
    assert (answer.status_code, "Xin chọn cơ quan phải nhận" in answer.text) == (422, True)


def test_a_colleague_may_follow_a_shared_view_but_not_remove_it(
    intake: Official, session: Session, now: datetime
) -> None:
    view = keep(intake, session)
    intake.sign_in(factories.officer(now, Role.INTAKE))
    assert "Sóng yếu" in intake.get(VIEWS).text
    assert post(intake, f"{VIEWS}/{view.id}/xoa").status_code == 403
    intake.sign_in(factories.officer(now, Role.HANDLER, "BCA"))
    assert post(intake, f"{VIEWS}/{view.id}/theo-doi", mode="daily").status_code == 404


def _who(official: Official) -> Officer:
    assert official.officer is not None
    assert bodies.identifiers()
    return official.officer
