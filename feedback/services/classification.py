"""What the model said becomes what happens: a batch of comments is routed or laid on the triage desk, exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as by_default
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import text

from feedback.db import session
from feedback.domain import audit
from feedback.domain.ledger import Clock
from feedback.domain.profiles import EVERY
from feedback.domain.routing import DeskReason, Routing, decide
from feedback.domain.screening import Screen, confidential
from feedback.domain.status import Action, Actor, Status, move_for
from feedback.services import bodies, clocks, rules
from feedback.services.classification_sql import APPLY, LOCK
from feedback.services.outbox import Claim

# What a person must look at first, whatever a rule says.
_BEFORE_RULES = frozenset({DeskReason.SCREENED, DeskReason.DOUBTFUL, DeskReason.EMPTY})
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
    kind: str
    due_at: datetime
    ledger: list[dict[str, object]]


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
    clock_events: list[dict[str, object]] = by_default(default_factory=list)
    clocks: list[dict[str, object]] = by_default(default_factory=list)


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
    rows = session().execute(LOCK, {"promises": list(verdicts)}).all()
    ruled = rules.choose(comment_ids=[row.id for row in rows], now=at)
    for row in rows:
        if Status(row.status) not in _BEFORE_ROUTING:
            applied.already += 1
            continue
        verdict = verdicts[row.promise]
        routing = _obey(ruled.get(row.id), verdict, _route(verdict, row.province, known), known)
        _add(batch, row, verdict, routing, known, at)
        applied.routed += routing.body_code is not None
        applied.on_desk += routing.body_code is None
    session().execute(
        APPLY,
        {
            "at": at,
            "comments": batch.comments,
            "events": batch.events,
            "decisions": batch.decisions,
            "clock_events": batch.clock_events,
            "clocks": batch.clocks,
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


def _obey(rule: rules.Rule | None, verdict: Verdict, routing: Routing, known: Mapping[str, int]) -> Routing:
    """Officials' own rule goes before the model's choice, not before the screening; the confidence stays as it is."""
    if rule is None or verdict.screen != Screen.VALID or routing.desk_reason in _BEFORE_RULES:
        return routing
    code = next((code for code, identifier in known.items() if identifier == rule.body_id), None)
    return Routing(code, None, rule.id) if code else routing


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
            "due_at": _follow(batch, row, verdict, routing, at).isoformat(),
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
            "rule_id": routing.rule_id,
            "model_version": verdict.model_version,
        }
    )


def _follow(batch: _Batch, row: _Row, verdict: Verdict, routing: Routing, at: datetime) -> datetime:
    """What the moves do to the clocks; when the answer is due then."""
    body = verdict.class_code if routing.body_code and verdict.class_code else EVERY
    ledger = clocks.ledger_of(rows=row.ledger)
    entries = clocks.entries_of(
        ledger=ledger, moves=_moves(Status(row.status), routing), kind=row.kind, body=body, at=at
    )
    states = clocks.states_after(ledger=ledger, entries=entries)
    batch.clock_events += [clocks.event_row(comment_id=row.id, entry=entry) for entry in entries]
    batch.clocks += clocks.clock_rows(comment_id=row.id, states=states)
    return states[Clock.ANSWER].due_at if Clock.ANSWER in states else row.due_at


def _events(
    row: _Row, verdict: Verdict, routing: Routing, at: datetime
) -> tuple[list[dict[str, object]], Status, audit.Head]:
    status, head = Status(row.status), audit.Head(row.audit_sequence, row.audit_hash)
    events: list[dict[str, object]] = []
    for action, target in _moves(status, routing):
        data: dict[str, object] = {"from": status, "to": target}
        if action is Action.ROUTE:
            data |= {"body": routing.body_code, "model": verdict.model_version, "confidence": verdict.confidence}
            data |= {"rule": routing.rule_id} if routing.rule_id else {}
        elif action is Action.SORT and routing.desk_reason is DeskReason.SCREENED:
            data |= {"screen": verdict.screen, "model": verdict.model_version}
        event, head = audit.seal(head, comment_id=row.id, at=at, actor=Actor.MACHINE, action=action, data=data)
        events.append(event.plain())
        status = target
    return events, status, head


def _moves(status: Status, routing: Routing) -> list[tuple[Action, Status]]:
    """The moves from that state, each with the state that it leads into."""
    moves = []
    for action in _actions(status, routed=routing.body_code is not None):
        status = move_for(status, action, Actor.MACHINE).lands(status)
        moves.append((action, status))
    return moves


def _actions(status: Status, *, routed: bool) -> Iterable[Action]:
    if status is Status.SUBMITTED:
        yield Action.ACKNOWLEDGE
    if status is not Status.SORTING:
        yield Action.SORT
    if routed:
        yield Action.ROUTE
