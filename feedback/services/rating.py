"""The citizen's last word on an answer, whichever way it came: the matter is resolved, or it is not and why."""

from __future__ import annotations

from datetime import datetime

from feedback.domain.errors import InvalidInput, InvalidMove
from feedback.domain.status import Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Comment
from feedback.services import moving, notifying

SHORTEST, LONGEST = 10, 2000


def checked_reason(*, reason: str) -> str:
    """What is not resolved, cleaned; raise InvalidInput when it says too little or too much."""
    cleaned = clean(reason)
    if not SHORTEST <= len(cleaned) <= LONGEST:
        raise InvalidInput({"reason": ["Xin cho biết điều gì chưa được giải quyết (từ 10 đến 2.000 ký tự)."]})
    return cleaned


def resolved(*, comment: Comment, at: datetime) -> None:
    """The matter of a locked case is resolved: it is rated, and closed unless it was merged; that stays so.

    Raise InvalidMove for a merged one before it was answered, and after the sender's word.
    """
    merged = comment.status == Status.MERGED
    if merged and not may_confirm_merged(comment=comment):
        raise InvalidMove
    moving.move(comment=comment, action=Action.RATE, actor=Actor.CITIZEN, at=at, data={"resolved": True})
    if not merged:
        moving.move(comment=comment, action=Action.CLOSE, actor=Actor.CITIZEN, at=at)


def may_confirm_merged(*, comment: Comment) -> bool:
    """Whether the sender of a merged comment was answered and has not said yet that it is resolved."""
    return comment.replied_at is not None and comment.confirmed_at is None


def unresolved(*, comment: Comment, reason: str, at: datetime) -> None:
    """It is not: a locked case is opened again, the reason reaches whoever has it now, and the sender is told so."""
    event = moving.move(comment=comment, action=Action.REOPEN, actor=Actor.CITIZEN, at=at, reason=reason)
    if comment.status == Status.REOPENED:
        notifying.promise(comment=comment, event="reopened", occasion=event.sequence, at=at)
