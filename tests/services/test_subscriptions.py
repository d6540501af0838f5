"""Being told of what a view finds: each new case once, by the day, by the week, or once there are too many."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.models import Officer, OfficerDigest, OfficerNotice, SavedView
from feedback.services import bodies, digests, notices, subscriptions, views
from feedback.services.digests import Digest
from tests import factories

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=VIETNAM)
WEDNESDAY, MONDAY = TUESDAY + timedelta(hours=23), TUESDAY + timedelta(days=6, hours=-1)


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """An officer of the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


@pytest.fixture
def view(handler: Officer, now: datetime) -> SavedView:
    """What that officer wants to be told of."""
    return views.save(officer=handler, name="Sóng yếu", filters=Filters(text="sóng"), shared=False, at=now)


def follow(officer: Officer, view: SavedView, mode: str, threshold: int | None = None) -> None:
    subscriptions.subscribe(officer=officer, view_id=view.id, mode=mode, threshold=threshold, at=TUESDAY)


def told(session: Session, slot: datetime) -> int:
    subscriptions.tell_subscribers(slot)
    return len(session.scalars(select(OfficerNotice.id).where(OfficerNotice.occasion == slot)).all())


@pytest.mark.parametrize(
    ("mode", "slot", "number"),
    [
        ("each", TUESDAY + timedelta(hours=1), 1),
        ("daily", TUESDAY + timedelta(hours=1), 0),
        ("daily", WEDNESDAY, 1),
        ("weekly", WEDNESDAY, 0),
        ("weekly", MONDAY, 1),
    ],
)
def test_a_new_case_is_told_at_its_time(
    session: Session, handler: Officer, view: SavedView, mode: str, slot: datetime, number: int
) -> None:
    follow(handler, view, mode)
    factories.routed(TUESDAY + timedelta(minutes=5))
    factories.routed(TUESDAY + timedelta(minutes=6), title="Việc khác hẳn", text="Phần mềm kế toán báo lỗi liên tục.")
    assert told(session, slot) == number
    assert told(session, slot + timedelta(days=7)) == 0


def test_what_came_before_is_not_told(session: Session, handler: Officer, view: SavedView) -> None:
    factories.routed(TUESDAY - timedelta(hours=1))
    follow(handler, view, "each")
    assert told(session, TUESDAY + timedelta(hours=1)) == 0


def test_a_case_of_another_body_is_not_told(session: Session, view: SavedView, now: datetime) -> None:
    stranger = factories.officer(now, Role.HANDLER, "BCA")
    view.shared = True
    other = views.save(officer=stranger, name="Sóng", filters=Filters(text="sóng"), shared=False, at=now)
    follow(stranger, other, "each")
    factories.routed(TUESDAY + timedelta(minutes=5))
    assert told(session, TUESDAY + timedelta(hours=1)) == 0


def test_a_threshold_is_told_once_until_it_is_left_and_passed_again(
    session: Session, handler: Officer, view: SavedView
) -> None:
    follow(handler, view, "threshold", 2)
    factories.routed(TUESDAY)
    assert told(session, TUESDAY + timedelta(hours=1)) == 0
    second = factories.routed(TUESDAY + timedelta(minutes=1))
    assert told(session, TUESDAY + timedelta(hours=2)) == 1
    assert told(session, TUESDAY + timedelta(hours=3)) == 0
    second.body_id = bodies.identifiers()["BCA"]  # beyond the reach of who follows
    session.flush()
    assert told(session, TUESDAY + timedelta(hours=4)) == 0
    factories.routed(TUESDAY + timedelta(minutes=2))
    assert told(session, TUESDAY + timedelta(hours=5)) == 1


def test_the_letter_of_the_hour_names_the_view_and_its_cases(
    session: Session, handler: Officer, view: SavedView
) -> None:
    follow(handler, view, "each")
    case = factories.routed(TUESDAY + timedelta(minutes=5))
    slot = TUESDAY + timedelta(hours=1)
    subscriptions.tell_subscribers(slot)
    notices.tell_officials(slot)
    identifier = session.scalars(select(OfficerDigest.id).where(OfficerDigest.officer_id == handler.id)).one()
    letter = digests.prepare(digest_id=identifier, at=slot)
    assert isinstance(letter, Digest)
    (section,) = [section for section in letter.sections if "Chế độ xem" in section.heading]
    assert section.heading == "Chế độ xem “Sóng yếu”"
    assert [line.reference for line in section.lines] == [case.reference]


def test_the_letter_says_that_a_threshold_was_passed(session: Session, handler: Officer, view: SavedView) -> None:
    follow(handler, view, "threshold", 1)
    factories.routed(TUESDAY)
    slot = TUESDAY + timedelta(hours=1)
    subscriptions.tell_subscribers(slot)
    notices.tell_officials(slot)
    identifier = session.scalars(select(OfficerDigest.id).where(OfficerDigest.officer_id == handler.id)).one()
    letter = digests.prepare(digest_id=identifier, at=slot)
    assert isinstance(letter, Digest)
    assert "Chế độ xem “Sóng yếu” đã đạt ngưỡng 1 ý kiến" in [section.heading for section in letter.sections]


def test_following_ends_when_nothing_is_chosen(session: Session, handler: Officer, view: SavedView) -> None:
    follow(handler, view, "each")
    follow(handler, view, "")
    follow(handler, view, "")
    factories.routed(TUESDAY + timedelta(minutes=5))
    assert told(session, TUESDAY + timedelta(hours=1)) == 0


@pytest.mark.parametrize(
    ("mode", "threshold", "field"),
    [
        ("hourly", None, "mode"),
        ("threshold", None, "threshold"),
        ("threshold", 0, "threshold"),
        ("threshold", 1001, "threshold"),
    ],
)
def test_an_unknown_way_of_being_told_is_refused_beside_its_field(
    handler: Officer, view: SavedView, mode: str, threshold: int | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        follow(handler, view, mode, threshold)
    assert list(refused.value.fields) == [field]


def test_a_view_whose_filter_is_gone_tells_nothing_and_stops_nobody_else(
    session: Session, handler: Officer, view: SavedView, now: datetime
) -> None:
    broken = views.save(officer=handler, name="Hỏng", filters=Filters(text="sóng"), shared=False, at=now)
    follow(handler, broken, "each")
    follow(handler, view, "each")
    broken.query = "mau=do"
    factories.routed(TUESDAY + timedelta(minutes=5))
    assert told(session, TUESDAY + timedelta(hours=1)) == 1
