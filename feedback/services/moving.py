"""The one way in which a case changes state, and the one in which anything done to it is written down."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from feedback.db import session
from feedback.domain import audit
from feedback.domain.answer import FACTS_OF, Fact, Outcome
from feedback.domain.answer_template import refuse_gaps
from feedback.domain.clock_effects import Extension
from feedback.domain.errors import InvalidInput, NotFound, OnHold
from feedback.domain.status import ENDED, ON_TRIAGE_DESK, Action, Actor, Status, move_for
from feedback.models import AuditEvent, CaseNote, Comment
from feedback.services import clocks


def lock(*, reference: str) -> Comment:
    """The case with this reference, locked until the transaction ends; raise NotFound when there is none."""
    comment = session().scalar(
        select(Comment)
        .where(Comment.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if comment is None:
        raise NotFound
    return comment


def move(
    *,
    comment: Comment,
    action: Action,
    actor: Actor,
    at: datetime,
    officer_id: int | None = None,
    reason: str | None = None,
    data: Mapping[str, object] | None = None,
    extension: Extension | None = None,
) -> AuditEvent:
    """Move a locked case along the table, with its audit event beside it and its clocks following.

    A move to another body is given the body first: lengths may be that body's own.

    Raises:
        InvalidMove: the table has no such move.
        OnHold: the case is held; only the sender's own word still moves it.
        InvalidInput: no reason where one is needed, one with gaps of a template, or an extension that may not be.
    """
    source = Status(comment.status)
    row = move_for(source, action, actor)
    if comment.held and action is not Action.RELEASE and actor is not Actor.CITIZEN:
        raise OnHold
    if row.reason_required and not (reason or "").strip():
        raise InvalidInput({"reason": ["Xin nêu lý do."]})
    if actor is Actor.OFFICER:
        refuse_gaps(reason or "", field="reason")
    target = row.lands(source)
    clocks.follow(
        comment=comment,
        action=action,
        into=target,
        at=at,
        officer_id=officer_id,
        extension=extension,
        reason=reason,
    )
    comment.status = target
    if target in ON_TRIAGE_DESK and comment.body_id is not None:
        # Nobody owes it while it waits to be sorted; who had it last is what is proposed first.
        comment.proposed_body_id, comment.body_id, comment.assignee_id = comment.body_id, None, None
    if row.target is not None:
        comment.closed_at = at if target in ENDED else None
    _note_facts(comment, action, at, str((data or {}).get("outcome") or Outcome.EXPLAINED))
    facts: dict[str, object] = {"from": source, "to": target, **(data or {})}
    if reason:
        facts["note"] = note(comment=comment, action=action, actor=actor, officer_id=officer_id, text=reason, at=at)
    return record(comment=comment, action=action, actor=actor, at=at, officer_id=officer_id, data=facts)


def _note_facts(comment: Comment, action: Action, at: datetime, outcome: str) -> None:
    """Forwarded, answered, resolved and confirmed are facts of their own, each the first time; none is another."""
    if action in {Action.ROUTE, Action.TRANSFER}:
        comment.forwarded_at = comment.forwarded_at or at
    elif action is Action.REPLY:
        facts = FACTS_OF[outcome]
        comment.replied_at = comment.replied_at or (at if Fact.ANSWERED in facts else None)
        comment.resolved_at = at if Fact.RESOLVED in facts else None
        comment.forwarded_at = comment.forwarded_at or (at if Fact.FORWARDED in facts else None)
        _answer_followers(comment)
    elif action is Action.RATE:
        comment.confirmed_at = comment.confirmed_at or at
    elif action is Action.REOPEN:
        comment.merged_into_id = None
        comment.resolved_at = comment.confirmed_at = None  # the matter is open again; that it was answered stays true
    if action in {Action.ROUTE, Action.TRANSFER, Action.RETURN}:
        comment.assignee_id = None  # of the body that has it no more
    comment.hops += action in {Action.RETURN, Action.TRANSFER}


def _answer_followers(comment: Comment) -> None:
    """Who was merged into an answered case is answered with it; the clocks see to it that their time stops."""
    if comment.replied_at is not None:
        waiting = update(Comment).where(Comment.merged_into_id == comment.id, Comment.replied_at.is_(None))
        session().execute(waiting.values(replied_at=comment.replied_at))


def note(*, comment: Comment, action: str, actor: Actor, officer_id: int | None, text: str, at: datetime) -> str:
    """Keep the words that go with a move; return their SHA-256, which is what the audit event holds."""
    session().add(
        CaseNote(
            comment_id=comment.id,
            at=at,
            author="officer" if actor is Actor.OFFICER else "citizen",
            officer_id=officer_id,
            action=str(action),
            text=text,
        )
    )
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    *,
    comment: Comment,
    action: str,
    actor: Actor,
    at: datetime,
    officer_id: int | None = None,
    data: Mapping[str, object] | None = None,
    changes: bool = True,
) -> AuditEvent:
    """Write down something done to a locked case, as the next event of its chain.

    What `changes` nothing leaves the version: whoever has the case before them may still act on it.
    """
    event, head = audit.seal(
        comment.head, comment_id=comment.id, at=at, actor=actor, officer_id=officer_id, action=str(action), data=data
    )
    comment.audit_sequence, comment.audit_hash = head.sequence, head.hash
    if changes:
        comment.version += 1
        comment.updated_at = at
    row = AuditEvent(
        comment_id=event.comment_id,
        sequence=event.sequence,
        at=event.at,
        actor=event.actor,
        officer_id=event.officer_id,
        action=event.action,
        data=dict(event.data),
        previous_hash=event.previous_hash,
        hash=event.hash,
    )
    session().add(row)
    return row
