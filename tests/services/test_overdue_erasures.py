"""A request for erasure that nobody decided in time: who is told, once, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.models import Comment, DisposalBatch, DisposalItem, Officer, OfficerDigest, OfficerNotice
from feedback.services import digests, disposal, notices, overdue_erasures
from tests import factories, retained

SLOT = datetime(2026, 3, 13, 8, tzinfo=VIETNAM)  # asked on Tuesday the 10th, due on Thursday the 12th at 17:00


@pytest.fixture
def batch(session: Session, now: datetime) -> DisposalBatch:
    """A request made on 10 March 2026."""
    return retained.asked(retained.ended(now), now)


def told(session: Session) -> set[int]:
    kept = select(OfficerNotice.officer_id).where(OfficerNotice.kind == overdue_erasures.KIND)
    return set(session.scalars(kept))


def letter(session: Session, officer: Officer) -> list[digests.Section]:
    """What the officer's digest says of it when it is sent."""
    found = session.scalars(select(OfficerDigest).where(OfficerDigest.officer_id == officer.id)).one_or_none()
    prepared = digests.prepare(digest_id=found.id, at=SLOT + timedelta(minutes=1)) if found else None
    if not isinstance(prepared, digests.Digest):
        return []
    return [section for section in prepared.sections if section.heading == overdue_erasures.HEADING]


def test_every_reviewer_is_told_once_when_it_is_late_and_nobody_else(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, second = retained.reviewers(now)
    for role in (Role.LEADER, Role.HANDLER):
        factories.officer(now, role, "BKHCN")
    factories.officer(now, Role.AUDITOR, active=False)
    notices.tell_officials(SLOT - timedelta(days=1))
    assert told(session) == set()
    for hours in (0, 1, 24):
        notices.tell_officials(SLOT + timedelta(hours=hours))
    reviewing = set(session.scalars(select(Officer.id).where(Officer.role_rows.any(role="intake"), Officer.active)))
    assert told(session) == reviewing | {second.id}
    assert first.id in reviewing
    rows = session.scalars(select(OfficerNotice).where(OfficerNotice.officer_id == first.id)).all()
    assert [(row.kind, row.occasion) for row in rows] == [(overdue_erasures.KIND, batch.due_at)]


def test_the_digest_names_the_request_with_how_late_it_is(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    officer = retained.reviewers(now)[0]
    notices.tell_officials(SLOT)
    (section,) = letter(session, officer)
    (line,) = section.lines
    assert (line.due_at, line.late_days) == (batch.due_at, 1)


def test_whoever_verified_it_is_not_told_and_what_was_decided_is_left_out(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    first, second = retained.reviewers(now)
    disposal.verify(officer=first, batch_id=batch.id, at=now)
    notices.tell_officials(SLOT)
    assert first.id not in told(session)
    assert second.id in told(session)
    disposal.reject(officer=second, batch_id=batch.id, reason="Đang thanh tra.", at=SLOT)
    assert letter(session, second) == []


def test_a_confidential_one_is_told_only_to_those_who_may_read_it_and_a_held_one_to_nobody(
    session: Session, batch: DisposalBatch, now: datetime
) -> None:
    intake, auditor = retained.reviewers(now)
    batch.confidential = True
    session.flush()
    notices.tell_officials(SLOT)
    assert intake.id in told(session)
    assert auditor.id not in told(session)
    session.execute(update(OfficerNotice).values(occasion=now))
    held = select(DisposalItem.comment_id).where(DisposalItem.batch_id == batch.id)
    session.execute(update(Comment).where(Comment.id.in_(held)).values(held=True))
    assert overdue_erasures.tell(at=SLOT) == 0
