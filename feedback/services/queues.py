"""The queues that an officer's roles open: who waits in which, filtered, counted within bounds, paged by a mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, case, literal_column, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from feedback.db import session
from feedback.domain.filters import Filters
from feedback.domain.permissions import Permission, Scope, scope_for
from feedback.domain.queues import QUEUE_NAMES, QUEUES, Queue, Sort
from feedback.domain.routing import desk_reason_name
from feedback.domain.screening import SCREEN_NAMES, Screen
from feedback.domain.status import OPEN, STATUS_NAMES, Status
from feedback.models import Body, Comment, Officer, Province, RoutingDecision
from feedback.services import attachments, bodies, coordinating, counting, folding, keyset, listing, scope
from feedback.services.counting import Reach
from feedback.services.keyset import Standing
from feedback.services.listing import Found

PAGE = 25
CHUNK = 500  # rows read at a time for a file
NONE = Filters()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue."""

    reference: str
    version: int
    title: str
    kind: str
    status: Status
    status_name: str
    body_name: str | None
    province_name: str | None
    received_at: datetime
    due_at: datetime
    overdue: bool
    held: bool
    desk_reason: str | None
    screen: str | None
    candidate: str | None
    confidence: float | None
    hops: int
    campaign_id: int | None
    campaign_size: int = 1  # cases that this row stands for, itself among them
    files: int = 0  # counted for files of lists, not for pages


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue; `following` is the mark of the next, `found` None when nothing but the queue was asked."""

    queue: Queue
    rows: tuple[QueueRow, ...]
    following: str | None
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many cases wait in a queue."""

    queue: Queue
    name: str
    count: int


def queues_for(*, officer: Officer) -> tuple[Queue, ...]:
    """The queues that the officer's roles open, in the order of work."""
    held = officer.permissions
    return tuple(
        queue
        for queue, waiting in QUEUES.items()
        if waiting.permission in held and (queue is not Queue.COORDINATING or scope.may_help(officer=officer))
    )


def counts(*, officer: Officer) -> tuple[QueueCount, ...]:
    """How many cases wait in each of the officer's queues, by the counts that are kept."""
    waiting = {queue: QUEUES[queue] for queue in queues_for(officer=officer)}
    reaches = {queue: _reach(officer, one.permission) for queue, one in waiting.items()}
    lines = {reach: counting.lines(reach=reach) if reach else [] for reach in dict.fromkeys(reaches.values())}
    return tuple(
        QueueCount(
            queue,
            QUEUE_NAMES[queue],
            coordinating.count(officer=officer, limit=listing.COUNT_LIMIT)
            if queue is Queue.COORDINATING
            else sum(line.number for line in lines[reaches[queue]] if one.holds(line.status, line.screened)),
        )
        for queue, one in waiting.items()
    )


def page(
    *,
    officer: Officer,
    queue: Queue,
    now: datetime,
    filters: Filters = NONE,
    sort: Sort = Sort.DUE,
    after: str | None = None,
    limit: int = PAGE,
    folded: bool = False,
) -> QueuePage:
    """One page of a queue.

    Args:
        officer: who asks; only cases within reach are seen.
        queue: which one.
        now: to tell what is overdue.
        filters: what else is asked of a case.
        sort: in which order; the queue's usual one when it cannot be read in this.
        after: the `following` of the page before; a mark that cannot be read, or is another list's, begins anew.
        limit: rows a page.
        folded: of a campaign show only the first case that waits, with how many it stands for.

    Raises:
        NotAllowed: the officer's roles do not open this queue.
        InvalidInput: the filters' text cannot be searched for.
    """
    asked = listing.listing(officer=officer, queue=queue, filters=filters, sort=sort, now=now, folded=folded)
    place = keyset.read(mark=after, queue=queue, filters=filters, sort=asked.sort)
    found, chosen = listing.find(listing=asked, columns=_columns(), after=place, limit=limit + 1)
    rows = session().execute(chosen).all()
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = (getattr(shown[-1], asked.order.column.key), shown[-1].id)
        following = keyset.mark(queue=queue, filters=filters, sort=asked.sort, place=last)
    lines = _lines(queue, shown, now)
    return QueuePage(queue, _stand(officer, queue, lines) if folded else lines, following, found)


def everything(
    *, officer: Officer, queue: Queue, now: datetime, filters: Filters, sort: Sort, limit: int
) -> Iterator[QueueRow]:
    """Every case that the filters find in a queue, in its order, up to `limit`; read as it is taken.

    Raises NotAllowed and InvalidInput as `page` does, when the first is taken.
    """
    mark: str | None = None
    while limit > 0:
        one = page(
            officer=officer, queue=queue, now=now, filters=filters, sort=sort, after=mark, limit=min(CHUNK, limit)
        )
        files = attachments.numbers(references=[row.reference for row in one.rows])
        yield from (replace(row, files=files.get(row.reference, 0)) for row in one.rows)
        limit -= len(one.rows)
        mark = one.following
        if mark is None:
            return


def neighbours(
    *,
    officer: Officer,
    filters: Filters,
    queue: Queue,
    comment: Standing,
    now: datetime,
    sort: Sort = Sort.DUE,
    folded: bool = False,
) -> tuple[str | None, str | None]:
    """The references before and after a case in a filtered queue, by where it stands, whether it still waits or not.

    Raises NotAllowed and InvalidInput as `page` does.
    """
    asked = listing.listing(officer=officer, queue=queue, filters=filters, sort=sort, now=now, folded=folded)
    return listing.beside(listing=asked, place=(getattr(comment, asked.order.column.key), comment.id))


def beside(
    *,
    officer: Officer,
    reference: str,
    filters: Filters,
    queue: Queue,
    now: datetime,
    sort: Sort = Sort.DUE,
    folded: bool = False,
) -> tuple[str | None, str | None]:
    """`neighbours` of the case with this reference, whoever has it now; nothing beside a case that is none."""
    comment = session().scalar(select(Comment).where(Comment.reference == reference))
    if comment is None:
        return None, None
    return neighbours(officer=officer, filters=filters, queue=queue, comment=comment, now=now, sort=sort, folded=folded)


def reference_within(*, officer: Officer, reference: str) -> bool:
    """Whether there is a case of this number that the officer may see."""
    reach = scope.within(officer=officer, permission=Permission.SEE_CASES)
    return session().scalar(select(Comment.id).where(Comment.reference == reference, reach)) is not None


@cache  # to build it costs more than to ask it
def _columns() -> Select[*tuple[Any, ...]]:
    said = _machine_said()
    return (
        select(
            Comment.id,
            Comment.reference,
            Comment.version,
            Comment.title,
            Comment.kind,
            Comment.status,
            Comment.received_at,
            Comment.due_at,
            Comment.held,
            Comment.desk_reason,
            Comment.screen,
            Comment.hops,
            case((Comment.confidential.is_(False), Comment.campaign_id)).label("campaign_id"),
            Body.short_name,
            Province.name,
            said.c.class_code,
            said.c.confidence,
            said.c.screen_confidence,
        )
        .outerjoin(Body, Body.id == Comment.body_id)
        .outerjoin(Province, Province.code == Comment.province)
        .outerjoin(said, true())
    )


def _lines(queue: Queue, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> tuple[QueueRow, ...]:
    proposing = queue is Queue.TRIAGE
    screening = queue is Queue.SCREENING
    class_names = bodies.class_names() if proposing else {}
    return tuple(
        QueueRow(
            reference=row.reference,
            version=row.version,
            title=row.title,
            kind=row.kind,
            status=Status(row.status),
            status_name=STATUS_NAMES[Status(row.status)],
            body_name=row.short_name,
            province_name=row.name,
            received_at=row.received_at,
            due_at=row.due_at,
            overdue=row.due_at < now and Status(row.status) in OPEN,
            held=row.held,
            desk_reason=desk_reason_name(row.desk_reason),
            screen=SCREEN_NAMES[Screen(row.screen)] if screening and row.screen else None,
            candidate=class_names.get(row.class_code or ""),
            confidence=row.confidence if proposing else row.screen_confidence if screening else None,
            hops=row.hops,
            campaign_id=row.campaign_id,
        )
        for row in rows
    )


def _stand(officer: Officer, queue: Queue, lines: Sequence[QueueRow]) -> tuple[QueueRow, ...]:
    """The same lines, each with how many cases of its campaign it stands for."""
    campaigns = {line.campaign_id for line in lines if line.campaign_id is not None}
    sizes = folding.sizes(officer=officer, queue=queue, campaigns=campaigns)
    if not sizes:
        return tuple(lines)
    return tuple(replace(line, campaign_size=sizes.get(line.campaign_id or 0, 1)) for line in lines)


def _machine_said() -> LateralFromClause:
    """What the machine last said of the comment beside it."""
    return (
        select(RoutingDecision.class_code, RoutingDecision.confidence, RoutingDecision.screen_confidence)
        .where(RoutingDecision.comment_id == Comment.id, RoutingDecision.made_by == literal_column("'machine'"))
        .order_by(RoutingDecision.id.desc())
        .limit(literal_column("1"))
        .lateral("said")
    )


def _reach(officer: Officer, permission: Permission) -> Reach | None:
    """The officer's reach as counts know it; None when it holds nothing."""
    confidential_too = Permission.SEE_CONFIDENTIAL in officer.permissions
    match scope_for(officer.charged_with, permission, provincial=officer.province is not None):
        case Scope.ALL:
            return Reach(confidential_too=confidential_too)
        case Scope.OWN_PROVINCE:
            return Reach(province=officer.province, confidential_too=confidential_too)
        case Scope.OWN_BODY if officer.body_id is not None:
            return Reach(body_id=officer.body_id, confidential_too=confidential_too)
    return None
