"""The sender's own right to have a case's content erased: asking for it, and being told how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from feedback.db import session
from feedback.domain.clock import deadline
from feedback.domain.errors import InvalidMove
from feedback.domain.retention import IN_REVIEW, BatchStatus, Erased, Erasing, ItemState
from feedback.domain.status import SETTLED, Actor
from feedback.models import CaseNote, Comment, DisposalBatch, DisposalCertificate, DisposalItem
from feedback.services import admin_log, calendar, moving, retention

_WAITING = frozenset({*IN_REVIEW, BatchStatus.APPROVED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sender is told: what is gone, since when and by which rule; until when a request is decided, or why it
    was refused; and whether one may be made now.
    """

    erased: Erased | None
    erased_at: datetime | None
    source: str | None
    due_at: datetime | None
    refusal: str | None
    may_ask: bool


def ask(*, comment: Comment, at: datetime) -> DisposalBatch:
    """The sender asks that a locked case's content be erased: a batch of one, which two officers review in time.

    Law 91/2025/QH15 gives the right, Decree 356/2025/NĐ-CP two working days to answer. The sender's own messages do
    not put it off. Raise InvalidMove while the case is open, when it waits already, or when nothing is left to erase.
    """
    if not standing(comment=comment).may_ask:
        raise InvalidMove(_WHY_NOT)
    rule = retention.schedule(erases=Erasing.REQUEST)
    due = deadline(at, rule.working_days or 1, calendar.current()).due_at
    batch = DisposalBatch(erases=Erasing.REQUEST, confidential=comment.confidential, made_at=at, due_at=due)
    session().add(batch)
    session().flush()
    # What it waited in for its term, it waits in no longer.
    session().execute(
        update(DisposalItem)
        .where(DisposalItem.comment_id == comment.id, DisposalItem.state == ItemState.KEPT)
        .values(state=ItemState.MOVED, ended_at=at)
    )
    session().add(DisposalItem(batch_id=batch.id, comment_id=comment.id))
    moving.record(comment=comment, action="erasure_asked", actor=Actor.CITIZEN, at=at, data={"batch": batch.id})
    admin_log.write(action="disposal_asked", at=at, data={"batch": batch.id, "cases": 1})
    return batch


_WHY_NOT = (
    "Chỉ yêu cầu xóa được khi ý kiến đã giải quyết xong, nội dung chưa bị xóa và chưa có yêu cầu nào đang chờ xem xét."
)


def standing(*, comment: Comment) -> Standing:
    """How erasure stands for a case, in the words of the schedule."""
    certificate = session().scalar(
        select(DisposalCertificate)
        .where(DisposalCertificate.comment_id == comment.id)
        .order_by(DisposalCertificate.id.desc())
        .limit(1)
    )
    request = session().scalar(
        select(DisposalBatch)
        .join(DisposalItem, DisposalItem.batch_id == DisposalBatch.id)
        .where(DisposalItem.comment_id == comment.id, DisposalBatch.erases == Erasing.REQUEST)
        .order_by(DisposalBatch.id.desc())
        .limit(1)
    )
    waits = request is not None and request.status in _WAITING
    refused = request is not None and request.status == BatchStatus.REJECTED and comment.erased != Erased.TEXT
    return Standing(
        erased=Erased(comment.erased) if comment.erased and certificate else None,
        erased_at=certificate.erased_at if certificate else None,
        source=certificate.source if certificate else None,
        due_at=request.due_at if request and waits else None,
        refusal=_refusal(comment) if refused else None,
        may_ask=comment.status in SETTLED and not waits and not _nothing_left(comment, certificate),
    )


def _nothing_left(comment: Comment, certificate: DisposalCertificate | None) -> bool:
    """Whether every word is gone, and none came after."""
    if certificate is None or comment.erased != Erased.TEXT:
        return False
    return certificate.erased_at >= (comment.closed_at or comment.updated_at)


def _refusal(comment: Comment) -> str | None:
    return session().scalar(
        select(CaseNote.text)
        .where(CaseNote.comment_id == comment.id, CaseNote.action == "erasure_refused")
        .order_by(CaseNote.id.desc())
        .limit(1)
    )
