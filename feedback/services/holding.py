"""A case held as it is: no official, rule or job changes it until its release; the sender is still heard."""

from __future__ import annotations

from datetime import datetime

from feedback.domain.errors import InvalidInput, InvalidMove
from feedback.domain.permissions import Permission
from feedback.domain.status import Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Comment, Officer
from feedback.services import comparing, moving, scope


def hold(*, officer: Officer, reference: str, version: int, reason: str, at: datetime) -> Comment:
    """Hold a case as it is, for a reason: an inspection, a dispute before a court, evidence to be kept.

    Raises:
        InvalidInput: no reason.
        OnHold: it is held already.
        NotAllowed, NotFound, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.HOLD, reference=reference, version=version)
    _move(comment, Action.HOLD, officer, at, reason)
    comment.held = True
    return comment


def release(*, officer: Officer, reference: str, version: int, reason: str, at: datetime) -> Comment:
    """Let a held case go on; raise InvalidMove when it is not held, and as `hold` does."""
    comment = scope.lock(
        officer=officer, permission=Permission.HOLD, reference=reference, version=version, held_too=True
    )
    if not comment.held:
        raise InvalidMove("Hồ sơ này hiện không bị giữ.")
    _move(comment, Action.RELEASE, officer, at, reason)
    comment.held = False
    if comment.personal is None and not comment.confidential and Status(comment.status) not in _UNREAD:
        comparing.promise(comment_id=comment.id, at=at)
    return comment


_UNREAD = frozenset({Status.SUBMITTED, Status.RECEIVED})  # these are compared once they are classified


def _move(comment: Comment, action: Action, officer: Officer, at: datetime, reason: str) -> None:
    words = clean(reason)
    if not words:
        raise InvalidInput({"reason": ["Xin nêu lý do."]})
    moving.move(comment=comment, action=action, actor=Actor.OFFICER, at=at, officer_id=officer.id, reason=words)
