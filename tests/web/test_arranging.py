"""Arranging a case from its page, by forms that work without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.domain.permissions import Role
from feedback.models import Comment, Officer, Resemblance
from feedback.services import answering, triage
from feedback.web.arranging import read_day
from tests import factories
from tests.web.official import Official, words
from tests.web.visitor import Visitor, forms

WORDS = "Xin Ông/Bà cho biết sự việc xảy ra ở bản nào, từ khi nào."


def address(case: Comment, step: str = "") -> str:
    return f"/ban-lam-viec/{case.reference}{step and '/' + step}"


def intake(now: datetime) -> Officer:
    return factories.officer(now, Role.INTAKE)


def handler(now: datetime, body: str = "BKHCN") -> Officer:
    return factories.officer(now, Role.HANDLER, body)


def send(official: Official, case: Comment, step: str, **fields: object) -> TestResponse:
    return official.send(address(case), address(case, step), **fields)


def test_a_return_names_a_body_which_is_then_the_first_choice(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    official.sign_in(handler(now))
    done = send(official, case, "tra-lai", return_reason="Việc của công an.", proposed="BCA")
    assert done.status_code == 303
    page = official.sign_in(intake(now)).get(address(case))
    assert "Cơ quan trả lại đề xuất: <strong>Bộ Công an</strong>" in words(page)
    assert "Đề xuất chuyển đến Bộ Công an." in words(page)
    assert forms(page.text)[address(case, "chuyen")]["body"][0] == "BCA"
    assert send(official, case, "chuyen").status_code == 303
    assert factories.body_code(factories.comment(case.reference)) == "BCA"


@pytest.mark.parametrize("proposed", ["BKHCN", "KHONG_CO"])
def test_a_proposal_that_is_none_is_refused_and_the_reason_kept(
    official: Official, session: Session, now: datetime, proposed: str
) -> None:
    case = factories.routed(now)
    official.sign_in(handler(now))
    back = send(official, case, "tra-lai", return_reason="Việc của công an.", proposed=proposed)
    assert back.status_code == 422
    assert "Việc của công an." in back.text
    assert 'id="proposed-error"' in back.text


def test_a_case_given_back_twice_is_marked_in_the_queue(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    for _ in range(2):
        triage.return_to_desk(
            officer=handler(now), reference=case.reference, version=case.version, reason="Không thuộc.", at=now
        )
        page = official.sign_in(intake(now)).get("/ban-lam-viec")
        assert ("Đã 2 lần trả lại hoặc chuyển lại" in words(page)) == (case.hops == 2)
        if case.hops == 1:
            triage.route(
                officer=intake(now),
                reference=case.reference,
                version=case.version,
                body_code="BKHCN",
                reason=None,
                at=now,
            )


def test_the_desk_and_the_body_ask_for_more(official: Official, session: Session, now: datetime) -> None:
    for case, officer, step in (
        (factories.on_desk(now), intake(now), "bo-sung"),
        (factories.routed(now), handler(now), "co-quan/bo-sung"),
    ):
        official.sign_in(officer)
        back = send(official, case, step, ask_words="Thiếu.")
        assert (back.status_code, 'id="ask_words-error"' in back.text) == (422, True)
        assert send(official, case, step, ask_words=WORDS).status_code == 303
        assert factories.comment(case.reference).status == "awaiting_supplement"


def test_what_came_by_telephone_is_written_down(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    send(official, case, "bo-sung", ask_words=WORDS)
    assert send(official, case, "nhan-bo-sung", added_words="Ở bản Nà Ngà, từ tháng 2.").status_code == 303
    assert "Ở bản Nà Ngà" in official.get(address(case)).text


def test_a_refusal_needs_a_reason_of_the_list(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    back = send(official, case, "tu-choi", refuse_words="Kính mong Ông/Bà thông cảm.")
    assert (back.status_code, 'id="refusal-error"' in back.text) == (422, True)
    assert "Kính mong Ông/Bà thông cảm." in back.text
    assert send(official, case, "tu-choi", refusal="xuc_pham").status_code == 303
    assert factories.comment(case.reference).status == "refused"


def test_an_extension_says_its_bounds_and_keeps_what_was_typed(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    officer = handler(now)
    answering.accept(officer=officer, reference=case.reference, version=case.version, at=now)
    official.sign_in(officer)
    back = send(official, case, "gia-han", until="2026-04-11", extend_reason="Cần khảo sát thực địa.")
    assert (back.status_code, 'id="until-error"' in back.text) == (422, True)
    assert "Cần khảo sát thực địa." in back.text
    assert "không quá 10 ngày làm việc sau hạn hiện tại" in words(back)
    assert send(official, case, "gia-han", until="2026-04-08").status_code == 422
    done = send(official, case, "gia-han", until="08/04/2026", extend_reason="Cần khảo sát thực địa.")
    assert done.status_code == 303
    assert factories.comment(case.reference).status == "extended"


@pytest.mark.parametrize("typed", ["", "hôm nay", "2026-13-01", "0001-01-01", "9999-12-31", "2026-04-08\x00"])
def test_what_is_no_day_is_no_day(typed: str) -> None:
    assert read_day(typed) is None


def test_administrators_see_every_reason_for_a_refusal(official: Official, session: Session, now: datetime) -> None:
    official.sign_in(factories.officer(now, Role.ADMINISTRATOR))
    page = official.get("/quan-tri/ly-do-tu-choi")
    assert "Luật Bảo vệ bí mật nhà nước năm 2018" in page.text
    rows = list(csv.reader(io.StringIO(official.get("/quan-tri/ly-do-tu-choi.csv").text.removeprefix("\ufeff"))))
    assert (len(rows), rows[1][0]) == (8, "da_tra_loi")


def test_a_citizen_files_anew_under_another_field_in_one_step(
    visitor: Visitor, official: Official, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    factories.classify(now, sure=False)
    case = factories.comment(receipt.reference)
    official.sign_in(intake(now))
    send(official, case, "tu-choi", refusal="ngoai_pham_vi")
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    filled = forms(page.text)["/tra-cuu/gui-lai"]
    assert filled["title"] == [case.title]
    filled["field"] = ["HT"]
    back = visitor.post("/tra-cuu/gui-lai", {**filled, "text": ["Ngắn"]})
    assert (back.status_code, 'id="text-error"' in back.text) == (422, True)
    done = visitor.post("/tra-cuu/gui-lai", filled)
    assert done.status_code == 200
    assert "Đã nhận ý kiến gửi lại, số PA-" in words(done)


def test_a_duplicate_is_merged_and_its_sender_reads_how_far_it_is(
    visitor: Visitor, official: Official, session: Session, now: datetime
) -> None:
    lead, receipt = factories.routed(now), factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    official.sign_in(intake(now))
    back = send(official, case, "gop", lead="PA-2026-999999", merge_reason="Cùng một trạm.")
    assert (back.status_code, 'id="lead-error"' in back.text, "Cùng một trạm." in back.text) == (422, True, True)
    assert send(official, case, "gop", lead=lead.reference).status_code == 303
    assert "2 người cùng phản ánh" in official.get(address(lead)).text
    assert lead.reference in official.get(address(case)).text
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    assert "Giải quyết chung với ý kiến cùng nội dung" in page.text
    assert lead.reference not in page.text


def test_what_may_be_a_duplicate_is_merged_in_one_press(official: Official, session: Session, now: datetime) -> None:
    lead, case = factories.routed(now), factories.routed(now)
    lead.personal = []
    session.add(Resemblance(comment_id=case.id, other_id=lead.id, score=0.99, sure=True, alike=0.9, at=now))
    session.flush()
    page = official.sign_in(intake(now)).get(address(case))
    assert f"Gộp vào ý kiến có thể trùng {lead.reference}" in page.text
    assert send(official, case, "gop").status_code == 303
    assert factories.comment(case.reference).merged_into_id == lead.id


def test_another_body_is_chosen_and_bodies_that_help_are_named(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    official.sign_in(intake(now))
    back = send(official, case, "dieu-chuyen", new_body="", transfer_reason="Việc của công an.")
    assert (back.status_code, 'id="new_body-error"' in back.text) == (422, True)
    assert send(official, case, "dieu-chuyen", new_body="BCA", transfer_reason="Việc của công an.").status_code == 303
    back = send(official, case, "phoi-hop", helpers=["BCA"], coordinate_reason="Cần ý kiến.")
    assert (back.status_code, 'id="helpers-error"' in back.text) == (422, True)
    done = send(official, case, "phoi-hop", helpers=["BTC", "BKHCN"], coordinate_reason="Cần ý kiến.")
    assert done.status_code == 303
    official.sign_in(handler(now, "BTC"))
    assert case.reference in official.get("/ban-lam-viec?hang=phoi_hop").text
    assert send(official, case, "gop-y", contribution="Kinh phí đã được bố trí.").status_code == 303
    assert "Kinh phí đã được bố trí." in official.sign_in(handler(now, "BCA")).get(address(case)).text


def test_a_second_matter_is_split_off_and_the_citizen_opens_it(
    visitor: Visitor, official: Official, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    official.sign_in(intake(now))
    back = send(official, case, "tach", split_title="Trạm", split_part="Lời của người khác hẳn.")
    assert (back.status_code, 'id="split_part-error"' in back.text) == (422, True)
    done = send(official, case, "tach", split_title="Lắp thêm trạm", split_part="xin lắp thêm trạm phát sóng.")
    assert done.status_code == 303
    assert "Việc đã tách:" in official.get(address(case)).text
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    (number,) = re.findall(r"Xem ý kiến (PA-\d{4}-\d{6,})", page.text)
    assert "Lắp thêm trạm" in visitor.post("/tra-cuu", {**forms(page.text)["/tra-cuu"], "reference": [number]}).text
