"""Moving the date of an answer: for a reason, to a working day within the longest extension, and the sender is told."""

from __future__ import annotations

from datetime import date, datetime

from feedback.domain.clock_effects import Extension
from feedback.domain.errors import InvalidInput
from feedback.domain.ledger import end_of_working_day
from feedback.domain.status import Action, Actor
from feedback.domain.text import clean
from feedback.models import Comment, Officer
from feedback.services import calendar, moving, notifying, scope

SHORTEST, LONGEST = 10, 2000


def extend(*, officer: Officer, reference: str, version: int, at: datetime, reason: str, until: date | None) -> Comment:
    """Give a case until the end of a later working day.

    Args:
        officer: who extends.
        reference: of the case.
        version: the one that was read.
        at: now.
        reason: why the answer takes longer, 10 to 2,000 characters; the sender reads these words.
        until: the new last day, in Viet Nam.

    Raises:
        InvalidInput: no reason; a date that is none, is no working day, is not later, or is too far away.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.EXTEND, reference=reference, version=version)
    words, last = _checked(clean(reason), until)
    former = comment.due_at
    due = end_of_working_day(last, calendar.current())
    event = moving.move(
        comment=comment,
        action=Action.EXTEND,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=words,
        data={"former": former.isoformat(), "due": due.isoformat()},
        extension=Extension(until=due),
    )
    facts = {"due_at": comment.due_at, "former_due_at": former}
    notifying.promise(comment=comment, event="extended", occasion=event.sequence, at=at, facts=facts)
    return comment


def most_days(*, kind: str) -> int:
    """How many working days one extension may give at most."""
    return calendar.days_for("extend", kind)


def _checked(words: str, until: date | None) -> tuple[str, date]:
    wrong: dict[str, list[str]] = {}
    if not SHORTEST <= len(words) <= LONGEST:
        wrong["reason"] = [f"Xin nêu lý do gia hạn (từ {SHORTEST} đến 2.000 ký tự)."]
    if until is None:
        wrong["until"] = ["Xin chọn hạn trả lời mới."]
    elif not calendar.current().is_working(until):
        wrong["until"] = ["Hạn trả lời mới phải là một ngày làm việc."]
    if wrong or until is None:
        raise InvalidInput(wrong)
    return words, until
