"""What officials are to be told: found by set, kept once each, and bundled into one letter an officer and slot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, text

from feedback.db import UtcDateTime, session
from feedback.domain import reminding
from feedback.domain.clock import VIETNAM, Calendar, day_begins
from feedback.domain.office_hours import is_open, late_by, working_day_after
from feedback.domain.permissions import Role
from feedback.domain.reminding import SOON_DAYS, STUCK, WATCHES
from feedback.services import calendar, overdue_erasures

_LONG_AGO = date(2000, 1, 1)
AT_ONCE = 5000  # cases of one sort in one slot; what is beyond comes an hour later


def tell_officials(slot: datetime) -> str:
    """Find what officials are to be told at this slot, and send it off if they are at work; a note with the figures.

    Days off find nothing: what is late is a working day later at the earliest. What is found outside working hours
    waits for the next slot within them.
    """
    kept = calendar.current()
    day = slot.astimezone(VIETNAM).date()
    found = _of_day(day, slot, kept) if kept.is_working(day) else 0
    letters = _bundle(slot) if is_open(slot, kept) else 0
    return f"{found} notices, {letters} letters"


def _of_day(day: date, slot: datetime, kept: Calendar) -> int:
    found = _report_stuck(day, slot) + overdue_erasures.tell(at=slot)
    tomorrow, beyond = working_day_after(day, 1, kept), working_day_after(day, SOON_DAYS, kept)
    for clock, watch in WATCHES.items():
        found += _tell(clock, "today", watch.reminded, day, day, slot)
        if watch.soon:
            found += _tell(clock, "soon", watch.reminded, tomorrow, beyond, slot)
        for rung in range(1, len(watch.ladder) + 1):
            last = late_by(day, rung, kept)
            found += _tell(clock, "late", watch.ladder[rung - 1 :], _LONG_AGO, last, slot, rung)
    return found


def _tell(clock: str, ask: str, roles: Sequence[Role], first: date, last: date, slot: datetime, rung: int = 0) -> int:
    """Keep one notice a case due from `first` to `last`, for the holders of the first role that somebody holds."""
    rows = session().execute(
        _TELL,
        {
            "clock": clock,
            "kind": reminding.kind_of(clock, ask, rung),
            "roles": [str(role) for role in roles],
            "after": day_begins(first),
            "before": day_begins(date.fromordinal(last.toordinal() + 1)),
            "at": slot,
            "limit": AT_ONCE,
        },
    )
    return len(rows.all())


def _report_stuck(day: date, slot: datetime) -> int:
    """Once a day, tell administrators if something could not be sent or done."""
    rows = session().execute(
        _STUCK, {"kind": STUCK, "role": Role.ADMINISTRATOR.value, "occasion": day_begins(day), "at": slot}
    )
    return len(rows.all())


def _bundle(slot: datetime) -> int:
    """One letter for each officer with something to be told, promised; how many."""
    return len(session().execute(_BUNDLE, {"slot": slot}).all())


RUNNING = "SELECT comment_id, clock, due_at FROM case_clock WHERE state = 'running'"

# Who may be told of a case on a rung: its own officer before the others of that rung, an intake officer of a province
# of that province's cases alone, and of a confidential one nobody of a body.
_HOLDS = """
officer.active AND CASE
    WHEN {role} = 'handler' AND {case}.assignee_id IS NOT NULL THEN officer.id = {case}.assignee_id
    ELSE EXISTS (SELECT FROM officer_role WHERE officer_id = officer.id AND officer_role.role = {role})
        AND CASE WHEN {role} = 'intake'
            THEN coalesce((SELECT province FROM body WHERE id = officer.body_id) = {case}.province, true)
            ELSE officer.body_id = {case}.body_id AND NOT {case}.confidential END
END
"""

# A case on hold is not spoken of; a merged one is answered with the case that took it in, and spoken of with it.
OPEN_TO_ALL = "NOT comment.held AND comment.status <> 'merged'"

# Whether an officer who was told of a case is still one whom it concerns: it may have come to another body.
CONCERNED = """
(officer.body_id = comment.body_id
    OR EXISTS (SELECT FROM officer_role WHERE officer_id = officer.id AND officer_role.role = 'intake'))
"""

_TELL = text(f"""
WITH running AS ({RUNNING}), late AS (
    SELECT running.comment_id, running.due_at, comment.body_id, comment.province, comment.assignee_id,
        comment.confidential
    FROM running JOIN comment ON comment.id = running.comment_id
    WHERE running.clock = :clock AND running.due_at >= :after AND running.due_at < :before AND {OPEN_TO_ALL}
      AND EXISTS (
        SELECT FROM unnest(CAST(:roles AS text[])) AS rung(role), officer
        WHERE {_HOLDS.format(role="rung.role", case="comment")})
      AND NOT EXISTS (
        SELECT FROM officer_notice AS told JOIN officer ON officer.id = told.officer_id
        WHERE told.comment_id = running.comment_id AND told.kind = :kind AND told.occasion = running.due_at
          AND {CONCERNED})
    ORDER BY running.due_at, running.comment_id LIMIT :limit
), reached AS (
    SELECT late.comment_id, late.due_at, officer.id AS officer_id, rung.place,
        min(rung.place) OVER (PARTITION BY late.comment_id) AS nearest
    FROM late
    CROSS JOIN unnest(CAST(:roles AS text[])) WITH ORDINALITY AS rung(role, place)
    JOIN officer ON {_HOLDS.format(role="rung.role", case="late")}
)
INSERT INTO officer_notice (officer_id, kind, comment_id, occasion, created_at)
SELECT officer_id, :kind, comment_id, due_at, :at FROM reached WHERE place = nearest
ON CONFLICT DO NOTHING RETURNING id
""").bindparams(*(bindparam(name, type_=UtcDateTime()) for name in ("after", "before", "at")))  # noqa: S608 -- ours

_STUCK = text("""
INSERT INTO officer_notice (officer_id, kind, occasion, created_at)
SELECT officer.id, :kind, :occasion, :at
FROM officer JOIN officer_role ON officer_role.officer_id = officer.id AND officer_role.role = :role
WHERE officer.active
  AND EXISTS (SELECT FROM outbox WHERE state = 'dead' OR state = 'pending' AND last_error IS NOT NULL)
ON CONFLICT DO NOTHING RETURNING id
""").bindparams(*(bindparam(name, type_=UtcDateTime()) for name in ("occasion", "at")))

_BUNDLE = text("""
WITH digest AS (
    INSERT INTO officer_digest (officer_id, slot, message_id, created_at)
    SELECT officer_id, :slot, '<' || officer_id || '.' || extract(epoch FROM CAST(:slot AS timestamptz))::bigint
        || '.digest@langnghe>', :slot
    FROM officer_notice WHERE digest_id IS NULL GROUP BY officer_id
    ON CONFLICT (officer_id, slot) DO NOTHING
    RETURNING id, officer_id
), taken AS (
    UPDATE officer_notice SET digest_id = digest.id
    FROM digest WHERE officer_notice.officer_id = digest.officer_id AND officer_notice.digest_id IS NULL
)
INSERT INTO outbox (topic, digest_id, available_at, created_at)
SELECT 'notify', id, :slot, :slot FROM digest
RETURNING id
""").bindparams(bindparam("slot", type_=UtcDateTime()))
