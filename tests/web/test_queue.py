"""The queue as it is searched and filtered: by links alone, every refusal beside its field, nothing lost on the way."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.filters import NAMES, Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue, Sort
from feedback.domain.vocabulary import Channel
from feedback.models import Comment, Officer
from feedback.services import listing as lists
from feedback.services import queues
from feedback.web import listing
from tests import factories
from tests.domain.test_filters import EVERYTHING
from tests.web.official import Official, words


@pytest.fixture
def intake(official: Official, session: Session, now: datetime) -> Official:
    """An intake officer at work."""
    return official.sign_in(factories.officer(now, Role.INTAKE))


@pytest.fixture
def cases(session: Session, now: datetime) -> list[Comment]:
    """Two cases of land, one of signal, on the triage desk, oldest first."""
    return [
        factories.on_desk(now, title="Hồ sơ đất đai", text="Hồ sơ đất đai nộp đã lâu."),
        factories.on_desk(now + timedelta(days=1), province="HN", channel=Channel.PHONE),
        factories.on_desk(now + timedelta(days=2), title="Ho so dat dai", text="Viết không dấu thì có tìm được không?"),
    ]


def shown(page: Any) -> list[str]:
    """The references of the list, in its order."""
    return re.findall(r'class="govuk-link app-rows__title" href="/ban-lam-viec/(PA-\d{4}-\d+)', page.text)


def link(**asked: Any) -> str:
    return "/ban-lam-viec?" + urlencode({"hang": "phan_loai", **asked}, doseq=True)


@contextmanager
def within(app: Flask, official: Official, address: str) -> Iterator[None]:
    """A request of this official, to be asked what a view would be told."""
    with app.test_request_context(address):
        g.officer = official.officer
        yield
        g.pop("officer")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("đất đai", [0]),
        ("dat dai", [0, 2]),
        ('"dat dai"', [0, 2]),
        ('"đai đất"', []),
        ("sóng HOẶC (đất -điện)", [0, 1]),
        ("KHÔNG sóng", [0, 2]),
        ('"chưa đóng', []),
        ("(sóng", [1]),
    ],
)
def test_the_search_finds_with_and_without_accents(
    intake: Official, cases: list[Comment], typed: str, found: list[int]
) -> None:
    page = intake.get(link(tim=typed))
    assert page.status_code == 200
    assert shown(page) == [cases[place].reference for place in found]
    assert f"Tìm thấy {len(found)} ý kiến." in words(page)


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ("tim=AND+OR", "tim", "Xin nhập ít nhất một từ"),
        ("tim=%F0%9F%98%80", "tim", "Xin nhập ít nhất một từ"),
        ("tim=" + "a" * 10_000, "tim", "quá 300 ký tự"),
        ("tim=" + "(" * 300, "tim", "lồng nhau quá nhiều lớp"),
        ("tim=PA-2026-99999999", "tim", "Không có ý kiến số PA-2026-99999999 trong phạm vi của Anh/Chị."),
        ("nhan_tu=hom+qua", "nhan_tu", "Ngày chưa đúng"),
        ("trang_thai=khong_co", "trang_thai", "không có trong danh mục"),
        ("lan_chuyen=-1", "lan_chuyen", "một số từ 1 đến 1000"),
        ("la_gi=1", "la_gi", "Không có điều kiện lọc này."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    intake: Official, cases: list[Comment], asked: str, field: str, sentence: str
) -> None:
    page = intake.get(f"/ban-lam-viec?hang=phan_loai&{asked}")
    assert page.status_code == 422
    assert words(page).count(sentence) >= 1
    assert f'href="#{field}"' in page.text
    assert shown(page) == []
    if field != "la_gi":
        assert re.search(rf'id="{field}(-error)?"', page.text)


@pytest.mark.parametrize("typed", ["%00", "%00a", "%ED%A0%80", "'%3B--", "%5C", "&amp;", "<script>alert(1)</script>"])
def test_nothing_that_is_typed_makes_the_page_fall_over(intake: Official, typed: str) -> None:
    page = intake.get(f"/ban-lam-viec?hang=phan_loai&tim={typed}")
    assert page.status_code in {200, 422}
    assert "<script>alert" not in page.text


def test_a_number_that_is_typed_opens_its_case(intake: Official, cases: list[Comment]) -> None:
    reference = cases[1].reference
    for typed in (reference, reference.lower(), reference.replace("-", "–")):
        answer = intake.get(link(tim=typed))
        assert (answer.status_code, answer.location) == (302, f"/ban-lam-viec/{reference}")


def test_a_number_beyond_reach_is_none(official: Official, session: Session, now: datetime) -> None:
    stopped = factories.screened(now)
    page = official.sign_in(factories.officer(now, Role.AUDITOR)).get(f"/ban-lam-viec?tim={stopped.reference}")
    assert page.status_code == 422
    assert "trong phạm vi của Anh/Chị" in page.text


def test_what_was_chosen_is_shown_as_chips_that_can_be_taken_off(intake: Official, cases: list[Comment]) -> None:
    page = intake.get(link(tim="dat dai", tinh=["HN", "SONLA"], nhan_tu="2026-03-01", tin_cay="thap"))
    assert shown(page) == [cases[0].reference, cases[2].reference]
    chips = {
        " ".join(re.sub(r"<[^>]+>", " ", inner).split()): html.unescape(address)
        for address, inner in re.findall(r'class="app-chips__chip" href="([^"]+)">(.*?)</a>', page.text)
    }
    assert [name.removeprefix("Bỏ điều kiện ").removesuffix(" ✕") for name in chips] == [
        "Tìm: dat dai",
        "Hà Nội",
        "Sơn La (gồm)" if "Bỏ điều kiện Sơn La (gồm) ✕" in chips else "Sơn La",
        "Độ tin cậy thấp",
        "Nhận từ 01/03/2026",
    ]
    fewer = intake.get(next(address for name, address in chips.items() if "Tìm" in name))
    assert len(shown(fewer)) == 3
    assert "Tìm: dat dai" not in fewer.text
    assert 'value="HN" checked' in page.text
    assert 'name="nhan_tu" type="date" value="2026-03-01"' in page.text


def test_the_order_and_the_size_are_kept_from_page_to_page(intake: Official, session: Session, now: datetime) -> None:
    made = [factories.on_desk(now + timedelta(minutes=step)) for step in range(60)]
    expected = [case.reference for case in reversed(made)]
    page = intake.get(link(sap_xep="moi_nhat", so_dong=50, kenh="web"))
    assert shown(page) == expected[:50]
    following = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert following is not None
    assert shown(intake.get(html.unescape(following[1]))) == expected[50:]
    assert len(shown(intake.get(link(so_dong="7")))) == 25


def test_more_than_is_counted_is_said_to_be_more(
    intake: Official, cases: list[Comment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "COUNT_LIMIT", 1)
    for asked in ({"tim": "dat dai"}, {"ly_do": "unsure"}):
        assert "Tìm thấy hơn 1 ý kiến. Xin thêm điều kiện để thu hẹp." in words(intake.get(link(**asked)))


def test_filters_that_find_nothing_say_so(intake: Official, cases: list[Comment]) -> None:
    assert "Không có ý kiến nào đúng với các điều kiện này." in words(intake.get(link(tinh="CANTHO")))


def test_the_file_holds_what_the_filters_find_in_their_order(intake: Official, cases: list[Comment]) -> None:
    answer = intake.get(link(tim="dat dai", sap_xep="moi_nhat").replace("?", ".csv?"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cho-phan-loai.csv"'
    assert answer.text.startswith("\ufeffSố ý kiến,")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == [cases[2].reference, cases[0].reference]


@pytest.mark.parametrize(("asked", "status"), [("hang=rac", 404), ("tim=AND", 422), ("hang=xu_ly", 403)])
def test_a_file_that_cannot_be_made_is_refused_before_it_begins(intake: Official, asked: str, status: int) -> None:
    answer = intake.get(f"/ban-lam-viec.csv?{asked}")
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_the_links_to_cases_tell_the_list_they_come_from(intake: Official, cases: list[Comment], app: Flask) -> None:
    page = intake.get(link(tim="dat dai", sap_xep="moi_nhat", tinh="SONLA"))
    found = re.search(r'app-rows__title" href="([^"]+)"', page.text)
    assert found is not None
    address = html.unescape(found[1])
    assert intake.get(address).status_code == 200
    with within(app, intake, address):
        asked = listing.come_from()
    assert asked == listing.Asked(Queue.TRIAGE, Filters(text="dat dai", provinces=("SONLA",)), Sort.NEWEST)
    assert asked.query == "hang=phan_loai&tim=dat+dai&tinh=SONLA"
    assert f'name="query" value="{html.escape(asked.query)}"' in page.text


@pytest.mark.parametrize(
    "query", ["", "?tim=a", "?hang=rac", "?hang=phan_loai&tim=AND", "?hang=xu_ly", "?hang=tat_ca&x=1"]
)
def test_a_link_that_tells_no_list_tells_none(intake: Official, cases: list[Comment], app: Flask, query: str) -> None:
    with within(app, intake, f"/ban-lam-viec/{cases[0].reference}{query}"):
        assert listing.come_from() is None


# What the database is asked


@pytest.fixture
def asked(session: Session) -> Iterator[list[str]]:
    """The statements that are sent to the database."""
    sent: list[str] = []

    def note(*given: Any) -> None:
        if not given[2].startswith(("SAVEPOINT", "RELEASE")):
            sent.append(given[2])

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


MOST = 12


@pytest.mark.parametrize("role", [Role.INTAKE, Role.COORDINATOR, Role.HANDLER, Role.CHECKER, Role.LEADER, Role.AUDITOR])
def test_no_queue_page_takes_more_than_twelve_statements(
    official: Official, session: Session, now: datetime, role: Role, asked: list[str]
) -> None:
    officer = factories.officer(now, role, "BKHCN")
    factories.checking(factories.routed(now), factories.officer(now, Role.HANDLER, "BKHCN"), now)
    factories.routed(now)
    factories.on_desk(now)
    official.sign_in(officer).get("/ban-lam-viec")
    everything = [pair for pair in EVERYTHING.to_query() if pair[0] != "hang"]
    assert len({name for name, _ in everything}) == len(NAMES) - 1
    for queue in queues.queues_for(officer=officer):
        for pairs in ([], [("tim", "song")], everything):
            for address in ("/ban-lam-viec", "/ban-lam-viec.csv"):
                session.expire_all()
                asked.clear()
                query = "&".join(f"{name}={quote(value)}" for name, value in [("hang", str(queue)), *pairs])
                assert official.get(f"{address}?{query}").status_code == 200
                assert len(asked) <= MOST, asked


def states(now: datetime) -> dict[str, Comment]:
    """A case in each state that a page tells apart."""
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    return {
        "received": factories.comment(factories.submit(now).reference),
        "desk": factories.on_desk(now),
        "screened": factories.screened(now, screen="rac"),
        "assigned": factories.routed(now),
        "in_progress": factories.accepted(now, handler),
        "checking": factories.checking(factories.routed(now), handler, now),
        "replied": factories.replied(factories.routed(now), now),
    }


@pytest.mark.parametrize("role", [Role.INTAKE, Role.COORDINATOR, Role.HANDLER, Role.CHECKER, Role.LEADER, Role.AUDITOR])
def test_no_page_of_a_case_takes_more_than_twelve_statements(
    official: Official, session: Session, now: datetime, role: Role, asked: list[str]
) -> None:
    officer: Officer = factories.officer(now, role, "BKHCN")
    cases = states(now)
    official.sign_in(officer).get("/ban-lam-viec")
    official.get(f"/ban-lam-viec/{cases['assigned'].reference}")  # names and mandates are kept for a minute
    seen = {}
    for state, case in cases.items():
        reference = case.reference
        session.flush()
        session.expire_all()
        asked.clear()
        status = official.get(f"/ban-lam-viec/{reference}?hang=tat_ca").status_code
        assert status in {200, 404}
        if status == 200:
            seen[state] = len(asked)
    assert seen
    assert {state: number for state, number in seen.items() if number > MOST} == {}
