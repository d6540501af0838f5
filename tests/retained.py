"""What tests of retention make: cases that ended, officers who review, batches on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from classifier.redact import redact
from feedback.db import session
from feedback.domain.permissions import Role
from feedback.domain.retention import Erasing
from feedback.models import Comment, DisposalBatch, DisposalItem, Officer, RetentionSchedule
from feedback.services import disposal, erasing, lookup, proposing, screening
from feedback.services.intake import Receipt
from feedback.services.outbox import Claim
from tests import factories

MONTH = timedelta(days=31)
LATER = 25 * MONTH  # past the term of identities, and not past that of texts
MUCH_LATER = 125 * MONTH


@dataclass(frozen=True)
class Ended:
    """A case that has ended, and the receipt that its sender holds."""

    case: Comment
    receipt: Receipt


def ended(at: datetime, **changes: Any) -> Ended:
    """A case that was answered, and closed by its sender."""
    receipt = factories.submit(at, **changes)
    factories.classify(at)
    factories.replied(factories.comment(receipt.reference), at)
    lookup.confirm(reference=receipt.reference, key=receipt.key, at=at)
    return Ended(factories.comment(receipt.reference), receipt)


def kept(at: datetime) -> Ended:
    """A denunciation, redirected."""
    receipt = factories.submit(at)
    factories.classify(at, screen="to_cao", screen_confidence=0.9)
    case = factories.comment(receipt.reference)
    officer = factories.officer(at, Role.INTAKE)
    screening.confirm(officer=officer, reference=case.reference, version=case.version, label="to_cao", letter="", at=at)
    return Ended(case, receipt)


def reviewers(at: datetime) -> tuple[Officer, Officer]:
    """Two different officers who may review."""
    return factories.officer(at, Role.INTAKE), factories.officer(at, Role.AUDITOR)


def proposed(at: datetime, *, count: int = 1, erases: Erasing = Erasing.IDENTITY) -> DisposalBatch:
    """The one batch that lies ready once so many cases are past their term."""
    late = at + (MUCH_LATER if erases is Erasing.TEXT else LATER)
    for _ in range(count):
        ended(at)
    (batch,) = proposing.propose(at=late)
    return batch


def approved(batch: DisposalBatch, at: datetime) -> DisposalBatch:
    """The batch, looked at by two."""
    first, second = reviewers(at)
    disposal.verify(officer=first, batch_id=batch.id, at=at)
    return disposal.approve(officer=second, batch_id=batch.id, at=at)


def erase(batch: DisposalBatch, at: datetime) -> erasing.Outcome:
    """The batch, looked at by two and carried out."""
    approved(batch, at)
    outcome = erasing.carry_out(cleaner=redact, at=at)
    assert outcome is not None
    return outcome


def states(batch: DisposalBatch) -> dict[str, str]:
    """What became of the cases of a batch, by their numbers."""
    rows = session().execute(
        select(Comment.reference, DisposalItem.state)
        .join(Comment, Comment.id == DisposalItem.comment_id)
        .where(DisposalItem.batch_id == batch.id)
    )
    return {row.reference: row.state for row in rows}


def set_term(erases: Erasing, **values: int) -> None:
    """Another term, as an administrator loads it."""
    session().execute(update(RetentionSchedule).where(RetentionSchedule.erases == erases).values(**values))


def asked(filed: Ended, at: datetime) -> DisposalBatch:
    """The batch of one that the sender's own request makes."""
    lookup.ask_erasure(reference=filed.receipt.reference, key=filed.receipt.key, at=at)
    return session().scalars(select(DisposalBatch).order_by(DisposalBatch.id.desc()).limit(1)).one()


def outbox_claim(case: Comment) -> Claim:
    """A promise to compare this case, taken."""
    return Claim(id=0, comment_id=case.id, notification_id=None, attempts=1)
