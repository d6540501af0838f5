"""Officers' sessions: what they are known by, when they end, and whose they are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import NotFound
from feedback.domain.permissions import Role
from feedback.models import Officer, OfficerSession
from feedback.services import sessions
from feedback.services.housekeeping import ABSOLUTE, IDLE
from tests import factories

MOMENT = timedelta(seconds=1)


def opened(officer: Officer, at: datetime, identifier: str = "mã phiên") -> str:
    sessions.keep(identifier=identifier, data={"_user_id": officer.fs_uniquifier, "browser": "Firefox"}, at=at)
    return identifier


@pytest.fixture
def officer(session: Session, now: datetime) -> Officer:
    return factories.officer(now, Role.INTAKE)


def test_only_the_hash_of_the_identifier_is_kept(session: Session, now: datetime, officer: Officer) -> None:
    opened(officer, now)
    row = session.scalars(select(OfficerSession)).one()
    assert row.id_hash == sessions.digest("mã phiên")
    assert row.officer_id == officer.id
    assert sessions.find(identifier=row.id_hash, at=now) is None


def test_a_session_is_found_with_its_officer_and_what_it_holds(now: datetime, officer: Officer) -> None:
    found = sessions.find(identifier=opened(officer, now), at=now)
    assert found is not None
    assert (found.officer, found.data["browser"], found.seen_at) == (officer, "Firefox", now)


@pytest.mark.parametrize(
    ("used", "asked", "good"),
    [
        (timedelta(0), IDLE - MOMENT, True),
        (timedelta(0), IDLE, False),
        (ABSOLUTE - MOMENT * 2, ABSOLUTE - MOMENT, True),
        (ABSOLUTE - MOMENT, ABSOLUTE, False),
    ],
)
def test_a_session_ends_when_idle_and_when_old(
    now: datetime, officer: Officer, used: timedelta, asked: timedelta, good: bool
) -> None:
    identifier = opened(officer, now)
    opened(officer, now + used)
    assert (sessions.find(identifier=identifier, at=now + asked) is not None) is good


def test_between_the_factors_a_session_lasts_ten_minutes_and_is_nobodys(
    session: Session, now: datetime, officer: Officer
) -> None:
    sessions.keep(identifier="nửa chừng", data={"tf_user_id": officer.fs_uniquifier}, at=now)
    found = sessions.find(identifier="nửa chừng", at=now + sessions.HALF_OPEN - MOMENT)
    assert found is not None
    assert found.officer is None
    assert sessions.find(identifier="nửa chừng", at=now + sessions.HALF_OPEN) is None


@pytest.mark.parametrize(("field", "value"), [("active", False), ("fs_uniquifier", "đã đổi")])
def test_a_session_of_an_account_closed_or_signed_out_everywhere_is_not_found(
    session: Session, now: datetime, officer: Officer, field: str, value: object
) -> None:
    identifier = opened(officer, now)
    setattr(officer, field, value)
    session.flush()
    assert sessions.find(identifier=identifier, at=now) is None


def test_the_own_sessions_are_listed_the_latest_used_first(now: datetime, officer: Officer) -> None:
    opened(officer, now, "một")
    opened(officer, now + timedelta(minutes=5), "hai")
    opened(factories.officer(now, Role.INTAKE), now, "của người khác")
    found = sessions.of(officer=officer, identifier="một", at=now + timedelta(minutes=6))
    assert [(one.current, one.ends_at) for one in found] == [
        (False, now + timedelta(minutes=5) + IDLE),
        (True, now + IDLE),
    ]
    assert sessions.of(officer=officer, identifier=None, at=now + ABSOLUTE) == []


def test_a_session_is_ended_by_its_handle_and_only_by_its_owner(now: datetime, officer: Officer) -> None:
    identifier = opened(officer, now)
    handle = sessions.of(officer=officer, identifier=None, at=now)[0].handle
    stranger = factories.officer(now, Role.INTAKE)
    for who, given in ((stranger, handle), (officer, handle[:8]), (officer, "%" * 16), (officer, "")):
        with pytest.raises(NotFound):
            sessions.end_own(officer=who, handle=given)
    assert sessions.find(identifier=identifier, at=now) is not None
    sessions.end_own(officer=officer, handle=handle)
    assert sessions.find(identifier=identifier, at=now) is None


def test_all_others_are_ended_and_the_one_asking_stays(now: datetime, officer: Officer) -> None:
    for identifier in ("một", "hai", "ba"):
        opened(officer, now, identifier)
    assert sessions.end_others(officer=officer, identifier="hai") == 2
    assert [one.current for one in sessions.of(officer=officer, identifier="hai", at=now)] == [True]


def test_a_session_is_ended_by_its_identifier(now: datetime, officer: Officer) -> None:
    sessions.end(identifier=opened(officer, now))
    assert sessions.of(officer=officer, identifier=None, at=now) == []
