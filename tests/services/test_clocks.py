"""The clocks of a case in the database: what moves write, and that what is kept is what the ledger says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from feedback.domain.clock_effects import EFFECTS, SUBMIT, Extension
from feedback.domain.errors import InvalidInput
from feedback.domain.ledger import Clock
from feedback.domain.permissions import Role
from feedback.domain.status import Action, Actor
from feedback.domain.vocabulary import Consent
from feedback.models import CaseClock, ClockEvent, Comment
from feedback.seed import DEADLINES, rows_of
from feedback.services import catalogues, clock_check, clocks, lookup, moving
from tests import factories

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUE = datetime(2026, 3, 31, 10, tzinfo=UTC)  # of what was filed at `now`


def standing(case: Comment) -> dict[str, str]:
    rows = select(CaseClock).where(CaseClock.comment_id == case.id).execution_options(populate_existing=True)
    return {row.clock: row.state for row in factories.session().scalars(rows)}


def kept(case: Comment, clock: str = "answer") -> CaseClock:
    return factories.session().get_one(CaseClock, (case.id, clock), populate_existing=True)


def written(case: Comment, clock: str = "answer") -> list[ClockEvent]:
    rows = select(ClockEvent).where(ClockEvent.comment_id == case.id, ClockEvent.clock == clock)
    return list(factories.session().scalars(rows.order_by(ClockEvent.id)))


def move(
    case: Comment, action: Action, at: datetime, *, extension: Extension | None = None, lead: Comment | None = None
) -> None:
    who = factories.officer(at, Role.HANDLER, "BKHCN").id
    case.merged_into_id = lead.id if lead else None
    moving.move(
        comment=case, action=action, actor=Actor.OFFICER, at=at, officer_id=who, reason="Có lý do.", extension=extension
    )


def accepted(now: datetime) -> Comment:
    return factories.accepted(now, factories.officer(now, Role.HANDLER, "BKHCN"))


def test_filing_starts_the_clocks_that_the_table_of_effects_says(session: Session, now: datetime) -> None:
    case = factories.comment(factories.submit(now).reference)
    assert standing(case) == {effect.clock: "running" for effect in EFFECTS[SUBMIT]}
    started = written(case)[0]
    assert (started.kind, started.at, started.length, started.unit, started.due_at, started.profile) == (
        "started",
        now,
        15,
        "day",
        case.due_at,
        "answer/*/*",
    )
    assert kept(case, "acknowledge").due_at == datetime(2026, 3, 10, 7, tzinfo=UTC)  # four working hours after 9:00
    assert list(clock_check.differences()) == []


def test_a_form_posted_twice_starts_its_clocks_once(session: Session, now: datetime) -> None:
    first = factories.submit(now, token="one form")
    factories.submit(now, token="one form")
    assert len(written(factories.comment(first.reference))) == 1


def test_the_machine_hands_a_case_over_as_the_table_of_effects_says(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    assert standing(case) == {
        "acknowledge": "stopped",
        "classify": "stopped",
        "accept": "running",
        "answer": "running",
    }
    assert [event.kind for event in written(case)] == ["started", "handed_over"]
    assert kept(case, "acknowledge").on_time is True
    assert list(clock_check.differences()) == []


def test_a_case_laid_on_the_triage_desk_waits_to_be_classified(session: Session, now: datetime) -> None:
    case = factories.on_desk(now)
    assert standing(case) == {"acknowledge": "stopped", "classify": "running", "answer": "running"}


def test_an_answer_sent_stops_the_clock_and_says_whether_in_time(session: Session, now: datetime) -> None:
    early, late = (
        factories.replied(factories.routed(now), now + DAY),
        factories.replied(factories.routed(now), now + 40 * DAY),
    )
    assert [kept(case).on_time for case in (early, late)] == [True, False]
    assert set(standing(late).values()) == {"stopped"}
    assert written(early)[-1].due_at == early.due_at


def test_an_answer_reported_on_again_is_owed_anew(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.replied(factories.comment(receipt.reference), now + 40 * DAY)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason="Vẫn chưa được giải quyết.", at=now + 41 * DAY)
    assert kept(case).state == "running"
    assert case.due_at == kept(case).due_at == datetime(2026, 5, 14, 10, tzinfo=UTC)
    assert [event.kind for event in written(case)] == ["started", "handed_over", "stopped", "started"]
    assert written(case)[2].at > written(case)[2].due_at
    assert list(clock_check.differences()) == []


def test_an_extension_is_written_with_officer_reason_and_both_dates(session: Session, now: datetime) -> None:
    case = accepted(now)
    before = case.due_at
    move(case, Action.EXTEND, now + DAY, extension=Extension(working_days=5))
    event = written(case)[-1]
    assert (event.kind, event.length, event.unit, event.cause) == ("extended", 5, "day", "Có lý do.")
    assert (event.previous_due_at, event.due_at) == (before, datetime(2026, 4, 7, 10, tzinfo=UTC))
    assert event.officer_id is not None
    assert case.due_at == kept(case).due_at == event.due_at
    assert list(clock_check.differences()) == []


@pytest.mark.parametrize(
    ("extension", "field"),
    [
        (None, "days"),
        (Extension(), "days"),
        (Extension(working_days=3, until=DUE + DAY), "days"),
        (Extension(working_days=0), "days"),
        (Extension(working_days=11), "days"),
        (Extension(until=DUE), "until"),
        (Extension(until=DUE + 15 * DAY), "until"),
    ],
)
def test_an_extension_of_nothing_or_too_far_is_refused(
    session: Session, now: datetime, extension: Extension | None, field: str
) -> None:
    case = accepted(now)
    with pytest.raises(InvalidInput) as refused:
        move(case, Action.EXTEND, now + DAY, extension=extension)
    assert list(refused.value.fields) == [field]
    assert (case.status, len(written(case))) == ("in_progress", 2)


def test_an_extension_to_a_date_within_the_longest_is_granted(session: Session, now: datetime) -> None:
    case = accepted(now)
    until = case.due_at + 14 * DAY
    move(case, Action.EXTEND, now + DAY, extension=Extension(until=until))
    assert case.due_at == until


def test_a_body_with_a_length_of_its_own_owes_by_it_whoever_routes(session: Session, now: datetime) -> None:
    own = {**rows_of(DEADLINES)[4], "body": "BKHCN", "length": "3", "source": "Quy chế của Bộ", "certainty": "read"}
    catalogues.load(documented=[], profiles=[*rows_of(DEADLINES), own])
    case = factories.routed(now)
    assert case.due_at == kept(case).due_at == datetime(2026, 3, 13, 10, tzinfo=UTC)
    assert written(case)[-1].profile == "answer/*/BKHCN"
    move(case, Action.RETURN, now + HOUR)
    assert case.due_at == datetime(2026, 3, 31, 10, tzinfo=UTC)
    assert list(clock_check.differences()) == []


def test_the_answer_to_a_case_stops_the_clock_of_what_was_merged_into_it(session: Session, now: datetime) -> None:
    lead, merged = factories.routed(now), factories.routed(now)
    move(merged, Action.MERGE, now, lead=lead)
    assert (standing(merged)["answer"], standing(merged)["accept"]) == ("running", "stopped")
    factories.replied(lead, now + DAY)
    assert (kept(merged).stopped_at, kept(merged).on_time) == (now + DAY, True)
    clocks.stop(comment_ids=[merged.id], clock=Clock.ANSWER, at=now + 2 * DAY, cause="Đã trả lời")
    assert kept(merged).stopped_at == now + DAY
    assert list(clock_check.differences()) == []


@pytest.mark.parametrize(("agreed", "standing_of_publish"), [(True, "running"), (False, None)])
def test_publication_is_owed_only_for_what_may_be_published(
    session: Session, now: datetime, agreed: bool, standing_of_publish: str | None
) -> None:
    consents = {Consent.PROCESS, Consent.CONTACT} | ({Consent.PUBLISH} if agreed else set())
    case = factories.replied(factories.routed(now, consents=frozenset(consents)), now)
    assert standing(case).get("publish") == standing_of_publish


def test_what_is_kept_apart_from_the_ledger_is_named(session: Session, now: datetime) -> None:
    case, other = factories.routed(now), factories.routed(now + HOUR)
    session.execute(
        update(CaseClock)
        .where(CaseClock.comment_id == case.id, CaseClock.clock == "answer")
        .values(due_at=now, state="paused")
    )
    session.execute(text("DELETE FROM case_clock WHERE comment_id = :id AND clock = 'accept'"), {"id": other.id})
    session.execute(text("DELETE FROM clock_event WHERE comment_id = :id AND clock = 'classify'"), {"id": other.id})
    session.execute(update(Comment).where(Comment.id == other.id).values(due_at=now))
    found = [(one.reference, one.clock, one.what, one.kept) for one in clock_check.differences()]
    assert found == [
        (case.reference, "answer", "state", "paused"),
        (case.reference, "answer", "due_at", now.isoformat()),
        (other.reference, "accept", "clock", None),
        (other.reference, "classify", "clock", "stopped"),
        (other.reference, "answer", "comment.due_at", now.isoformat()),
    ]


def test_a_date_that_the_calendar_of_now_does_not_give_is_named(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    day = {"date": "2026-03-18", "is_working": "no", "name": "Bão", "document": "Công điện 1"}
    catalogues.load(documented=[day], profiles=rows_of(DEADLINES))  # nothing is counted anew after it
    (found,) = clock_check.differences()
    assert (found.reference, found.clock, found.what) == (case.reference, "answer", "calendar")
    assert (found.kept, found.derived) == (DUE.isoformat(), (DUE + DAY).isoformat())
    case.held = True
    session.flush()
    assert list(clock_check.differences()) == []
