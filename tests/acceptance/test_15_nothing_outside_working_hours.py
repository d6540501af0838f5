"""Nothing goes to an official outside working hours: it waits, and the next working morning brings one digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from feedback.db import db, transaction
from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.jobs import clock, notify
from feedback.models import OfficerDigest, Outbox
from feedback.services import schedule
from tests import factories
from tests.jobs.post_office import PostOffice

OPENED = [(8, 12), (13, 17)]


def vietnam(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=VIETNAM).astimezone(UTC)


class Town:
    """The clock process and a worker, hour by hour, with the letters that arrived and when."""

    def __init__(self, post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
        self.post, self.now = post, vietnam("2026-03-20T00:00")
        self.arrived: list[datetime] = []
        told = {"close_unanswered", "tell_of_delay", "tell_officials"}
        monkeypatch.setattr(clock, "TIMED", tuple(timed for timed in clock.TIMED if timed.name in told))
        monkeypatch.setattr(schedule, "now", lambda: self.now)
        monkeypatch.setattr(notify, "_now", lambda: self.now)

    def live(self, hours: int) -> None:
        for _ in range(hours):
            self.now += timedelta(hours=1)
            before = len(self.post.letters)
            clock.tick()
            with transaction() as session:
                session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))
            # One at a time: what is put off would be due again at once in a town whose hours pass in a moment.
            figures = notify.drain() if self._waiting() else {}
            assert figures.get("put_off", 0) == 0
            self.arrived += [self.now.astimezone(VIETNAM)] * (len(self.post.letters) - before)

    def _waiting(self) -> bool:
        db.session.rollback()
        return bool(db.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "pending")))


@pytest.fixture
def town(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Town:
    return Town(post, monkeypatch)


def staffed(now: datetime, *due: str) -> None:
    with transaction():
        for role in (Role.HANDLER, Role.COORDINATOR, Role.LEADER):
            factories.officer(now, role, "BKHCN")
        factories.officer(now, Role.INTAKE)
        for stamp in due:
            factories.due(factories.routed(now, consents=frozenset()), vietnam(stamp))


def test_15_over_days_and_nights_and_a_weekend_every_letter_comes_within_working_hours(
    town: Town, now: datetime
) -> None:
    staffed(now, "2026-03-19T17:00", "2026-03-20T17:00", "2026-03-20T17:00", "2026-03-24T17:00")
    town.live(24 * 3 + 12)
    assert town.arrived
    for moment in town.arrived:
        assert moment.weekday() < 5
        assert any(begin <= moment.hour < end for begin, end in OPENED), moment


def test_15_what_falls_due_on_friday_evening_is_one_digest_an_officer_on_monday_morning(
    town: Town, now: datetime
) -> None:
    staffed(now, *["2026-03-20T17:00"] * 3)
    town.now = vietnam("2026-03-20T17:00")
    town.live(24 * 2 + 14)
    assert town.arrived == []
    town.live(1)
    assert [moment.isoformat() for moment in town.arrived] == ["2026-03-23T08:00:00+07:00"]
    assert "Đã quá hạn trả lời: 3 ý kiến" in town.post.letters[0].get_content()


def test_15_an_officer_gets_one_letter_a_slot_however_many_cases_there_are(town: Town, now: datetime) -> None:
    staffed(now, *["2026-03-20T17:00"] * 2, *["2026-03-23T17:00"] * 2, "2026-03-18T17:00")
    town.live(24 * 3 + 12)
    db.session.rollback()
    slots = db.session.execute(select(OfficerDigest.officer_id, OfficerDigest.slot)).all()
    assert len(slots) == len(set(slots))
    assert len(town.post.letters) == len(slots)
    assert len({(letter["To"], moment) for letter, moment in zip(town.post.letters, town.arrived, strict=True)}) == len(
        town.arrived
    )
