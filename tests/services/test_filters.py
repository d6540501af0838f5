"""Filters over real cases: each finds what it names and nothing else, and agrees with a look at one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput
from feedback.domain.filters import Band, Charge, Filters, Repeat
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.domain.routing import DeskReason
from feedback.domain.screening import Screen
from feedback.domain.status import Status
from feedback.domain.vocabulary import Channel, Kind, SenderKind
from feedback.models import CaseTag, Comment, Resemblance
from feedback.services import filters
from tests import factories


def found(session: Session, asked: Filters, now: datetime) -> list[str]:
    """The references that the filters find, as often as they find them; and each case asked by itself says the same."""
    session.flush()
    rows = session.execute(select(Comment.id, Comment.reference)).all()
    hits = list(session.scalars(select(Comment.reference).where(*filters.conditions(filters=asked, now=now))))
    assert sorted(hits) == sorted(
        row.reference for row in rows if filters.matches(filters=asked, comment_id=row.id, now=now)
    )
    return sorted(hits)


@pytest.fixture
def cases(session: Session, now: datetime) -> dict[str, Comment]:
    """Four unlike cases: on the desk, with a body, screened out, and answered."""
    return {
        "desk": factories.on_desk(now, field="HT"),
        "routed": factories.routed(
            now - timedelta(days=1),
            kind=Kind.QUESTION,
            title="Cổng dịch vụ công",
            text="Không nộp được hồ sơ đất đai ở xã.",
            province="HN",
            channel=Channel.PHONE,
        ),
        "screened": factories.screened(now - timedelta(days=40), sender_kind=SenderKind.ORGANISATION),
        "replied": factories.replied(factories.routed(now - timedelta(days=2), province=None), now),
    }


ASKED: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"desk", "routed", "screened", "replied"}),
    ({"queue": Queue.TRIAGE}, {"desk"}),
    ({"queue": Queue.SCREENING}, {"screened"}),
    ({"queue": Queue.HANDLING}, {"routed"}),
    ({"queue": Queue.CHECKING}, set()),
    ({"queue": Queue.ALL}, {"desk", "routed", "screened"}),
    ({"queue": Queue.EVER}, {"desk", "routed", "screened", "replied"}),
    ({"statuses": (Status.SORTING, Status.ASSIGNED)}, {"desk", "routed", "screened"}),
    ({"kinds": (Kind.QUESTION, Kind.PROPOSAL)}, {"routed"}),
    ({"fields": ("HT",)}, {"desk"}),
    ({"provinces": ("HN", "SONLA")}, {"desk", "routed", "screened"}),
    ({"bodies": ("BKHCN", "BCA")}, {"routed", "replied"}),
    ({"classes": ("BKHCN",)}, {"desk", "routed", "screened", "replied"}),
    ({"classes": ("BCA",)}, set()),
    ({"screens": (Screen.DENUNCIATION,)}, {"screened"}),
    ({"channels": (Channel.PHONE,)}, {"routed"}),
    ({"senders": (SenderKind.ORGANISATION, SenderKind.ANONYMOUS)}, {"screened"}),
    ({"desk_reasons": (DeskReason.UNSURE, DeskReason.CLOSE)}, {"desk"}),
    ({"bands": (Band.LOW,)}, {"desk"}),
    ({"bands": (Band.VERY_HIGH, Band.LOW)}, {"desk", "routed", "screened", "replied"}),
    ({"overdue": True}, {"screened"}),
    ({"repeats": (Repeat.MERGED,)}, set()),
    ({"text": "dat dai"}, {"routed"}),
    ({"text": '"ho so" hoac'}, set()),
    ({"text": "phát NOT đất"}, {"desk", "screened", "replied"}),
    ({"text": "sóng", "provinces": ("SONLA",), "queue": Queue.TRIAGE}, {"desk"}),
]


@pytest.mark.parametrize(("asked", "names"), ASKED)
def test_a_filter_finds_what_it_names_and_nothing_else(
    session: Session, now: datetime, cases: dict[str, Comment], asked: dict[str, Any], names: set[str]
) -> None:
    assert found(session, Filters(**asked), now) == sorted(cases[name].reference for name in names)


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [(0, 0, {"desk"}), (-1, 0, {"desk", "routed"}), (-2, -1, {"routed", "replied"}), (1, 5, set())],
)
def test_a_period_holds_both_its_days(
    session: Session, now: datetime, cases: dict[str, Comment], first: int, last: int, names: set[str]
) -> None:
    day: Callable[[int], Any] = lambda step: (now + timedelta(days=step)).date()  # noqa: E731
    asked = Filters(received_from=day(first), received_to=day(last))
    assert found(session, asked, now) == sorted(cases[name].reference for name in names)


def test_due_days_are_those_of_viet_nam(session: Session, now: datetime, cases: dict[str, Comment]) -> None:
    case = cases["desk"]
    day = (case.due_at + timedelta(hours=7)).date()
    assert found(session, Filters(due_from=day, due_to=day), now) == [case.reference]


def test_cases_that_may_be_duplicates_are_found_from_both_sides(
    session: Session, now: datetime, cases: dict[str, Comment]
) -> None:
    one, other, third = cases["desk"], cases["routed"], cases["replied"]
    session.add(Resemblance(comment_id=one.id, other_id=other.id, score=0.9, sure=True, alike=0.9, at=now))
    session.add(Resemblance(comment_id=one.id, other_id=third.id, score=0.2, sure=False, alike=0.2, at=now))
    asked = Filters(repeats=(Repeat.LIKELY, Repeat.MERGED))
    assert found(session, asked, now) == sorted([one.reference, other.reference])


def test_who_is_charged_tags_holds_and_hops_are_asked_for(
    session: Session, now: datetime, cases: dict[str, Comment]
) -> None:
    officer = factories.officer(now, Role.HANDLER, "BKHCN")
    case, other = cases["routed"], cases["replied"]
    case.assignee_id, case.held, case.hops = officer.id, True, 3
    other.assignee_id = None
    session.add(CaseTag(comment_id=case.id, tag="hạ tầng", officer_id=officer.id, at=now))
    session.add(CaseTag(comment_id=case.id, tag="đất đai", officer_id=officer.id, at=now))
    asked = Filters(tags=("hạ tầng", "đất đai"), held=True, hops=3)
    assert found(session, asked, now) == [case.reference]
    assert found(session, Filters(hops=4), now) == []
    session.flush()
    for charges, expected in (((Charge.ME,), {case}), ((Charge.NOBODY,), {other}), (tuple(Charge), {case, other})):
        conditions = filters.conditions(
            filters=Filters(charges=charges, bodies=("BKHCN",)), now=now, officer_id=officer.id
        )
        assert set(session.scalars(select(Comment).where(*conditions))) == expected
    assert found(session, Filters(charges=(Charge.ME,)), now) == []


def test_a_text_that_finds_nothing_is_refused_beside_its_field(session: Session, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refusal:
        filters.conditions(filters=Filters(text="AND"), now=now)
    assert list(refusal.value.fields) == ["tim"]


def test_a_settled_case_is_never_overdue(session: Session, now: datetime, cases: dict[str, Comment]) -> None:
    late = now + timedelta(days=400)
    assert cases["replied"].reference not in found(session, Filters(overdue=True), late)
