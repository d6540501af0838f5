"""Tags of a case: put on it and taken off; the case stays where it is."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.domain.status import Action, Actor
from feedback.domain.tags import MOST, tag_of
from feedback.domain.text import clean
from feedback.models import CaseTag, Comment, Officer
from feedback.services import moving, scope

_FORM = "Thẻ có từ 2 đến 40 chữ, số; có thể có dấu cách và các dấu - _ . / & +."


def tag(
    *, officer: Officer, reference: str, version: int, tag: str, at: datetime, reason: str | None = None
) -> Comment:
    """Put a tag on a case.

    Raises:
        InvalidInput: it is no tag, the case has it, or has too many.
        NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.TAG, reference=reference, version=version)
    word, had = _word(tag), _tags(comment)
    if word in had:
        raise InvalidInput({"tag": ["Ý kiến đã có thẻ này."]})
    if len(had) >= MOST:
        raise InvalidInput({"tag": [f"Mỗi ý kiến có nhiều nhất {MOST} thẻ. Xin gỡ bớt thẻ không còn dùng."]})
    session().add(CaseTag(comment_id=comment.id, tag=word, officer_id=officer.id, at=at))
    _move(comment, officer, at, reason, {"added": _digest(word)})
    return comment


def untag(
    *, officer: Officer, reference: str, version: int, tag: str, at: datetime, reason: str | None = None
) -> Comment:
    """Take a tag off a case; raise InvalidInput when the case has no such tag, else as `tag` does."""
    comment = scope.lock(officer=officer, permission=Permission.TAG, reference=reference, version=version)
    word = _word(tag)
    row = session().get(CaseTag, (comment.id, word))
    if row is None:
        raise InvalidInput({"tag": ["Ý kiến không có thẻ này."]})
    session().delete(row)
    _move(comment, officer, at, reason, {"removed": _digest(word)})
    return comment


def _word(raw: str) -> str:
    word = tag_of(raw)
    if word is None:
        raise InvalidInput({"tag": [_FORM]})
    return word


def _tags(comment: Comment) -> set[str]:
    return set(session().scalars(select(CaseTag.tag).where(CaseTag.comment_id == comment.id)))


def _digest(word: str) -> str:
    # The log holds no words of anybody; the digest still tells which tag it was.
    return hashlib.sha256(word.encode()).hexdigest()


def _move(comment: Comment, officer: Officer, at: datetime, reason: str | None, data: dict[str, object]) -> None:
    moving.move(
        comment=comment,
        action=Action.TAG,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=clean(reason or "") or None,
        data=data,
    )
