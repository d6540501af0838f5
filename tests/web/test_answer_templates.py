"""Templates of answers on the web: kept by whose they are, chosen on a case without scripts, nothing typed lost."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.models import AnswerTemplate, Officer, Response
from tests import factories
from tests.services.test_templates import template
from tests.web.official import Official, values, words
from tests.web.visitor import forms

LIST = "/ban-lam-viec/mau-tra-loi"
NEW, EDIT = f"{LIST}/moi", f"{LIST}/sua"
FILLED: dict[str, Any] = {
    "name": "Mẫu về sóng di động",
    "kind": "phan_anh",
    "label_1": "Mở đầu",
    "text_1": "Về ý kiến {số ý kiến}.",
    "label_2": "Lời cảm ơn",
    "text_2": "Trân trọng cảm ơn.",
    "optional_2": "1",
    "step": "luu",
}


def coordinator(now: datetime, body: str = "BKHCN") -> Officer:
    return factories.officer(now, Role.COORDINATOR, body)


def handler(now: datetime) -> Officer:
    return factories.officer(now, Role.HANDLER, "BKHCN")


def newest(session: Session) -> AnswerTemplate:
    return session.scalars(select(AnswerTemplate).order_by(AnswerTemplate.id.desc()).limit(1)).one()


# Keeping


def test_a_coordinator_adds_changes_retires_and_restores_a_template(
    official: Official, session: Session, now: datetime
) -> None:
    official.sign_in(coordinator(now))
    assert official.send(NEW, NEW, **FILLED).location == LIST
    row = newest(session)
    assert [one["optional"] for one in row.paragraphs] == [False, True]
    shown = official.get(LIST)
    assert "Đã thêm mẫu “Mẫu về sóng di động”." in words(shown)
    assert "Bộ Khoa học và Công nghệ · Phản ánh · Khi soạn câu trả lời · 2 đoạn" in words(shown)
    page = official.get(f"{EDIT}?mau={row.id}")
    kept = forms(page.text)[EDIT]
    assert (kept["label_2"], kept["text_2"], kept["optional_2"]) == (["Lời cảm ơn"], ["Trân trọng cảm ơn."], ["1"])
    # A paragraph emptied in the middle goes; the next moves up.
    official.send(page, EDIT, label_1="", text_1="", optional_2=[], state="extended", step="luu")
    session.refresh(row)
    assert (row.state, row.version, [one["label"] for one in row.paragraphs]) == ("extended", 2, ["Lời cảm ơn"])
    official.send(LIST, f"{LIST}/ngung")
    assert "Đã ngừng dùng mẫu" in words(official.get(LIST))
    session.refresh(row)
    assert not row.active
    official.send(LIST, f"{LIST}/dung-lai")
    session.refresh(row)
    assert row.active


def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    official: Official, session: Session, now: datetime
) -> None:
    changes = {**FILLED, "name": "", "label_1": "", "text_1": "", "label_3": "Sai", "text_3": "Gửi {họ tên}."}
    page = official.sign_in(coordinator(now)).send(NEW, NEW, **changes)
    assert page.status_code == 422
    assert re.search(r'id="text_3-error"[^>]*>.*?Không có biến “họ tên”', page.text, re.DOTALL)
    assert 'href="#text_3"' in page.text
    assert "Xin đặt tên mẫu" in page.text
    typed = forms(page.text)[NEW]
    assert (typed["text_2"], typed["text_3"], typed["optional_2"]) == (["Trân trọng cảm ơn."], ["Gửi {họ tên}."], ["1"])


def test_more_room_for_paragraphs_is_given_without_saving(official: Official, session: Session, now: datetime) -> None:
    official.sign_in(coordinator(now))
    before = newest(session).id
    page = official.send(NEW, NEW, **{**FILLED, "step": "them-doan"})
    assert page.status_code == 200
    assert "Đoạn 6" in page.text
    assert forms(page.text)[NEW]["text_1"] == ["Về ý kiến {số ý kiến}."]
    full = {**FILLED, "label_12": "Cuối", "text_12": "Hết.", "step": "them-doan"}
    last = official.send(page, NEW, **full)
    assert "Đoạn 12" in last.text
    assert "Thêm chỗ cho đoạn mới" not in last.text
    assert newest(session).id == before


def test_two_who_change_one_template_overwrite_nothing(official: Official, session: Session, now: datetime) -> None:
    officer = coordinator(now)
    row = template(session, now, body_id=officer.body_id)
    page = official.sign_in(officer).get(f"{EDIT}?mau={row.id}")
    official.send(page, EDIT, name="Tên thứ nhất", step="luu")
    refused = official.send(page, EDIT, name="Tên thứ hai", step="luu")
    assert refused.status_code == 409
    assert "Mẫu vừa được người khác sửa" in words(refused)
    assert forms(refused.text)[EDIT]["name"] == ["Tên thứ hai"]
    session.refresh(row)
    assert row.name == "Tên thứ nhất"
    stale = values(mau=row.id, version=1, csrf_token=official.token())
    assert official.post(f"{LIST}/ngung", stale).location == LIST
    assert "Mẫu vừa được người khác sửa" in words(official.get(LIST))


@pytest.mark.parametrize("address", [EDIT, f"{LIST}/ngung", f"{LIST}/dung-lai"])
@pytest.mark.parametrize("number", ["", "rác", "0", "99999999999", "2147483648", "٣", "-1"])
def test_a_template_that_is_none_is_not_found(
    official: Official, session: Session, now: datetime, address: str, number: str
) -> None:
    official.sign_in(coordinator(now))
    sent = values(mau=number, version="rác", csrf_token=official.token())
    assert official.post(address, sent).status_code == 404
    assert official.get(f"{EDIT}?mau={number}").status_code == 404


def test_another_body_s_template_is_not_found(official: Official, session: Session, now: datetime) -> None:
    row = template(session, now, body_id=coordinator(now, "BCA").body_id, name="Của Bộ Công an")
    official.sign_in(coordinator(now))
    assert official.get(f"{EDIT}?mau={row.id}").status_code == 404
    assert "Của Bộ Công an" not in official.get(LIST).text
    for address in (EDIT, f"{LIST}/ngung"):
        sent = values(mau=row.id, version=1, csrf_token=official.token())
        assert official.post(address, sent).status_code == 404


def test_an_administrator_keeps_the_general_ones_and_may_bind_one_to_a_class(
    official: Official, session: Session, now: datetime
) -> None:
    official.sign_in(factories.officer(now, Role.ADMINISTRATOR))
    assert "Trả lời câu hỏi về chính sách, quy định" in official.get(LIST).text
    official.send(NEW, NEW, **FILLED, class_code="UBND_TINH")
    row = newest(session)
    assert (row.body_id, row.class_code) == (None, "UBND_TINH")
    assert forms(official.get(f"{EDIT}?mau={row.id}").text)[EDIT]["class_code"] == ["UBND_TINH"]
    assert "class_code" not in official.sign_in(coordinator(now)).get(NEW).text


def test_the_list_pages_and_comes_as_a_file_without_formulas(
    official: Official, session: Session, now: datetime
) -> None:
    officer = coordinator(now)
    official.sign_in(officer)
    assert "Chưa có mẫu nào." in official.get(LIST).text
    for number in range(30):
        template(session, now, body_id=officer.body_id, name=f"=Mẫu thứ {number}")
    first = official.get(LIST)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    second = official.get(following[1].replace("&amp;", "&"))
    found = [set(re.findall(r"Mẫu thứ \d+", page.text)) for page in (first, second)]
    assert [len(names) for names in found] == [25, 5]
    assert not found[0] & found[1]
    assert "Không còn mẫu nào sau trang này." in official.get(f"{LIST}?sau=1").text
    assert "=Mẫu thứ 29" in official.get(f"{LIST}?sau=rác").text
    answer = official.get(f"{LIST}.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 31
    assert rows[1][:5] == [
        "'=Mẫu thứ 29",
        "Bộ Khoa học và Công nghệ",
        "Mọi loại ý kiến",
        "Khi soạn câu trả lời",
        "Đoạn",
    ]


def test_a_template_shows_what_was_typed_as_text(official: Official, session: Session, now: datetime) -> None:
    officer = coordinator(now)
    hostile = "<script>alert(1)</script>"
    paragraphs = [{"label": hostile, "text": hostile, "optional": True}]
    row = template(session, now, body_id=officer.body_id, name=hostile, paragraphs=paragraphs)
    official.sign_in(officer)
    case = factories.accepted(now, handler(now))
    for address in (LIST, f"{EDIT}?mau={row.id}", f"/ban-lam-viec/{case.reference}/mau"):
        page = official.get(address)
        assert page.status_code == 200
        assert hostile not in page.text


# Choosing


def test_a_handler_chooses_a_template_and_what_was_typed_stands_before_it(
    official: Official, session: Session, now: datetime
) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    address = f"/ban-lam-viec/{case.reference}"
    page = official.sign_in(officer).get(address)
    assert f'formaction="{address}/mau"' in page.text
    typed = official.fill(page, f"{address}/tra-loi", {"text": "Phần đã soạn.", "outcome": "explained", "step": "mau"})
    picker = official.post(f"{address}/mau", typed)
    assert picker.status_code == 200
    assert forms(picker.text)[f"{address}/mau"]["text"] == ["Phần đã soạn."]
    assert "Ghi nhận sự cố kỹ thuật, hẹn ngày khắc phục" in picker.text
    chosen = session.query(AnswerTemplate).filter_by(code="fault_acknowledged").one()
    done = official.send(
        picker, f"{address}/mau", template=str(chosen.id), **{f"p_{chosen.id}": ["1", "rác"]}, step="dua-vao"
    )
    assert done.location == address
    draft = session.scalars(select(Response).where(Response.comment_id == case.id)).one()
    assert draft.text.startswith("Phần đã soạn.\n\nBộ Khoa học và Công nghệ đã nhận được phản ánh số PA-")
    assert "[CẦN ĐIỀN: nguyên nhân]" in draft.text
    assert "[CẦN ĐIỀN: việc cần làm]" not in draft.text
    assert draft.outcome == "explained"
    again = official.get(address)
    assert "Đã đưa mẫu vào dự thảo." in words(again)
    refused = official.send(again, f"{address}/tra-loi", step="trinh")
    assert refused.status_code == 422
    assert "Nội dung còn chỗ chưa điền: “nguyên nhân”, “ngày hoàn thành”." in words(refused)
    filled = re.sub(r"\[CẦN ĐIỀN: [^]]+\]", "30/06/2026", draft.text)
    assert official.send(refused, f"{address}/tra-loi", text=filled, step="trinh").location == address
    assert factories.comment(case.reference).status == "checking"


def test_the_page_of_templates_keeps_the_draft_that_was_saved(
    official: Official, session: Session, now: datetime
) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    address = f"/ban-lam-viec/{case.reference}"
    official.sign_in(officer).send(address, f"{address}/tra-loi", text="Dự thảo đã lưu.", step="luu")
    assert forms(official.get(f"{address}/mau").text)[f"{address}/mau"]["text"] == ["Dự thảo đã lưu."]


def test_choosing_nothing_is_told_and_nothing_typed_is_lost(
    official: Official, session: Session, now: datetime
) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    address = f"/ban-lam-viec/{case.reference}/mau"
    page = official.sign_in(officer).send(address, address, text="Đã soạn.", step="dua-vao")
    assert page.status_code == 422
    assert "Xin chọn một mẫu trong danh sách." in page.text
    assert forms(page.text)[address]["text"] == ["Đã soạn."]


def test_a_template_that_was_retired_meanwhile_loses_nothing_typed(
    official: Official, session: Session, now: datetime
) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    row = template(session, now, body_id=officer.body_id)
    address = f"/ban-lam-viec/{case.reference}"
    page = official.sign_in(officer).get(f"{address}/mau")
    row.active = False
    session.flush()
    refused = official.send(page, f"{address}/mau", template=str(row.id), text="Đã soạn.", step="dua-vao")
    assert refused.status_code == 404
    assert "Mẫu này không còn được dùng." in refused.text
    assert forms(refused.text)[f"{address}/tra-loi"]["text"] == ["Đã soạn."]


def test_too_much_for_an_answer_is_told_beside_the_draft(official: Official, session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    row = template(session, now, body_id=officer.body_id)
    address = f"/ban-lam-viec/{case.reference}"
    typed = "ă" * 19_999
    page = official.sign_in(officer).send(
        f"{address}/mau", f"{address}/mau", template=str(row.id), text=typed, step="dua-vao"
    )
    assert page.status_code == 422
    assert forms(page.text)[f"{address}/tra-loi"]["text"] == [typed]


def test_where_no_template_fits_the_typed_draft_can_still_be_kept(
    official: Official, session: Session, now: datetime
) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    for row in session.query(AnswerTemplate):
        row.active = False
    session.flush()
    address = f"/ban-lam-viec/{case.reference}"
    page = official.sign_in(officer).get(address)
    picker = official.post(f"{address}/mau", official.fill(page, f"{address}/tra-loi", {"text": "Đã soạn."}))
    assert "Chưa có mẫu nào cho loại ý kiến này." in picker.text
    assert forms(picker.text)[f"{address}/tra-loi"]["text"] == ["Đã soạn."]


@pytest.mark.parametrize("address", [LIST, "/ban-lam-viec/{case}/mau"])
def test_the_pages_ask_the_database_little(
    official: Official, session: Session, now: datetime, app: Flask, address: str
) -> None:
    officer = coordinator(now)
    case = factories.accepted(now, officer)
    for _ in range(20):
        template(session, now, body_id=officer.body_id)
    official.sign_in(officer).get(LIST)  # the first page of a session also writes its token
    asked: list[str] = []
    event.listen(db.engines[None], "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert official.get(address.format(case=case.reference)).status_code == 200
    assert len([statement for statement in asked if not statement.startswith(("SAVEPOINT", "RELEASE"))]) <= 12


# The forms of steps


@pytest.mark.parametrize(
    ("step", "form", "field", "words_of"),
    [
        ("gia-han", "gia-han", "extend_reason", "chúng tôi cần thêm thời gian để trả lời Ông/Bà đầy đủ."),
        ("bo-sung", "co-quan/bo-sung", "ask_words", "kính đề nghị Ông/Bà bổ sung: [CẦN ĐIỀN: nội dung cần bổ sung]."),
    ],
)
def test_a_form_comes_back_filled_by_the_template_of_its_step(
    official: Official, session: Session, now: datetime, step: str, form: str, field: str, words_of: str
) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    address = f"/ban-lam-viec/{case.reference}"
    page = official.sign_in(officer).get(address)
    assert f'formaction="{address}/dien-mau"' in page.text
    typed = official.fill(page, f"{address}/{form}", {field: "Đã gõ.", "step": step})
    filled = official.post(f"{address}/dien-mau", typed)
    assert filled.status_code == 200
    assert "Đã điền mẫu" in words(filled)
    text = forms(filled.text)[f"{address}/{form}"][field][0]
    assert text.startswith("Đã gõ.\n\n")
    assert words_of in text
    assert factories.comment(case.reference).status == "in_progress"
    until = case.due_at + timedelta(days=3 if case.due_at.weekday() == 4 else 1)
    refused = official.send(filled, f"{address}/{form}", until=f"{until:%Y-%m-%d}")
    assert refused.status_code == 422
    assert "Nội dung còn chỗ chưa điền" in refused.text


def test_a_step_without_a_template_keeps_what_was_typed(official: Official, session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    address = f"/ban-lam-viec/{case.reference}"
    sent = values(step="tra-lai", return_reason="Không thuộc thẩm quyền.", csrf_token=official.sign_in(officer).token())
    page = official.post(f"{address}/dien-mau", sent)
    assert "Chưa có mẫu nào cho bước này." in words(page)
    assert "Không thuộc thẩm quyền." in page.text


def test_a_step_that_is_none_is_not_found_nor_another_body_s_case(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.accepted(now, handler(now))
    address = f"/ban-lam-viec/{case.reference}/dien-mau"
    official.sign_in(handler(now))
    assert official.post(address, values(step="rác", csrf_token=official.token())).status_code == 404
    official.sign_in(factories.officer(now, Role.HANDLER, "BCA"))
    assert official.post(address, values(step="gia-han", csrf_token=official.token())).status_code == 404
