"""Filters as conditions on cases: each by itself, so that no case is found twice however many values are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, any_, cast, exists, false, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute

from feedback.db import session
from feedback.domain import query
from feedback.domain.clock import day_begins
from feedback.domain.errors import InvalidInput
from feedback.domain.filters import PARAMETERS, Band, Charge, Filters, Repeat, band_bounds, day_ends
from feedback.domain.query import Query, QueryRefused
from feedback.domain.queues import QUEUES, Queue
from feedback.domain.routing import DeskReason
from feedback.domain.status import OPEN, SETTLED, Status
from feedback.models import Body, CaseTag, Comment, Resemblance, RoutingDecision

Condition = ColumnElement[bool]


def conditions(*, filters: Filters, now: datetime, officer_id: int | None = None) -> list[Condition]:
    """What must hold of a comment that these filters find, to be joined by "and"; whose reach it is in is not theirs.

    Args:
        filters: what is asked.
        now: to tell what is overdue.
        officer_id: who is meant by "me"; for nobody, no case is theirs.

    Raises:
        InvalidInput: its text cannot be searched for.
    """
    found = [in_queue(queue=filters.queue)] if filters.queue else []
    found += [condition(getattr(filters, name)) for name, condition in _ASKED.items() if getattr(filters, name)]
    if filters.overdue:
        found += [IS_OPEN, Comment.due_at < now]
    if filters.charges:
        found.append(or_(*(_charged(charge, officer_id) for charge in filters.charges)))
    asked = read_text(filters=filters)
    return [*found, text_found(asked=asked)] if asked else found


def matches(*, filters: Filters, comment_id: UUID, now: datetime, officer_id: int | None = None) -> bool:
    """Whether these filters find this one comment as the database holds it now: one row read by its key."""
    session().flush()
    asked = conditions(filters=filters, now=now, officer_id=officer_id)
    return bool(session().scalar(select(exists().where(Comment.id == comment_id, *asked))))


def read_text(*, filters: Filters) -> Query | None:
    """The query of the filters' text, None when there is none; raise InvalidInput beside its field."""
    if not filters.text:
        return None
    try:
        return query.read(filters.text)
    except QueryRefused as refusal:
        raise InvalidInput({PARAMETERS["text"]: [str(refusal)]}) from None


def text_found(*, asked: Query) -> Condition:
    """That the words of a comment answer the query: the index of words gives few, and each of these is checked."""
    nearly = query.nearly(asked)
    given = Comment.search.bool_op("@@")(cast(nearly, TSQUERY))
    return given if nearly == query.tsquery(asked) else and_(given, text_checked(asked=asked))


def text_checked(*, asked: Query) -> Condition:
    """The same as `text_found`, but read from each comment: no plan will look into the index of words for it."""
    return func.ts_match_vq(Comment.search, cast(query.tsquery(asked), TSQUERY), type_=Boolean())


def in_queue(*, queue: Queue) -> Condition:
    """That a comment waits in the queue."""
    return _IN_QUEUE[queue]


def _written_out(queue: Queue) -> Condition:
    """As constants, as in the partial indexes that answer it."""
    waiting = QUEUES[queue]
    if set(waiting.states) == set(Status):
        return true()
    if set(waiting.states) == set(OPEN):
        return IS_OPEN
    parts = [f"comment.status IN ({_quoted(waiting.states)})"]
    if waiting.screened is not None:
        parts.append(f"comment.desk_reason IS {'NOT ' * waiting.screened}DISTINCT FROM '{DeskReason.SCREENED}'")
    return text(" AND ".join(parts))  # type: ignore[return-value]  # a condition, if one in words


def _quoted(states: Iterable[Status]) -> str:
    return ", ".join(f"'{state}'" for state in states)


IS_OPEN: Condition = text(f"comment.status NOT IN ({_quoted(sorted(SETTLED))})")  # type: ignore[assignment]
_IN_QUEUE = MappingProxyType({queue: _written_out(queue) for queue in Queue})


def _one_of(column: InstrumentedAttribute[Any]) -> Callable[[Sequence[str]], Condition]:
    return lambda values: column.in_([str(value) for value in values])


def _of_bodies(codes: Sequence[str]) -> Condition:
    return Comment.body_id == any_(func.array(select(Body.id).where(Body.code.in_(codes)).scalar_subquery()))


def _of_classes(classes: Sequence[str]) -> Condition:
    owing = select(Body.id).where(Body.class_code.in_(classes)).scalar_subquery()
    proposed = _machine_last(RoutingDecision.class_code).in_(classes)
    return or_(Comment.body_id == any_(func.array(owing)), and_(Comment.body_id.is_(None), proposed))


def _in_bands(bands: Sequence[Band]) -> Condition:
    confidence = _machine_last(RoutingDecision.confidence)
    bounds = [band_bounds(band) for band in bands]
    return or_(*(and_(confidence >= lowest, confidence < highest) for lowest, highest in bounds))


def _machine_last(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """One column of what the machine last said of a comment."""
    return (
        select(column)
        .where(RoutingDecision.comment_id == Comment.id, RoutingDecision.made_by == "machine")
        .order_by(RoutingDecision.id.desc())
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
    )


def _charged(charge: Charge, officer_id: int | None) -> Condition:
    if charge is Charge.NOBODY:
        return Comment.assignee_id.is_(None)
    return false() if officer_id is None else Comment.assignee_id == officer_id


def _repeats(repeats: Sequence[Repeat]) -> Condition:
    return or_(*(_REPEATS[repeat] for repeat in repeats))


_REPEATS = MappingProxyType(
    {
        Repeat.MERGED: Comment.status == str(Status.MERGED),
        Repeat.LIKELY: or_(
            exists().where(Resemblance.comment_id == Comment.id, Resemblance.sure),
            exists().where(Resemblance.other_id == Comment.id, Resemblance.sure),
        ),
    }
)
_ASKED: Mapping[str, Callable[[Any], Condition]] = MappingProxyType(
    {
        "statuses": _one_of(Comment.status),
        "kinds": _one_of(Comment.kind),
        "fields": _one_of(Comment.field),
        "provinces": _one_of(Comment.province),
        "bodies": _of_bodies,
        "classes": _of_classes,
        "screens": _one_of(Comment.screen),
        "channels": _one_of(Comment.channel),
        "senders": _one_of(Comment.sender_kind),
        "desk_reasons": _one_of(Comment.desk_reason),
        "bands": _in_bands,
        "repeats": _repeats,
        "tags": lambda tags: exists().where(CaseTag.comment_id == Comment.id, CaseTag.tag.in_(tags)),
        "hops": lambda times: Comment.hops >= times,
        "held": lambda _: Comment.held.is_(True),
        "received_from": lambda day: Comment.received_at >= day_begins(day),
        "received_to": lambda day: Comment.received_at < day_ends(day),
        "due_from": lambda day: Comment.due_at >= day_begins(day),
        "due_to": lambda day: Comment.due_at < day_ends(day),
    }
)
