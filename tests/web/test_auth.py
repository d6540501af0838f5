"""Officials sign in with a password and a code; neither opens anything twice, and a stolen database opens nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.domain.permissions import Role
from feedback.models import Officer, OfficerSession
from tests import factories
from tests.web.official import COOKIE, Official
from tests.web.visitor import forms

PASSWORD = factories.PASSWORD
SIGN_IN, CODE, DEVICE = "/dang-nhap", "/dang-nhap/ma", "/dang-nhap/thiet-bi"
RECOVERY, NEW_CODES = "/dang-nhap/ma-du-phong", "/dang-nhap/tao-ma-du-phong"


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(datetime(2026, 11, 3, 2, 0, 0, tzinfo=UTC), tick=False) as moved:
        yield moved


@pytest.fixture
def demonstration(app: Flask) -> Iterator[Flask]:
    """The application as a demonstration."""
    from dataclasses import replace

    before = app.config["LANG_NGHE"]
    app.config["LANG_NGHE"] = replace(before, demo=True)
    yield app
    app.config["LANG_NGHE"] = before


def password(official: Official, officer: Officer, given: str = PASSWORD, address: str = SIGN_IN) -> TestResponse:
    return official.send(address, address, email=officer.email, password=given)


def begin_set_up(official: Official, officer: Officer) -> tuple[TOTP, TestResponse]:
    """Give the password and ask for the picture; the authenticator that scanned it, and the page."""
    assert password(official, officer).location == DEVICE
    page = official.send(DEVICE, DEVICE)
    key = re.search(r'app-code">([A-Z2-7-]+)<', page.text)
    assert key is not None
    return TOTP(key[1].replace("-", ""), format="base32"), page


def code(authenticator: TOTP) -> str:
    return str(authenticator.generate().token)


def set_up(official: Official, officer: Officer) -> TOTP:
    """Set the second factor up and be signed in."""
    authenticator, page = begin_set_up(official, officer)
    done = official.send(page, CODE, code=code(authenticator))
    assert (done.status_code, done.location) == (303, NEW_CODES)
    return authenticator


def sign_out(official: Official) -> None:
    page = official.get("/tai-khoan/phien")
    assert official.send(page, "/dang-nhap/dang-xuat").status_code == 303


def is_in(official: Official) -> bool:
    return official.get("/tai-khoan/phien").status_code == 200


def officer(now: datetime, **changes: Any) -> Officer:
    return factories.officer(now, Role.INTAKE, **changes)


# The password


def test_the_address_and_the_password_ask_for_a_second_factor_before_anything_opens(
    official: Official, session: Session, now: datetime
) -> None:
    answer = password(official, officer(now))
    assert (answer.status_code, answer.location) == (302, DEVICE)
    assert not is_in(official)


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({}, "sai"),
        ({}, ""),
        ({"active": False}, PASSWORD),
        ({"locked_until": datetime(2099, 1, 1, tzinfo=UTC)}, PASSWORD),
    ],
)
def test_every_refusal_reads_the_same(
    official: Official, session: Session, now: datetime, changes: dict[str, Any], given: str
) -> None:
    mine = officer(now, **changes)
    refused = password(official, mine, given)
    unknown = official.send(SIGN_IN, SIGN_IN, email="khong.co@langnghe.example", password=given)
    assert refused.status_code == unknown.status_code == 422
    assert _core(refused) == _core(unknown).replace("khong.co@langnghe.example", mine.email)
    assert official.cookie() is None


def _core(page: TestResponse) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"|Mã yêu cầu.*', "", page.text)


@pytest.mark.parametrize("email", ["", "không phải thư", "a\x00b@langnghe.example", "\ud800", "x" * 5000])
def test_no_address_however_odd_is_an_error(official: Official, session: Session, email: str) -> None:
    token = forms(official.get(SIGN_IN).text)[SIGN_IN]["csrf_token"]
    sent = {"csrf_token": token, "email": [email.encode("utf-8", "replace").decode()], "password": ["x"]}
    assert official.post(SIGN_IN, sent).status_code == 422


def test_the_password_is_not_put_back_into_the_page(official: Official, session: Session, now: datetime) -> None:
    assert "mat-khau-sai-roi" not in password(official, officer(now), "mat-khau-sai-roi").text


def test_an_account_waits_after_five_wrong_passwords_even_for_the_right_one(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    mine = officer(now)
    for _ in range(5):
        password(official, mine, "sai")
    assert password(official, mine).status_code == 422
    clock.shift(31)
    assert password(official, mine).status_code == 302


def test_a_sixth_try_within_a_minute_from_one_address_waits(
    official: Official, rate_limited: Flask, session: Session, now: datetime
) -> None:
    statuses = [
        official.send(SIGN_IN, SIGN_IN, email=f"a{number}@langnghe.example", password="x").status_code
        for number in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def test_the_sign_in_does_not_speak_json(official: Official, session: Session, now: datetime) -> None:
    token = forms(official.get(SIGN_IN).text)[SIGN_IN]["csrf_token"][0]
    sent = official.client.post(
        SIGN_IN, json={"email": officer(now).email, "password": PASSWORD}, headers={"X-CSRF-Token": token}
    )
    assert sent.status_code in {400, 415}


@pytest.mark.parametrize("next_page", ["https://ke.xau/", "//ke.xau", "/\\ke.xau", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_after_signing_in(
    official: Official, demonstration: Flask, session: Session, now: datetime, next_page: str
) -> None:
    mine = officer(now, demo=True)
    token = forms(official.get(SIGN_IN).text)[SIGN_IN]["csrf_token"]
    answer = official.post(
        f"{SIGN_IN}?next={next_page}", {"csrf_token": token, "email": [mine.email], "password": [PASSWORD]}
    )
    assert answer.status_code in {302, 422}
    assert re.match(r"/(?![/\\])", answer.location or "/")


def test_whoever_was_asked_to_sign_in_comes_back_to_the_page_they_wanted(
    official: Official, demonstration: Flask, session: Session, now: datetime
) -> None:
    asked = official.get("/ban-lam-viec?hang=tat_ca")
    assert asked.status_code == 302
    page = official.get(asked.location)
    action = next(address for address in forms(page.text) if address.startswith(SIGN_IN))
    mine = officer(now, demo=True)
    assert official.send(page, action, email=mine.email, password=PASSWORD).location == "/ban-lam-viec?hang=tat_ca"


# The second factor


def test_the_first_sign_in_shows_the_secret_as_a_picture_and_in_letters_without_inline_code(
    official: Official, session: Session, now: datetime
) -> None:
    _, page = begin_set_up(official, officer(now))
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page.text)
    assert picture is not None
    assert b"<svg" in base64.b64decode(picture[1])
    assert " style=" not in page.text
    assert "<script>" not in page.text


def test_a_wrong_first_code_sets_nothing_up(official: Official, session: Session, now: datetime) -> None:
    mine = officer(now)
    _, page = begin_set_up(official, mine)
    assert official.send(page, CODE, code="000000").status_code == 422
    assert mine.tf_primary_method is None
    assert not is_in(official)


def test_the_first_right_code_signs_in_and_later_sign_ins_ask_for_one(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    mine = officer(now)
    authenticator = set_up(official, mine)
    assert is_in(official)
    sign_out(official)
    assert not is_in(official)
    clock.shift(60)
    answer = password(official, mine)
    assert answer.location.startswith(CODE)
    assert not is_in(official)
    page = official.get(answer.location)
    action = next(address for address in forms(page.text) if address.startswith(CODE))
    assert official.send(page, action, code=code(authenticator)).status_code == 302
    assert is_in(official)


def test_a_code_is_accepted_once(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    mine = officer(now)
    authenticator = set_up(official, mine)
    sign_out(official)
    page = official.get(password(official, mine).location)
    action = next(address for address in forms(page.text) if address.startswith(CODE))
    refused = official.send(page, action, code=code(authenticator))
    assert refused.status_code == 422
    assert not is_in(official)
    clock.shift(30)
    assert official.send(refused, action, code=code(authenticator)).status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(-90, 422), (-30, 302), (30, 302), (90, 422)])
def test_a_code_is_good_for_the_step_before_and_after_and_no_longer(
    official: Official,
    session: Session,
    now: datetime,
    clock: time_machine.Coordinates,
    seconds: int,
    status: int,
) -> None:
    mine = officer(now)
    authenticator = set_up(official, mine)
    sign_out(official)
    clock.shift(600)
    page = official.get(password(official, mine).location)
    action = next(address for address in forms(page.text) if address.startswith(CODE))
    given = authenticator.generate(time=datetime.now(UTC).timestamp() + seconds).token
    assert official.send(page, action, code=given).status_code == status


def test_wrong_codes_lock_the_account_and_the_right_password_does_not_open_it_again(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    mine = officer(now)
    authenticator = set_up(official, mine)
    sign_out(official)
    clock.shift(60)
    for _ in range(5):
        page = official.get(password(official, mine).location)
        action = next(address for address in forms(page.text) if address.startswith(CODE))
        official.send(page, action, code="000000")
    assert mine.locked_until is not None
    assert official.send(page, action, code=code(authenticator)).status_code == 422
    assert password(official, mine).status_code == 422


def test_a_seventh_code_within_a_minute_from_one_address_waits(
    official: Official, rate_limited: Flask, session: Session, now: datetime
) -> None:
    _, page = begin_set_up(official, officer(now))
    statuses = [official.send(page, CODE, code="000000").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_the_half_open_door_closes_after_ten_minutes(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    authenticator, page = begin_set_up(official, officer(now))
    clock.shift(601)
    answer = official.send(official.get(SIGN_IN), SIGN_IN)  # a token of the session that there is now
    filled = official.fill(page, CODE, {"code": code(authenticator)})
    filled["csrf_token"] = forms(answer.text)[SIGN_IN]["csrf_token"]
    refused = official.post(CODE, filled)
    assert (refused.status_code, refused.location) == (302, SIGN_IN)
    assert not is_in(official)


def test_the_steps_cannot_be_entered_from_outside(official: Official, session: Session) -> None:
    for address in (CODE, DEVICE, RECOVERY):
        assert official.get(address).location == SIGN_IN
    for address in (NEW_CODES, "/dang-nhap/xac-nhan"):
        assert official.get(address).location.startswith(SIGN_IN)


# Recovery codes


def make_codes(official: Official) -> list[str]:
    page = official.send(NEW_CODES, NEW_CODES)
    return re.findall(r'<li class="app-code">([^<]+)</li>', page.text)


def test_recovery_codes_are_shown_once_and_kept_as_hashes(official: Official, session: Session, now: datetime) -> None:
    mine = officer(now)
    set_up(official, mine)
    codes = make_codes(official)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", one) for one in codes)
    assert not set(codes) & set(mine.mf_recovery_codes or ())
    again = official.get(f"{NEW_CODES}?show_codes=1")
    assert not any(one in again.text for one in codes)
    assert "Hiện còn 10 mã chưa dùng." in again.text


def test_a_recovery_code_opens_once_however_it_is_typed(official: Official, session: Session, now: datetime) -> None:
    mine = officer(now)
    set_up(official, mine)
    first = make_codes(official)[0]
    sign_out(official)
    password(official, mine)
    assert official.send(RECOVERY, RECOVERY, code=first.lower().replace("-", " ")).status_code == 302
    assert is_in(official)
    assert len(mine.mf_recovery_codes or ()) == 9
    sign_out(official)
    password(official, mine)
    assert official.send(RECOVERY, RECOVERY, code=first).status_code == 422
    assert not is_in(official)
    assert mine.failed_attempts == 1


def test_new_recovery_codes_end_the_old_ones(official: Official, session: Session, now: datetime) -> None:
    mine = officer(now)
    set_up(official, mine)
    old, new = make_codes(official)[0], make_codes(official)[0]
    sign_out(official)
    password(official, mine)
    assert official.send(RECOVERY, RECOVERY, code=old).status_code == 422
    assert official.send(RECOVERY, RECOVERY, code=new).status_code == 302


def test_the_way_in_is_changed_only_after_the_password_was_given_anew(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    mine = officer(now)
    set_up(official, mine)
    clock.shift(timedelta(minutes=16))
    for address in (NEW_CODES, DEVICE):
        asked = official.get(address)
        assert asked.status_code == 302
        assert "/dang-nhap/xac-nhan" in asked.location
    page = official.get(asked.location)
    action = next(address for address in forms(page.text) if "xac-nhan" in address)
    assert official.send(page, action, password="sai").status_code == 422
    assert official.send(page, action, password=PASSWORD).status_code == 302
    assert official.get(NEW_CODES).status_code == 200


def test_the_device_may_be_changed_and_the_old_one_opens_nothing(
    official: Official, session: Session, now: datetime, clock: time_machine.Coordinates
) -> None:
    mine = officer(now)
    old = set_up(official, mine)
    clock.shift(60)
    page = official.send(DEVICE, DEVICE)
    key = re.search(r'app-code">([A-Z2-7-]+)<', page.text)
    assert key is not None
    new = TOTP(key[1].replace("-", ""), format="base32")
    assert official.send(page, CODE, code=code(new)).status_code == 302
    sign_out(official)
    clock.shift(60)
    page = official.get(password(official, mine).location)
    action = next(address for address in forms(page.text) if address.startswith(CODE))
    assert official.send(page, action, code=code(old)).status_code == 422
    assert official.send(page, action, code=code(new)).status_code == 302


# Demonstration accounts


def test_a_demonstration_account_needs_no_code_at_the_machine_itself(
    official: Official, demonstration: Flask, session: Session, now: datetime
) -> None:
    assert password(official, officer(now, demo=True)).location == "/can-bo"
    assert is_in(official)


@pytest.mark.parametrize(
    "come_from",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"environ_base": {"REMOTE_ADDR": "không rõ"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    ],
)
def test_a_demonstration_account_needs_a_code_from_anywhere_else(
    official: Official, demonstration: Flask, session: Session, now: datetime, come_from: dict[str, Any]
) -> None:
    mine = officer(now, demo=True)
    token = forms(official.get(SIGN_IN).text)[SIGN_IN]["csrf_token"]
    sent = {"csrf_token": token, "email": mine.email, "password": PASSWORD}
    assert official.client.post(SIGN_IN, data=sent, **come_from).location == DEVICE


def test_without_a_demonstration_a_demonstration_account_is_like_any_other(
    official: Official, session: Session, now: datetime
) -> None:
    assert password(official, officer(now, demo=True)).location == DEVICE


def test_an_ordinary_account_needs_a_code_in_a_demonstration_too(
    official: Official, demonstration: Flask, session: Session, now: datetime
) -> None:
    assert password(official, officer(now)).location == DEVICE


# The session


def test_the_session_has_another_identifier_after_each_step(
    official: Official, session: Session, now: datetime
) -> None:
    official.get(SIGN_IN)
    assert official.cookie() is None
    authenticator, page = begin_set_up(official, officer(now))
    half_open = official.cookie()
    official.send(page, CODE, code=code(authenticator))
    assert half_open is not None
    assert official.cookie() not in {None, half_open}
    assert len(session.scalars(select(OfficerSession)).all()) == 1
    official.client.set_cookie(COOKIE, half_open)
    assert not is_in(official)


def test_signing_out_ends_the_session_in_the_database(official: Official, session: Session, now: datetime) -> None:
    set_up(official, officer(now))
    kept = official.cookie()
    sign_out(official)
    assert official.cookie() is None
    assert session.scalars(select(OfficerSession)).all() == []
    official.client.set_cookie(COOKIE, kept or "")
    assert not is_in(official)


def test_the_csrf_token_from_before_the_sign_in_is_worth_nothing_after(
    official: Official, session: Session, now: datetime
) -> None:
    before = forms(official.get(SIGN_IN).text)[SIGN_IN]["csrf_token"]
    set_up(official, officer(now))
    assert official.post("/dang-nhap/dang-xuat", {"csrf_token": before}).status_code == 400
    assert is_in(official)
