"""The analyst's page: every figure beside its meaning and its time, as a table, a picture and a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.web import reports
from tests import factories
from tests.web.official import Official, words

PAGE = "/bao-cao?tu=2026-03-01&den=2026-03-31"


def analyst(official: Official, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.ANALYST))


def figures(page: str) -> dict[str, str]:
    """The figures of the page by their names."""
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd>", page))


def test_forwarded_answered_and_confirmed_are_told_apart(official: Official, session: Session, now: datetime) -> None:
    factories.on_desk(now)
    factories.routed(now)
    factories.replied(factories.routed(now), now + timedelta(days=2))
    page = analyst(official, now).get(PAGE)
    assert page.status_code == 200
    assert figures(page.text) == {
        "Đã nhận": "3",
        "Đã chuyển đến cơ quan": "2",
        "Đã trả lời": "1",
        "Cơ quan báo đã giải quyết xong": "0",
        "Người gửi xác nhận đã giải quyết": "0",
        "Máy tự chuyển": "66,7 %",
        "Cán bộ chọn khác máy": "–",
        "Trả lời đúng hạn": "33,3 %",
        "Đã gia hạn": "0",
        "Trung vị thời gian trả lời": "2 ngày làm việc",
    }


def test_the_page_says_of_which_days_and_at_what_time_its_figures_are(
    official: Official, session: Session, now: datetime
) -> None:
    factories.routed(now)
    page = words(analyst(official, now).get(PAGE))
    assert "Ý kiến nhận từ 01/03/2026 đến hết 31/03/2026. Số liệu lúc" in page
    assert "Ngoài ra còn" not in page


def test_the_weeks_are_drawn_and_told(official: Official, session: Session, now: datetime) -> None:
    factories.routed(now)
    page = analyst(official, now).get(PAGE).text
    assert '<svg class="app-chart"' in page
    assert " style=" not in page
    for monday in ("23/02/2026", "09/03/2026", "30/03/2026"):
        assert f'class="govuk-table__header">{monday}</th>' in page


def test_a_period_without_comments_says_so(official: Official, session: Session, now: datetime) -> None:
    page = analyst(official, now).get("/bao-cao?tu=2030-01-01&den=2030-01-31")
    assert page.status_code == 200
    assert "Không có ý kiến nào trong khoảng thời gian này." in page.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("tu=hôm+qua&den=2026-03-31", "Xin chọn một ngày"),
        ("tu=2026-03-31", "Xin chọn một ngày"),
        ("tu=2026-03-31&den=2026-03-01", "Ngày cuối phải từ ngày đầu trở đi."),
        ("tu=2020-03-31&den=2026-03-01", "không quá ba năm"),
        ("tu=0001-01-01&den=9999-12-31", "Ngày cuối phải từ ngày đầu trở đi."),
    ],
)
def test_a_period_that_is_none_is_said_to_be_so_beside_the_usual_one(
    official: Official, session: Session, now: datetime, asked: str, said: str
) -> None:
    page = analyst(official, now).get(f"/bao-cao?{asked}")
    assert page.status_code == 422
    assert said in page.text
    assert official.get(f"/bao-cao.csv?{asked}").status_code == 422


def test_the_usual_period_is_the_last_twelve_weeks_from_a_monday() -> None:
    usual = reports.usual()
    assert usual.first.weekday() == 0
    assert datetime.now(VIETNAM).date() - usual.first < timedelta(weeks=12, days=1)
    assert (usual.last - usual.first).days // 7 == 11


def test_the_table_comes_as_a_file_with_its_period_and_time(
    official: Official, session: Session, now: datetime
) -> None:
    factories.replied(factories.routed(now), now + timedelta(days=2))
    answer = analyst(official, now).get("/bao-cao.csv?tu=2026-03-01&den=2026-03-31")
    assert 'filename="bao-cao-2026-03-01-2026-03-31.csv"' in answer.headers["Content-Disposition"]
    header, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    told = dict(zip(header, row, strict=True))
    assert told["Mã cơ quan"] == "BKHCN"
    assert (told["Đã chuyển đến"], told["Đã trả lời"], told["Tỷ lệ đúng hạn"]) == ("1", "1", "1.0")
    assert datetime.strptime(told["Số liệu lúc"], "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM) <= datetime.now(VIETNAM)


def test_a_leader_sees_the_figures_of_the_own_body_alone(official: Official, session: Session, now: datetime) -> None:
    factories.routed(now)
    factories.submit(now)
    factories.classify(now, class_code="BCA")
    page = official.sign_in(factories.officer(now, Role.LEADER, "BKHCN")).get(PAGE)
    assert figures(page.text)["Đã nhận"] == "1"
    assert "Bộ Công an" not in page.text
