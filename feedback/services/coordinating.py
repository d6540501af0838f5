"""Bodies that help the one which owes the answer: named by whoever arranges, they read the case and add a word."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from feedback.db import session
from feedback.domain.errors import InvalidInput, InvalidMove, NotFound, OnHold, Stale
from feedback.domain.permissions import Permission
from feedback.domain.status import OPEN, Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Body, CaseBody, Comment, Officer
from feedback.services import bodies, moving, scope

MOST = 10  # bodies beside the one that leads
SHORTEST, LONGEST = 10, 5000


def set_helpers(
    *, officer: Officer, reference: str, version: int, at: datetime, body_codes: Collection[str], reason: str
) -> Comment:
    """Say which bodies help with a case; those named before and not now help no longer.

    Args:
        officer: who arranges.
        reference: of the case.
        version: the one that was read.
        at: now.
        body_codes: all bodies that help from now on, 10 at most; none ends it.
        reason: why; the bodies read it.

    Raises:
        InvalidInput: a body that is none, or leads the case; too many; nothing would change; no reason.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.COORDINATE, reference=reference, version=version)
    known, before = bodies.identifiers(), set(_helpers(comment))
    wanted = {known[code] for code in body_codes if code in known}
    if len(wanted) != len(set(body_codes)) or len(wanted) > MOST:
        raise InvalidInput({"bodies": [f"Xin chọn tối đa {MOST} cơ quan trong danh sách."]})
    if comment.body_id in wanted:
        raise InvalidInput({"bodies": ["Cơ quan chủ trì không đồng thời là cơ quan phối hợp."]})
    if wanted == before:
        raise InvalidInput({"bodies": ["Danh sách cơ quan phối hợp không thay đổi."]})
    codes = {identifier: code for code, identifier in known.items()}
    moving.move(
        comment=comment,
        action=Action.COORDINATE,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=clean(reason),
        data={"body": codes.get(comment.body_id or 0), "helpers": sorted(set(body_codes))},
    )
    gone = CaseBody.comment_id == comment.id, CaseBody.body_id.in_(before - wanted)
    session().execute(delete(CaseBody).where(*gone))
    session().add_all(
        CaseBody(comment_id=comment.id, body_id=body_id, officer_id=officer.id, added_at=at)
        for body_id in sorted(wanted - before)
    )
    session().flush()
    return comment


def contribute(*, officer: Officer, reference: str, version: int, at: datetime, reason: str) -> Comment:
    """A body that helps leaves a word for the body that leads; the case stays as it is.

    Args:
        officer: of the body that helps.
        reference: of the case.
        version: the one that was read.
        at: now.
        reason: the word, 10 to 5,000 characters.

    Raises:
        InvalidInput: too few words or too many.
        InvalidMove: the officer's body does not help with it, or it is settled.
        NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    scope.require(officer=officer, permission=Permission.ANSWER)
    comment = moving.lock(reference=reference)
    if not scope.reaches(officer=officer, permission=Permission.SEE_CASES, comment=comment):
        raise NotFound
    if comment.version != version:
        raise Stale
    if comment.held:
        raise OnHold
    if officer.body_id not in _helpers(comment) or Status(comment.status) not in OPEN:
        raise InvalidMove("Chỉ cơ quan phối hợp góp ý được tại đây, khi ý kiến còn đang giải quyết.")
    words = clean(reason)
    if not SHORTEST <= len(words) <= LONGEST:
        raise InvalidInput({"reason": [f"Xin ghi từ {SHORTEST} đến 5.000 ký tự."]})
    digest = moving.note(
        comment=comment, action="contribute", actor=Actor.OFFICER, officer_id=officer.id, text=words, at=at
    )
    code = session().scalar(select(Body.code).where(Body.id == officer.body_id))
    moving.record(
        comment=comment,
        action="contribute",
        actor=Actor.OFFICER,
        officer_id=officer.id,
        at=at,
        data={"body": code, "note": digest},
    )
    return comment


def count(*, officer: Officer, limit: int) -> int:
    """How many open cases the officer's body helps with, counted up to a limit."""
    some = (
        select(CaseBody.comment_id)
        .join(Comment, Comment.id == CaseBody.comment_id)
        .where(
            CaseBody.body_id == officer.body_id,
            Comment.status.in_([str(status) for status in OPEN]),
            Comment.confidential.is_(False),
        )
        .limit(limit)
    )
    return len(session().scalars(some).all())


def _helpers(comment: Comment) -> list[int]:
    return list(session().scalars(select(CaseBody.body_id).where(CaseBody.comment_id == comment.id)))
