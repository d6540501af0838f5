"""What is proposed for erasure: all that is past its term, in batches of a size that two people can look at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.domain.retention import Erasing
from feedback.domain.status import Actor
from feedback.models import DisposalBatch
from feedback.services import disposal, lookup, moving, proposing
from tests import factories, retained


def test_a_case_is_proposed_once_and_not_again_while_it_lies_in_a_batch(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    (batch,) = proposing.propose(at=now + retained.LATER)
    assert (batch.erases, batch.status, batch.confidential) == ("identity", "ready", False)
    assert retained.states(batch) == {case.reference: "kept"}
    assert proposing.propose(at=now + retained.LATER) == []


def test_the_term_counts_from_the_end_of_the_case(session: Session, now: datetime) -> None:
    retained.ended(now)
    assert proposing.propose(at=datetime(2028, 3, 9, 2, 0, tzinfo=now.tzinfo)) == []
    assert len(proposing.propose(at=datetime(2028, 3, 10, 2, 0, tzinfo=now.tzinfo))) == 1


def test_an_answer_that_nobody_confirmed_ends_a_case_too(session: Session, now: datetime) -> None:
    case = factories.replied(factories.routed(now), now)
    (batch,) = proposing.propose(at=now + retained.LATER)
    assert retained.states(batch) == {case.reference: "kept"}


def test_many_cases_are_parted_the_longest_ended_first_and_the_rest_waits_for_the_next_slot(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "LARGEST_BATCH", 2)
    monkeypatch.setattr(proposing, "MOST_BATCHES", 2)
    cases = [retained.ended(now + timedelta(days=day)).case.reference for day in range(5)]
    first, second = proposing.propose(at=now + retained.LATER)
    assert sorted(retained.states(first)) == cases[:2]
    assert sorted(retained.states(second)) == cases[2:4]
    (third,) = proposing.propose(at=now + retained.LATER)
    assert list(retained.states(third)) == cases[4:]


def test_kept_cases_have_batches_of_their_own(session: Session, now: datetime) -> None:
    secret, plain = retained.kept(now).case, retained.ended(now).case
    batches = {batch.confidential: batch for batch in proposing.propose(at=now + retained.LATER)}
    assert retained.states(batches[False]) == {plain.reference: "kept"}
    assert retained.states(batches[True]) == {secret.reference: "kept"}


def test_a_case_whose_text_is_due_is_not_proposed_for_its_identity_as_well(session: Session, now: datetime) -> None:
    retained.ended(now)
    (batch,) = proposing.propose(at=now + retained.MUCH_LATER)
    assert batch.erases == "text"


def test_the_text_of_a_case_without_identity_has_its_own_term(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    retained.erase(*_of(now, retained.LATER))
    assert proposing.propose(at=now + 2 * retained.LATER) == []
    (batch,) = proposing.propose(at=now + retained.MUCH_LATER)
    assert (batch.erases, retained.states(batch)) == ("text", {case.reference: "kept"})
    retained.erase(batch, now + retained.MUCH_LATER)
    assert proposing.propose(at=now + 2 * retained.MUCH_LATER) == []


def _of(now: datetime, after: timedelta) -> tuple[DisposalBatch, datetime]:
    (batch,) = proposing.propose(at=now + after)
    return batch, now + after


def test_what_was_taken_out_for_its_identity_may_still_be_proposed_for_its_text(
    session: Session, now: datetime
) -> None:
    retained.set_term(Erasing.TEXT, months=26)
    batch = retained.proposed(now)
    first, _ = retained.reviewers(now)
    disposal.reject(officer=first, batch_id=batch.id, reason="Đang thanh tra.", at=now + retained.LATER)
    (text,) = proposing.propose(at=now + 27 * retained.MONTH)
    assert text.erases == "text"


def test_a_case_merged_with_one_that_is_open_waits_for_it(session: Session, now: datetime) -> None:
    lead, case = factories.routed(now), retained.ended(now).case
    case.status, case.merged_into_id = "merged", lead.id
    session.flush()
    assert proposing.propose(at=now + retained.LATER) == []
    factories.replied(lead, now)
    (batch,) = proposing.propose(at=now + retained.LATER)
    assert set(retained.states(batch)) == {lead.reference, case.reference}


def test_reading_an_identity_is_no_message_of_the_sender(session: Session, now: datetime) -> None:
    retained.set_term(Erasing.IDENTITY, months=3)
    case = retained.ended(now).case
    late = now + 4 * retained.MONTH
    officer = factories.officer(now, Role.INTAKE)
    moving.record(comment=case, action="unseal", actor=Actor.OFFICER, at=late, officer_id=officer.id)
    session.flush()
    assert len(proposing.propose(at=late)) == 1


def test_a_request_takes_the_case_out_of_the_batch_in_which_it_waited(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    (batch,) = proposing.propose(at=now + retained.LATER)
    lookup.ask_erasure(reference=filed.receipt.reference, key=filed.receipt.key, at=now + retained.LATER)
    assert retained.states(batch) == {filed.receipt.reference: "moved"}
