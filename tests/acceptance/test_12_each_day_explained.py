"""The page of a deadline lists each day, counted or skipped, with its source: for the official and for the citizen."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from tests import factories
from tests.domain.working_calendar import vietnam
from tests.web.official import Official, words
from tests.web.visitor import Visitor

FILED = vietnam(2025, 12, 30, 9)  # before two days off and a make-up Saturday
DUE = datetime.fromisoformat("2026-01-21T17:00+07:00")
LISTED = (
    "Thứ Ba, 30/12/2025 Không Ngày tiếp nhận, không tính Bộ luật Dân sự 2015, Điều 147",
    "Thứ Tư, 31/12/2025 Có 1 Ngày làm việc Tuần làm việc thứ Hai đến thứ Sáu",
    "Thứ Năm, 01/01/2026 Không",
    "Thứ Sáu, 02/01/2026 Không Ngày nghỉ hoán đổi dịp Tết Dương lịch Công văn 12729/VPCP-KGVX",
    "Thứ Bảy, 03/01/2026 Không Thứ Bảy Ngày nghỉ hằng tuần",
    "Thứ Bảy, 10/01/2026 Có 7 Ngày làm bù cho ngày 02/01/2026 Công văn 12729/VPCP-KGVX",
    "Thứ Tư, 21/01/2026 Có 15 Ngày làm việc Tuần làm việc thứ Hai đến thứ Sáu",
)


def said(page: str) -> str:
    """The page's words in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_12_the_official_sees_each_day_counted_or_skipped_and_its_source(
    official: Official, session: Session, now: datetime
) -> None:
    case = factories.routed(FILED)
    official.sign_in(factories.officer(now, Role.HANDLER, "BKHCN"))
    page = official.get(f"/ban-lam-viec/{case.reference}/thoi-han")
    assert page.status_code == 200
    for line in LISTED:
        assert line in said(page.text)
    assert case.due_at == DUE
    assert "Vì sao hạn là ngày này?" in words(official.get(f"/ban-lam-viec/{case.reference}"))
    rows = list(csv.reader(io.StringIO(official.get(f"/ban-lam-viec/{case.reference}/thoi-han.csv").text)))
    days = [row for row in rows[1:] if not row[1]]
    assert len(days) == 23
    assert [sum(row[2] == answer for row in days) for answer in ("có", "không")] == [15, 8]
    assert all(row[5] and row[6] for row in rows[1:])


def test_12_the_citizen_sees_the_same_with_number_and_key(visitor: Visitor, session: Session) -> None:
    receipt = factories.submit(FILED)
    factories.classify(FILED)
    page = visitor.send("/tra-cuu", "/tra-cuu", reference=receipt.reference, key=receipt.key)
    assert page.status_code == 200
    for line in LISTED:
        assert line in said(page.text)
    assert "Thời hạn trả lời là 15 ngày làm việc" in said(page.text)


@pytest.mark.parametrize("reference", ["PA-2026-999999", "rác", "PA-2026-1"])
def test_12_nobody_is_told_of_a_case_that_is_not_there(
    official: Official, session: Session, now: datetime, reference: str
) -> None:
    official.sign_in(factories.officer(now, Role.AUDITOR))
    for ending in ("thoi-han", "thoi-han.csv"):
        assert official.get(f"/ban-lam-viec/{reference}/{ending}").status_code == 404
