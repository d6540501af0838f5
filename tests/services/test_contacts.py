"""Addresses that are not to be written to: by their marks, released by an administrator, never kept themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from feedback.domain.errors import NotFound
from feedback.domain.permissions import Role
from feedback.models import AdminEvent
from feedback.services import contacts
from tests import factories

ADDRESS, SECRET = "nguoi.gui@langnghe.example", factories.SECRET


def refused(address: str = ADDRESS, channel: str = "email") -> bool:
    return contacts.is_refused(channel=channel, address=address, secret=SECRET)


def bounce(now: datetime) -> None:
    contacts.bounced(channel="email", address=ADDRESS, secret=SECRET, at=now)


def test_the_third_message_that_comes_back_for_good_refuses_the_address(session: Session, now: datetime) -> None:
    seen = []
    for _ in range(3):
        bounce(now)
        seen.append(refused())
    assert seen == [False, False, True]
    (row,) = contacts.page().rows
    assert (row.reason, row.bounces, row.refused_at) == ("bounced", 3, now)


def test_an_address_is_refused_however_it_is_spelt_and_only_for_its_own_channel(
    session: Session, now: datetime
) -> None:
    officer = factories.officer(now, Role.ADMINISTRATOR)
    for channel, address in (("email", " NGUOI.GUI@langnghe.example"), ("sms", "0912 345 678")):
        contacts.add(channel=channel, address=address, secret=SECRET, officer_id=officer.id, at=now)
    assert refused()
    assert refused("+84912345678", "sms")
    assert not refused("0912345678@langnghe.example")
    assert not refused("+84912345679", "sms")
    stored = session.execute(text("SELECT contact_mark::text FROM contact_mark")).scalars().all()
    assert not [row for row in stored if "nguoi" in row or "912" in row.replace(row.split(",")[0], "")]


def test_the_first_reason_stays_and_a_release_begins_anew(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.ADMINISTRATOR)
    contacts.unsubscribe(token=contacts.token_for(address=ADDRESS, secret=SECRET), secret=SECRET, at=now)
    mark = contacts.add(
        channel="email", address=ADDRESS, secret=SECRET, officer_id=officer.id, at=now + timedelta(days=1)
    )
    (row,) = contacts.page().rows
    assert (row.reason, row.refused_at) == ("unsubscribed", now)
    contacts.release(mark=mark, officer_id=officer.id, at=now)
    assert not refused()
    assert contacts.page().rows == []
    with pytest.raises(NotFound):
        contacts.release(mark=mark, officer_id=officer.id, at=now)
    assert [event.action for event in session.scalars(select(AdminEvent).order_by(AdminEvent.id))] == [
        "contact_refused",
        "contact_released",
    ]


def test_the_list_is_paged_by_a_mark_and_sought_by_its_beginning(session: Session, now: datetime) -> None:
    marks = [f"{number:064x}" for number in range(5)]
    for number, mark in enumerate(marks):
        contacts.refuse(mark=mark, channel="email", reason="asked", at=now + timedelta(seconds=number // 2))
    found, after = [], None
    for _ in range(3):
        page = contacts.page(after=after, limit=2)
        found += [row.mark for row in page.rows]
        after = page.following
    assert (found, after) == (marks[::-1], None)
    assert [row.mark for row in contacts.page(prefix=marks[3]).rows] == [marks[3]]
    assert contacts.page(prefix="%").rows == []
    for wrong in ("rác", "2026-03-10_x", "_", "2026-03-10T00:00+00:00_\x00"):
        assert len(contacts.page(after=wrong).rows) == 5


@pytest.mark.parametrize("token", ["", "rác", "a.b.c"])
def test_a_token_that_is_not_ours_unsubscribes_nobody(session: Session, now: datetime, token: str) -> None:
    with pytest.raises(NotFound):
        contacts.unsubscribe(token=token, secret=SECRET, at=now)
