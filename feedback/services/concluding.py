"""An official closes an answered case, or opens one again that was answered or put away."""

from __future__ import annotations

from datetime import datetime

from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.domain.status import Action, Actor
from feedback.domain.text import clean
from feedback.models import Comment, Officer
from feedback.services import moving, notifying, scope


def close(*, officer: Officer, reference: str, version: int, at: datetime, reason: str = "") -> Comment:
    """Close an answered case. That an official closed it says nothing of whether the matter is resolved.

    Raises InvalidMove, OnHold, NotAllowed, NotFound and Stale as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.CLOSE, reference=reference, version=version)
    _move(comment, Action.CLOSE, officer, at, clean(reason))
    return comment


def reopen(*, officer: Officer, reference: str, version: int, reason: str, at: datetime) -> Comment:
    """Open a case again: an answered one goes back to its body, one that was put away to whoever sorts.

    A merged case stands by itself again. The sender is told.

    Raises:
        InvalidInput: no reason.
        InvalidMove, OnHold, NotAllowed, NotFound, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.REOPEN, reference=reference, version=version)
    words = clean(reason)
    if not words:
        raise InvalidInput({"reason": ["Xin nêu vì sao cần mở lại."]})
    occasion = _move(comment, Action.REOPEN, officer, at, words)
    notifying.promise(comment=comment, event="reopened", occasion=occasion, at=at)
    return comment


def _move(comment: Comment, action: Action, officer: Officer, at: datetime, reason: str) -> int:
    event = moving.move(
        comment=comment,
        action=action,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=reason or None,
        data={"by": "officer"},
    )
    return event.sequence
