"""What falls due in a case by itself: telling the citizen of a delay, closing what was never supplemented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import TextClause, bindparam, select, text

from feedback.db import UtcDateTime, session
from feedback.domain.office_hours import is_open
from feedback.domain.status import Action, Actor, Status
from feedback.models import AuditEvent, Comment
from feedback.services import calendar, moving, notifying

AT_ONCE = 100  # cases a transaction
# QĐ 574/QĐ-TTg of 2017: while the answer is late, the sender is told how it stands every seven days.
BETWEEN_NOTES = timedelta(days=7)


def tell_of_delay(slot: datetime) -> int:
    """Tell the senders of overdue cases, within working hours, that it takes longer; how many cases.

    The first note comes with the first slot after the due date, another every seven days while it is open and late.
    """
    if not is_open(slot, calendar.current()):
        return 0
    late = _locked(_LATE, at=slot, since=slot - BETWEEN_NOTES)
    for comment in late:
        event = moving.record(
            comment=comment, action="progress", actor=Actor.SYSTEM, at=slot, data={"due": comment.due_at.isoformat()}
        )
        notifying.promise(
            comment=comment, event="progress", occasion=event.sequence, at=slot, facts={"due_at": comment.due_at}
        )
    return len(late)


def close_unanswered(slot: datetime) -> int:
    """Close the cases whose senders were asked for more and did not answer in time, and tell them; how many cases."""
    waiting = _locked(_UNANSWERED)
    closed = [comment for comment in waiting if _lapse(comment, slot)]
    return len(closed)


def _lapse(comment: Comment, slot: datetime) -> bool:
    until = supplement_due(comment=comment)
    if until is None or until >= slot or comment.status != Status.AWAITING_SUPPLEMENT:
        return False
    event = moving.move(
        comment=comment, action=Action.LAPSE, actor=Actor.SYSTEM, at=slot, data={"until": until.isoformat()}
    )
    notifying.promise(comment=comment, event="lapsed", occasion=event.sequence, at=slot, facts={"until": until})
    return True


def supplement_due(*, comment: Comment) -> datetime | None:
    """By when the sender was to supplement a case that waits for it; None when nobody asked."""
    asked = session().scalar(
        select(AuditEvent.at)
        .where(AuditEvent.comment_id == comment.id, AuditEvent.action == Action.ASK_SUPPLEMENT)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    )
    if asked is None:
        return None
    return calendar.due_at(at=asked, step="supplement", kind=comment.kind)


def _locked(statement: TextClause, **values: datetime) -> Sequence[Comment]:
    """The cases that a statement finds, locked; what somebody else holds at this moment is left for the next time."""
    found = session().scalars(statement, {**values, "limit": AT_ONCE}).all()
    return (
        session()
        .scalars(
            select(Comment).where(Comment.id.in_(found)).order_by(Comment.id).execution_options(populate_existing=True)
        )
        .all()
    )


_TIMES = [bindparam(name, type_=UtcDateTime()) for name in ("at", "since")]
_WITH_BODY = "'assigned', 'in_progress', 'extended', 'reopened', 'answered', 'checking', 'approved'"

_LATE = text(f"""
SELECT comment.id FROM comment JOIN sender ON sender.comment_id = comment.id
WHERE comment.status IN ({_WITH_BODY}) AND comment.due_at < :at AND NOT comment.held
  AND sender.consent_contact AND (sender.email IS NOT NULL OR sender.phone IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM notification AS told
    WHERE told.comment_id = comment.id AND told.event = 'progress' AND told.created_at > :since)
ORDER BY comment.due_at, comment.id LIMIT :limit
FOR UPDATE OF comment SKIP LOCKED
""").bindparams(*_TIMES)  # noqa: S608 -- ours

_UNANSWERED = text("""
SELECT comment.id FROM comment
WHERE comment.status = 'awaiting_supplement' AND NOT comment.held
ORDER BY (
    SELECT max(at) FROM audit_event
    WHERE audit_event.comment_id = comment.id AND audit_event.action = 'ask_supplement'
) LIMIT :limit
FOR UPDATE OF comment SKIP LOCKED
""")
