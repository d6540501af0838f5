"""Several comments on one matter: one leads, the others follow; each keeps its citizen, its receipt and its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.domain import receipt
from feedback.domain.errors import InvalidInput, OnHold
from feedback.domain.ledger import Clock
from feedback.domain.permissions import Permission
from feedback.domain.status import ENDED, OPEN, Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Comment, Officer
from feedback.services import clocks, moving, notifying, scope

USUAL = "Cùng một sự việc."
LONGEST = 2000
LEADING = (OPEN - {Status.SUBMITTED, Status.RECEIVED}) | {Status.REPLIED, Status.RATED}
_ANSWERED = "Đã trả lời cùng ý kiến mà ý kiến này được gộp vào"


def merge(*, officer: Officer, reference: str, version: int, at: datetime, lead: str, reason: str = USUAL) -> Comment:
    """Let a case follow another that reports the same matter, or the one that this already follows.

    What followed the case follows the lead with it, so nobody stands behind a follower. The sender stays subscribed,
    and the case's own clock runs on until the lead's answer is sent.

    Args:
        officer: who merges.
        reference: of the case that is to follow.
        version: of that case, as it was read.
        at: now.
        lead: reference of the case that is to lead.
        reason: why they are one matter.

    Raises:
        InvalidInput: no such lead within reach; it is the case itself, or ended, or kept where the case is not.
        OnHold: the case, the lead or a follower is held.
        InvalidMove, NotAllowed, NotFound, Stale: as their names say.
    """
    lock_in_order(reference=reference, lead=receipt.read_reference(lead) or "")
    comment = scope.lock_to_act(officer=officer, action=Action.MERGE, reference=reference, version=version)
    leading = _lead(officer, comment, receipt.read_reference(lead) or "")
    followers = followers_of(lead=comment)
    if leading.held or any(follower.held for follower in followers):
        raise OnHold
    words = clean(reason) or USUAL
    if len(words) > LONGEST:
        raise InvalidInput({"reason": ["Xin viết ngắn lại, tối đa 2.000 ký tự."]})
    follow(comment=comment, leading=leading, followers=followers, officer_id=officer.id, reason=words, at=at)
    return comment


def follow(
    *,
    comment: Comment,
    leading: Comment,
    followers: Sequence[Comment],
    officer_id: int | None,
    reason: str,
    at: datetime,
) -> None:
    """Let a locked case, and what follows it, follow another; nobody's `officer_id` is the sender of both.

    Raises:
        InvalidMove: the case stands where none is merged.
        InvalidInput: no reason.
    """
    actor = Actor.CITIZEN if officer_id is None else Actor.OFFICER
    with session().no_autoflush:  # state and lead are one fact to the database
        comment.merged_into_id = leading.id
        event = moving.move(
            comment=comment,
            action=Action.MERGE,
            actor=actor,
            at=at,
            officer_id=officer_id,
            reason=reason,
            data={"case": leading.reference},
        )
    session().flush()
    for one in (comment, *followers):
        if one is not comment:
            one.merged_into_id = leading.id
            _record(one, "lead_changed", officer_id, at, leading)
        _record(leading, "joined", officer_id, at, one)
    notifying.promise(comment=comment, event="merged", occasion=event.sequence, at=at)
    if leading.replied_at is not None and leading.status in {Status.REPLIED, Status.RATED}:
        _answer([comment, *followers], leading, at)


def _answer(followers: Sequence[Comment], lead: Comment, at: datetime) -> None:
    """The lead was answered before: so are these now, their clocks stop, each judged by its own due date."""
    waiting = [one for one in followers if one.replied_at is None]
    clocks.stop(comment_ids=[one.id for one in waiting], clock=Clock.ANSWER, at=at, cause=_ANSWERED)
    for one in waiting:
        one.replied_at = at
        # An event of the lead is known among theirs by a number with a minus.
        notifying.promise(
            comment=one, event="replied", occasion=-one.audit_sequence, at=at, facts={"lead": lead.id.hex}
        )


def release(*, lead: Comment, at: datetime) -> None:
    """What ended without an answer leads nobody: its followers go back to be sorted, and their senders are told."""
    if lead.status not in ENDED or lead.replied_at is not None:
        return
    for follower in followers_of(lead=lead):
        if follower.held:
            continue
        event = moving.move(
            comment=follower, action=Action.REOPEN, actor=Actor.SYSTEM, at=at, data={"case": lead.reference}
        )
        notifying.promise(comment=follower, event="reopened", occasion=event.sequence, at=at)


def followers_of(*, lead: Comment) -> Sequence[Comment]:
    """The cases merged into this one, locked, in the order of their identifiers."""
    follow = select(Comment).where(Comment.merged_into_id == lead.id).order_by(Comment.id).with_for_update()
    return session().scalars(follow.execution_options(populate_existing=True)).all()


def leading_of(*, reference: str) -> Comment | None:
    """The case of this number, or when it follows another the one that leads it, locked; None when there is none."""
    chosen = session().scalar(select(Comment).where(Comment.reference == reference))
    if chosen is not None and chosen.merged_into_id is not None:
        chosen = session().scalar(
            select(Comment)
            .where(Comment.id == chosen.merged_into_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    return chosen


def _lead(officer: Officer, comment: Comment, reference: str) -> Comment:
    chosen = leading_of(reference=reference)
    if chosen is None or not scope.reaches(officer=officer, permission=Permission.ARRANGE, comment=chosen):
        raise _wrong("Không tìm thấy ý kiến mang số này.")
    if chosen.id == comment.id:
        raise _wrong("Xin nhập số của một ý kiến khác: ý kiến này đang là ý kiến chính.")
    if chosen.confidential != comment.confidential:
        raise _wrong("Ý kiến được giữ kín không gộp với ý kiến thường.")
    if Status(chosen.status) not in LEADING:
        raise _wrong("Ý kiến này đã kết thúc hoặc chưa được phân loại nên không thể là ý kiến chính.")
    return chosen


def lock_in_order(*, reference: str, lead: str) -> None:
    """Lock both before either is read, the older first: two officials who merge crosswise wait, and do not deadlock."""
    both = select(Comment.id).where(Comment.reference.in_((reference, lead))).order_by(Comment.id).with_for_update()
    session().execute(both).all()


def _record(comment: Comment, action: str, officer_id: int | None, at: datetime, other: Comment) -> None:
    moving.record(
        comment=comment,
        action=action,
        actor=Actor.CITIZEN if officer_id is None else Actor.OFFICER,
        at=at,
        officer_id=officer_id,
        data={"case": other.reference},
    )


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput({"lead": [sentence]})
