"""What the analyst sees: every figure is a query over facts, none is written by anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, cast, exists, func, select

from feedback.db import session
from feedback.domain.clock import day_begins, working_days_between
from feedback.domain.permissions import Permission, Scope, scope_for
from feedback.domain.status import OPEN
from feedback.models import Body, ClockEvent, Comment, Officer, RoutingDecision
from feedback.services import calendar, scope


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both in Viet Nam and both counted."""

    first: date
    last: date

    def bounds(self) -> tuple[datetime, datetime]:
        """The instants between which a comment was received: from the first to before the second."""
        return day_begins(self.first), day_begins(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class BodyLine:
    """How one body stands: four different facts about its comments, never mixed."""

    code: str
    name: str
    received: int
    open: int
    overdue: int
    replied: int
    resolved: int
    confirmed: int
    extended: int
    on_time_share: float | None
    median_working_days: float | None


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week, from Monday."""

    monday: date
    received: int
    replied: int


@dataclass(frozen=True, slots=True)
class Report:
    """The analyst's page. Shares are of 1, and None where there is nothing to take a share of."""

    period: Period
    fresh_at: datetime
    received: int
    stopped: int
    on_desk: int
    forwarded: int
    replied: int
    resolved: int
    confirmed: int
    extended: int
    decided_by_machine: int
    routed_automatically_share: float | None
    override_rate: float | None
    on_time_share: float | None
    median_working_days: float | None
    bodies: tuple[BodyLine, ...]
    weeks: tuple[WeekLine, ...]


@dataclass(slots=True)
class _Times:
    working_days: list[int]
    on_time: int = 0


def overview(*, officer: Officer, period: Period, now: datetime) -> Report:
    """Comments received in a period: by body and by week, how they were routed, and how they were answered.

    On time means replied by the due date, among those replied or already past it. Complaints and denunciations are
    counted in `stopped` and nowhere else. Raise NotAllowed without permission.
    """
    scope.require(officer=officer, permission=Permission.SEE_REPORTS)
    within = _chosen(officer, period)
    chosen = and_(within, Comment.confidential.is_(False))
    by_body = session().execute(_body_counts(chosen, now)).all()
    times = _times(chosen)
    everything = _pool(times.values())
    routed, desk, officers_said, overridden = _routing(chosen)
    overdue = sum(row.overdue for row in by_body)
    return Report(
        period=period,
        fresh_at=now,
        received=sum(row.received for row in by_body),
        stopped=session().scalars(select(func.count()).where(within, Comment.confidential)).one(),
        forwarded=sum(row.forwarded for row in by_body),
        on_desk=sum(row.received for row in by_body if row.code is None),
        replied=sum(row.replied for row in by_body),
        resolved=sum(row.resolved for row in by_body),
        confirmed=sum(row.confirmed for row in by_body),
        extended=sum(row.extended for row in by_body),
        decided_by_machine=routed + desk,
        routed_automatically_share=_share(routed, routed + desk),
        override_rate=_share(overridden, officers_said),
        on_time_share=_share(everything.on_time, len(everything.working_days) + overdue),
        median_working_days=median(everything.working_days) if everything.working_days else None,
        bodies=tuple(
            BodyLine(
                code=row.code,
                name=row.name,
                received=row.received,
                open=row.open,
                overdue=row.overdue,
                replied=row.replied,
                resolved=row.resolved,
                confirmed=row.confirmed,
                extended=row.extended,
                on_time_share=_share(times[row.code].on_time, len(times[row.code].working_days) + row.overdue),
                median_working_days=median(times[row.code].working_days) if times[row.code].working_days else None,
            )
            for row in by_body
            if row.code is not None
        ),
        weeks=_weeks(chosen, period),
    )


def _chosen(officer: Officer, period: Period) -> ColumnElement[bool]:
    start, end = period.bounds()
    within = and_(Comment.received_at >= start, Comment.received_at < end)
    if scope_for(officer.charged_with, Permission.SEE_REPORTS) is Scope.ALL:
        return within
    return and_(within, scope.within(officer=officer, permission=Permission.SEE_REPORTS))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _body_counts(chosen: ColumnElement[bool], now: datetime) -> Select[*tuple[Any, ...]]:
    is_open = Comment.status.in_([str(status) for status in OPEN])
    extended = exists().where(ClockEvent.comment_id == Comment.id, ClockEvent.kind == "extended")
    return (
        select(
            Body.code,
            func.coalesce(Body.short_name, "").label("name"),
            func.count().label("received"),
            _count(is_open).label("open"),
            _count(and_(is_open, Comment.replied_at.is_(None), Comment.due_at < now)).label("overdue"),
            _count(Comment.replied_at.is_not(None)).label("replied"),
            _count(Comment.forwarded_at.is_not(None)).label("forwarded"),
            _count(Comment.resolved_at.is_not(None)).label("resolved"),
            _count(Comment.confirmed_at.is_not(None)).label("confirmed"),
            _count(extended).label("extended"),
        )
        .select_from(Comment)
        .outerjoin(Body, Body.id == Comment.body_id)
        .where(chosen)
        .group_by(Body.code, Body.short_name)
        .order_by(func.count().desc(), Body.code)
    )


def _times(chosen: ColumnElement[bool]) -> defaultdict[str, _Times]:
    rows = session().execute(
        # What was due when the reply was sent: a comment reported on again is owed a second answer by a later date.
        select(
            Body.code,
            Comment.received_at,
            Comment.replied_at,
            func.coalesce(ClockEvent.due_at, Comment.due_at).label("due_at"),
        )
        .join(Body, Body.id == Comment.body_id)
        .outerjoin(
            ClockEvent,
            and_(
                ClockEvent.comment_id == Comment.id,
                ClockEvent.clock == "answer",
                ClockEvent.kind == "stopped",
                ClockEvent.at == Comment.replied_at,
            ),
        )
        .where(chosen, Comment.replied_at.is_not(None))
    )
    days = calendar.current()
    times: defaultdict[str, _Times] = defaultdict(lambda: _Times([]))
    for code, received_at, replied_at, due_at in rows:
        if replied_at is not None:
            times[code].working_days.append(working_days_between(received_at, replied_at, days))
            times[code].on_time += replied_at <= due_at
    return times


def _pool(parts: Iterable[_Times]) -> _Times:
    pooled = _Times([])
    for part in parts:
        pooled.working_days.extend(part.working_days)
        pooled.on_time += part.on_time
    return pooled


def _routing(chosen: ColumnElement[bool]) -> tuple[int, int, int, int]:
    row = (
        session()
        .execute(
            select(
                _count(RoutingDecision.outcome == "auto"),
                _count(RoutingDecision.outcome == "desk"),
                _count(RoutingDecision.outcome.in_(("accepted", "overridden"))),
                _count(RoutingDecision.outcome == "overridden"),
            )
            .join(Comment, Comment.id == RoutingDecision.comment_id)
            .where(chosen)
        )
        .one()
    )
    return row[0], row[1], row[2], row[3]


def _weeks(chosen: ColumnElement[bool], period: Period) -> tuple[WeekLine, ...]:
    local = func.timezone("Asia/Ho_Chi_Minh", Comment.received_at)
    monday = cast(func.date_trunc("week", local), Date)
    rows = session().execute(
        select(monday.label("monday"), func.count(), func.sum(case((Comment.replied_at.is_not(None), 1), else_=0)))
        .where(chosen)
        .group_by(monday)
    )
    found = {row[0]: WeekLine(row[0], row[1], int(row[2] or 0)) for row in rows}
    first = period.first - timedelta(days=period.first.weekday())
    mondays = [first + timedelta(weeks=week) for week in range((period.last - first).days // 7 + 1)]
    return tuple(found.get(day, WeekLine(day, 0, 0)) for day in mondays)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
