"""An officer decides where a case goes: accepts a candidate, overrides it, or returns what is not theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from feedback.db import session
from feedback.domain.errors import InvalidInput, InvalidMove
from feedback.domain.learning import Origin
from feedback.domain.permissions import Permission
from feedback.domain.routing import DeskReason
from feedback.domain.status import Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Body, CaseBody, Comment, Officer, RoutingDecision
from feedback.services import bodies, labels, moving, notifying, scope

FOLLOWED = "Theo đề xuất của cơ quan đã giữ ý kiến."


def route(
    *, officer: Officer, reference: str, version: int, body_code: str, reason: str | None, at: datetime
) -> Comment:
    """Send a case on the triage desk to a body.

    Choosing the machine's first candidate accepts it; any other body overrides it, and needs a reason, which is that of
    the body that gave the case back where its proposal is followed.

    Raises:
        InvalidInput: an override without a reason.
        InvalidMove: among others, while the screening is neither confirmed nor overruled.
        NotAllowed, NotFound, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.TRIAGE, reference=reference, version=version)
    if comment.desk_reason == DeskReason.SCREENED:
        raise InvalidMove("Xin xác nhận hoặc bác kết quả sàng lọc trước khi chuyển ý kiến.")
    body = bodies.by_code(code=body_code)
    machine = latest_machine_decision(comment=comment)
    accepted = machine is not None and machine.class_code == body.class_code
    cleaned = clean(reason or "") or None
    if not accepted and cleaned is None and comment.proposed_body_id == body.id:
        cleaned = FOLLOWED
    if not accepted and cleaned is None:
        raise InvalidInput({"reason": ["Xin nêu lý do khi chọn cơ quan khác với đề xuất đầu tiên."]})
    if comment.status == Status.RECEIVED:
        moving.move(comment=comment, action=Action.SORT, actor=Actor.OFFICER, at=at, officer_id=officer.id)
    comment.body_id, comment.proposed_body_id, comment.desk_reason = body.id, None, None
    event = moving.move(
        comment=comment,
        action=Action.ROUTE,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        data={"body": body.code, "outcome": "accepted" if accepted else "overridden"},
    )
    _decide(comment, officer, body, machine, cleaned, at)
    notifying.promise(comment=comment, event="assigned", occasion=event.sequence, at=at)
    return comment


def transfer(*, officer: Officer, reference: str, version: int, at: datetime, body_code: str, reason: str) -> Comment:
    """Hand a case from the body that has it to another; all that was kept of it stays.

    Args:
        officer: of the intake office.
        reference: of the case.
        version: the one that was read.
        at: now.
        body_code: of the body that is to have it.
        reason: why.

    Raises:
        InvalidInput: no reason; no such body, or the one that has it.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.TRANSFER, reference=reference, version=version)
    former = session().get(Body, comment.body_id)
    if body_code not in bodies.identifiers() or former is None or body_code == former.code:
        raise InvalidInput({"body": ["Xin chọn một cơ quan khác với cơ quan đang giải quyết."]})
    words = clean(reason)
    if not words:
        raise InvalidInput({"reason": ["Xin nêu lý do."]})
    body = bodies.by_code(code=body_code)
    machine = latest_machine_decision(comment=comment)
    comment.body_id, comment.assignee_id = body.id, None
    event = moving.move(
        comment=comment,
        action=Action.TRANSFER,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=words,
        data={"body": body.code, "former": former.code},
    )
    # Who leads does not help besides.
    session().execute(delete(CaseBody).where(CaseBody.comment_id == comment.id, CaseBody.body_id == body.id))
    _decide(comment, officer, body, machine, words, at)
    notifying.promise(comment=comment, event="assigned", occasion=event.sequence, at=at)
    return comment


def _decide(
    comment: Comment,
    officer: Officer,
    body: Body,
    machine: RoutingDecision | None,
    reason: str | None,
    at: datetime,
) -> None:
    """Keep the decision as data to learn from: whether the machine had said so."""
    accepted = machine is not None and machine.class_code == body.class_code
    session().add(
        RoutingDecision(
            comment_id=comment.id,
            at=at,
            made_by="officer",
            officer_id=officer.id,
            outcome="accepted" if accepted else "overridden",
            class_code=body.class_code,
            body_id=body.id,
            reason=reason,
        )
    )
    labels.record(
        comment=comment,
        officer=officer,
        at=at,
        origin=Origin.ACCEPTED if accepted else Origin.OVERRIDE,
        class_code=body.class_code,
        reason=reason,
        decision=machine,
    )


def return_to_desk(
    *, officer: Officer, reference: str, version: int, reason: str, at: datetime, proposed: str | None = None
) -> Comment:
    """Give a case back to the triage desk because it is not this body's, naming the one whose it is, if that is known.

    Raises:
        InvalidInput: no reason; a proposal that is no body, or the body itself.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.RETURN, reference=reference, version=version)
    known = bodies.identifiers()
    if proposed and proposed not in known:
        raise InvalidInput({"proposed": ["Xin chọn cơ quan trong danh sách."]})
    if proposed and known[proposed] == comment.body_id:
        raise InvalidInput({"proposed": ["Xin chọn một cơ quan khác với cơ quan trả lại."]})
    code = next((code for code, identifier in known.items() if identifier == comment.body_id), None)
    moving.move(
        comment=comment,
        action=Action.RETURN,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=clean(reason),
        data={"body": code, **({"proposed": proposed} if proposed else {})},
    )
    comment.proposed_body_id, comment.desk_reason = known[proposed] if proposed else None, None
    return comment


def last_machine_decision() -> ColumnElement[int | None]:
    """The identifier of what the machine last said of the comment of the query around it."""
    return (
        select(RoutingDecision.id)
        .where(RoutingDecision.comment_id == Comment.id, RoutingDecision.made_by == "machine")
        .order_by(RoutingDecision.id.desc())
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
    )


def latest_machine_decision(*, comment: Comment) -> RoutingDecision | None:
    """What the machine last said of a case."""
    return session().scalar(
        select(RoutingDecision)
        .where(RoutingDecision.comment_id == comment.id, RoutingDecision.made_by == "machine")
        .order_by(RoutingDecision.id.desc())
        .limit(1)
    )
