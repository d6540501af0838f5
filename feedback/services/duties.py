"""What falls due in a case by itself: telling the citizen of a delay, closing what was never supplemented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import TextClause, bindparam, select, text

from feedback.db import UtcDateTime, session
from feedback.domain.ledger import Clock
from feedback.domain.office_hours import is_open
from feedback.domain.profiles import EVERY
from feedback.domain.status import OPEN, Action, Actor
from feedback.models import CaseClock, Comment
from feedback.services import calendar, merging, moving, notifying

AT_ONCE = 100  # cases a transaction


def tell_of_delay(slot: datetime) -> int:
    """Tell the senders of overdue cases, within working hours, that it takes longer; how many cases.

    The first note comes with the first slot after the due date, and others as far apart as the step `progress_note`
    says, while it is open and late: seven days by Decision 574/QĐ-TTg of 2017.
    """
    if not is_open(slot, calendar.current()):
        return 0
    apart = timedelta(days=calendar.given_for(step="progress_note", kind=EVERY).length.number)
    late = _locked(_LATE, at=slot, since=slot - apart)
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
    waiting = _locked(_UNANSWERED, at=slot)
    for comment in waiting:
        _lapse(comment, slot)
    return len(waiting)


def _lapse(comment: Comment, slot: datetime) -> None:
    until = supplement_due(comment=comment)
    event = moving.move(
        comment=comment, action=Action.LAPSE, actor=Actor.SYSTEM, at=slot, data={"until": until.isoformat()}
    )
    notifying.promise(comment=comment, event="lapsed", occasion=event.sequence, at=slot, facts={"until": until})
    merging.release(lead=comment, at=slot)


def supplement_due(*, comment: Comment) -> datetime:
    """By when the sender was to supplement a case that was asked about."""
    return (
        session()
        .scalars(
            select(CaseClock.due_at).where(CaseClock.comment_id == comment.id, CaseClock.clock == Clock.SUPPLEMENT)
        )
        .one()
    )


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
_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN))

_LATE = text(f"""
SELECT comment.id FROM comment
JOIN case_clock AS clock ON clock.comment_id = comment.id JOIN sender ON sender.comment_id = comment.id
WHERE clock.clock = 'answer' AND clock.state = 'running' AND clock.due_at < :at
  AND comment.status IN ({_OPEN}) AND NOT comment.held
  AND sender.consent_contact AND (sender.email IS NOT NULL OR sender.phone IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM notification AS told
    WHERE told.comment_id = comment.id AND told.event = 'progress' AND told.created_at > :since)
ORDER BY clock.due_at, comment.id LIMIT :limit
FOR UPDATE OF comment SKIP LOCKED
""").bindparams(*_TIMES)  # noqa: S608 -- ours

_UNANSWERED = text("""
SELECT comment.id FROM comment JOIN case_clock AS clock ON clock.comment_id = comment.id
WHERE clock.clock = 'supplement' AND clock.state = 'running' AND clock.due_at < :at
  AND comment.status = 'awaiting_supplement' AND NOT comment.held
ORDER BY clock.due_at, comment.id LIMIT :limit
FOR UPDATE OF comment SKIP LOCKED
""").bindparams(_TIMES[0])
