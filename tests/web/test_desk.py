"""The desk: an official sees what waits for them, decides, answers, and loses nothing that was typed."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.domain.permissions import Role
from feedback.domain.vocabulary import SenderKind
from feedback.models import Comment, Officer
from feedback.services import answering, triage
from tests import factories
from tests.web.official import Official, values, words
from tests.web.visitor import forms

ANSWER = "Kính gửi Ông/Bà. Cơ quan đã kiểm tra và sẽ lắp thêm trạm phát sóng trong quý I năm 2027."

EVERY_POINT = {f"point-{code}": "1" for code in factories.EVERY_POINT}


def address(comment: Comment, step: str = "") -> str:
    return f"/ban-lam-viec/{comment.reference}{step and '/' + step}"


def handler(now: datetime) -> Officer:
    return factories.officer(now, Role.HANDLER, "BKHCN")


def checker(now: datetime) -> Officer:
    return factories.officer(now, Role.CHECKER, "BKHCN")


def intake(now: datetime) -> Officer:
    return factories.officer(now, Role.INTAKE)


# Queues


def test_the_queue_shows_the_oldest_due_first_with_what_the_machine_proposes(
    official: Official, session: Session, now: datetime
) -> None:
    later, sooner = factories.on_desk(now), factories.on_desk(now - timedelta(days=9))
    page = official.sign_in(intake(now)).get("/ban-lam-viec")
    assert page.status_code == 200
    assert page.text.index(sooner.reference) < page.text.index(later.reference)
    for sentence in ("Máy chưa đủ tin cậy để tự chuyển", "Bộ KH&amp;CN", "độ tin cậy thấp", "40,0 %"):
        assert sentence in words(page)


def test_an_overdue_case_is_said_to_be_so_in_words(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    for page in (official.get("/ban-lam-viec"), official.get(address(case))):
        assert re.search(r"(Quá|quá) hạn", page.text)


def test_an_empty_queue_says_that_nothing_waits(official: Official, session: Session, now: datetime) -> None:
    assert "Hiện không có ý kiến nào trong hàng này." in official.sign_in(intake(now)).get("/ban-lam-viec").text


def test_a_long_queue_is_read_page_by_page_and_no_case_twice(
    official: Official, session: Session, now: datetime
) -> None:
    references = {factories.on_desk(now + timedelta(minutes=step)).reference for step in range(30)}
    page = official.sign_in(intake(now)).get("/ban-lam-viec")
    first = set(re.findall(r"PA-\d{4}-\d+", page.text))
    following = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert following is not None
    second = set(re.findall(r"PA-\d{4}-\d+", official.get(following[1].replace("&amp;", "&")).text))
    assert len(first) == 25
    assert not first & second
    assert first | second == references


@pytest.mark.parametrize("mark", ["rác", "nan_x", "9e99_00000000-0000-0000-0000-000000000000"])
def test_a_mark_that_cannot_be_read_begins_the_queue_anew(
    official: Official, session: Session, now: datetime, mark: str
) -> None:
    case = factories.on_desk(now)
    assert case.reference in official.sign_in(intake(now)).get(f"/ban-lam-viec?sau={mark}").text


def test_a_queue_that_is_none_is_not_found(official: Official, session: Session, now: datetime) -> None:
    assert official.sign_in(intake(now)).get("/ban-lam-viec?hang=rac").status_code == 404


def test_a_queue_of_another_role_is_refused(official: Official, session: Session, now: datetime) -> None:
    assert official.sign_in(handler(now)).get("/ban-lam-viec?hang=phan_loai").status_code == 403


def test_the_queue_page_asks_the_database_as_often_for_fifty_cases_as_for_five(
    official: Official, session: Session, now: datetime, app: Flask
) -> None:
    official.sign_in(intake(now)).get("/ban-lam-viec")  # the first page of a session also writes its token
    asked: list[str] = []
    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counted = []
    for more in (5, 45):
        for _ in range(more):
            factories.on_desk(now)
        asked.clear()
        assert official.get("/ban-lam-viec").status_code == 200
        counted.append(len([statement for statement in asked if not statement.startswith(("SAVEPOINT", "RELEASE"))]))
    assert counted[0] == counted[1]


def test_the_queue_comes_as_a_file_without_formulas(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now, title='=HYPERLINK("http://kẻ.xấu")')
    answer = official.sign_in(intake(now)).get("/ban-lam-viec.csv?hang=phan_loai")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[1][0] == case.reference
    assert rows[1][1].startswith("'=")


# One case


def test_the_case_shows_the_evidence_marked_and_three_candidates(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.on_desk(now)
    page = official.sign_in(intake(now)).get(address(case))
    assert '<mark class="app-evidence app-evidence--3">Sóng</mark>' in page.text
    names = re.findall(r'app-candidates__name">([^<]+)<', page.text)
    assert names == ["Bộ Khoa học và Công nghệ", "Ủy ban nhân dân tỉnh Sơn La", "Bộ Công an"]


def test_markup_in_a_comment_is_text(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now, title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)> là lỗi gì?")
    page = official.sign_in(intake(now)).get(address(case))
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


@pytest.mark.parametrize("reference", ["PA-2026-999999", "rác", "PA-2026-000001%00", "PA-2026-1"])
def test_a_case_that_is_none_is_not_found(official: Official, session: Session, now: datetime, reference: str) -> None:
    assert official.sign_in(intake(now)).get(f"/ban-lam-viec/{reference}").status_code == 404


def test_one_button_accepts_the_first_candidate_and_the_next_case_is_offered(
    official: Official, session: Session, now: datetime
) -> None:
    first, second = factories.on_desk(now - timedelta(days=1)), factories.on_desk(now)
    official.sign_in(intake(now))
    page = official.get(address(first))
    button = '<button type="submit" class="govuk-button" data-module="govuk-button">Chuyển đến Bộ Khoa học và Công nghệ'
    assert button in page.text
    sent = values(version=first.version, body="BKHCN", csrf_token=official.token())
    done = official.post(address(first, "chuyen"), sent)
    assert (done.status_code, done.location) == (303, "/ban-lam-viec")
    queue = official.get("/ban-lam-viec")
    assert f"Đã chuyển {first.reference} đến Bộ Khoa học và Công nghệ." in queue.text
    assert f'href="{address(second)}">Mở ý kiến kế tiếp' in queue.text
    assert factories.comment(first.reference).status == "assigned"


def test_another_candidate_needs_a_reason_and_keeps_what_was_chosen(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    again = official.send(address(case), address(case, "chuyen"), body="BCA", reason="")
    assert again.status_code == 422
    assert "Xin nêu lý do khi chọn cơ quan khác" in again.text
    assert 'value="BCA" checked' in again.text
    done = official.send(again, address(case, "chuyen"), body="BCA", reason="Đây là việc của công an.")
    assert done.status_code == 303
    assert factories.comment(case.reference).status == "assigned"


def test_any_body_of_the_list_may_be_chosen(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    done = official.send(
        address(case), address(case, "chuyen"), body="khac", other="UBND_TINH:HN", reason="Việc của Hà Nội."
    )
    assert done.status_code == 303
    assert "Đã chuyển" in official.get(done.location).text


@pytest.mark.parametrize("chosen", [{"body": "khac", "other": ""}, {"body": "KHONGCO"}, {"body": "", "other": "A\x00"}])
def test_a_body_that_is_none_is_refused_beside_the_field(
    official: Official, session: Session, now: datetime, chosen: dict[str, str]
) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    again = official.send(address(case), address(case, "chuyen"), **chosen)
    assert again.status_code == 422
    assert "Xin chọn cơ quan giải quyết." in again.text


def test_words_beyond_measure_are_refused_and_kept(official: Official, session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    official.sign_in(intake(now))
    again = official.send(address(case), address(case, "chuyen"), body="BCA", reason="dài " * 600)
    assert again.status_code == 422
    assert "dài dài dài" in again.text


def test_the_body_takes_the_case_on(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    official.sign_in(handler(now))
    done = official.send(address(case), address(case, "nhan"))
    assert done.status_code == 303
    assert "Soạn câu trả lời" in official.get(done.location).text


def test_a_body_returns_what_is_not_its_own_only_with_a_reason(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    official.sign_in(handler(now))
    again = official.send(address(case), address(case, "tra-lai"), return_reason="  ")
    assert again.status_code == 422
    assert 'id="return_reason-error"' in again.text
    done = official.send(again, address(case, "tra-lai"), return_reason="Thuộc Bộ Công an.")
    assert (done.status_code, done.location) == (303, "/ban-lam-viec")
    assert factories.comment(case.reference).status == "returned"


def test_an_answer_too_short_is_refused_and_kept(official: Official, session: Session, now: datetime) -> None:
    case = factories.accepted(now, handler(now))
    official.sign_in(handler(now))
    again = official.send(address(case), address(case, "tra-loi"), text="Đã rõ.", step="trinh")
    assert again.status_code == 422
    assert "Câu trả lời cần có từ 20 đến 20.000 ký tự." in again.text
    assert forms(again.text)[address(case, "tra-loi")]["text"] == ["Đã rõ."]


def test_a_draft_is_kept_submitted_sent_back_mended_and_sent(
    official: Official, session: Session, now: datetime
) -> None:
    author, reviewer = handler(now), checker(now)
    case = factories.accepted(now, author)
    official.sign_in(author)
    assert official.send(address(case), address(case, "tra-loi"), text=ANSWER, step="luu").status_code == 303
    page = official.get(address(case))
    assert forms(page.text)[address(case, "tra-loi")]["text"] == [ANSWER]
    sent = {"text": ANSWER, "outcome": "explained", "step": "trinh"}
    assert official.send(page, address(case, "tra-loi"), **sent).status_code == 303

    official.sign_in(reviewer)
    page = official.get(address(case))
    assert "Câu trả lời chờ kiểm tra" in page.text
    for note, status in (("", 422), ("Ghi rõ ngày.", 303)):
        filled = official.fill(page, address(case, "duyet"), {"note": note})
        assert official.post(address(case, "sua-lai"), filled).status_code == status

    official.sign_in(author)
    page = official.get(address(case))
    assert "Ghi rõ ngày." in page.text
    assert forms(page.text)[address(case, "tra-loi")]["text"] == [ANSWER], "what came back is there to be mended"
    sent["text"] += " Trân trọng."
    assert official.send(page, address(case, "tra-loi"), **sent).status_code == 303

    official.sign_in(reviewer)
    done = official.send(address(case), address(case, "duyet"), **EVERY_POINT)
    assert done.status_code == 303
    assert "Câu trả lời đã gửi" in official.get(done.location).text
    assert factories.comment(case.reference).status == "replied"


def test_whoever_wrote_an_answer_is_not_offered_to_approve_it(
    official: Official, session: Session, now: datetime
) -> None:
    both = factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.HANDLER, Role.CHECKER])
    case = factories.checking(factories.routed(now), both, now)
    page = official.sign_in(both).get(address(case))
    assert "cần một người khác kiểm tra" in page.text
    assert address(case, "duyet") not in forms(page.text)
    sent = values(version=case.version, csrf_token=official.token(), **EVERY_POINT)
    assert official.post(address(case, "duyet"), sent).status_code == 403


# Two officials at once


def test_a_case_changed_by_another_is_shown_anew_with_what_was_typed(
    official: Official, session: Session, now: datetime
) -> None:
    author = handler(now)
    case = factories.accepted(now, author)
    official.sign_in(author)
    page = official.get(address(case))
    with transaction():
        answering.save_draft(
            officer=author, reference=case.reference, version=case.version, text="Bản của đồng nghiệp.", at=now
        )
        case.version += 1
    refused = official.send(page, address(case, "tra-loi"), text=ANSWER, step="luu")
    assert refused.status_code == 409
    assert "Ý kiến vừa được người khác cập nhật." in refused.text
    assert forms(refused.text)[address(case, "tra-loi")]["text"] == [ANSWER]
    assert forms(refused.text)[address(case, "tra-loi")]["version"] == [str(case.version)]


def test_words_for_a_step_that_is_past_are_given_back_to_be_copied(
    official: Official, session: Session, now: datetime
) -> None:
    case, me = factories.on_desk(now), intake(now)
    page = official.sign_in(me).get(address(case))
    with transaction():
        triage.route(officer=me, reference=case.reference, version=case.version, body_code="BKHCN", reason=None, at=now)
    refused = official.send(page, address(case, "chuyen"), body="BCA", reason="Việc của công an.")
    assert refused.status_code == 409
    assert "Nội dung Anh/Chị đã nhập" in refused.text
    assert "Việc của công an." in refused.text


def test_words_for_a_case_that_has_left_the_desk_are_given_back(
    official: Official, session: Session, now: datetime
) -> None:
    author = handler(now)
    case = factories.accepted(now, author)
    page = official.sign_in(author).get(address(case))
    with transaction():
        triage.return_to_desk(
            officer=author, reference=case.reference, version=case.version, reason="Không thuộc.", at=now
        )
    refused = official.send(page, address(case, "tra-loi"), text=ANSWER, step="luu")
    assert refused.status_code == 404
    assert "Ý kiến không còn ở bàn này" in refused.text
    assert ANSWER in refused.text


def test_words_sent_after_the_session_ended_are_given_back(official: Official, session: Session, now: datetime) -> None:
    case = factories.accepted(now, handler(now))
    page = official.sign_in(handler(now)).get(address(case))
    filled = official.fill(page, address(case, "tra-loi"), {"text": ANSWER, "step": "luu"})
    official.client.delete_cookie("can-bo")
    refused = official.post(address(case, "tra-loi"), filled)
    assert refused.status_code == 403
    assert ANSWER in refused.text


def test_words_sent_with_an_old_token_are_given_back_unless_another_site_sent_them(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.accepted(now, handler(now))
    official.sign_in(handler(now))
    sent = {"csrf_token": "cũ", "version": str(case.version), "text": ANSWER}
    for site, shown in (("same-origin", True), ("cross-site", False)):
        refused = official.client.post(address(case, "tra-loi"), data=sent, headers={"Sec-Fetch-Site": site})
        assert refused.status_code == 400
        assert (ANSWER in refused.text) is shown


def test_a_version_that_is_no_number_counts_as_old(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now)
    official.sign_in(handler(now))
    assert official.send(address(case), address(case, "nhan"), version="một").status_code == 409


# Identity


def test_an_identity_is_shown_once_for_a_reason_and_leaves_its_trace(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    official.sign_in(handler(now))
    assert "nguoi.gui@langnghe.example" not in official.get(address(case)).text
    refused = official.send(address(case), address(case, "danh-tinh"), unseal_reason="vì")
    assert refused.status_code == 422
    assert "nguoi.gui@langnghe.example" not in refused.text
    shown = official.send(refused, address(case, "danh-tinh"), unseal_reason="Cần gọi điện hỏi thêm.")
    assert shown.status_code == 200
    assert "nguoi.gui@langnghe.example" in shown.text
    again = official.get(address(case))
    assert "nguoi.gui@langnghe.example" not in again.text
    assert "Xem danh tính người gửi." in again.text


def test_there_is_no_identity_of_somebody_anonymous(official: Official, session: Session, now: datetime) -> None:
    case = factories.routed(now, sender_kind=SenderKind.ANONYMOUS, name=None, email=None, consents=frozenset())
    page = official.sign_in(handler(now)).get(address(case))
    assert "không lưu thông tin nào về họ" in page.text
    assert address(case, "danh-tinh") not in forms(page.text)
