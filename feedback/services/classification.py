"""What the model said becomes what happens: a batch of comments is routed or laid on the triage desk, exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as by_default
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from feedback.db import UtcDateTime, session
from feedback.domain import audit
from feedback.domain.routing import DeskReason, Routing, decide
from feedback.domain.screening import Screen, confidential
from feedback.domain.status import Action, Actor, Status, move_for
from feedback.services import bodies
from feedback.services.outbox import Claim

_BEFORE_ROUTING = frozenset({Status.SUBMITTED, Status.RECEIVED, Status.SORTING})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the classifier said of one comment, in plain values."""

    class_code: str | None
    confidence: float | None
    sure: bool
    candidates: Sequence[Mapping[str, object]] = ()
    evidence: Sequence[Mapping[str, object]] = ()
    screen: str = Screen.VALID
    screen_confidence: float | None = None
    kind: str | None = None
    field: str | None = None
    urgency: Sequence[Mapping[str, object]] = ()
    coordinating: Sequence[Mapping[str, object]] = ()
    question: str | None = None
    province: str = ""
    model_version: str | None = None
    desk_reason: DeskReason | None = None
    doubt: DeskReason = DeskReason.UNSURE


@dataclass(frozen=True, slots=True)
class Unrouted:
    """One comment to classify: its promise, and title and text with one line break between."""

    claim: Claim
    text: str


class _Row(Protocol):
    """What the lock statement returns."""

    promise: int
    id: UUID
    status: str
    province: str | None
    audit_sequence: int
    audit_hash: str


@dataclass(slots=True)
class Applied:
    """How a batch ended."""

    routed: int = 0
    on_desk: int = 0
    already: int = 0


@dataclass(slots=True)
class _Batch:
    """The rows of one batch, ready for one statement."""

    comments: list[dict[str, object]] = by_default(default_factory=list)
    events: list[dict[str, object]] = by_default(default_factory=list)
    decisions: list[dict[str, object]] = by_default(default_factory=list)


def texts(*, claims: Sequence[Claim]) -> list[Unrouted]:
    """The texts of claimed comments, in the order of the claims."""
    rows = session().execute(
        text("SELECT id, title, text FROM comment WHERE id = ANY(:ids)"),
        {"ids": [claim.comment_id for claim in claims]},
    )
    found = {row.id: f"{row.title}\n{row.text}" for row in rows}
    return [Unrouted(claim, found[claim.comment_id]) for claim in claims]


def apply(*, verdicts: Mapping[int, Verdict], at: datetime) -> Applied:
    """Carry out the verdicts on claimed comments, by id of the promise, and keep the promises.

    A comment that an officer, or another worker, has moved on meanwhile is left as it is: the machine's change loses
    to a person's, and a verdict given twice counts once.
    """
    applied, batch = Applied(), _Batch()
    known = bodies.identifiers()
    rows = session().execute(_LOCK, {"promises": list(verdicts)}).all()
    for row in rows:
        if Status(row.status) not in _BEFORE_ROUTING:
            applied.already += 1
            continue
        verdict = verdicts[row.promise]
        routing = _route(verdict, row.province, known)
        _add(batch, row, verdict, routing, known, at)
        applied.routed += routing.body_code is not None
        applied.on_desk += routing.body_code is None
    session().execute(
        _APPLY,
        {
            "at": at,
            "comments": batch.comments,
            "events": batch.events,
            "decisions": batch.decisions,
            "promises": [row.promise for row in rows],
        },
    )
    return applied


def _route(verdict: Verdict, chosen_province: str | None, known: Mapping[str, int]) -> Routing:
    if verdict.desk_reason is not None or verdict.class_code is None:
        return Routing(None, verdict.desk_reason or DeskReason.MODEL_AWAY)
    return decide(
        class_code=verdict.class_code,
        sure=verdict.sure,
        screen=verdict.screen,
        # What the text names is where the trouble is; the form's province may only be where the sender lives.
        province=verdict.province or chosen_province or "",
        bodies=known,
        doubt=verdict.doubt,
    )


def _add(batch: _Batch, row: _Row, verdict: Verdict, routing: Routing, known: Mapping[str, int], at: datetime) -> None:
    body_id = known[routing.body_code] if routing.body_code else None
    screen = verdict.screen if verdict.class_code else None
    events, status, head = _events(row, verdict, routing, at)
    batch.events.extend(events)
    batch.comments.append(
        {
            "id": str(row.id),
            "status": status,
            "body_id": body_id,
            "desk_reason": routing.desk_reason,
            "screen": screen,
            "confidential": confidential(screen),
            "province": row.province or verdict.province or None,
            "audit_sequence": head.sequence,
            "audit_hash": head.hash,
        }
    )
    batch.decisions.append(
        {
            "comment_id": str(row.id),
            "outcome": "auto" if body_id else "desk",
            "body_id": body_id,
            "class_code": verdict.class_code,
            "confidence": verdict.confidence,
            "candidates": list(verdict.candidates),
            "evidence": list(verdict.evidence),
            "screen": screen,
            "screen_confidence": verdict.screen_confidence,
            "kind": verdict.kind,
            "field": verdict.field,
            "urgency": list(verdict.urgency),
            "coordinating": list(verdict.coordinating),
            "question": verdict.question,
            "model_version": verdict.model_version,
        }
    )


def _events(
    row: _Row, verdict: Verdict, routing: Routing, at: datetime
) -> tuple[list[dict[str, object]], Status, audit.Head]:
    status, head = Status(row.status), audit.Head(row.audit_sequence, row.audit_hash)
    events: list[dict[str, object]] = []
    for action in _actions(status, routed=routing.body_code is not None):
        move = move_for(status, action, Actor.MACHINE)
        target = move.lands(status)
        data: dict[str, object] = {"from": status, "to": target}
        if action is Action.ROUTE:
            data |= {"body": routing.body_code, "model": verdict.model_version, "confidence": verdict.confidence}
        elif action is Action.SORT and routing.desk_reason is DeskReason.SCREENED:
            data |= {"screen": verdict.screen, "model": verdict.model_version}
        event, head = audit.seal(head, comment_id=row.id, at=at, actor=Actor.MACHINE, action=action, data=data)
        events.append(_plain(event))
        status = target
    return events, status, head


def _plain(event: audit.Event) -> dict[str, object]:
    # Field by field: `asdict` would copy each value deeply, which took half of the time of a batch.
    return {
        "comment_id": str(event.comment_id),
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "data": event.data,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def _actions(status: Status, *, routed: bool) -> Iterable[Action]:
    if status is Status.SUBMITTED:
        yield Action.ACKNOWLEDGE
    if status is not Status.SORTING:
        yield Action.SORT
    if routed:
        yield Action.ROUTE


# Both rows are locked in the order of the comments' ids, so that two batches never wait for each other in a circle.
_LOCK = text("""
SELECT outbox.id AS promise, comment.id, comment.status, comment.province, comment.audit_sequence, comment.audit_hash
FROM outbox JOIN comment ON comment.id = outbox.comment_id
WHERE outbox.id = ANY(:promises) AND outbox.state = 'pending' AND NOT comment.held
ORDER BY comment.id
FOR UPDATE OF outbox, comment
""")

_APPLY = text("""
WITH moved AS (
    UPDATE comment SET status = row.status, body_id = row.body_id, desk_reason = row.desk_reason,
        screen = row.screen, confidential = row.confidential, province = row.province,
        forwarded_at = CASE WHEN row.body_id IS NULL THEN comment.forwarded_at ELSE :at END,
        audit_sequence = row.audit_sequence, audit_hash = row.audit_hash, version = version + 1, updated_at = :at
    FROM jsonb_to_recordset(:comments) AS row(id uuid, status text, body_id int, desk_reason text, screen text,
        confidential bool, province text, audit_sequence int, audit_hash text)
    WHERE comment.id = row.id
    RETURNING comment.id, comment.status, comment.body_id, comment.confidential, comment.audit_sequence
), audited AS (
    INSERT INTO audit_event (comment_id, sequence, at, actor, action, data, previous_hash, hash)
    SELECT comment_id, sequence, at, actor, action, data, previous_hash, hash
    FROM jsonb_to_recordset(:events) AS row(comment_id uuid, sequence int, at timestamptz, actor text, action text,
        data jsonb, previous_hash text, hash text)
), decided AS (
    INSERT INTO routing_decision (comment_id, at, made_by, outcome, class_code, body_id, confidence, candidates,
        evidence, screen, screen_confidence, kind, field, urgency, coordinating, question, model_version)
    SELECT comment_id, :at, 'machine', outcome, class_code, body_id, confidence, candidates, evidence, screen,
        screen_confidence, kind, field, urgency, coordinating, question, model_version
    FROM jsonb_to_recordset(:decisions) AS row(comment_id uuid, outcome text, class_code text, body_id int,
        confidence float8, candidates jsonb, evidence jsonb, screen text, screen_confidence float8, kind text,
        field text, urgency jsonb, coordinating jsonb, question text, model_version text)
    ON CONFLICT (comment_id, model_version) DO NOTHING
), kept AS (
    UPDATE outbox SET state = 'done', finished_at = now() WHERE id = ANY(:promises) AND state = 'pending'
), told AS (
    INSERT INTO notification (comment_id, event, facts, occasion, message_id, created_at)
    SELECT moved.id, 'assigned', jsonb_build_object('body', body.code), moved.audit_sequence,
        '<' || moved.id || '.' || moved.audit_sequence || '.assigned@langnghe>', :at
    FROM moved JOIN body ON body.id = moved.body_id JOIN sender ON sender.comment_id = moved.id
    WHERE moved.status = 'assigned' AND sender.consent_contact AND sender.email IS NOT NULL
    RETURNING id, comment_id
)
INSERT INTO outbox (topic, comment_id, notification_id, available_at, created_at)
SELECT 'notify', comment_id, id, :at, :at FROM told
UNION ALL
SELECT 'compare', id, NULL, :at, :at FROM moved WHERE NOT confidential
""").bindparams(
    bindparam("at", type_=UtcDateTime()),
    *(bindparam(name, type_=JSONB()) for name in ("comments", "events", "decisions")),
)
