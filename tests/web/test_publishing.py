"""Publishing on the desk, and what everybody may read of it."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.domain.vocabulary import Consent
from feedback.models import Comment
from feedback.services import published, publishing
from tests import factories
from tests.web.official import Official
from tests.web.test_arranging_cost import cost
from tests.web.visitor import Visitor, forms

AGREED = frozenset({Consent.PROCESS, Consent.CONTACT, Consent.PUBLISH})


def address(case: Comment, step: str = "") -> str:
    return f"/ban-lam-viec/{case.reference}{step and '/' + step}"


def answered(now: datetime, **changes: Any) -> Comment:
    case = factories.replied(factories.routed(now, **{"consents": AGREED, **changes}), now)
    case.personal = []
    factories.session().flush()
    return case


def make_public(now: datetime, **changes: Any) -> Comment:
    case, officer = answered(now, **changes), factories.officer(now, Role.LEADER, "BKHCN")
    return publishing.publish(officer=officer, reference=case.reference, version=case.version, at=now)


@pytest.fixture
def case(session: Session, now: datetime) -> Comment:
    return answered(now)


@pytest.fixture
def leader(official: Official, case: Comment, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.LEADER, "BKHCN"))


def test_a_leader_previews_publishes_and_takes_it_back(leader: Official, case: Comment) -> None:
    assert f'href="{address(case, "cong-khai")}"' in leader.get(address(case)).text
    preview = leader.get(address(case, "cong-khai"))
    assert factories.ANSWER in preview.text
    done = leader.post(address(case, "cong-khai"), forms(preview.text)[address(case, "cong-khai")])
    assert done.status_code == 303
    page = leader.get(done.location)
    assert f"Đã công khai {case.reference}" in page.text
    assert f'href="/cong-khai/{case.reference}"' in page.text
    public = leader.get(f"/cong-khai/{case.reference}")
    assert factories.ANSWER in public.text
    assert "Công khai lúc" in public.text
    again = leader.get(address(case, "cong-khai"))
    assert "đã được công khai" in again.text
    assert address(case, "cong-khai") not in forms(again.text)
    refused = leader.send(page, address(case, "thoi-cong-khai"), withdraw_reason=" ")
    assert refused.status_code == 422
    assert 'href="#withdraw_reason"' in refused.text
    taken = leader.send(refused, address(case, "thoi-cong-khai"), withdraw_reason="Còn sót số điện thoại.")
    assert taken.status_code == 303
    assert "Đã thôi công khai" in leader.get(taken.location).text
    assert leader.get(f"/cong-khai/{case.reference}").status_code == 404


def test_the_preview_says_what_hinders_it_and_shows_nothing(leader: Official, session: Session, case: Comment) -> None:
    case.personal = None
    session.flush()
    page = leader.get(address(case, "cong-khai"))
    assert page.status_code == 200
    assert "Xin thử lại sau ít phút" in page.text
    assert address(case, "cong-khai") not in forms(page.text)
    filled = {"version": [str(case.version)], "csrf_token": [leader.token()]}
    assert leader.post(address(case, "cong-khai"), filled).status_code == 409


def test_the_preview_of_a_named_sender_reads_no_name(official: Official, session: Session, now: datetime) -> None:
    case = answered(now, consents=AGREED | {Consent.PUBLISH_NAME}, name="Người Gửi Kín")
    page = official.sign_in(factories.officer(now, Role.LEADER, "BKHCN")).get(address(case, "cong-khai"))
    assert publishing.NAMELESS in page.text
    assert "Người Gửi Kín" not in page.text


def test_a_case_that_changed_meanwhile_is_not_published(leader: Official, case: Comment, now: datetime) -> None:
    preview = leader.get(address(case, "cong-khai"))
    values = forms(preview.text)[address(case, "cong-khai")]
    values["version"] = [str(case.version - 1)]
    assert leader.post(address(case, "cong-khai"), values).status_code == 409
    assert factories.comment(case.reference).published_at is None


def test_who_may_not_publish_is_not_offered_it(official: Official, case: Comment, now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.AUDITOR))
    assert "Công khai nội dung" not in official.get(address(case)).text
    assert official.get(address(case, "cong-khai")).status_code == 403


def test_the_pages_of_the_desk_and_of_readers_cost_twelve_statements_at_most(
    leader: Official, session: Session, case: Comment, now: datetime
) -> None:
    make_public(now)
    for where in (address(case), address(case, "cong-khai"), "/cong-khai", "/cong-khai.csv"):
        assert leader.get(where).status_code == 200
        assert cost(leader, session, where) <= 12, where


def test_everybody_reads_the_list_page_by_page(
    visitor: Visitor, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Chưa có ý kiến nào" in visitor.get("/cong-khai").text
    cases = [make_public(now, title=f"Việc số {number}") for number in range(3)]
    monkeypatch.setattr(published.page, "__kwdefaults__", {"after": None, "limit": 2})
    first = visitor.get("/cong-khai")
    assert [f"Việc số {number}" in first.text for number in range(3)] == [False, True, True]
    following = first.text.split('rel="next" href="')[1].split('"')[0]
    second = visitor.get(following)
    assert [f"Việc số {number}" in second.text for number in range(3)] == [True, False, False]
    assert "Về trang đầu" in second.text
    assert "Không còn ý kiến nào" in visitor.get(f"/cong-khai?sau=1_{cases[0].reference}").text
    assert "Việc số 2" in visitor.get("/cong-khai?sau=rác").text


def test_the_file_holds_what_the_pages_hold(visitor: Visitor, session: Session, now: datetime) -> None:
    case = make_public(now, title="=HYPERLINK(0)")
    answer = visitor.get("/cong-khai.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    header, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert header[0] == "Số ý kiến"
    assert row[:3] == [case.reference, "Phản ánh", "'=HYPERLINK(0)"]
    assert row[6] == factories.ANSWER


def test_a_published_page_is_escaped_and_names_its_headings_in_order(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    case = make_public(now, title="<b>Sóng yếu</b>", text="<script>alert(1)</script> xin xử lý.")
    page = visitor.get(f"/cong-khai/{case.reference}")
    assert "<script>alert(1)" not in page.text
    assert "&lt;b&gt;Sóng yếu" in page.text
    assert page.text.count("<h1") == 1
    assert page.text.index("<h1") < page.text.index("<h2")
    assert '<html lang="vi"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("reference", ["PA-2026-999999", "rác", "%00", "PA-2026-000001%0A"])
def test_what_is_not_public_and_what_is_unknown_are_not_found_alike(
    visitor: Visitor, case: Comment, reference: str
) -> None:
    unknown, unpublished = visitor.get(f"/cong-khai/{reference}"), visitor.get(f"/cong-khai/{case.reference}")
    assert unknown.status_code == unpublished.status_code == 404
    assert factories.ANSWER not in unpublished.text


def test_the_home_page_and_the_footer_lead_there(visitor: Visitor) -> None:
    for where in ("/", "/lien-he"):
        assert 'href="/cong-khai"' in visitor.get(where).text
