"""The queues that an officer's roles open: who waits in which, counted within bounds, paged by a mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, select, true, tuple_, union_all
from sqlalchemy.sql.selectable import LateralFromClause

from feedback.db import session
from feedback.domain.filters import Filters
from feedback.domain.queues import QUEUE_NAMES, QUEUES, Queue
from feedback.domain.routing import desk_reason_name
from feedback.domain.screening import SCREEN_NAMES, Screen
from feedback.domain.status import STATUS_NAMES, Status
from feedback.models import Body, Comment, Officer, Province, RoutingDecision
from feedback.services import bodies, scope
from feedback.services import filters as asking

PAGE = 25
COUNT_LIMIT = 1000
NONE = Filters()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue."""

    reference: str
    title: str
    kind: str
    status: Status
    status_name: str
    body_name: str | None
    province_name: str | None
    due_at: datetime
    overdue: bool
    desk_reason: str | None
    screen: str | None
    candidate: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, oldest due first; `following` is the mark of the next page."""

    queue: Queue
    rows: tuple[QueueRow, ...]
    following: str | None


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many cases wait in a queue; counting stops at COUNT_LIMIT, and `more` says so."""

    queue: Queue
    name: str
    count: int
    more: bool


def queues_for(*, officer: Officer) -> tuple[Queue, ...]:
    """The queues that the officer's roles open, in the order of work."""
    held = officer.permissions
    return tuple(queue for queue, waiting in QUEUES.items() if waiting.permission in held)


def counts(*, officer: Officer) -> tuple[QueueCount, ...]:
    """How many cases wait in each of the officer's queues."""
    queues = queues_for(officer=officer)
    if not queues:
        return ()
    parts = []
    for queue in queues:
        bounded = select(Comment.id).where(_waiting(officer, queue)).limit(COUNT_LIMIT + 1).subquery()
        parts.append(select(literal(str(queue)).label("queue"), func.count().label("number")).select_from(bounded))
    found = {row.queue: row.number for row in session().execute(union_all(*parts))}
    return tuple(
        QueueCount(queue, QUEUE_NAMES[queue], min(found[queue], COUNT_LIMIT), found[queue] > COUNT_LIMIT)
        for queue in queues
    )


def page(
    *,
    officer: Officer,
    queue: Queue,
    now: datetime,
    filters: Filters = NONE,
    after: str | None = None,
    limit: int = PAGE,
) -> QueuePage:
    """One page of a queue, oldest due first.

    Args:
        officer: who asks; only cases within reach are seen.
        queue: which one.
        now: to tell what is overdue.
        filters: what else is asked of a case.
        after: the `following` of the page before; a mark that cannot be read begins anew.
        limit: rows a page.

    Raises:
        NotAllowed: the officer's roles do not open this queue.
    """
    scope.require(officer=officer, permission=QUEUES[queue].permission)
    said = _machine_said()
    statement = (
        select(
            Comment.id,
            Comment.reference,
            Comment.title,
            Comment.kind,
            Comment.status,
            Comment.due_at,
            Comment.desk_reason,
            Comment.screen,
            Body.short_name,
            Province.name,
            said.c.class_code,
            said.c.confidence,
            said.c.screen_confidence,
        )
        .outerjoin(Body, Body.id == Comment.body_id)
        .outerjoin(Province, Province.code == Comment.province)
        .outerjoin(said, true())
        .where(_waiting(officer, queue), *asking.conditions(filters=filters, now=now, officer_id=officer.id))
        .order_by(Comment.due_at, Comment.id)
        .limit(limit + 1)
    )
    mark = _read_mark(after)
    if mark is not None:
        statement = statement.where(tuple_(Comment.due_at, Comment.id) > mark)
    found = session().execute(statement).all()
    shown = found[:limit]
    proposing = queue is Queue.TRIAGE
    class_names = bodies.class_names() if proposing else {}
    rows = tuple(
        QueueRow(
            reference=row.reference,
            title=row.title,
            kind=row.kind,
            status=Status(row.status),
            status_name=STATUS_NAMES[Status(row.status)],
            body_name=row.short_name,
            province_name=row.name,
            due_at=row.due_at,
            overdue=row.due_at < now,
            desk_reason=desk_reason_name(row.desk_reason),
            screen=SCREEN_NAMES[Screen(row.screen)] if queue is Queue.SCREENING and row.screen else None,
            candidate=class_names.get(row.class_code or ""),
            confidence=row.confidence if proposing else row.screen_confidence if queue is Queue.SCREENING else None,
        )
        for row in shown
    )
    return QueuePage(queue, rows, _mark(shown[-1].due_at, shown[-1].id) if len(found) > limit else None)


def _waiting(officer: Officer, queue: Queue) -> ColumnElement[bool]:
    return and_(asking.in_queue(queue=queue), scope.within(officer=officer, permission=QUEUES[queue].permission))


def _machine_said() -> LateralFromClause:
    """What the machine last said of the comment beside it."""
    return (
        select(RoutingDecision.class_code, RoutingDecision.confidence, RoutingDecision.screen_confidence)
        .where(RoutingDecision.comment_id == Comment.id, RoutingDecision.made_by == "machine")
        .order_by(RoutingDecision.id.desc())
        .limit(1)
        .lateral("said")
    )


def _mark(due_at: datetime, identifier: UUID) -> str:
    return f"{due_at.timestamp():.6f}_{identifier}"


def _read_mark(mark: str | None) -> tuple[datetime, UUID] | None:
    try:
        stamp, _, identifier = (mark or "").partition("_")
        return datetime.fromtimestamp(float(stamp), UTC), UUID(identifier)
    except (ValueError, OverflowError, OSError):
        return None
