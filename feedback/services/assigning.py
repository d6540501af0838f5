"""Who within the body is charged with a case: named by whoever arranges its work, or whoever took it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.domain.status import Action, Actor, Status, move_for
from feedback.domain.text import clean
from feedback.models import Comment, Officer, OfficerNotice, OfficerRole
from feedback.services import moving, scope

_ANSWERING = tuple(role for role in Role if GRANTS[role] & {Permission.ANSWER, Permission.CHECK})
_SORTING = (Role.INTAKE,)
ASSIGNED = "assigned"  # the kind of notice
_NOBODY = "Xin chọn một cán bộ của cơ quan đang giữ ý kiến."
_ALREADY = "Ý kiến đã được giao như vậy."


@dataclass(frozen=True, slots=True)
class Person:
    """An account that can be charged with a case."""

    id: int
    name: str


def assign(
    *,
    officer: Officer,
    reference: str,
    version: int,
    assignee_id: int | None,
    at: datetime,
    reason: str | None = None,
    told: bool = True,
) -> Comment:
    """Charge an officer of the body that holds the case, or of the triage desk while none does; None: nobody.

    They are told of it, unless it is part of a batch, of which they are told once (`told`).

    Raises:
        InvalidInput: it is nobody who could work on the case, or the case is theirs already.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.ARRANGE, reference=reference, version=version)
    move_for(Status(comment.status), Action.ASSIGN, Actor.OFFICER)
    if assignee_id is not None and assignee_id not in {person.id for person in choices(comment=comment)}:
        raise InvalidInput({"assignee": [_NOBODY]})
    if comment.assignee_id == assignee_id:
        raise InvalidInput({"assignee": [_ALREADY]})
    before, comment.assignee_id = comment.assignee_id, assignee_id
    moving.move(
        comment=comment,
        action=Action.ASSIGN,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=clean(reason or "") or None,
        data={"assignee": assignee_id, "before": before},
    )
    if told and assignee_id is not None:
        notice(by=officer, assignee_id=assignee_id, comment_id=comment.id, at=at)
    return comment


def notice(*, by: Officer, assignee_id: int, comment_id: UUID | None, at: datetime) -> None:
    """Let an officer be told that they were charged with a case, or with a batch of this time (no case); once each.

    Nobody is told of what they did themselves.
    """
    if by.id == assignee_id:
        return
    session().execute(
        insert(OfficerNotice)
        .values(officer_id=assignee_id, kind=ASSIGNED, comment_id=comment_id, occasion=at, created_at=at)
        .on_conflict_do_nothing()
    )


def choices(*, comment: Comment) -> Sequence[Person]:
    """Who can be charged with a case, by name."""
    return choices_among(comment_ids=[comment.id])


def choices_among(*, comment_ids: Sequence[UUID]) -> Sequence[Person]:
    """Who can be charged with at least one of these cases, by name."""
    session().flush()
    rows = session().execute(
        select(Officer.id, Officer.display_name)
        .join(Comment, chargeable())
        .where(Comment.id.in_(comment_ids))
        .order_by(Officer.display_name, Officer.id)
        .distinct()
    )
    return [Person(row.id, row.display_name) for row in rows]


def chargeable() -> ColumnElement[bool]:
    """The condition that an account can be charged with a comment: it works where the case is, and may read it."""
    on_the_desk = and_(
        Comment.body_id.is_(None),
        _holds(_SORTING),
        or_(Officer.body_id.is_(None), Officer.province.is_(None), Officer.province == Comment.province),
    )
    in_a_body = and_(
        Officer.body_id == Comment.body_id,
        or_(_holds(_SORTING), and_(Comment.confidential.is_(False), _holds(_ANSWERING))),
    )
    return and_(Officer.active, or_(on_the_desk, in_a_body))


def _holds(roles: Sequence[Role]) -> ColumnElement[bool]:
    held = [str(role) for role in roles]
    return exists().where(OfficerRole.officer_id == Officer.id, OfficerRole.role.in_(held))
