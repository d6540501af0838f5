"""Many cases at once, in a browser without JavaScript: select, confirm, read what became of each."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from uuid import uuid4

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.domain.permissions import Role
from feedback.domain.quality import POINTS
from feedback.models import BulkBatch, BulkItem, CaseRead, Comment, Resemblance
from feedback.services import bulk
from feedback.services.deeds import Call
from tests import factories
from tests.web.official import Official, words
from tests.web.visitor import forms

CHOOSE, DO = "/ban-lam-viec/hang-loat", "/ban-lam-viec/hang-loat/thuc-hien"


def tick(*cases: Comment) -> list[str]:
    return [f"{case.reference}:{case.version}" for case in cases]


def confirm(official: Official, action: str, *cases: Comment) -> TestResponse:
    """The page that confirms, reached from the queue."""
    queue = official.get("/ban-lam-viec")
    return official.post(CHOOSE, official.fill(queue, CHOOSE, {"case": tick(*cases), "action": action}))


def ticked(page: TestResponse) -> set[str]:
    found = re.findall(r'<input class="app-pick__box"[^>]*value="([^"]+):\d+"[^>]* checked>', page.text)
    return set(found)


def test_a_handler_tags_two_cases_and_reads_what_became_of_each(
    official: Official, session: Session, now: datetime
) -> None:
    cases = [factories.routed(now), factories.routed(now)]
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    shown = confirm(official, "gan-the", *cases)
    assert ticked(shown) == {case.reference for case in cases}
    assert "chưa đọc" in shown.text
    cases[1].version += 1  # somebody else was faster
    session.flush()
    done = official.send(
        shown,
        DO,
        tag="Đợt Ba",
        reason="Gom theo đợt.",
        case=[*tick(cases[0]), f"{cases[1].reference}:{cases[1].version - 1}"],
    )
    assert done.status_code == 303
    result = official.get(done.location)
    assert "Gắn thẻ: 1 trên 2 ý kiến đã thực hiện" in words(result)
    assert "Ý kiến vừa được người khác cập nhật" in result.text
    address = re.search(r'href="([^"]+\.csv[^"]*)"', result.text)
    assert address is not None
    rows = list(csv.reader(io.StringIO(official.get(address[1]).text.removeprefix("\ufeff"))))
    assert [(row[0], row[2]) for row in rows[1:]] == [
        (cases[1].reference, "Chưa thực hiện"),
        (cases[0].reference, "Đã thực hiện"),
    ]


def test_one_link_selects_the_page_and_one_the_first_of_the_queue(
    official: Official, session: Session, now: datetime
) -> None:
    cases = [factories.routed(now) for _ in range(3)]
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    plain = official.get("/ban-lam-viec")
    assert ticked(plain) == set()
    everything = re.search(r'href="([^"]+)">Chọn tất cả trang này', plain.text)
    assert everything is not None
    assert ticked(official.get(everything[1].replace("&amp;", "&"))) == {case.reference for case in cases}
    first = re.search(r'href="([^"]+)">Chọn 200', plain.text)
    assert first is not None
    chosen = official.get(first[1].replace("&amp;", "&"))
    assert ticked(chosen) == {case.reference for case in cases}
    further = official.post(CHOOSE, official.fill(chosen, CHOOSE, {"case": tick(*cases), "action": "nhan"}))
    assert "Nhận giải quyết" in further.text


def test_the_queue_that_is_none_is_not_found(official: Official, session: Session, now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    assert official.get("/ban-lam-viec/hang-loat?hang=rac").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"case": []},
        {"case": ["rác"]},
        {"case": [f"PA-2026-{number:06d}:1" for number in range(201)]},
        {"action": "xoa-het"},
        {"action": "chuyen"},
        {"reason": ""},
        {"reason": "a" * 2001},
        {"tag": "<b>"},
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_done(
    official: Official, session: Session, now: datetime, changes: dict[str, object]
) -> None:
    case = factories.routed(now)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    values = {"case": tick(case), "action": "gan-the", "tag": "đợt ba", "reason": "Gom.", "batch": str(uuid4())}
    token = {"csrf_token": official.token()}
    sent = {**values, **token, **changes}
    answer = official.post(DO, sent)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "Xin" in answer.text
    assert session.scalars(select(BulkBatch)).all() == []


def test_a_batch_of_no_identifier_is_not_found(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    values = {"case": tick(case), "action": "nhan", "reason": "Gom.", "batch": "rác", "csrf_token": official.token()}
    assert official.post(DO, values).status_code == 404  # type: ignore[arg-type]
    for address in ("ket-qua", "ket-qua.csv", "ket-qua?lo=rac", f"ket-qua?lo={uuid4()}"):
        assert official.get(f"{CHOOSE}/{address}").status_code == 404


def test_a_form_sent_twice_does_it_once(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    values = official.fill(confirm(official, "nhan", case), DO, {"case": tick(case), "reason": "Nhận cả đợt."})
    first, second = official.post(DO, values), official.post(DO, values)
    assert first.location == second.location
    assert len(session.scalars(select(BulkItem)).all()) == 1


def test_from_a_case_those_of_the_same_matter_are_selected(official: Official, session: Session, now: datetime) -> None:
    one, other, foreign = factories.routed(now), factories.routed(now), factories.on_desk(now)
    one.personal = other.personal = []
    later, earlier = max(one.id, other.id), min(one.id, other.id)
    session.add(Resemblance(comment_id=later, other_id=earlier, score=0.99, sure=True, alike=0.95, at=now))
    session.flush()
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    page = official.get(f"/ban-lam-viec/{one.reference}")
    assert f"/ban-lam-viec/{one.reference}/giong-nhau" in page.text
    assert ticked(official.get(f"/ban-lam-viec/{one.reference}/giong-nhau")) == {one.reference, other.reference}
    assert official.get(f"/ban-lam-viec/{foreign.reference}/giong-nhau").status_code == 404


def test_a_selection_without_an_action_asks_for_one(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    answer = official.post(CHOOSE, {"case": tick(case), "csrf_token": [official.token()]})
    assert answer.status_code == 200
    assert "Việc cần thực hiện" in answer.text
    assert official.post(CHOOSE, {"csrf_token": [official.token()]}).status_code == 422


def test_a_case_out_of_reach_is_named_and_not_told_of(official: Official, session: Session, now: datetime) -> None:
    case, foreign = factories.routed(now), factories.on_desk(now, title="Việc của người khác")
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    shown = confirm(official, "nhan", case, foreign)
    assert "1 ý kiến đã chọn không còn ở bàn làm việc" in shown.text
    done = official.send(shown, DO, case=tick(case, foreign), reason="Nhận cả đợt.")
    result = official.get(done.location)
    assert foreign.reference in result.text
    assert "Việc của người khác" not in result.text


def test_a_case_that_somebody_holds_locked_is_told_and_the_others_are_done(
    official: Official, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, busy = factories.routed(now), factories.routed(now)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    shown = confirm(official, "nhan", free, busy)
    accept = bulk.DOING["nhan"]

    def slow(call: Call) -> object:
        if call.reference == busy.reference:
            raise OperationalError("SELECT", {}, LockNotAvailable())
        return accept(call)

    monkeypatch.setattr(bulk, "DOING", {**bulk.DOING, "nhan": slow})
    result = official.get(official.send(shown, DO, case=tick(free, busy), reason="Nhận cả đợt.").location)
    assert "1 trên 2" in result.text
    assert "đang được người khác xử lý" in result.text
    monkeypatch.setattr(bulk, "DOING", {"nhan": _away})
    again = confirm(official, "nhan", busy)
    assert official.send(again, DO, case=tick(busy), reason="Nhận cả đợt.").status_code == 503


def _away(_: Call) -> object:
    raise OperationalError("SELECT", {}, Exception("the server went away"))


def test_a_coordinator_charges_a_colleague_with_many(official: Official, session: Session, now: datetime) -> None:
    cases = [factories.routed(now) for _ in range(3)]
    handler = factories.officer(now, Role.HANDLER, "BKHCN", display_name="Cán bộ Một")
    official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN"))
    shown = confirm(official, "phan-cong", *cases)
    assert "Cán bộ Một" in shown.text
    assert official.send(shown, DO, case=tick(*cases), reason="Chia việc.", assignee="rác").status_code == 422
    official.send(shown, DO, case=tick(*cases), reason="Chia việc.", assignee=str(handler.id))
    assert {factories.comment(case.reference).assignee_id for case in cases} == {handler.id}
    again = [factories.comment(case.reference) for case in cases]
    official.send(confirm(official, "phan-cong", *again), DO, case=tick(*again), reason="Thôi.", assignee="khong")
    assert {factories.comment(case.reference).assignee_id for case in cases} == {None}


@pytest.mark.parametrize(
    ("action", "given", "wrong"),
    [
        ("chuyen", {"body": "BCA"}, {"body": "rác"}),
        ("tu-choi", {"refusal": "ngoai_pham_vi"}, {"refusal": "rác"}),
        ("gop", {"lead": "PA-2026-000001"}, {"lead": "rác"}),
        ("sang-loc", {"label": "rac", "letter": ""}, {"label": "hop_le", "letter": "a" * 5001}),
    ],
)
def test_intake_sends_and_screens_many(
    official: Official, session: Session, now: datetime, action: str, given: dict[str, str], wrong: dict[str, str]
) -> None:
    case = factories.on_desk(now)
    official.sign_in(factories.officer(now, Role.INTAKE))
    shown = confirm(official, action, case)
    assert official.send(shown, DO, case=tick(case), reason="Cùng một việc.", **wrong).status_code == 422
    done = official.send(shown, DO, case=tick(case), reason="Cùng một việc.", **given)
    assert case.reference in official.get(done.location).text


def test_a_common_answer_is_put_to_the_checker_case_by_case(
    official: Official, session: Session, now: datetime
) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    official.sign_in(handler)
    shown = confirm(official, "tra-loi", case)
    assert official.send(shown, DO, case=tick(case), reason="Cùng một việc.", text="ngắn").status_code == 422
    for wrong in ({"outcome": ""}, {"outcome": "planned"}, {"outcome": "planned", "planned_on": "31/6"}):
        answer = official.send(shown, DO, case=tick(case), reason="Cùng một việc.", text=factories.ANSWER, **wrong)
        assert answer.status_code == 422
    official.send(shown, DO, case=tick(case), reason="Cùng một việc.", text=factories.ANSWER, outcome="explained")
    assert factories.comment(case.reference).status == "checking"


def test_many_answers_pass_the_gate_only_with_every_point(official: Official, session: Session, now: datetime) -> None:
    case = factories.checking(factories.routed(now), factories.officer(now, Role.HANDLER, "BKHCN"), now)
    checker = factories.officer(now, Role.CHECKER, "BKHCN")
    session.add(CaseRead(officer_id=checker.id, comment_id=case.id, version=case.version, at=now))
    official.sign_in(checker)
    shown = confirm(official, "duyet", case)
    points = {f"point-{point.code}": "1" for point in POINTS}
    few = dict(list(points.items())[1:])
    assert official.send(shown, DO, case=tick(case), reason="Đã đọc từng câu.", **few).status_code == 422
    official.send(shown, DO, case=tick(case), reason="Đã đọc từng câu.", **points)
    assert factories.comment(case.reference).status == "replied"


def test_more_time_for_many_needs_a_day(official: Official, session: Session, now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    shown = confirm(official.sign_in(handler), "gia-han", case)
    answer = official.send(shown, DO, case=tick(case), reason="Cần khảo sát thực địa.", until="rác")
    assert answer.status_code == 422


def test_who_may_only_read_has_no_boxes(official: Official, session: Session, now: datetime) -> None:
    factories.routed(now)
    page = official.sign_in(factories.officer(now, Role.AUDITOR)).get("/ban-lam-viec")
    assert CHOOSE not in forms(page.text)


@pytest.mark.parametrize(
    ("action", "given", "wrong"),
    [
        ("phoi-hop", {"helpers": ["BCA", "BTC"]}, {"helpers": []}),
        ("phoi-hop", {"helpers": "BCA"}, {"helpers": ["BCA", "rác"]}),
        (
            "tach",
            {"title": "Việc thứ hai", "part": "một đoạn nguyên văn"},
            {"title": "Việc", "part": "một đoạn nào đó"},
        ),
        ("tach", {"title": "Việc thứ hai", "part": "một đoạn nguyên văn"}, {"title": "Việc thứ hai", "part": "ngắn"}),
        ("thoi-phoi-hop", {}, {"reason": ""}),
        ("cong-khai", {}, {"reason": ""}),
        ("thoi-cong-khai", {}, {"reason": ""}),
    ],
)
def test_helpers_a_passage_and_publication_are_asked_for_once(
    official: Official, session: Session, now: datetime, action: str, given: dict[str, str], wrong: dict[str, str]
) -> None:
    case = factories.routed(now, text="Mạng ở thôn yếu, và có một đoạn nguyên văn khác nữa.")
    official.sign_in(factories.officer(now, Role.COORDINATOR, "BKHCN"))
    shown = confirm(official, action, case)
    again = official.send(shown, DO, case=tick(case), **{"reason": "Cùng một việc.", **wrong})
    assert again.status_code == 422
    assert all(f'value="{code}" selected' in again.text for code in wrong.get("helpers", ()) if code != "rác")
    done = official.send(again, DO, case=tick(case), **{"reason": "Cùng một việc.", **given})
    result = words(official.get(done.location))
    assert f"{int(action in {'phoi-hop', 'tach'})} trên 1 ý kiến đã thực hiện" in result
