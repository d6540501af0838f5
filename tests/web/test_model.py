"""The page of the model, as an administrator and an analyst meet it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.domain.learning import Origin
from feedback.domain.permissions import Role
from feedback.models import Officer
from feedback.services import labels, releases, teaching, training
from feedback.services.releases import Made
from tests import factories
from tests.web.official import Official, values, words
from tests.web.test_model_card import figures

PAGE = "/quan-tri/mo-hinh"
FIRST, SECOND = "a" * 12, "b" * 12


def made(version: str, at: datetime) -> Made:
    return Made(version, f"releases/{version}", at, corpus_rows=4249, label_rows=31)


@pytest.fixture
def administrator(session: Session, now: datetime) -> Officer:
    """Who may promote, roll back and retrain."""
    return factories.officer(now, Role.ADMINISTRATOR)


@pytest.fixture
def recent() -> datetime:
    """A time within the weeks that the page shows."""
    return datetime.now(UTC) - timedelta(hours=1)


def registered(at: datetime, **more: Any) -> None:
    releases.register(made=made(FIRST, at), at=at)
    releases.measured(version=FIRST, figures={"own": figures(0.90) | {"version": FIRST}, **more})


def offered(at: datetime, *, ready: bool = True) -> None:
    found = {"own": figures(0.95) | {"version": SECOND}, "against": figures(0.90) | {"version": FIRST}, "test": {}}
    releases.offer(made=made(SECOND, at), figures=found, ready=ready, reason="Tốt hơn bản đang dùng.", at=at)


def press(official: Official, address: str, **sent: str) -> str:
    answer = official.post(f"{PAGE}/{address}", values(csrf_token=official.token(), **sent))
    assert (answer.status_code, answer.location) == (303, PAGE)
    return words(official.get(PAGE))


def test_before_there_is_anything_the_page_says_so(official: Official, administrator: Officer) -> None:
    page = words(official.sign_in(administrator).get(PAGE))
    for sentence in (
        "Chưa có bản nào được ghi nhận",
        "Chưa có số liệu",
        "Chưa có lần huấn luyện nào",
        "chưa có nhãn nào",
        "Hiện không có ý kiến nào máy phân vân mà chưa có nhãn",
        "Chưa có việc nào được ghi",
    ):
        assert sentence in page
    assert "Huấn luyện lại ngay" in page


def test_the_model_in_use_is_shown_alone_with_its_curves(
    official: Official, administrator: Officer, recent: datetime
) -> None:
    registered(recent)
    page = words(official.sign_in(administrator).get(PAGE))
    assert f"Đang dùng bản <code>{FIRST}</code>" in page
    assert "từ 4.249 văn bản mẫu và 31 nhãn" in page
    assert "90,0 %" in page
    assert 'd="M300.0 50.0 L900.0 0.0"' in page
    assert "Mới nhất" not in page
    assert "Quay lại bản" not in page
    assert "Chưa có lượt máy xét nào để so sánh" in page


def test_a_challenger_is_compared_and_promoted_and_taken_back_by_one_click_each(
    official: Official, administrator: Officer, recent: datetime
) -> None:
    registered(recent)
    offered(recent)
    page = words(official.sign_in(administrator).get(PAGE))
    assert "Đạt, chờ đưa vào dùng." in page
    assert "Tốt hơn bản đang dùng." in page
    assert "+5,0 điểm (tốt hơn)" in page
    page = press(official, "dua-vao-dung", version=SECOND)
    assert f"Đã đưa bản {SECOND} vào dùng" in page
    assert f"Đang dùng bản <code>{SECOND}</code>" in page
    assert f"{administrator.display_name}: Đưa bản {SECOND} vào dùng" in page
    page = press(official, "quay-lai", version=SECOND)
    assert f"Đã thôi dùng bản {SECOND}" in page
    assert f"Quay lại bản {FIRST}, thôi dùng bản {SECOND}" in page
    champion = releases.champion()
    assert champion is not None
    assert champion.version == FIRST


def test_a_refused_model_is_shown_with_its_reason_and_without_a_button(
    official: Official, administrator: Officer, recent: datetime
) -> None:
    registered(recent)
    offered(recent, ready=False)
    page = words(official.sign_in(administrator).get(PAGE))
    assert "<strong>Không đạt.</strong> Tốt hơn bản đang dùng." in page
    assert "Đưa bản" not in page
    assert "Bản này không còn chờ đưa vào dùng" in press(official, "dua-vao-dung", version=SECOND)


@pytest.mark.parametrize("version", ["", "' OR 1=1 --", "<script>", FIRST])
def test_odd_versions_are_answered_with_a_sentence(
    official: Official, administrator: Officer, recent: datetime, version: str
) -> None:
    registered(recent)
    official.sign_in(administrator)
    assert "không còn chờ đưa vào dùng" in press(official, "dua-vao-dung", version=version)
    page = press(official, "quay-lai", version=version)
    assert ("Không có bản nào trước đó" if version == FIRST else "vừa được thay đổi") in page


def test_a_training_is_asked_for_and_its_progress_shown(
    official: Official, administrator: Officer, recent: datetime
) -> None:
    registered(recent)
    official.sign_in(administrator)
    page = press(official, "huan-luyen")
    assert "Đã ghi yêu cầu" in page
    assert "Đang chờ: theo yêu cầu" in page
    assert "Đã có một lần huấn luyện đang chờ" in press(official, "huan-luyen")
    run = training.claim(at=recent)
    assert run is not None
    training.beat(run_id=run.id, progress=40, at=recent)
    page = words(official.get(PAGE))
    assert "Đã xong khoảng 40 %" in page
    assert '<progress class="app-progress" max="100" value="40"' in page
    training.fail(run=run, note="MemoryError", at=recent)
    page = words(official.get(PAGE))
    assert "Không thành công" in page
    assert "Lần huấn luyện không thành công (MemoryError)" in page


def test_an_analyst_sees_the_page_and_no_button(official: Official, session: Session, recent: datetime) -> None:
    registered(recent)
    offered(recent)
    page = words(official.sign_in(factories.officer(recent, Role.ANALYST)).get(PAGE))
    assert "So sánh bản đang dùng với bản mới nhất" in page
    for button in ("Huấn luyện lại ngay", f"Đưa bản {SECOND} vào dùng</button>"):
        assert button not in page


@pytest.mark.parametrize(
    ("floor", "sentence"), [(0.0, ""), (0.97, "độ tin cậy từ 97,0 % trở lên"), (1.01, "Việc tự chuyển tạm dừng")]
)
def test_a_broken_promise_is_said_plainly(
    official: Official, administrator: Officer, recent: datetime, floor: float, sentence: str
) -> None:
    stream = {"judged": 40, "precision": 0.8, "low": 0.65, "high": 0.9, "floor": floor}
    registered(recent, stream=stream)
    page = words(official.sign_in(administrator).get(PAGE))
    assert ("máy không giữ được mức đúng 95 %" in page) is bool(floor)
    assert sentence in page


def _filled(session: Session, recent: datetime) -> None:
    registered(recent)
    offered(recent)
    case = factories.on_desk(recent)
    teaching.keep(picks=[teaching.Pick(one, []) for one in teaching.doubtful(at=recent)], at=recent)
    labelled = factories.on_desk(recent)
    officer = factories.officer(recent, Role.INTAKE)
    labels.record(comment=labelled, officer=officer, at=recent, origin=Origin.LABELLING, class_code="BCA")
    assert case.reference


def test_drift_labels_and_what_teaches_most_are_shown(
    official: Official, administrator: Officer, session: Session, recent: datetime
) -> None:
    _filled(session, recent)
    page = words(official.sign_in(administrator).get(PAGE))
    assert "Mốc so sánh: 2 lượt máy xét" in page
    assert "gắn nhãn bổ sung 1." in page
    assert "Bộ KH&amp;CN và" in page or "Bộ Khoa học và Công nghệ và" in page
    assert "Gắn nhãn</a>" not in page.partition("Ý kiến nên gắn nhãn trước")[2]  # an administrator reads no case


@pytest.mark.parametrize(
    ("name", "header", "cell"),
    [
        ("co-quan", "Mã", "BCA"),
        ("theo-tuan", "Tuần từ thứ Hai", "2"),
        ("can-gan-nhan", "Thứ tự", "1"),
        ("cac-ban", "Bản", SECOND),
    ],
)
def test_tables_are_files_too(
    official: Official, session: Session, recent: datetime, name: str, header: str, cell: str
) -> None:
    _filled(session, recent)
    answer = official.sign_in(factories.officer(recent, Role.ANALYST)).get(f"{PAGE}/{name}.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][0] == header
    assert any(cell in row for row in rows[1:])


@pytest.mark.parametrize("name", ["co-quan", "theo-tuan", "can-gan-nhan", "cac-ban"])
def test_an_empty_table_is_a_file_with_a_heading(official: Official, administrator: Officer, name: str) -> None:
    answer = official.sign_in(administrator).get(f"{PAGE}/{name}.csv")
    assert len(answer.text.strip().splitlines()) == 1


def test_the_list_of_models_goes_on_and_an_odd_mark_begins_anew(
    official: Official, administrator: Officer, recent: datetime
) -> None:
    for number in range(22):
        releases.register(made=made(f"{number:012x}", recent), at=recent)
    official.sign_in(administrator)
    page = words(official.get(PAGE))
    assert f"{21:012x}" in page
    following = page.partition('rel="next" href="')[2].partition('"')[0]
    second = words(official.get(following))
    assert f"<code>{0:012x}</code>" in second
    assert "Về đầu danh sách" in second
    for odd in ("-1", "x", "٣", "9" * 30):
        assert official.get(f"{PAGE}?sau={odd}").status_code == 200
