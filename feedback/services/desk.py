"""One case whole, as an officer sees it, with what this officer may do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from feedback.db import session
from feedback.domain.errors import NotFound
from feedback.domain.hints import Hint
from feedback.domain.permissions import Permission
from feedback.domain.routing import PLACE_BOUND, body_code, desk_reason_name
from feedback.domain.screening import Screen
from feedback.domain.status import OPEN, STATUS_NAMES, Action, Actor, Status, moves_from
from feedback.models import Body, Comment, Officer, Province, Response, RoutingDecision
from feedback.services import (
    advice,
    answering,
    arranging,
    attachments,
    bodies,
    evidence,
    facts,
    history,
    identity,
    scope,
    screening,
    triage,
)
from feedback.services.advice import Advice
from feedback.services.arranging import Around
from feedback.services.evidence import Span
from feedback.services.facts import FactLine
from feedback.services.history import Event, Note

SHOWN_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that the machine proposes; `body_code` is None while its place is unknown."""

    class_code: str
    body_code: str | None
    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Screening:
    """What may be said on a case's screening; `label` is the one that holds, `letters` the usual letter of each."""

    label: Screen | None
    confidence: float | None
    waits: bool
    letters: Mapping[Screen, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One case as an officer sees it; the sender's identity is not part of it.

    `blind` is whether the officer's body handles cases blind, where the identity might else be unsealed.
    """

    id: UUID
    reference: str
    version: int
    kind: str
    field: str | None
    channel: str
    sender_kind: str
    status: Status
    status_name: str
    title: tuple[Span, ...]
    text: tuple[Span, ...]
    province_name: str | None
    body_code: str | None
    body_name: str | None
    received_at: datetime
    due_at: datetime
    overdue: bool
    confidential: bool
    held: bool
    facts: tuple[FactLine, ...]
    desk_reason: str | None
    candidates: tuple[Candidate, ...]
    confidence: float | None
    decided_by_machine: bool
    draft: Response | None
    drafted_by_me: bool
    hints: tuple[Hint, ...]
    responses: tuple[Response, ...]
    notes: tuple[Note, ...]
    history: tuple[Event, ...]
    actions: frozenset[Action]
    may_unseal: bool
    blind: bool
    may_audit: bool
    screening: Screening | None
    advice: Advice
    around: Around
    may_contribute: bool
    files: tuple[attachments.Listed, ...]
    files_sealed: bool


# Built once: to build a statement costs more than to ask it.
_WHOLE = (
    select(Comment, Body, Province, RoutingDecision)
    .select_from(Comment)
    .outerjoin(Body, Body.id == Comment.body_id)
    .outerjoin(Province, Province.code == Comment.province)
    .outerjoin(RoutingDecision, RoutingDecision.id == triage.last_machine_decision())
    .where(Comment.reference == bindparam("asked_for", type_=Comment.reference.type))
)
_ANSWERS = (
    select(Response)
    .where(Response.comment_id == bindparam("comment_id", type_=Response.comment_id.type))
    .order_by(Response.id)
)


def case(*, officer: Officer, reference: str, now: datetime) -> Case:
    """One case whole, with what this officer may do to it.

    Raises:
        NotAllowed, NotFound: as their names say.
    """
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    seen = _WHOLE.where(scope.within(officer=officer, permission=Permission.SEE_CASES))
    found = session().execute(seen, {"asked_for": reference}).one_or_none()
    if found is None:
        raise NotFound
    comment, body, place, decision = found
    status = Status(comment.status)
    title, text = evidence.marked(comment=comment, decision=decision)
    answers = session().scalars(_ANSWERS, {"comment_id": comment.id}).all()
    draft = next((answer for answer in answers if answer.state in answering.UNFINISHED), None)
    actions = _allowed(officer, comment)
    return Case(
        id=comment.id,
        reference=comment.reference,
        version=comment.version,
        kind=comment.kind,
        field=comment.field,
        channel=comment.channel,
        sender_kind=comment.sender_kind,
        status=status,
        status_name=STATUS_NAMES[status],
        title=title,
        text=text,
        province_name=place.name if place else None,
        body_code=body.code if body else None,
        body_name=body.name if body else None,
        received_at=comment.received_at,
        due_at=comment.due_at,
        overdue=status in OPEN and comment.due_at < now,
        confidential=comment.confidential,
        held=comment.held,
        facts=facts.of_case(comment=comment),
        desk_reason=desk_reason_name(comment.desk_reason),
        candidates=_candidates(comment, decision),
        confidence=decision.confidence if decision else None,
        decided_by_machine=decision is not None and decision.outcome == "auto",
        draft=draft,
        drafted_by_me=draft is not None and officer.id in {draft.author_id, *draft.writer_ids},
        hints=answering.hints(comment=comment, answer=draft) if draft else (),
        responses=tuple(answer for answer in answers if answer.state in {"sent", "sent_back"}),
        notes=history.notes(comment_id=comment.id),
        history=history.events(comment_id=comment.id),
        actions=actions,
        may_unseal=not officer.body_blind and identity.may_read(officer=officer, comment=comment),
        blind=bool(officer.body_blind) and identity.may_read(officer=officer, comment=comment),
        may_audit=Permission.SEE_AUDIT in officer.permissions,
        screening=_screening(officer, comment, decision),
        advice=advice.on(officer=officer, comment=comment, decision=decision),
        around=arranging.around(comment=comment, actions=actions, officer=officer),
        may_contribute=Permission.ANSWER in officer.permissions
        and comment.body_id != officer.body_id
        and scope.may_help(officer=officer),
        files=attachments.of_case(comment_id=comment.id),
        files_sealed=bool(officer.body_blind),
    )


def _screening(officer: Officer, comment: Comment, decision: RoutingDecision | None) -> Screening | None:
    """None when this officer has no say on it, or it is too late for one."""
    if Permission.SCREEN not in officer.permissions or not screening.may_be_screened_out(comment=comment):
        return None
    return Screening(
        label=Screen(comment.screen) if comment.screen else None,
        confidence=decision.screen_confidence if decision and decision.screen == comment.screen else None,
        waits=screening.waits(comment=comment),
        letters=screening.letters(comment=comment),
    )


def _allowed(officer: Officer, comment: Comment) -> frozenset[Action]:
    return frozenset(
        move.action
        for move in moves_from(Status(comment.status), Actor.OFFICER)
        if move.permission is not None
        and not (move.action is Action.ROUTE and screening.waits(comment=comment))
        and not (move.action is Action.WITHDRAW and comment.published_at is None)
        and comment.held == (move.action is Action.RELEASE)
        and move.permission in officer.permissions
        and scope.reaches(officer=officer, permission=move.permission, comment=comment)
    )


def _candidates(comment: Comment, decision: RoutingDecision | None) -> tuple[Candidate, ...]:
    if decision is None:
        return ()
    names, class_names = bodies.names(), bodies.class_names()
    active = bodies.active_codes()
    found = []
    for candidate in decision.candidates[:SHOWN_CANDIDATES]:
        class_code = str(candidate["body"])
        code = body_code(class_code, comment.province or "")
        known = code in active and (class_code not in PLACE_BOUND or ":" in code)
        name = names[code] if known else class_names.get(class_code, class_code)
        found.append(Candidate(class_code, code if known else None, name, float(str(candidate["confidence"]))))
    return tuple(found)
