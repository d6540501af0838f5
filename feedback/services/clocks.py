"""The clocks of a case: what a move does to them, written into the ledger and the cache beside it in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from feedback.db import session
from feedback.domain.clock_effects import Entry, Extension, Given, consequences
from feedback.domain.errors import InvalidInput
from feedback.domain.ledger import Clock, Event, EventKind, Length, State, Unit, derive
from feedback.domain.profiles import EVERY
from feedback.domain.status import ON_TRIAGE_DESK, Action, Status
from feedback.domain.working_time import DAY_LENGTH, after
from feedback.models import Body, ClockEvent, Comment, Sender
from feedback.services import calendar

Ledger = Mapping[Clock, Sequence[Event]]
_ANSWERED_TOGETHER = "Đã trả lời cùng ý kiến mà ý kiến này được gộp vào"
_UNPUBLISHED = frozenset({Clock.PUBLISH})


def follow(
    *,
    comment: Comment,
    action: str,
    into: Status,
    at: datetime,
    officer_id: int | None = None,
    extension: Extension | None = None,
    reason: str | None = None,
) -> None:
    """Carry out on a locked case what a move does to its clocks; its due date follows the answer's.

    Raises:
        InvalidInput: an extension without days or date, to no later date, or too far.
    """
    # The caller has yet to finish the row: what is written halfway may be what the database refuses.
    with session().no_autoflush:
        ledger = ledgers(comment_ids=[comment.id])[comment.id]
        if action == Action.EXTEND:
            _check_extension(ledger, comment.kind, extension)
        entries = consequences(
            ledger,
            action,
            into,
            at=at,
            calendar=calendar.current(),
            given=_given(comment.kind, EVERY if into in ON_TRIAGE_DESK else _class_of(comment)),
            extension=extension,
            reason=reason or "",
            without=frozenset() if action != Action.REPLY or _to_be_published(comment) else _UNPUBLISHED,
        )
        states = write(changes={comment.id: (ledger, entries)}, officer_id=officer_id)
        if Clock.ANSWER in states[comment.id]:
            comment.due_at = states[comment.id][Clock.ANSWER].due_at
        if action == Action.REPLY:
            _stop_merged(comment, at, officer_id)


def stop(*, comment_ids: Sequence[UUID], clock: Clock, at: datetime, cause: str, officer_id: int | None = None) -> None:
    """Stop one clock of several locked cases, where it still goes: the answer to merged cases, for one."""
    changes: dict[UUID, tuple[Ledger, list[Entry]]] = {}
    for comment_id, ledger in ledgers(comment_ids=comment_ids).items():
        state = derive(ledger.get(clock, ()))
        if state is not None and state.stopped_at is None:
            stopped = Event(EventKind.STOPPED, at, due_at=state.due_at, cause=cause)
            changes[comment_id] = (ledger, [Entry(clock, stopped)])
    write(changes=changes, officer_id=officer_id)


def ledgers(*, comment_ids: Sequence[UUID]) -> dict[UUID, dict[Clock, list[Event]]]:
    """The ledgers of several cases by clock, oldest event first; a case without events has an empty one."""
    found: dict[UUID, dict[Clock, list[Event]]] = {comment_id: defaultdict(list) for comment_id in comment_ids}
    rows = session().execute(
        select(
            ClockEvent.comment_id,
            ClockEvent.clock,
            ClockEvent.kind,
            ClockEvent.at,
            ClockEvent.length,
            ClockEvent.unit,
            ClockEvent.due_at,
            ClockEvent.previous_due_at,
            ClockEvent.cause,
        )
        .where(ClockEvent.comment_id.in_(comment_ids))
        .order_by(ClockEvent.comment_id, ClockEvent.id)
    )
    for row in rows:
        found[row.comment_id][Clock(row.clock)].append(event_of(row=row))
    return found


def event_of(*, row: Any) -> Event:
    """A row of the ledger as the domain reads it."""
    length = None if row.length is None else Length(row.length, Unit(row.unit))
    return Event(EventKind(row.kind), row.at, length, row.due_at, row.previous_due_at, row.cause)


def ledger_of(*, rows: Iterable[Mapping[str, Any]]) -> Ledger:
    """The ledger of one case from the rows that LEDGER selects."""
    found: dict[Clock, list[Event]] = {}
    for row in rows:
        length = None if row["length"] is None else Length(row["length"], Unit(row["unit"]))
        at, due, before = (
            row[name] and datetime.fromisoformat(row[name]) for name in ("at", "due_at", "previous_due_at")
        )
        event = Event(EventKind(row["kind"]), at, length, due, before, row["cause"])
        found.setdefault(Clock(row["clock"]), []).append(event)
    return found


def entries_of(
    *, ledger: Ledger, moves: Iterable[tuple[str, Status]], kind: str, body: str, at: datetime
) -> list[Entry]:
    """What several moves of a case write, one after the other: (action, the state that it leads into)."""
    known = {clock: list(events) for clock, events in ledger.items()}
    entries = []
    for action, into in moves:
        new = consequences(known, action, into, at=at, calendar=calendar.current(), given=_given(kind, body))
        for entry in new:
            known.setdefault(entry.clock, []).append(entry.event)
        entries += new
    return entries


def write(
    *, changes: Mapping[UUID, tuple[Ledger, Sequence[Entry]]], officer_id: int | None = None
) -> dict[UUID, dict[Clock, State]]:
    """Write entries behind the ledgers that they follow; return how the clocks concerned stand then."""
    events: list[dict[str, object]] = []
    clocks: list[dict[str, object]] = []
    states = {}
    for comment_id, (ledger, entries) in changes.items():
        events += [event_row(comment_id=comment_id, entry=entry, officer_id=officer_id) for entry in entries]
        states[comment_id] = states_after(ledger=ledger, entries=entries)
        clocks += clock_rows(comment_id=comment_id, states=states[comment_id])
    if events:
        session().execute(_WRITE, {"clock_events": events, "clocks": clocks})
    return states


def states_after(*, ledger: Ledger, entries: Iterable[Entry]) -> dict[Clock, State]:
    """How the clocks that the entries concern stand after them."""
    known = {clock: list(events) for clock, events in ledger.items()}
    concerned = []
    for entry in entries:
        known.setdefault(entry.clock, []).append(entry.event)
        concerned.append(entry.clock)
    found = {clock: derive(known[clock]) for clock in dict.fromkeys(concerned)}
    return {clock: state for clock, state in found.items() if state is not None}


def event_row(*, comment_id: UUID, entry: Entry, officer_id: int | None = None) -> dict[str, object]:
    """An entry in plain values, as EVENTS_WRITTEN takes it."""
    event = entry.event
    return {
        "comment_id": str(comment_id),
        "clock": entry.clock,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "length": event.length.number if event.length else None,
        "unit": event.length.unit if event.length else None,
        "due_at": _iso(event.due_at),
        "previous_due_at": _iso(event.previous_due_at),
        "cause": event.cause,
        "profile": entry.profile,
        "officer_id": officer_id,
    }


def clock_rows(*, comment_id: UUID, states: Mapping[Clock, State]) -> list[dict[str, object]]:
    """States in plain values, as CLOCKS_WRITTEN takes them."""
    return [
        {
            "comment_id": str(comment_id),
            "clock": clock,
            "state": state.state,
            "started_at": state.started_at.isoformat(),
            "due_at": state.due_at.isoformat(),
            "stopped_at": _iso(state.stopped_at),
            "on_time": state.on_time,
        }
        for clock, state in states.items()
    ]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _given(kind: str, body: str) -> Callable[[Clock], Given]:
    return lambda clock: calendar.given_for(step=clock, kind=kind, body=body)


def _class_of(comment: Comment) -> str:
    if comment.body_id is None:
        return EVERY
    return session().scalars(select(Body.class_code).where(Body.id == comment.body_id)).one()


def _to_be_published(comment: Comment) -> bool:
    """Whether the sender agreed to publication; what is confidential never is."""
    consent = select(Sender.consent_publish).where(Sender.comment_id == comment.id)
    return not comment.confidential and bool(session().scalar(consent))


def _stop_merged(comment: Comment, at: datetime, officer_id: int | None) -> None:
    """The answer to a case is the answer to what was merged into it."""
    merged = select(Comment.id).where(Comment.merged_into_id == comment.id).order_by(Comment.id).with_for_update()
    found = session().scalars(merged).all()
    if found:
        stop(comment_ids=found, clock=Clock.ANSWER, at=at, cause=_ANSWERED_TOGETHER, officer_id=officer_id)


def _check_extension(ledger: Ledger, kind: str, extension: Extension | None) -> None:
    state = derive(ledger.get(Clock.ANSWER, ()))
    most = calendar.days_for("extend", kind)
    if extension is None or (extension.working_days is None) == (extension.until is None):
        raise InvalidInput({"days": ["Xin nêu số ngày làm việc gia hạn thêm hoặc hạn mới."]})
    if extension.working_days is not None and not 1 <= extension.working_days <= most:
        raise InvalidInput({"days": [f"Mỗi lần gia hạn từ 1 đến {most} ngày làm việc."]})
    if extension.until is not None and state is not None:
        farthest = after(state.due_at, most * DAY_LENGTH, calendar.current())
        if not state.due_at < extension.until <= farthest:
            raise InvalidInput({"until": [f"Hạn mới phải sau hạn hiện tại và không quá {most} ngày làm việc."]})


# A case's ledger as an array of objects, oldest first, beside a row of `comment`.
LEDGER = """
    SELECT coalesce(jsonb_agg(to_jsonb(event) ORDER BY event.id), '[]') FROM clock_event AS event
    WHERE event.comment_id = comment.id
"""
# Parts of a statement that writes ledger and cache; `:clock_events` and `:clocks` are arrays of the rows above.
EVENTS_WRITTEN = """
    INSERT INTO clock_event (comment_id, clock, kind, at, length, unit, due_at, previous_due_at, cause, profile,
        officer_id)
    SELECT comment_id, clock, kind, at, length, unit, due_at, previous_due_at, cause, profile, officer_id
    FROM jsonb_to_recordset(:clock_events) AS row(comment_id uuid, clock text, kind text, at timestamptz, length int,
        unit text, due_at timestamptz, previous_due_at timestamptz, cause text, profile text, officer_id int)
"""
CLOCKS_WRITTEN = """
    INSERT INTO case_clock (comment_id, clock, state, started_at, due_at, stopped_at, on_time)
    SELECT comment_id, clock, state, started_at, due_at, stopped_at, on_time
    FROM jsonb_to_recordset(:clocks) AS row(comment_id uuid, clock text, state text, started_at timestamptz,
        due_at timestamptz, stopped_at timestamptz, on_time bool)
    ON CONFLICT (comment_id, clock) DO UPDATE SET state = excluded.state, started_at = excluded.started_at,
        due_at = excluded.due_at, stopped_at = excluded.stopped_at, on_time = excluded.on_time
"""
AS_ROWS = tuple(bindparam(name, type_=JSONB()) for name in ("clock_events", "clocks"))
_WRITE = text(f"WITH written AS ({EVENTS_WRITTEN}) {CLOCKS_WRITTEN}").bindparams(*AS_ROWS)
