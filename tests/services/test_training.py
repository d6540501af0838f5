"""Trainings: asked for once, done one at a time, and given up when their process falls silent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed
from feedback.domain.learning import Origin
from feedback.domain.permissions import Role
from feedback.models import Officer
from feedback.services import admin_log, labels, releases, training
from feedback.services.releases import Made
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.fixture
def administrator(session: Session, now: datetime) -> Officer:
    """Who may press the button."""
    return factories.officer(now, Role.ADMINISTRATOR, display_name="Quản trị viên mẫu")


@pytest.fixture
def registered(session: Session, now: datetime) -> None:
    """A model in use that has learned from no label."""
    releases.register(made=Made("a" * 12, "releases/a", now), at=now)


def label(now: datetime) -> int:
    case, officer = factories.on_desk(now), factories.officer(now, Role.INTAKE)
    return labels.record(comment=case, officer=officer, at=now, origin=Origin.LABELLING, class_code="BCA").id


def test_one_click_asks_for_a_training_and_a_second_is_told_so(administrator: Officer, now: datetime) -> None:
    training.request(officer=administrator, at=now)
    assert training.is_waiting()
    with pytest.raises(InvalidInput, match="đang chờ"):
        training.request(officer=administrator, at=now)
    (run,) = training.latest()
    assert (run.cause, run.officer_name, run.state, run.progress) == ("button", "Quản trị viên mẫu", "waiting", 0)
    assert [entry.action for entry in admin_log.latest(limit=5)] == ["training_requested"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_asks(session: Session, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        training.request(officer=factories.officer(now, role), at=now)


@pytest.mark.parametrize(
    ("moment", "night"),
    [("2026-03-09T18:59+00:00", date(2026, 3, 9)), ("2026-03-09T19:00+00:00", date(2026, 3, 10))],
)
def test_the_night_begins_at_two_in_viet_nam(moment: str, night: date) -> None:
    assert training.night_of(datetime.fromisoformat(moment)) == night


def test_the_night_asks_once_and_only_when_officials_said_something(registered: None, now: datetime) -> None:
    assert training.ask_nightly(now) == "no new labels"
    label(now)
    assert training.ask_nightly(now) == "1 new labels"
    assert training.ask_nightly(now + timedelta(hours=1)) == "asked before"
    assert training.ask_nightly(now + timedelta(days=1)) == "not now"  # last night's still waits
    (run,) = training.latest()
    assert (run.cause, run.officer_name, run.requested_at) == ("nightly", None, now)


def test_without_a_model_the_night_does_not_ask(session: Session, now: datetime) -> None:
    label(now)
    assert training.ask_nightly(now) == "not now"


def test_what_a_refused_training_knew_already_is_nothing_new(registered: None, now: datetime) -> None:
    newest = label(now)
    made = Made("b" * 12, "releases/b", now + MINUTE, label_rows=1, last_label_id=newest)
    releases.offer(made=made, figures={}, ready=False, reason="Chưa hơn.", at=now + MINUTE)
    assert training.ask_nightly(now) == "no new labels"
    label(now)
    assert training.ask_nightly(now) == "1 new labels"


def test_one_runs_at_a_time_and_tells_how_far_it_is(administrator: Officer, now: datetime) -> None:
    assert training.claim(at=now) is None
    training.request(officer=administrator, at=now)
    run = training.claim(at=now)
    assert run is not None
    training.request(officer=administrator, at=now)
    assert training.claim(at=now + MINUTE) is None
    training.beat(run_id=run.id, progress=40, at=now + 10 * MINUTE)
    assert [(one.state, one.progress) for one in training.latest()] == [("waiting", 0), ("running", 40)]
    assert training.claim(at=now + 24 * MINUTE) is None
    training.finish(run=run, note="xong", at=now + 25 * MINUTE)
    assert [(one.state, one.progress, one.note) for one in training.latest()][1] == ("done", 100, "xong")
    second = training.claim(at=now + 25 * MINUTE)
    assert second is not None
    assert second.id != run.id


def test_a_training_whose_process_fell_silent_makes_room(administrator: Officer, now: datetime) -> None:
    training.request(officer=administrator, at=now)
    training.claim(at=now)
    training.request(officer=administrator, at=now)
    assert training.claim(at=now + 16 * MINUTE) is not None
    assert [(one.state, one.note) for one in training.latest()] == [
        ("running", None),
        ("failed", "no sign of life"),
    ]
    assert admin_log.latest(limit=1)[0].action == "training_failed"
