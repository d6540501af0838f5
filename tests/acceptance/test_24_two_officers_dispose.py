"""24: two different officers review what is erased; a rejection builds the batch anew without what was refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidMove, NotAllowed
from feedback.domain.permissions import Permission, Role, granted
from feedback.domain.retention import Erasing
from feedback.models import AdminEvent, DisposalBatch, DisposalCertificate
from feedback.services import disposal, erasing, proposing
from tests import factories, retained
from tests.web.official import Official, values, words

BATCH, LIST = "/quan-tri/luu-tru/dot?so={}", "/quan-tri/luu-tru"
REASON = "Vụ việc còn đang được thanh tra."


@pytest.fixture
def batch(session: Session, now: datetime) -> DisposalBatch:
    """Three cases past the term of identities."""
    return retained.proposed(now, count=3)


def test_24_whoever_verified_may_not_approve_and_another_may(
    app: Flask, session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, second = retained.reviewers(now)
    desk, other = (Official(app.test_client()).sign_in(officer) for officer in (first, second))
    address = BATCH.format(batch.id)
    assert desk.send(address, f"{LIST}/xac-nhan").status_code == 303
    page = desk.get(address)
    assert "Người phê duyệt phải là một cán bộ khác." in words(page)
    refused = desk.post(f"{LIST}/phe-duyet", values(batch=batch.id, csrf_token=desk.token()))
    assert refused.status_code == 403
    assert "không được tự phê duyệt" in words(refused)
    assert other.send(address, f"{LIST}/phe-duyet").status_code == 303
    assert erasing.carry_out(cleaner=str, at=now + retained.LATER) == erasing.Outcome(batch.id, erased=3, spared=0)
    assert {row.first_reviewer_id for row in session.scalars(select(DisposalCertificate))} == {first.id}
    assert {row.second_reviewer_id for row in session.scalars(select(DisposalCertificate))} == {second.id}


def test_24_not_even_the_database_lets_one_officer_do_both(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, _ = retained.reviewers(now)
    one = {"first_reviewer_id": first.id, "verified_at": now, "second_reviewer_id": first.id, "approved_at": now}
    with pytest.raises(IntegrityError, match="ck_disposal_batch_four_eyes"):
        session.execute(update(DisposalBatch).values(status="approved", **one))


@pytest.mark.parametrize("status", ["approved", "done"])
def test_24_not_even_the_database_lets_a_batch_go_that_two_did_not_see(
    session: Session, batch: DisposalBatch, now: datetime, status: str
) -> None:
    first, _ = retained.reviewers(now)
    with pytest.raises(IntegrityError, match="ck_disposal_batch_approved_by_two"):
        session.execute(
            update(DisposalBatch).values(
                status=status,
                first_reviewer_id=first.id,
                verified_at=now,
                finished_at=now if status == "done" else None,
            )
        )


def test_24_nothing_is_erased_before_the_second_word(session: Session, batch: DisposalBatch, now: datetime) -> None:
    first, _ = retained.reviewers(now)
    late = now + retained.LATER
    assert erasing.carry_out(cleaner=str, at=late) is None
    disposal.verify(officer=first, batch_id=batch.id, at=now)
    assert erasing.carry_out(cleaner=str, at=late) is None
    assert set(retained.states(batch).values()) == {"kept"}


def test_24_a_rejection_rebuilds_the_batch_without_what_was_taken_out(
    app: Flask, session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, second = retained.reviewers(now)
    out, *others = sorted(retained.states(batch))
    desk, address = Official(app.test_client()).sign_in(first), BATCH.format(batch.id)
    assert desk.send(address, f"{LIST}/rut", references=[out], reason=REASON).status_code == 303
    disposal.verify(officer=first, batch_id=batch.id, at=now)
    other = Official(app.test_client()).sign_in(second)
    done = other.send(address, f"{LIST}/khong-phe-duyet", why="Xin xem lại từng ý kiến.")
    rebuilt = session.scalars(select(DisposalBatch).where(DisposalBatch.rebuilt_from_id == batch.id)).one()
    assert f"lập thành đợt {rebuilt.id}" in words(other.get(done.location))
    assert retained.states(batch) == {out: "removed_by_reviewer", **dict.fromkeys(others, "moved")}
    assert retained.states(rebuilt) == dict.fromkeys(others, "kept")
    assert (rebuilt.status, rebuilt.first_reviewer_id) == ("ready", None)


def test_24_the_rebuilt_batch_is_seen_by_two_again_and_the_case_taken_out_stays(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, second = retained.reviewers(now)
    out, *others = sorted(retained.states(batch))
    disposal.take_out(officer=second, batch_id=batch.id, references=[out], reason=REASON, at=now)
    rebuilt = disposal.reject(officer=second, batch_id=batch.id, reason=REASON, at=now)
    assert rebuilt is not None
    with pytest.raises(InvalidMove):
        disposal.approve(officer=second, batch_id=rebuilt.id, at=now)
    disposal.verify(officer=second, batch_id=rebuilt.id, at=now)
    with pytest.raises(NotAllowed):
        disposal.approve(officer=second, batch_id=rebuilt.id, at=now)
    disposal.approve(officer=first, batch_id=rebuilt.id, at=now)
    assert erasing.carry_out(cleaner=str, at=now + retained.LATER) == erasing.Outcome(rebuilt.id, erased=2, spared=0)
    assert factories.comment(out).erased is None
    assert {factories.comment(reference).erased for reference in others} == {"identity"}


def test_24_what_was_taken_out_is_not_proposed_again_within_a_year(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, _ = retained.reviewers(now)
    late = now + retained.LATER
    disposal.reject(officer=first, batch_id=batch.id, reason=REASON, at=late)
    assert set(retained.states(batch).values()) == {"removed_by_reviewer"}
    assert proposing.propose(at=late + timedelta(days=364)) == []
    (again,) = proposing.propose(at=late + timedelta(days=366))
    assert set(retained.states(again)) == set(retained.states(batch))


def test_24_every_step_is_written_down_with_whoever_took_it(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    out = min(retained.states(batch))
    first, second = retained.reviewers(now)
    disposal.take_out(officer=first, batch_id=batch.id, references=[out], reason=REASON, at=now)
    disposal.verify(officer=first, batch_id=batch.id, at=now)
    disposal.approve(officer=second, batch_id=batch.id, at=now)
    erasing.carry_out(cleaner=str, at=now + retained.LATER)
    log = session.execute(
        select(AdminEvent.action, AdminEvent.officer_id, AdminEvent.data)
        .where(AdminEvent.action.startswith("disposal_"))
        .order_by(AdminEvent.id)
    )
    assert [tuple(row) for row in log] == [
        ("disposal_proposed", None, {"batch": batch.id, "cases": 3}),
        ("disposal_taken_out", first.id, {"batch": batch.id, "cases": 1}),
        ("disposal_verified", first.id, {"batch": batch.id, "cases": 2}),
        ("disposal_approved", second.id, {"batch": batch.id, "cases": 2}),
        ("disposal_done", None, {"batch": batch.id, "erased": 2, "spared": 0}),
    ]


def test_24_the_sender_s_own_request_needs_two_as_well(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    batch = retained.asked(filed, now)
    first, second = retained.reviewers(now)
    disposal.verify(officer=first, batch_id=batch.id, at=now)
    with pytest.raises(NotAllowed, match="không được tự phê duyệt"):
        disposal.approve(officer=first, batch_id=batch.id, at=now)
    assert erasing.carry_out(cleaner=str, at=now) is None
    disposal.approve(officer=second, batch_id=batch.id, at=now)
    assert erasing.carry_out(cleaner=str, at=now) == erasing.Outcome(batch.id, erased=1, spared=0)
    assert (batch.erases, factories.comment(filed.receipt.reference).erased) == (Erasing.REQUEST, "text")


@pytest.mark.parametrize("role", Role)
def test_24_only_intake_and_auditors_review(session: Session, batch: DisposalBatch, now: datetime, role: Role) -> None:
    officer = factories.officer(now, role, "BKHCN")
    if Permission.REVIEW_DISPOSAL in granted(frozenset({role})):
        assert role in {Role.INTAKE, Role.AUDITOR}
        disposal.verify(officer=officer, batch_id=batch.id, at=now)
    else:
        with pytest.raises(NotAllowed):
            disposal.verify(officer=officer, batch_id=batch.id, at=now)
