"""Which cases an officer's roles and body reach: every query for officers begins here."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from feedback.db import session
from feedback.domain.errors import InvalidMove, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Permission, Scope, scope_for
from feedback.domain.queues import QUEUES, Queue
from feedback.domain.status import MOVES, Action, Actor, Status, move_for
from feedback.models import CaseBody, Comment, Officer
from feedback.services import moving


def require(*, officer: Officer, permission: Permission) -> None:
    """Raise NotAllowed unless one of the officer's roles holds the permission."""
    if permission not in officer.permissions:
        raise NotAllowed


def within(*, officer: Officer, permission: Permission, helped: bool = True) -> ColumnElement[bool]:
    """The condition that a case lies within the officer's reach for this permission; nothing without it.

    Seeing reaches the cases too that the officer's body only helps with, unless these are left out (`helped`).

    A confidential case lies only within the reach of those who may see such.
    """
    scope = _scope(officer, permission)
    readable = true() if Permission.SEE_CONFIDENTIAL in officer.permissions else Comment.confidential.is_(False)
    if scope is Scope.ALL:
        return readable
    if scope is Scope.OWN_PROVINCE:
        return and_(Comment.province == officer.province, readable)
    if scope is Scope.OWN_BODY and officer.body_id is not None:
        own = Comment.body_id == officer.body_id
        too = helped and permission is Permission.SEE_CASES
        return and_(or_(own, _helped_by(officer.body_id)) if too else own, readable)
    return false()


def helped(*, officer: Officer) -> ColumnElement[bool]:
    """The condition that the officer's body helps with a case that it may see."""
    return and_(_helped_by(officer.body_id), Comment.confidential.is_(False))


def waiting(*, officer: Officer, queue: Queue) -> ColumnElement[bool]:
    """The condition that a case which waits in this queue waits there for the officer."""
    if queue is Queue.COORDINATING:
        return helped(officer=officer)
    return within(officer=officer, permission=QUEUES[queue].permission, helped=False)


def may_help(*, officer: Officer) -> bool:
    """Whether the officer sees cases for one body alone, which may be asked to help with others."""
    return officer.body_id is not None and _scope(officer, Permission.SEE_CASES) is Scope.OWN_BODY


def _helped_by(body_id: int | None) -> ColumnElement[bool]:
    return exists().where(CaseBody.comment_id == Comment.id, CaseBody.body_id == body_id)


def check(*, officer: Officer, permission: Permission, comment: Comment) -> None:
    """Raise unless the officer holds the permission and it reaches this case.

    Raises:
        NotAllowed: no role holds the permission.
        NotFound: the case is another body's; whether it exists is not theirs to know.
    """
    require(officer=officer, permission=permission)
    if not reaches(officer=officer, permission=permission, comment=comment):
        raise NotFound


def reaches(*, officer: Officer, permission: Permission, comment: Comment) -> bool:
    """Whether the officer's reach for this permission includes the case."""
    if comment.confidential and Permission.SEE_CONFIDENTIAL not in officer.permissions:
        return False
    match _scope(officer, permission):
        case Scope.ALL:
            return True
        case Scope.OWN_PROVINCE:
            return comment.province == officer.province
        case Scope.OWN_BODY:
            if officer.body_id is None:
                return False
            return comment.body_id == officer.body_id or (
                permission is Permission.SEE_CASES
                and session().get(CaseBody, (comment.id, officer.body_id)) is not None
            )
    return False


def _scope(officer: Officer, permission: Permission) -> Scope:
    return scope_for(officer.charged_with, permission, provincial=officer.province is not None)


def lock_to_act(*, officer: Officer, action: Action, reference: str, version: int) -> Comment:
    """The case, locked for an action of the table by an officer whom the action's row for its state lets act.

    Raises:
        NotAllowed: no role may ever do this.
        NotFound: whoever may, may not do it to this case.
        InvalidMove: the state has no such row, or one that asks for another permission.
        Stale, OnHold: as their names say.
    """
    mine = {move.permission for move in MOVES if move.action is action and move.permission in officer.permissions}
    if not mine:
        raise NotAllowed
    comment = moving.lock(reference=reference)
    near = {one for one in mine if one and reaches(officer=officer, permission=one, comment=comment)}
    if not near:
        raise NotFound
    if comment.version != version:
        raise Stale
    if comment.held:
        raise OnHold
    if move_for(Status(comment.status), action, Actor.OFFICER).permission not in near:
        raise InvalidMove
    return comment


def lock(*, officer: Officer, permission: Permission, reference: str, version: int, held_too: bool = False) -> Comment:
    """The case, locked for a change by an officer who may make it, at the version that the officer read.

    A case on hold is given only for what does not change it (`held_too`), or releases it.

    Raises NotAllowed, NotFound, Stale or OnHold.
    """
    require(officer=officer, permission=permission)
    comment = moving.lock(reference=reference)
    # Reach comes first: to hear that another body's case is stale would be to hear that it exists.
    check(officer=officer, permission=permission, comment=comment)
    if comment.version != version:
        raise Stale
    if comment.held and not held_too:
        raise OnHold
    return comment
