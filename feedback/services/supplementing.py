"""Asking the sender for what is missing, and what comes back; meanwhile no time is counted."""

from __future__ import annotations

from datetime import datetime

from feedback.domain.errors import InvalidInput
from feedback.domain.status import Action, Actor
from feedback.domain.text import clean
from feedback.models import Comment, Officer
from feedback.services import calendar, moving, notifying, scope

SHORTEST, LONGEST = 20, 5000


def ask(*, officer: Officer, reference: str, version: int, at: datetime, reason: str) -> Comment:
    """Ask the sender for more, from the triage desk or from the body that has the case: the clock of the answer rests.

    Args:
        officer: who asks.
        reference: of the case.
        version: the one that was read.
        at: now.
        reason: what is missing, 20 to 5,000 characters; the sender reads these words.

    Raises:
        InvalidInput: words too few or too many.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.ASK_SUPPLEMENT, reference=reference, version=version)
    words = checked(words=reason)
    event = moving.move(
        comment=comment,
        action=Action.ASK_SUPPLEMENT,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=words,
    )
    until = calendar.due_at(at=at, step="supplement", kind=comment.kind)
    notifying.promise(comment=comment, event="supplement", occasion=event.sequence, at=at, facts={"until": until})
    return comment


def add(*, officer: Officer, reference: str, version: int, at: datetime, reason: str) -> Comment:
    """Write down what the sender supplied by telephone, by post or in person; the case goes on to be sorted.

    Raises as `ask` does.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.SUPPLEMENT, reference=reference, version=version)
    moving.move(
        comment=comment,
        action=Action.SUPPLEMENT,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=checked(words=reason, shortest=10),
    )
    return comment


def checked(*, words: str, shortest: int = SHORTEST) -> str:
    """The words cleaned; raise InvalidInput when they say too little or too much."""
    cleaned = clean(words)
    if not shortest <= len(cleaned) <= LONGEST:
        raise InvalidInput({"reason": [f"Xin ghi từ {shortest} đến 5.000 ký tự."]})
    return cleaned
