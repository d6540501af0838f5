"""The sender's own request: when it may be made, by when it is decided, and what the sender is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidMove, NotFound
from feedback.models import AdminEvent
from feedback.services import disposal, erasing, erasure, lookup
from tests import factories, retained


def standing(filed: retained.Ended) -> erasure.Standing:
    return erasure.standing(comment=factories.comment(filed.receipt.reference))


def test_nothing_is_told_while_nothing_happened(session: Session, now: datetime) -> None:
    assert standing(retained.ended(now)) == erasure.Standing(None, None, None, None, None, may_ask=True)


def test_while_the_case_is_open_it_may_not_be_asked(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    with pytest.raises(InvalidMove, match="đã giải quyết xong"):
        lookup.ask_erasure(reference=receipt.reference, key=receipt.key, at=now)


def test_nobody_asks_without_the_key(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    with pytest.raises(NotFound):
        lookup.ask_erasure(reference=filed.receipt.reference, key="0" * 12, at=now)


def test_it_is_asked_once_until_it_is_decided(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    batch = retained.asked(filed, now)
    assert (batch.erases, batch.status, batch.due_at) == ("request", "ready", standing(filed).due_at)
    for _ in range(2):
        with pytest.raises(InvalidMove):
            retained.asked(filed, now)
    disposal.reject(officer=retained.reviewers(now)[0], batch_id=batch.id, reason="Đang thanh tra.", at=now)
    assert standing(filed) == erasure.Standing(None, None, None, None, "Đang thanh tra.", may_ask=True)
    again = retained.asked(filed, now + timedelta(days=1))
    assert again.id > batch.id
    assert standing(filed).refusal is None


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-10T09:00+07:00", "2026-03-12T17:00+07:00"),
        ("2026-03-13T23:59+07:00", "2026-03-17T17:00+07:00"),
        ("2026-02-13T10:00+07:00", "2026-02-24T17:00+07:00"),  # over Tết
    ],
)
def test_two_working_days_are_counted_by_the_calendar(session: Session, now: datetime, asked: str, due: str) -> None:
    batch = retained.asked(retained.ended(datetime(2026, 1, 20, tzinfo=now.tzinfo)), datetime.fromisoformat(asked))
    assert batch.due_at == datetime.fromisoformat(due)


def test_after_the_erasure_the_sender_reads_by_which_rule_and_has_nothing_more_to_ask(
    session: Session, now: datetime
) -> None:
    filed = retained.ended(now)
    retained.approved(retained.asked(filed, now), now)
    assert standing(filed).due_at is not None  # approved, and not yet carried out
    erasing.carry_out(cleaner=str, at=now)
    told = standing(filed)
    assert (told.erased, told.erased_at, told.due_at, told.may_ask) == ("text", now, None, False)
    assert told.source is not None
    assert told.source.startswith("Quyền yêu cầu xóa dữ liệu")


def test_what_was_written_after_an_erasure_may_be_erased_as_well(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    retained.approved(retained.asked(filed, now), now)
    erasing.carry_out(cleaner=str, at=now)
    lookup.reopen(reference=filed.receipt.reference, key=filed.receipt.key, reason="Sự việc lại xảy ra rồi.", at=now)
    assert not standing(filed).may_ask
    case = factories.comment(filed.receipt.reference)
    case.status, case.closed_at = "closed", now + timedelta(days=3)
    session.flush()
    assert standing(filed).may_ask


def test_identity_may_be_gone_and_the_text_still_be_asked_for(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    retained.erase(retained.proposing.propose(at=now + retained.LATER)[0], now + retained.LATER)
    told = standing(filed)
    assert (told.erased, told.may_ask) == ("identity", True)


def test_a_request_is_an_event_of_the_case_and_of_the_service(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    batch = retained.asked(filed, now)
    event = factories.events(filed.case)[-1]
    assert (event.actor, event.action, event.data) == ("citizen", "erasure_asked", {"batch": batch.id})
    log = session.scalars(select(AdminEvent).where(AdminEvent.action == "disposal_asked")).one()
    assert (log.officer_id, log.data) == (None, {"batch": batch.id, "cases": 1})


def test_a_refusal_is_kept_as_a_note_whose_digest_is_in_the_chain(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    officer = retained.reviewers(now)[0]
    disposal.reject(officer=officer, batch_id=retained.asked(filed, now).id, reason="Đang thanh tra.", at=now)
    event = factories.events(filed.case)[-1]
    assert (event.action, event.officer_id) == ("erasure_refused", officer.id)
    assert event.data == {"note": factories.digest("Đang thanh tra.")}
    assert factories.notes(filed.case)[-1] == ("officer", "erasure_refused", "Đang thanh tra.")
