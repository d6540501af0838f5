"""The pages of retention: the schedule, a batch under review, certificates; their files; hostile input."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.models import DisposalBatch
from feedback.services import disposals
from tests import factories, retained
from tests.web.official import Official, values, words
from tests.web.visitor import Visitor

PAGE, BATCH, CERTIFICATES = "/quan-tri/luu-tru", "/quan-tri/luu-tru/dot", "/quan-tri/luu-tru/chung-nhan"
TAKE_OUT, VERIFY, APPROVE, REJECT = (f"{PAGE}/{step}" for step in ("rut", "xac-nhan", "phe-duyet", "khong-phe-duyet"))
REASON = "Cơ quan đề nghị giữ hồ sơ."


@pytest.fixture
def reviewer(official: Official, session: Session, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.INTAKE))


@pytest.fixture
def batch(session: Session, now: datetime) -> DisposalBatch:
    return retained.proposed(now, count=3)


def rows(reviewer: Official, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(reviewer.get(address).text.removeprefix("\ufeff"))))


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_the_schedule_is_shown_with_its_authority_before_there_is_any_batch(reviewer: Official) -> None:
    page = words(reviewer.get(PAGE))
    assert "24 tháng sau khi kết thúc và 90 ngày sau tin nhắn cuối của người gửi" in page
    assert "Xem xét trong 2 ngày làm việc" in page
    assert "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15" in page
    assert "mặc định của hệ thống" in page
    assert "Chưa có đợt nào." in page
    assert "Chưa có dữ liệu nào được xóa." in words(reviewer.get(CERTIFICATES))
    assert rows(reviewer, f"{PAGE}/thoi-han.csv")[1][:4] == ["Danh tính người gửi", "24", "90", ""]


def test_a_batch_is_listed_and_opened_with_its_cases_and_none_of_their_words(
    reviewer: Official, batch: DisposalBatch
) -> None:
    listed = words(reviewer.get(PAGE))
    assert f"Đợt {batch.id}" in listed
    assert "Chờ xác nhận lần thứ nhất" in listed
    page = reviewer.get(f"{BATCH}?so={batch.id}")
    assert page.status_code == 200
    for reference in retained.states(batch):
        assert f'name="references" type="checkbox" value="{reference}"' in page.text
        assert f'href="/ban-lam-viec/{reference}"' in page.text
    assert "Sóng điện thoại" not in page.text


def test_without_javascript_cases_are_taken_out_and_the_batch_goes_through_both_hands(
    reviewer: Official, batch: DisposalBatch, now: datetime
) -> None:
    address, out = f"{BATCH}?so={batch.id}", min(retained.states(batch))
    taken = reviewer.send(address, TAKE_OUT, references=[out], reason=REASON)
    assert (taken.status_code, taken.location) == (303, address)
    page = words(reviewer.get(address))
    assert f"Đã rút 1 ý kiến khỏi đợt {batch.id}." in page
    assert f"Cán bộ đã rút ra ({reviewer.officer.display_name if reviewer.officer else ''}): {REASON}" in page
    assert reviewer.send(address, VERIFY).status_code == 303
    assert APPROVE not in reviewer.get(address).text
    reviewer.sign_in(factories.officer(now, Role.AUDITOR))
    assert reviewer.send(address, APPROVE).status_code == 303
    page = words(reviewer.get(address))
    assert "dữ liệu được xóa trong vài phút tới" in page
    assert "Đã phê duyệt, đang xóa" in page
    assert TAKE_OUT not in forms_of(reviewer, address)


def forms_of(reviewer: Official, address: str) -> list[str]:
    """The steps that the page still offers by a button."""
    page = reviewer.get(address).text
    steps = {TAKE_OUT: "Rút các ý kiến đã chọn", VERIFY: "Xác nhận đợt này", APPROVE: "Phê duyệt và xóa"}
    return [step for step, button in steps.items() if button in page]


@pytest.mark.parametrize("reason", ["", "vì", "\x00\x00"])
def test_a_rejection_without_a_reason_comes_back_beside_its_field(
    reviewer: Official, batch: DisposalBatch, reason: str
) -> None:
    refused = reviewer.send(f"{BATCH}?so={batch.id}", REJECT, why=reason)
    assert refused.status_code == 422
    assert 'href="#why"' in refused.text
    assert "Xin nêu lý do, từ 5 đến 2.000 ký tự." in refused.text


def test_what_was_chosen_and_written_is_not_lost_when_it_is_refused(reviewer: Official, batch: DisposalBatch) -> None:
    out = min(retained.states(batch))
    refused = reviewer.send(f"{BATCH}?so={batch.id}", TAKE_OUT, references=[out], reason="vì")
    assert refused.status_code == 422
    assert f'value="{out}" checked' in refused.text
    nothing = reviewer.send(f"{BATCH}?so={batch.id}", TAKE_OUT, references=[], reason=REASON)
    assert "Xin chọn ít nhất một ý kiến còn trong đợt." in nothing.text
    assert REASON in nothing.text


def test_a_rejected_batch_says_by_whom_and_why_and_leads_to_the_new_one(
    reviewer: Official, batch: DisposalBatch
) -> None:
    address, out = f"{BATCH}?so={batch.id}", min(retained.states(batch))
    reviewer.send(address, TAKE_OUT, references=[out], reason=REASON)
    done = reviewer.send(address, REJECT, why="Xin xem lại.")
    page = words(reviewer.get(done.location))
    assert "Xin xem lại." in page
    assert "Không phê duyệt" in page
    newest = disposals.batches(officer=reviewer.officer, limit=1)[0][0]  # type: ignore[arg-type]
    assert f'từ <a class="govuk-link" href="{address}">đợt {batch.id}</a>' in words(
        reviewer.get(f"{BATCH}?so={newest.id}")
    )


def test_a_batch_that_somebody_else_reviewed_meanwhile_says_so(reviewer: Official, batch: DisposalBatch) -> None:
    address = f"{BATCH}?so={batch.id}"
    open_page = reviewer.get(address)
    reviewer.send(address, VERIFY)
    again = reviewer.send(open_page, VERIFY)
    assert again.status_code == 409
    assert "có thể cán bộ khác vừa xem xét" in words(again)


@pytest.mark.parametrize("number", ["", "0", "một", "-1", "²", "9" * 9, "9" * 40, "1\x00", "1 OR 1=1"])
def test_a_batch_that_is_none_is_not_found_on_any_page(reviewer: Official, batch: DisposalBatch, number: str) -> None:
    for address in (BATCH, f"{BATCH}.csv"):
        assert reviewer.client.get(address, query_string={"so": number}).status_code == 404
    for step in (TAKE_OUT, VERIFY, APPROVE, REJECT):
        sent = values(batch=number, csrf_token=reviewer.token(), reason=REASON, why=REASON)
        assert reviewer.post(step, sent).status_code == 404
    assert batch.status == "ready"


@pytest.mark.parametrize("mark", ["rác", "'; DROP TABLE comment", "\x00", "9" * 60, "PA-2026-000001\x00"])
def test_a_mark_that_cannot_be_read_begins_anew(reviewer: Official, batch: DisposalBatch, mark: str) -> None:
    for address, query in ((PAGE, {}), (CERTIFICATES, {}), (BATCH, {"so": batch.id})):
        assert reviewer.client.get(address, query_string={"sau": mark, **query}).status_code == 200


def test_a_reference_that_is_none_is_as_if_not_chosen(reviewer: Official, batch: DisposalBatch) -> None:
    sent = values(batch=batch.id, csrf_token=reviewer.token(), references=["\x00", "PA-1", "x" * 500], reason=REASON)
    refused = reviewer.post(TAKE_OUT, sent)
    assert refused.status_code == 422
    assert "Xin chọn ít nhất một ý kiến còn trong đợt." in refused.text


def test_lists_are_paged_by_marks(reviewer: Official, batch: DisposalBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("items", "batches", "certificates"):
        real = getattr(disposals, name)
        monkeypatch.setattr(disposals, name, lambda real=real, **asked: real(**{"limit": 1, **asked}))
    address, (first, *_) = f"{BATCH}?so={batch.id}", sorted(retained.states(batch))
    assert f'href="{address}&amp;sau={first}"' in reviewer.get(address).text
    after = reviewer.get(f"{address}&sau={first}").text
    assert f'value="{first}"' not in after
    assert "Về đầu danh sách" in after
    end = reviewer.get(f"{address}&sau=PA-2099-999999").text
    assert "Không còn ý kiến nào sau trang này." in end
    assert "Không còn đợt nào sau trang này." in reviewer.get(f"{PAGE}?sau=1").text
    assert "Không còn chứng nhận nào sau trang này." in reviewer.get(f"{CERTIFICATES}?sau=1").text


def test_every_table_comes_as_a_file(reviewer: Official, batch: DisposalBatch, now: datetime) -> None:
    out, *others = sorted(retained.states(batch))
    reviewer.send(f"{BATCH}?so={batch.id}", TAKE_OUT, references=[out], reason="=HYPERLINK(1)")
    retained.erase(batch, now + retained.LATER)
    batches = rows(reviewer, f"{PAGE}.csv")
    assert [row[:3] for row in batches[1:]] == [[str(batch.id), "Danh tính người gửi", "Đã xóa xong"]]
    assert batches[1][5:8] == ["0", "1", "2"]
    cases = rows(reviewer, f"{BATCH}.csv?so={batch.id}")
    assert [(row[0], row[7], row[9]) for row in cases[1:]] == [
        (out, "Cán bộ đã rút ra", "'=HYPERLINK(1)"),
        *((reference, "Đã xóa", "") for reference in others),
    ]
    certificates = rows(reviewer, f"{CERTIFICATES}.csv")
    assert sorted(row[1] for row in certificates[1:]) == others
    assert all(reference in reviewer.get(CERTIFICATES).text for reference in others)


def test_a_page_takes_as_many_statements_for_three_cases_as_for_one_and_few(
    reviewer: Official, batch: DisposalBatch, now: datetime
) -> None:
    retained.erase(batch, now + retained.LATER)
    single = retained.asked(retained.ended(now), now)
    asked = []
    for address in (PAGE, CERTIFICATES, f"{BATCH}?so={batch.id}", f"{BATCH}?so={single.id}"):
        with statements() as made:
            assert reviewer.get(address).status_code == 200
        asked.append(len([one for one in made if not one.startswith(("SAVEPOINT", "RELEASE"))]))
    assert max(asked) <= 12
    assert asked[2] == asked[3]


def test_a_request_is_shown_with_its_due_date_and_offers_no_taking_out(
    reviewer: Official, session: Session, now: datetime
) -> None:
    batch = retained.asked(retained.ended(now), now)
    assert "Quá hạn" in words(reviewer.get(PAGE))  # asked long before today
    page = words(reviewer.get(f"{BATCH}?so={batch.id}"))
    assert "Hạn xem xét yêu cầu" in page
    assert "17:00, Thứ Năm, 12/03/2026" in page
    assert "Người gửi sẽ đọc lý do này." in page
    assert "Rút các ý kiến đã chọn" not in page


def test_a_held_case_is_marked(reviewer: Official, session: Session, batch: DisposalBatch) -> None:
    factories.comment(min(retained.states(batch))).held = True
    session.flush()
    assert words(reviewer.get(f"{BATCH}?so={batch.id}")).count("Đang được giữ") == 1


def test_citizens_read_how_long_what_they_send_is_kept(visitor: Visitor) -> None:
    page = words(visitor.get("/quyen-rieng-tu"))
    assert "Danh tính người gửi: 24 tháng sau khi ý kiến kết thúc" in page
    assert "Toàn bộ nội dung: 120 tháng sau khi ý kiến kết thúc" in page


def test_asking_for_what_cannot_be_erased_now_is_refused_on_the_page(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    session.commit()
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    assert "/tra-cuu/xoa-noi-dung" not in page.text
    token = visitor.fill(visitor.get("/tra-cuu"), "/tra-cuu", {})["csrf_token"]
    sent = {"csrf_token": token, "reference": [receipt.reference], "key": [receipt.key]}
    refused = visitor.post("/tra-cuu/xoa-noi-dung", sent)
    assert refused.status_code == 409
    assert "Chỉ yêu cầu xóa được khi ý kiến đã giải quyết xong" in words(refused)
    assert visitor.post("/tra-cuu/xoa-noi-dung", {**sent, "key": ["0" * 12]}).status_code == 404
