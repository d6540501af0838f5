"""Whether what is kept of the clocks is what their ledgers say, case by case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from feedback.db import session
from feedback.domain.ledger import Clock, ClockState, State, derive, reckon
from feedback.services import calendar, clocks

_ROWS = 1_000
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what the ledger says; `kept` or `derived` is None when there is no such clock."""

    reference: str
    clock: str
    what: str
    kept: str | None
    derived: str | None


def differences() -> Iterator[Difference]:
    """Every difference between the ledgers and what is kept beside them, in the order of the cases."""
    after = _FIRST
    while rows := session().execute(_CASES, {"after": after, "limit": _ROWS}).all():
        for row in rows:
            yield from _of_case(row)
        after = rows[-1].id


def _of_case(row: Any) -> Iterator[Difference]:
    derived = {clock: derive(events) for clock, events in clocks.ledger_of(rows=row.ledger).items()}
    kept = {Clock(clock["clock"]): clock for clock in row.clocks}
    for name in sorted({*derived, *kept}):
        for what, (before, after) in _compared(kept.get(name), derived.get(name)).items():
            if before != after:
                yield Difference(row.reference, name, what, before, after)
    yield from _not_as_reckoned(row)
    answer = derived.get(Clock.ANSWER)
    if answer is not None and answer.due_at != row.due_at:
        yield Difference(row.reference, "answer", "comment.due_at", row.due_at.isoformat(), answer.due_at.isoformat())


def _not_as_reckoned(row: Any) -> Iterator[Difference]:
    """Clocks that go and are not due when the calendar of now says; none while a change waits to be counted."""
    if row.held or row.waiting:
        return
    for name, events in clocks.ledger_of(rows=row.ledger).items():
        state = derive(events)
        if state is None or state.state is ClockState.STOPPED:
            continue
        due = reckon(events, calendar.current())
        if due != state.due_at:
            yield Difference(row.reference, name, "calendar", state.due_at.isoformat(), due.isoformat())


def _compared(kept: dict[str, Any] | None, derived: State | None) -> dict[str, tuple[str | None, str | None]]:
    if kept is None or derived is None:
        return {"clock": (None if kept is None else kept["state"], None if derived is None else derived.state)}
    times = {name: (_moment(kept[name]), getattr(derived, name)) for name in ("started_at", "due_at", "stopped_at")}
    said = {name: (kept[name], getattr(derived, name)) for name in ("state", "on_time")}
    return {name: (_word(before), _word(after)) for name, (before, after) in {**said, **times}.items()}


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written).astimezone(UTC)


def _word(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


_CASES = text(
    f"""
SELECT comment.id, comment.reference, comment.due_at, comment.held, ({clocks.LEDGER}) AS ledger,
    EXISTS (SELECT FROM calendar_change WHERE state <> 'done') AS waiting,
    (SELECT coalesce(jsonb_agg(to_jsonb(kept)), '[]') FROM case_clock AS kept WHERE kept.comment_id = comment.id)
        AS clocks
FROM comment WHERE comment.id > :after ORDER BY comment.id LIMIT :limit
"""  # noqa: S608 -- a part of our own
)
