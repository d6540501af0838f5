"""Screening as officials and senders meet it, on pages without JavaScript."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.domain.permissions import Role
from feedback.domain.screening import SCREEN_NAMES, Screen
from feedback.domain.screening import letter as usual_letter
from feedback.models import Comment
from feedback.services import comparing
from feedback.services.comparing import Entry, Pair
from tests import factories
from tests.web.official import Official, words
from tests.web.visitor import Visitor, forms


def address(case: Comment, step: str = "") -> str:
    return f"/ban-lam-viec/{case.reference}{step and '/' + step}"


@pytest.fixture
def intake(official: Official, session: Session, now: datetime) -> Official:
    """An officer of the intake office at the desk."""
    return official.sign_in(factories.officer(now, Role.INTAKE))


def test_the_queue_of_screened_cases_has_its_own_tab_and_file(intake: Official, now: datetime) -> None:
    case = factories.screened(now, "rac")
    page = intake.get("/ban-lam-viec?hang=sang_loc")
    assert case.reference in page.text
    for sentence in ("Chờ sàng lọc", "Thư rác, quảng cáo", "độ tin cậy cao", "90,0 %"):
        assert sentence in words(page)
    assert "Thư rác, quảng cáo" in intake.get("/ban-lam-viec.csv?hang=sang_loc").text
    assert case.reference not in intake.get("/ban-lam-viec?hang=phan_loai").text


def test_one_press_confirms_what_the_machine_found_with_the_usual_letter(intake: Official, now: datetime) -> None:
    case = factories.screened(now, "to_cao")
    page = intake.get(address(case))
    assert "Nội dung này được giữ kín" in words(page)
    form = forms(page.text)[address(case, "sang-loc")]
    assert form["label"] == ["to_cao"]
    assert form["letter"] == [usual_letter(Screen.DENUNCIATION, place="tỉnh Sơn La")]
    assert address(case, "chuyen") not in forms(page.text)
    done = intake.send(page, address(case, "sang-loc"))
    assert (done.status_code, done.location) == (303, "/ban-lam-viec")
    assert factories.comment(case.reference).status == "redirected"


@pytest.mark.parametrize("label", [screen for screen in Screen if screen is not Screen.VALID])
def test_every_other_label_can_be_chosen_without_typing(intake: Official, now: datetime, label: Screen) -> None:
    case = factories.screened(now, "to_cao")
    assert intake.send(address(case), address(case, "sang-loc"), label=label).status_code == 303
    (note,) = factories.notes(factories.comment(case.reference))
    assert note[2] == usual_letter(label, place="tỉnh Sơn La")


def test_a_letter_too_short_comes_back_with_what_was_typed(intake: Official, now: datetime) -> None:
    case = factories.screened(now)
    again = intake.send(address(case), address(case, "sang-loc"), label="rac", letter="Ngắn.")
    assert again.status_code == 422
    assert 'id="letter-error"' in again.text
    form = forms(again.text)[address(case, "sang-loc")]
    assert (form["label"], form["letter"]) == (["rac"], ["Ngắn."])


def test_no_label_is_asked_for(intake: Official, now: datetime) -> None:
    case = factories.on_desk(now)
    again = intake.send(address(case), address(case, "sang-loc"), letter="")
    assert again.status_code == 422
    assert "Xin chọn kết quả sàng lọc." in again.text


def test_overruling_leads_to_the_choice_of_a_body(intake: Official, now: datetime) -> None:
    case = factories.screened(now)
    again = intake.send(address(case), address(case, "hop-le"), valid_reason="")
    assert again.status_code == 422
    assert 'id="valid_reason-error"' in again.text
    done = intake.send(address(case), address(case, "hop-le"), valid_reason="Chỉ là câu hỏi về thủ tục.")
    assert (done.status_code, done.location) == (303, address(case))
    page = intake.get(address(case))
    assert address(case, "chuyen") in forms(page.text)
    for sentence in ("Cán bộ đã xác nhận nội dung hợp lệ", "Chỉ là câu hỏi về thủ tục.", "khi xác nhận hợp lệ"):
        assert sentence in words(page)


def test_a_letter_for_a_case_that_was_settled_meanwhile_is_shown_to_be_copied(intake: Official, now: datetime) -> None:
    case = factories.screened(now, "rac")
    page = intake.get(address(case))
    assert intake.send(page, address(case, "sang-loc")).status_code == 303
    late = intake.send(page, address(case, "sang-loc"), letter="Một lá thư khác viết rất công phu.")
    assert late.status_code == 409
    assert "Một lá thư khác viết rất công phu." in late.text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HANDLER, Role.CHECKER, Role.LEADER, Role.COORDINATOR])
def test_no_list_and_no_page_of_another_role_tells_of_a_denunciation(
    official: Official, session: Session, now: datetime, role: Role
) -> None:
    case = factories.screened(now, "to_cao", title="Tố cáo ông trưởng phòng nhận tiền")
    official.sign_in(factories.officer(now, role, "BKHCN"))
    assert official.get(address(case)).status_code == 404
    for page in ("/ban-lam-viec", "/ban-lam-viec?hang=tat_ca", "/ban-lam-viec.csv?hang=tat_ca"):
        assert case.reference not in official.get(page).text


def test_a_report_tells_how_many_were_stopped_and_nothing_else(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.screened(now, "to_cao", title="Tố cáo ông trưởng phòng nhận tiền")
    page = official.sign_in(factories.officer(now, Role.ANALYST)).get("/bao-cao?tu=2026-03-01&den=2026-03-31")
    assert "có 1 ý kiến là khiếu nại hoặc tố cáo" in words(page)
    assert "Không có ý kiến nào trong khoảng thời gian này" in page.text
    assert case.reference not in page.text


@pytest.mark.parametrize(
    ("screen", "sentences"),
    [
        ("khieu_nai", ("Luật Khiếu nại năm 2011", "90 ngày", "Ban Tiếp công dân tỉnh Sơn La", "xác nhận")),
        ("to_cao", ("Luật Tố cáo năm 2018", "viện kiểm sát", "Ban Tiếp công dân tỉnh Sơn La", "giữ kín")),
        ("ngoai_pham_vi", ("đang được kiểm tra phạm vi",)),
        ("rac", ("đang được cán bộ xem trực tiếp",)),
        ("xuc_pham", ("đang được cán bộ xem trực tiếp",)),
        ("chi_tep_dinh_kem", ("tệp đính kèm",)),
    ],
)
def test_the_sender_reads_what_happens_and_where_to_go(
    visitor: Visitor, session: Session, now: datetime, screen: str, sentences: tuple[str, ...]
) -> None:
    receipt = factories.submit(now)
    factories.classify(now, screen=screen)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    for sentence in sentences:
        assert sentence in words(page)
    assert SCREEN_NAMES[Screen.SPAM] not in page.text


def test_the_sender_reads_the_letter_and_may_disagree(visitor: Visitor, intake: Official, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now, screen="khieu_nai")
    case = factories.comment(receipt.reference)
    intake.send(address(case), address(case, "sang-loc"))
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    for sentence in ("Trả lời của cán bộ tiếp nhận", "Đã hướng dẫn chuyển kênh", "Tôi chưa đồng ý"):
        assert sentence in words(page)
    again = visitor.send(page, "/tra-cuu/phan-anh-lai", reason="Đây là phản ánh về phần mềm.")
    assert "Đã ghi nhận nội dung phản ánh lại" in again.text


def test_the_sender_adds_what_was_missing(visitor: Visitor, intake: Official, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now, screen="chi_tep_dinh_kem")
    case = factories.comment(receipt.reference)
    intake.send(address(case), address(case, "sang-loc"))
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    again = visitor.send(page, "/tra-cuu/bo-sung", supplement="ngắn")
    assert again.status_code == 422
    assert forms(again.text)["/tra-cuu/bo-sung"]["supplement"] == ["ngắn"]
    assert 'id="supplement-error"' in again.text
    done = visitor.send(page, "/tra-cuu/bo-sung", supplement="Máy quét ở xã hỏng cả tháng nay.")
    assert "Đã ghi nhận nội dung bổ sung" in done.text
    assert "Máy quét ở xã hỏng cả tháng nay." in intake.get(address(case)).text


def test_what_is_added_unasked_is_refused_in_words(visitor: Visitor, session: Session, now: datetime) -> None:
    with transaction():
        receipt = factories.submit(now)
    given = forms(visitor.get("/tra-cuu").text)["/tra-cuu"]["csrf_token"]
    refused = visitor.post(
        "/tra-cuu/bo-sung",
        {
            "csrf_token": given,
            "reference": [receipt.reference],
            "key": [receipt.key],
            "supplement": ["Nội dung đủ dài để gửi."],
        },
    )
    assert refused.status_code == 409
    assert "không cho phép thực hiện bước này" in refused.text


def test_the_page_of_a_case_shows_what_helps_to_decide(intake: Official, session: Session, now: datetime) -> None:
    receipt = factories.submit(now, title="Mất sóng", text="Trạm phát sóng hỏng, trẻ em không học trực tuyến được.")
    factories.classify(
        now,
        sure=False,
        question="Sóng mất ở xã nào?",
        coordinating=[{"body": "BCA", "confidence": 0.3}],
        urgency=[{"cue": "tre_em", "start": 30, "end": 36}],
        kind="kien_nghi",
        field="HT",
    )
    case, twin = factories.comment(receipt.reference), factories.on_desk(now, text="Gọi 0912345678 để biết thêm.")
    past = factories.routed(now)
    for other in (case, twin, past):
        comparing.enter(entries=[Entry(other.id, [1], [[35, 45, "phone"]] if other is twin else [])])
    comparing.keep(pairs=[Pair(case.id, twin.id, 0.96, True, 0.7), Pair(case.id, past.id, 0.4, False, 0.5)], at=now)
    page = intake.get(address(case))
    for sentence in (
        "Sóng mất ở xã nào?",
        "Đề xuất phối hợp",
        "Liên quan đến trẻ em",
        "Loại ý kiến theo nội dung",
        "người gửi chọn: Phản ánh",
        "Hạ tầng số, viễn thông",
        "Có thể trùng với ý kiến đang mở",
        twin.reference,
        "khả năng trùng",
        "Ý kiến tương tự và cơ quan đã giải quyết",
        past.reference,
        "Nhiệm vụ liên quan",
    ):
        assert sentence in words(page), sentence
