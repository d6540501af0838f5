"""Deadlines counted anew after a change of the calendar: batch by batch, open cases only, a person's change first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB

from feedback.db import UtcDateTime, session
from feedback.domain import audit
from feedback.domain.clock import VIETNAM, day_begins
from feedback.domain.clock_effects import Entry
from feedback.domain.ledger import (
    Clock,
    ClockState,
    Event,
    EventKind,
    derive,
    is_plain,
    last_run,
    length_in_force,
    reckon,
)
from feedback.domain.status import Actor
from feedback.models import CalendarChange
from feedback.services import calendar, clocks

# A process may go on for so long by the calendar that it read before the change; whatever it files until then is found.
WAIT = timedelta(seconds=calendar.KEEP_SECONDS + 5)
BATCH = 500
_SHOWN = 3  # documents named in one cause


@dataclass(frozen=True, slots=True)
class Done:
    """What one batch did; `left` is False once the run has nothing more to look at."""

    looked: int
    changed: int
    left: bool


@dataclass(slots=True)
class _Batch:
    """The rows of one batch, ready for one statement."""

    comments: list[dict[str, object]] = field(default_factory=list)
    events: list[dict[str, object]] = field(default_factory=list)
    clock_events: list[dict[str, object]] = field(default_factory=list)
    clocks: list[dict[str, object]] = field(default_factory=list)


def begin(*, at: datetime) -> int | None:
    """Take the changes that have waited long enough as one run and note the cases that they may concern.

    Return the run, or the one that is still going; None when there is nothing to do.
    """
    going = session().scalar(select(func.min(CalendarChange.run_id)).where(CalendarChange.state == "running"))
    if going is not None:
        return going
    waiting = session().scalars(
        select(CalendarChange)
        .where(CalendarChange.state == "pending", CalendarChange.at <= at - WAIT)
        .order_by(CalendarChange.id)
        .with_for_update()
    )
    changes = waiting.all()
    if not changes:
        return None
    calendar.forget()
    run = changes[0]
    for change in changes:
        change.state, change.run_id = "running", run.id
    session().flush()
    span = {"first": day_begins(min(one.date for one in changes)), "last": day_begins(max(one.date for one in changes))}
    session().execute(_PATIENCE)
    run.found = len(session().execute(_FIND, {"run": run.id, **span}).all())
    return run.id


def batch(*, run: int, at: datetime, limit: int = BATCH) -> Done:
    """Count the next cases of a run anew; a case that somebody holds is left for later. Safe to repeat."""
    rows = session().execute(_LOCK, {"run": run, "limit": limit}).all()
    changes = (
        session()
        .scalars(select(CalendarChange).where(CalendarChange.run_id == run).order_by(CalendarChange.date))
        .all()
    )
    ready = _Batch()
    for row in rows:
        _add(ready, row, changes, at)
    if ready.comments:
        session().execute(
            _APPLY,
            {
                "comments": ready.comments,
                "events": ready.events,
                "clock_events": ready.clock_events,
                "clocks": ready.clocks,
            },
        )
    session().execute(_LOOKED, {"run": run, "ids": [row.id for row in rows]})
    left = session().execute(_LEFT, {"run": run}).scalar_one()
    if not left:
        session().execute(_FORGET, {"run": run})
        finished = update(CalendarChange).where(CalendarChange.run_id == run)
        session().execute(finished.values(state="done", finished_at=at))
    counted = CalendarChange.changed + len(ready.comments)
    session().execute(update(CalendarChange).where(CalendarChange.id == run).values(changed=counted))
    return Done(len(rows), len(ready.comments), bool(left))


def _add(ready: _Batch, row: Any, changes: Sequence[CalendarChange], at: datetime) -> None:
    ledger = clocks.ledger_of(rows=row.ledger)
    entries = list(_entries(ledger, changes, at))
    if not entries:
        return
    states = clocks.states_after(ledger=ledger, entries=entries)
    due = states[Clock.ANSWER].due_at if Clock.ANSWER in states else row.due_at
    head = audit.Head(row.audit_sequence, row.audit_hash)
    data = _facts(changes[0].run_id, entries)
    event, head = audit.seal(head, comment_id=row.id, at=at, actor=Actor.SYSTEM, action="recompute", data=data)
    ready.comments.append(
        {"id": str(row.id), "due_at": due.isoformat(), "audit_sequence": head.sequence, "audit_hash": head.hash}
    )
    ready.events.append(event.plain())
    ready.clock_events += [clocks.event_row(comment_id=row.id, entry=entry) for entry in entries]
    ready.clocks += clocks.clock_rows(comment_id=row.id, states=states)


def _entries(
    ledger: Mapping[Clock, Sequence[Event]], changes: Sequence[CalendarChange], at: datetime
) -> Iterable[Entry]:
    for clock, events in ledger.items():
        moved = _moved(events, at)
        if moved is not None:
            yield Entry(clock, _explained(moved, changes))


def _moved(events: Sequence[Event], at: datetime) -> Event | None:
    """The event that the calendar of now calls for; None when the clock stopped or the date stands."""
    state, run = derive(events), last_run(events)
    if state is None or state.state is ClockState.STOPPED:
        return None
    if is_plain(run):  # the same for all that began on one day: reckoned once
        due = calendar.due_after(at=run[0].at, length=length_in_force(run))
    else:
        due = reckon(events, calendar.current())
    return None if due == state.due_at else Event(EventKind.RECOMPUTED, at, None, due, state.due_at)


def _explained(moved: Event, changes: Sequence[CalendarChange]) -> Event:
    """The event with its cause: the changes on days up to the later of the two dates."""
    last = max(moment for moment in (moved.due_at, moved.previous_due_at) if moment is not None)
    mine = [one for one in changes if one.date <= last.astimezone(VIETNAM).date()] or list(changes)
    said = [f"{one.date:%d/%m/%Y}: {one.name} ({one.document})" for one in mine[:_SHOWN]]
    if len(mine) > _SHOWN:
        said.append(f"và {len(mine) - _SHOWN} ngày khác")
    return Event(moved.kind, moved.at, None, moved.due_at, moved.previous_due_at, "; ".join(said))


def _facts(run: int | None, entries: Iterable[Entry]) -> dict[str, object]:
    """What the audit event holds: the run, the clocks, and of the answer the old date and the new."""
    facts: dict[str, object] = {"run": run, "clocks": sorted(entry.clock for entry in entries)}
    for entry in entries:
        event = entry.event
        if entry.clock is Clock.ANSWER and event.due_at is not None and event.previous_due_at is not None:
            facts |= {"before": event.previous_due_at.isoformat(), "after": event.due_at.isoformat()}
    return facts


# Every clock is looked at once for a run; a million of them take longer than a page may.
_PATIENCE = text("SET LOCAL statement_timeout = '5min'")
# The cases that a day in this span may concern: a clock that still goes, begun before its end and due after its start.
_FIND = text("""
INSERT INTO calendar_task (run_id, comment_id)
SELECT DISTINCT CAST(:run AS int), comment_id FROM case_clock
WHERE state <> 'stopped' AND due_at >= :first AND started_at < :last + interval '1 day'
ON CONFLICT DO NOTHING
RETURNING comment_id
""").bindparams(bindparam("first", type_=UtcDateTime()), bindparam("last", type_=UtcDateTime()))

_LOCK = text(
    f"""
SELECT comment.id, comment.due_at, comment.audit_sequence, comment.audit_hash, ({clocks.LEDGER}) AS ledger
FROM calendar_task JOIN comment ON comment.id = calendar_task.comment_id
WHERE calendar_task.run_id = :run AND NOT comment.held
ORDER BY comment.id LIMIT :limit
FOR UPDATE OF comment SKIP LOCKED
"""  # noqa: S608 -- a part of our own
)

# Neither the version nor the time of the last move changes: an official who is writing must not lose to the machine.
_APPLY = text(
    f"""
WITH moved AS (
    UPDATE comment SET due_at = row.due_at, audit_sequence = row.audit_sequence, audit_hash = row.audit_hash
    FROM jsonb_to_recordset(:comments) AS row(id uuid, due_at timestamptz, audit_sequence int, audit_hash text)
    WHERE comment.id = row.id
), audited AS (
    INSERT INTO audit_event (comment_id, sequence, at, actor, action, data, previous_hash, hash)
    SELECT comment_id, sequence, at, actor, action, data, previous_hash, hash
    FROM jsonb_to_recordset(:events) AS row(comment_id uuid, sequence int, at timestamptz, actor text, action text,
        data jsonb, previous_hash text, hash text)
), clocked AS ({clocks.EVENTS_WRITTEN})
{clocks.CLOCKS_WRITTEN}
"""  # noqa: S608 -- parts of our own
).bindparams(*(bindparam(name, type_=JSONB()) for name in ("comments", "events")), *clocks.AS_ROWS)

_LOOKED = text("DELETE FROM calendar_task WHERE run_id = :run AND comment_id = ANY(:ids)")
# A case that was erased meanwhile has nothing to count; one that is held is counted when it is released.
_LEFT = text("""
SELECT EXISTS (SELECT FROM calendar_task JOIN comment ON comment.id = calendar_task.comment_id
    WHERE calendar_task.run_id = :run AND NOT comment.held)
""")
_FORGET = text("DELETE FROM calendar_task WHERE run_id = :run")
