"""The labelling page without JavaScript: a radio, a button, the next comment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment, Officer
from feedback.services import auditing, bodies, labels, teaching
from tests import factories
from tests.web.official import Official, values, words

PAGE = "/quan-tri/gan-nhan"


@pytest.fixture
def recent() -> datetime:
    """A moment of today."""
    return datetime.now(UTC)


@pytest.fixture
def analyst(session: Session, recent: datetime) -> Officer:
    """Who labels and sees no case."""
    return factories.officer(recent, Role.ANALYST)


def doubtful(at: datetime, **changes: object) -> Comment:
    case = factories.on_desk(at, **changes)
    found = teaching.doubtful(at=at)
    teaching.keep(picks=[teaching.Pick(one, [(0, 3, "person_name")]) for one in found], at=at)
    return case


def send(official: Official, case: Comment, **sent: str) -> tuple[int, str | None]:
    answer = official.post(PAGE, values(csrf_token=official.token(), reference=case.reference, **sent))
    return answer.status_code, answer.location


def last() -> list[tuple[str | None, str, str | None]]:
    session = factories.session()
    rows = session.query(labels.Label).order_by(labels.Label.id)
    return [(row.class_code, row.screen, row.reason) for row in rows]


def test_with_nothing_to_label_the_page_says_so(official: Official, analyst: Officer) -> None:
    page = words(official.sign_in(analyst).get(PAGE))
    assert "Hiện không có ý kiến nào chờ gắn nhãn" in page


def test_a_comment_is_shown_with_its_candidates_and_personal_data_hidden(
    official: Official, analyst: Officer, recent: datetime
) -> None:
    case = doubtful(recent, title="Hoa hỏi về sóng", text="Bản em không có sóng.")
    page = words(official.sign_in(analyst).get(PAGE))
    assert case.reference in page
    assert '<span class="app-hidden">tên người</span> hỏi về sóng' in page
    assert "Gắn nhãn bổ sung" in page
    for key, code in ((1, "BKHCN"), (2, "UBND_TINH"), (3, "BCA")):
        assert f'value="{code}" data-key="{key}"' in page
    assert "/static/" in page.partition("label.js")[0][-40:]


def test_a_radio_and_the_button_keep_the_label_and_open_the_next(
    official: Official, analyst: Officer, recent: datetime
) -> None:
    first, second = factories.on_desk(recent), doubtful(recent)
    official.sign_in(analyst)
    assert send(official, first, choice="BCA") == (303, PAGE)
    page = words(official.get(PAGE))
    assert f"Đã ghi nhãn của {first.reference}." in page
    assert second.reference in page
    assert "Hôm nay Anh/Chị đã gắn nhãn: <strong>1</strong>" in page
    assert last() == [("BCA", "hop_le", None)]


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        ({"choice": "khac", "other": "BYT"}, ("BYT", "hop_le", None)),
        ({"choice": "", "other": "BYT", "reason": " Vì thế. "}, ("BYT", "hop_le", "Vì thế.")),
        ({"choice": "khac", "other": "khong:to_cao"}, (None, "to_cao", None)),
    ],
)
def test_any_body_of_the_list_or_what_it_is_instead(
    official: Official, analyst: Officer, recent: datetime, sent: dict[str, str], label: tuple[str | None, str, None]
) -> None:
    case = doubtful(recent)
    official.sign_in(analyst)
    assert send(official, case, **sent) == (303, PAGE)
    assert last() == [label]


def test_who_finds_a_denunciation_is_told_whom_to_tell(official: Official, analyst: Officer, recent: datetime) -> None:
    case = doubtful(recent)
    official.sign_in(analyst)
    case.status, case.body_id = "assigned", bodies.by_code(code="BKHCN").id
    factories.session().flush()
    send(official, case, choice="khac", other="khong:to_cao")
    assert "Xin báo ngay cán bộ tiếp nhận" in official.get(PAGE).text


def test_a_denunciation_that_is_still_being_sorted_is_kept_at_once(
    official: Official, analyst: Officer, recent: datetime
) -> None:
    case = doubtful(recent)
    official.sign_in(analyst)
    send(official, case, choice="khac", other="khong:to_cao")
    assert "đã được giữ kín và chuyển sang hàng chờ sàng lọc" in official.get(PAGE).text
    assert case.confidential


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"choice": "khac"},
        {"choice": "MAT_TRANG"},
        {"choice": "khac", "other": "khong:hop_le"},
        {"choice": "khac", "other": "khong:x"},
        {"choice": "<script>"},
    ],
)
def test_nothing_chosen_or_nothing_that_exists_is_said_beside_the_field(
    official: Official, analyst: Officer, recent: datetime, sent: dict[str, str]
) -> None:
    case = doubtful(recent)
    official.sign_in(analyst)
    answer = official.post(PAGE, values(csrf_token=official.token(), reference=case.reference, **sent))
    assert answer.status_code == 422
    assert 'href="#choice"' in answer.text
    assert "Xin chọn cơ quan giải quyết." in answer.text
    assert case.reference in answer.text
    assert last() == []


def test_too_long_a_note_is_given_back(official: Official, analyst: Officer, recent: datetime) -> None:
    case = doubtful(recent)
    official.sign_in(analyst)
    sent = values(csrf_token=official.token(), reference=case.reference, choice="BCA", reason="dài " * 200)
    answer = official.post(PAGE, sent)
    assert answer.status_code == 422
    assert "tối đa 500 ký tự" in answer.text
    assert "dài dài" in answer.text


@pytest.mark.parametrize("reference", ["PA-2026-999999", "", "x" * 500])
def test_a_comment_that_is_none_leads_back_with_a_sentence(
    official: Official, analyst: Officer, reference: str
) -> None:
    official.sign_in(analyst)
    answer = official.post(PAGE, values(csrf_token=official.token(), reference=reference, choice="BCA"))
    assert answer.status_code == 303
    assert "Xin lưu ý" in official.get(PAGE).text


def test_what_a_colleague_has_labelled_meanwhile_is_said_so(
    official: Official, analyst: Officer, recent: datetime
) -> None:
    case = doubtful(recent)
    official.sign_in(analyst)
    send(official, case, choice="BCA")
    assert send(official, case, choice="BYT") == (303, PAGE)
    assert "không còn chờ gắn nhãn" in official.get(PAGE).text
    assert send(official, case) == (303, PAGE)
    assert "không còn chờ gắn nhãn" in official.get(PAGE).text
    assert last() == [("BCA", "hop_le", None)]


def test_what_was_put_off_stays_put_off(official: Official, analyst: Officer, recent: datetime) -> None:
    cases = [factories.on_desk(recent), doubtful(recent)]
    page = official.sign_in(analyst).get(PAGE).text
    first, second = sorted(cases, key=lambda case: case.reference not in page)
    assert second.reference in official.get(f"{PAGE}?sau={first.reference}").text
    assert send(official, second, choice="BCA", sau=first.reference) == (303, f"{PAGE}?sau={first.reference}")
    assert "Không còn ý kiến nào sau ý kiến vừa xem" in official.get(f"{PAGE}?sau={first.reference}").text
    assert official.get(f"{PAGE}?sau=lạ").status_code == 200


def test_the_audit_is_fed_through_the_same_page(
    official: Official, session: Session, recent: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "AUDIT_SHARE", 1.0)
    case = factories.routed(recent)
    auditing.draw(at=recent)
    official.sign_in(factories.officer(recent, Role.INTAKE))
    page = words(official.get(PAGE))
    assert "Kiểm tra ngẫu nhiên" in page
    send(official, case, choice="BKHCN")
    assert auditing.standing() == auditing.Standing(1, 1, 1)
