"""Why a case is due when it is: every clock as it stands, and the answer's ledger day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select

from feedback.db import session
from feedback.domain.clock import Calendar, SpecialDay
from feedback.domain.errors import NotFound
from feedback.domain.explanation import Line, explain, length_name
from feedback.domain.ledger import (
    Clock,
    ClockState,
    Event,
    State,
    derive,
    last_run,
    length_in_force,
    reckon,
)
from feedback.domain.permissions import Permission
from feedback.domain.profiles import CERTAINTY_NAMES, EVERY, STEP_NAMES
from feedback.models import Body, CalendarChange, Comment, Officer
from feedback.services import calendar, clocks, scope

STATE_NAMES = MappingProxyType(
    {ClockState.RUNNING: "Đang tính", ClockState.PAUSED: "Đang tạm dừng", ClockState.STOPPED: "Đã dừng"}
)
_MOVED = "Lịch làm việc vừa thay đổi; thời hạn đang được tính lại theo lịch mới."
_KEPT = "Thời hạn được giữ như khi đồng hồ dừng; lịch làm việc đã thay đổi sau đó."


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock as it stands; `on_time` is None until it stopped."""

    clock: Clock
    name: str
    state: ClockState
    state_name: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    on_time: bool | None
    length: str
    source: str
    certainty: str

    def is_late(self, now: datetime) -> bool:
        """Whether it runs past its due date."""
        return self.state is ClockState.RUNNING and self.due_at < now


@dataclass(frozen=True, slots=True)
class Statutory:
    """The limit that a decree sets, shown beside what the profile gives."""

    due_at: datetime
    length: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that the page shows; `note` says when calendar and date do not agree just now."""

    reference: str
    clocks: tuple[ClockView, ...]
    answer: ClockView | None
    lines: tuple[Line, ...]
    statutory: Statutory | None
    note: str | None


def for_officer(*, officer: Officer, reference: str) -> Explanation:
    """The explanation of a case within the officer's reach; raise NotAllowed or NotFound."""
    permission = Permission.SEE_CASES
    scope.require(officer=officer, permission=permission)
    within = scope.within(officer=officer, permission=permission)
    comment = session().scalar(select(Comment).where(Comment.reference == reference, within))
    if comment is None:
        raise NotFound
    return of_case(comment=comment)


def of_case(*, comment: Comment) -> Explanation:
    """The explanation of a case that the asker may see."""
    ledger = clocks.ledgers(comment_ids=[comment.id])[comment.id]
    body = session().scalar(select(Body.class_code).where(Body.id == comment.body_id)) if comment.body_id else None
    views = tuple(_view(clock, ledger[clock], comment.kind, body or EVERY) for clock in Clock if clock in ledger)
    events = ledger.get(Clock.ANSWER, [])
    days = _calendar_of(derive(events))
    return Explanation(
        reference=comment.reference,
        clocks=views,
        answer=next((view for view in views if view.clock is Clock.ANSWER), None),
        lines=explain(events, days),
        statutory=_statutory(events, comment.kind, body or EVERY),
        note=_note(events, days),
    )


def _view(clock: Clock, events: Sequence[Event], kind: str, body: str) -> ClockView:
    state = derive(events)
    if state is None:
        raise ValueError("a clock without a start")
    profile = calendar.profile_for(step=clock, kind=kind, body=body)
    length = length_in_force(last_run(events))
    same = (length.number, length.unit) == (profile.length, profile.unit)
    return ClockView(
        clock=clock,
        name=STEP_NAMES[clock],
        state=state.state,
        state_name=STATE_NAMES[state.state],
        started_at=state.started_at,
        due_at=state.due_at,
        stopped_at=state.stopped_at,
        on_time=state.on_time,
        length=length_name(length),
        source=profile.source if same else last_run(events)[0].cause,
        certainty=CERTAINTY_NAMES[profile.certainty] if same else "Theo thời hạn lúc bắt đầu tính",
    )


def _statutory(events: Sequence[Event], kind: str, body: str) -> Statutory | None:
    run = last_run(events)
    if not run:
        return None
    given = calendar.given_for(step="statutory", kind=kind, body=body)
    certainty = calendar.profile_for(step="statutory", kind=kind, body=body).certainty
    due = calendar.due_after(at=run[0].at, length=given.length)
    return Statutory(due, length_name(given.length), given.source, CERTAINTY_NAMES[certainty])


def _calendar_of(state: State | None) -> Calendar:
    """The calendar of today for a clock that goes; for one that stopped, the calendar of that moment."""
    if state is None or state.stopped_at is None:
        return calendar.current()
    later = select(CalendarChange).where(CalendarChange.at > state.stopped_at).order_by(CalendarChange.id.desc())
    special = dict(calendar.current().special)
    for change in session().scalars(later):
        special[change.date] = SpecialDay(change.was_working, change.was_name, "Lịch trước khi thay đổi")
    return Calendar(special)


def _note(events: Sequence[Event], days: Calendar) -> str | None:
    state = derive(events)
    if state is None or reckon(events, days) == state.due_at:
        return None
    return _KEPT if state.state is ClockState.STOPPED else _MOVED
