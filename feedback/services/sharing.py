"""What the sender of a merged comment may see of the one that leads: how far it is and its answer, nobody's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from feedback.db import session
from feedback.domain import timeline
from feedback.domain.status import STATUS_NAMES, Action, Status
from feedback.models import AuditEvent, Body, Comment, Response
from feedback.services import identity

# What bodies did. What the other sender did is theirs to read.
TOLD = (
    Action.ROUTE,
    Action.TRANSFER,
    Action.RETURN,
    Action.COORDINATE,
    Action.ACCEPT,
    Action.EXTEND,
    Action.ANSWER,
    Action.CHECK,
    Action.SEND_BACK,
    Action.APPROVE,
    Action.REPLY,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to the case that leads."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer to the case that leads, without what is known of its sender."""

    text: str
    body_name: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Shared:
    """How far the case that leads is."""

    status_name: str
    body_name: str | None
    steps: tuple[Step, ...]
    answers: tuple[SharedAnswer, ...]


def shared(*, comment: Comment, names: Mapping[str, str]) -> Shared | None:
    """What is shared with the sender of a merged comment; None for any other. `names` are those of bodies by code."""
    lead = session().get(Comment, comment.merged_into_id) if comment.merged_into_id else None
    if lead is None:
        return None
    events = session().scalars(
        select(AuditEvent)
        .where(AuditEvent.comment_id == lead.id, AuditEvent.action.in_([str(action) for action in TOLD]))
        .order_by(AuditEvent.sequence)
    )
    told = ((event.at, timeline.sentence(event.action, event.data, names)) for event in events)
    body_name = session().scalar(select(Body.name).where(Body.id == lead.body_id)) if lead.body_id else None
    return Shared(
        status_name=STATUS_NAMES[Status(lead.status)],
        body_name=body_name,
        steps=tuple(Step(at, sentence) for at, sentence in told if sentence),
        answers=_answers(lead),
    )


def _answers(lead: Comment) -> tuple[SharedAnswer, ...]:
    rows = session().execute(
        select(Response.text, Body.name, Response.sent_at)
        .join(Body, Body.id == Response.body_id)
        .where(Response.comment_id == lead.id, Response.state == "sent")
        .order_by(Response.id)
    )
    return tuple(
        SharedAnswer(identity.hidden(comment=lead, text=text), name, sent_at) for text, name, sent_at in rows if sent_at
    )
