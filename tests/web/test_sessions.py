"""Officials' sessions: limited in time, listed, ended; citizens leave no row, and a stolen table opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Officer, OfficerSession
from feedback.services import sessions
from feedback.web import browsers
from tests import factories
from tests.web.official import COOKIE, Official, values
from tests.web.visitor import Visitor, forms

OWN = "/tai-khoan/phien"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(datetime(2026, 11, 3, 2, 0, tzinfo=UTC), tick=False) as moved:
        yield moved


@pytest.fixture
def officer(session: Session, now: datetime) -> Officer:
    return factories.officer(now, Role.INTAKE)


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OfficerSession)) or 0


def is_in(official: Official) -> bool:
    return official.get(OWN).status_code == 200


def test_a_citizen_leaves_no_row_behind(visitor: Visitor, session: Session) -> None:
    assert visitor.file().status_code == 303
    visitor.get("/tra-cuu")
    visitor.get("/dang-nhap")
    assert rows(session) == 0


def test_the_table_holds_no_identifier_and_its_hashes_open_nothing(
    official: Official, session: Session, officer: Officer
) -> None:
    official.sign_in(officer)
    assert is_in(official)
    identifier = official.cookie()
    for row in session.scalars(select(OfficerSession)).all():
        assert identifier not in {row.id_hash, *map(str, row.data.values())}
        for stolen in (row.id_hash, f"{row.data}", officer.fs_uniquifier):
            official.client.set_cookie(COOKIE, stolen)
            assert not is_in(official)


@pytest.mark.parametrize("cookie", ["", "rác", "x" * 5000, "a%00b", '"\\303\\251"'])
def test_a_cookie_that_means_nothing_is_a_visitors(official: Official, session: Session, cookie: str) -> None:
    for address, status in (("/", 200), (OWN, 302)):
        answer = official.client.get(address, headers={"Cookie": f"{COOKIE}={cookie}"})
        assert answer.status_code == status


def test_a_session_ends_after_thirty_idle_minutes(
    official: Official, officer: Officer, clock: time_machine.Coordinates
) -> None:
    official.sign_in(officer)
    for _ in range(3):
        clock.shift(timedelta(minutes=29))
        assert is_in(official)
    clock.shift(timedelta(minutes=30))
    assert not is_in(official)


def test_a_session_ends_after_twelve_hours_of_work(
    official: Official, officer: Officer, clock: time_machine.Coordinates
) -> None:
    official.sign_in(officer)
    for _ in range(12 * 3 - 1):
        clock.shift(timedelta(minutes=20))
        assert is_in(official)
    clock.shift(timedelta(minutes=20))
    assert not is_in(official)


def test_a_busy_session_is_written_at_most_once_a_minute(
    official: Official, session: Session, officer: Officer, clock: time_machine.Coordinates
) -> None:
    official.sign_in(officer)
    is_in(official)
    before = session.scalars(select(OfficerSession.seen_at)).one()
    clock.shift(59)
    is_in(official)
    assert session.scalars(select(OfficerSession.seen_at)).one() == before
    clock.shift(2)
    is_in(official)
    assert session.scalars(select(OfficerSession.seen_at)).one() > before


def test_closing_an_account_ends_its_sessions(official: Official, session: Session, officer: Officer) -> None:
    official.sign_in(officer)
    officer.active = False
    session.flush()
    assert not is_in(official)


def test_a_new_uniquifier_ends_every_session_of_the_account(
    official: Official, session: Session, officer: Officer
) -> None:
    official.sign_in(officer)
    officer.fs_uniquifier = "another"
    session.flush()
    assert not is_in(official)


def test_an_official_sees_and_ends_the_own_sessions_and_no_others(
    official: Official, app: Flask, session: Session, now: datetime, officer: Officer
) -> None:
    elsewhere = Official(app.test_client()).sign_in(officer)
    colleague = Official(app.test_client()).sign_in(factories.officer(now, Role.INTAKE))
    page = official.sign_in(officer).get(OWN)
    assert page.text.count("<tr") == 3
    assert page.text.count("Phiên này") == 1
    assert official.send(page, OWN).status_code == 303
    assert is_in(official)
    assert not is_in(elsewhere)
    assert is_in(colleague)


def test_the_session_of_a_colleague_cannot_be_ended(
    official: Official, app: Flask, session: Session, now: datetime, officer: Officer
) -> None:
    colleague = Official(app.test_client()).sign_in(factories.officer(now, Role.INTAKE))
    handle = sessions.digest(colleague.cookie() or "")[:16]
    official.sign_in(officer)
    for given in (handle, "%", "", "rác", "a\x00b"):
        sent = values(handle=given, csrf_token=official.token())
        assert official.post(OWN, sent).status_code == (303 if given == "" else 404)
    assert is_in(colleague)


def test_all_other_sessions_are_ended_at_once(
    official: Official, app: Flask, session: Session, officer: Officer
) -> None:
    others = [Official(app.test_client()).sign_in(officer) for _ in range(3)]
    official.sign_in(officer)
    assert official.post(OWN, values(csrf_token=official.token())).status_code == 303
    assert is_in(official)
    assert not any(is_in(other) for other in others)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    official: Official, session: Session, now: datetime
) -> None:
    mine = factories.officer(now, Role.INTAKE)
    answer = official.send("/dang-nhap", "/dang-nhap", email=mine.email, password=factories.PASSWORD)
    given = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(given.split("; "))
    assert "Expires" not in given
    assert "Domain" not in given


def test_over_https_the_cookie_is_locked_to_the_host(
    app: Flask, official: Official, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    mine = factories.officer(now, Role.INTAKE)
    token = forms(official.client.get("/dang-nhap", base_url="https://localhost").text)["/dang-nhap"]["csrf_token"]
    answer = official.client.post(
        "/dang-nhap",
        data={"csrf_token": token, "email": mine.email, "password": factories.PASSWORD},
        base_url="https://localhost",
    )
    given = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-can-bo="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(given.split("; "))


def test_while_the_database_is_away_officials_pages_say_so_and_citizens_pages_still_come(
    official: Official, session: Session, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    official.sign_in(officer)

    def away(**_given: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(sessions, "find", away)
    assert official.get("/ban-lam-viec").status_code == 503
    assert official.get("/").status_code == 200


def test_a_sign_in_that_cannot_be_written_down_signs_nobody_in(
    official: Official, session: Session, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(sessions, "keep", away)
    official.send("/dang-nhap", "/dang-nhap", email=officer.email, password=factories.PASSWORD)
    assert official.cookie() is None


def test_static_files_ask_for_no_session(
    client: FlaskClient, official: Official, session: Session, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    official.sign_in(officer)
    monkeypatch.setattr(sessions, "find", lambda **_given: pytest.fail("a session was looked for"))
    answer = official.get("/static/app.css")
    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/132 Chrome/126 Safari/537",
            "Cốc Cốc, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox, Linux"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str, said: str) -> None:
    assert browsers.describe(agent) == said
