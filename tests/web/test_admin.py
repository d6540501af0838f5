"""Administration: the catalogue of bodies, and what an operator sees of the processes."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import CronRun, Lease, Outbox
from feedback.services import bodies
from feedback.web.admin import span
from tests import factories
from tests.web.official import Official, values, words

BODIES, OPERATIONS, RETRY = "/quan-tri/co-quan", "/quan-tri/van-hanh", "/quan-tri/van-hanh/thu-lai"


@pytest.fixture
def administrator(official: Official, session: Session, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.ADMINISTRATOR))


def test_every_active_body_is_listed(administrator: Official) -> None:
    page = administrator.get(BODIES)
    assert page.status_code == 200
    for body in bodies.active():
        assert f"<code>{body.code}</code>" in page.text


def test_a_commune_is_added_and_may_be_chosen_from_then_on(administrator: Official) -> None:
    done = administrator.send(BODIES, BODIES, name="  phường   Hoàn Kiếm ", province="HN")
    assert done.status_code == 303
    page = administrator.get(done.location)
    assert "Đã thêm Ủy ban nhân dân phường Hoàn Kiếm." in page.text
    assert "UBND_XA:HN:PHUONG_HOAN_KIEM" in bodies.identifiers()


@pytest.mark.parametrize(
    ("name", "province", "said"),
    [
        ("Hoàn Kiếm", "HN", "Tên phải bắt đầu bằng"),
        ("", "HN", "Tên phải bắt đầu bằng"),
        ("phường " + "Hoàn " * 40, "HN", "Tên dài quá 100 ký tự."),
        ("phường Hoàn Kiếm", "", "Xin chọn tỉnh, thành phố."),
        ("phường Hoàn Kiếm", "RÁC\x00", "Xin chọn tỉnh, thành phố."),
    ],
)
def test_a_commune_that_cannot_be_is_refused_beside_its_field_and_kept(
    administrator: Official, name: str, province: str, said: str
) -> None:
    refused = administrator.send(BODIES, BODIES, name=name, province=province)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'value="{" ".join(name.split())}"' in refused.text or not name


def test_the_same_commune_is_not_added_twice(administrator: Official) -> None:
    for status in (303, 422):
        assert administrator.send(BODIES, BODIES, name="xã Sóc Sơn", province="HN").status_code == status


def test_the_catalogue_comes_as_a_file(administrator: Official) -> None:
    answer = administrator.get(f"{BODIES}.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == len(bodies.active()) + 1
    assert rows[0][0] == "Mã"


def test_an_operator_sees_what_waits_what_died_and_who_works(
    administrator: Official, session: Session, now: datetime
) -> None:
    dead = give_up(session, now)
    at = datetime.now(UTC)
    session.add(Lease(name="dispatcher", holder="máy-a:1", until=at + timedelta(seconds=10)))
    session.add(Lease(name="clock", holder="máy-b:2", until=at - timedelta(minutes=5)))
    session.add(CronRun(name="tidy_outbox", slot=at, state="failed", started_at=at, finished_at=at, note="KeyError"))
    session.flush()
    page = words(administrator.get(OPERATIONS))
    assert "Phân loại ý kiến" in page
    assert "<code>BrokenModel</code>" in page
    assert f'name="promise" value="{dead.id}"' in page
    assert "máy-a:1</code></td>" in page
    assert "Đang chạy" in page
    assert "Không có tín hiệu" in page
    assert "KeyError" in page


def test_with_nothing_to_tell_the_page_says_so(administrator: Official) -> None:
    page = administrator.get(OPERATIONS).text
    for sentence in (
        "Không có việc nào đang chờ hoặc đã dừng.",
        "Chưa có tiến trình nào báo tín hiệu.",
        "Chưa có công việc định kỳ nào chạy.",
    ):
        assert sentence in page


def test_a_dead_promise_is_tried_anew(administrator: Official, session: Session, now: datetime) -> None:
    dead = give_up(session, now)
    done = administrator.send(OPERATIONS, RETRY)
    assert done.status_code == 303
    session.refresh(dead)
    assert (dead.state, dead.attempts) == ("pending", 0)
    assert "Việc đã được đưa lại vào hàng đợi." in administrator.get(done.location).text


@pytest.mark.parametrize("promise", ["", "một", "-1", "²", "9" * 40, "1\x00"])
def test_a_promise_that_is_none_is_not_found(administrator: Official, promise: str) -> None:
    sent = values(promise=promise, csrf_token=administrator.token())
    assert administrator.post(RETRY, sent).status_code == 404


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 giây"), (59.9, "60 giây"), (61, "1 phút"), (7200, "2 giờ"), (6_883_268, "79 ngày")]
)
def test_a_wait_is_told_in_its_largest_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said


def give_up(session: Session, now: datetime) -> Outbox:
    """A promise to classify that died."""
    factories.submit(now)
    promise = session.query(Outbox).filter_by(topic="classify").one()
    promise.state, promise.finished_at, promise.attempts, promise.last_error = "dead", now, 5, "BrokenModel"
    session.flush()
    return promise
