"""Two matters in one comment: the second becomes a comment of its own, of the same sender, from the same day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.domain.errors import InvalidInput
from feedback.domain.status import Action, Actor
from feedback.domain.text import clean
from feedback.models import Comment, Officer
from feedback.services import deriving, moving, scope

SHORTEST_TITLE, LONGEST_TITLE = 5, 200
SHORTEST, LONGEST = 10, 5000
WRONG_TITLE = f"Xin ghi tiêu đề của việc được tách (từ {SHORTEST_TITLE} đến {LONGEST_TITLE} ký tự)."
WRONG_LENGTH = f"Xin chép phần được tách (từ {SHORTEST} đến 5.000 ký tự)."
SPLIT_OFF = "split_off"  # the first event of the new comment's chain
USUAL = "Ý kiến nêu hai việc khác nhau."


def split(
    *, officer: Officer, reference: str, version: int, at: datetime, title: str, part: str, reason: str = USUAL
) -> Comment:
    """Make a comment of the part of a case that is another matter; return it. The case itself stays where it is.

    Args:
        officer: who splits.
        reference: of the case.
        version: the one that was read.
        at: now.
        title: of the new comment.
        part: the sender's words that go into it: whole passages of the case's text.
        reason: why.

    Raises:
        InvalidInput: a title or a part too short or too long; words that the sender did not write; all of them.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.SPLIT, reference=reference, version=version)
    heading, words = _checked(comment, " ".join(clean(title).split()), clean(part))
    made = deriving.derive(
        source=comment,
        action=SPLIT_OFF,
        title=heading,
        text=words,
        field=comment.field,
        received_at=comment.received_at,
        at=at,
        officer=officer,
        split_from=comment,
    )
    moving.move(
        comment=comment,
        action=Action.SPLIT,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=clean(reason) or USUAL,
        data={"case": made.reference},
    )
    return made


def siblings(*, comment: Comment) -> tuple[str, ...]:
    """References of the comment that this was split from, and of those split from it."""
    origin = Comment.id == comment.split_from_id
    found = select(Comment.reference).where(origin | (Comment.split_from_id == comment.id)).order_by(Comment.reference)
    return tuple(session().scalars(found))


def _checked(comment: Comment, title: str, part: str) -> tuple[str, str]:
    wrong: dict[str, list[str]] = {}
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        wrong["title"] = [WRONG_TITLE]
    if not SHORTEST <= len(part) <= LONGEST:
        wrong["part"] = [WRONG_LENGTH]
    else:
        whole = _plain(comment.text)
        passages = [_plain(line) for line in part.splitlines() if line.strip()]
        if any(passage not in whole for passage in passages):
            wrong["part"] = ["Phần được tách phải là nguyên văn lời người gửi, không thêm bớt."]
        elif _plain(part) == whole:
            wrong["part"] = ["Xin chỉ chép phần thuộc việc thứ hai, không chép toàn bộ ý kiến."]
    if wrong:
        raise InvalidInput(wrong)
    return title, part


def _plain(text: str) -> str:
    return " ".join(clean(text).split())
