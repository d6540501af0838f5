"""A day off added: 100,000 open cases counted anew, against a bare UPDATE of the same due dates."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from bench.ground import ground, report
from feedback.db import db, transaction
from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.services import bodies, calendar, calendar_days, clock_check, officers, recomputing

CASES = int(os.environ.get("BENCH_CASES", "100000"))
STORM = date(2026, 3, 31)  # a day that all of the cases span
FIRST, DAYS = date(2026, 3, 16), 10
NOW = datetime(2026, 3, 28, 2, tzinfo=UTC)


def main() -> None:
    """Fill, measure and report."""
    with ground() as place:
        app = place.application()
        with app.app_context():
            _fill()
            bare = _bare()
            counted, batches = _recomputed()
            figures = _check() | {
                "cases": CASES,
                "bare_update_seconds": round(bare, 2),
                "recompute_seconds": round(counted, 2),
                "ratio": round(counted / bare, 2),
                "cases_per_second": round(CASES / counted),
                "longest_batch_seconds": round(max(batches), 3),
                "again_seconds": round(_again(), 2),
            }
    report("recompute", figures)


def _fill() -> None:
    """Open cases with a body, filed on ten days, each with its ledger and a clock that runs."""
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    filed = [datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM) for day in days]
    given = calendar.given_for(step="answer", kind="phan_anh")
    due = [calendar.due_after(at=moment, length=given.length) for moment in filed]
    body = bodies.by_code(code="BKHCN").id
    with transaction() as session:
        values = {"cases": CASES, "filed": filed, "due": due, "days": DAYS, "body": body, "source": given.source}
        session.execute(text(_NO_LIMIT))
        for statement in _FILL:
            session.execute(text(statement), values)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


def _bare() -> float:
    """Seconds that two UPDATEs of the same due dates take: of the cases and of their clocks; undone again."""
    with db.engine.connect() as connection:
        connection.execute(text(_NO_LIMIT))
        began = time.perf_counter()
        for table, where in (("comment", "true"), ("case_clock", "clock = 'answer'")):
            connection.execute(text(f"UPDATE {table} SET due_at = due_at + interval '1 day' WHERE {where}"))  # noqa: S608
        took = time.perf_counter() - began
        connection.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM"))
    return took


def _recomputed() -> tuple[float, list[float]]:
    """Seconds from the beginning of the run to its end, and those of each batch."""
    with transaction():
        administrator = officers.create(
            email="lich@langnghe.example",
            display_name="Quản trị lịch",
            password="mat khau dai cua can bo",
            roles=[Role.ADMINISTRATOR],
            body_code=None,
            at=NOW,
        )
    with transaction():
        calendar_days.set_day(
            officer=administrator, day=STORM, is_working=False, name="Nghỉ bão", document="Công điện 01", at=NOW
        )
    batches: list[float] = []
    began = time.perf_counter()
    while True:
        since = time.perf_counter()
        with transaction():
            run = recomputing.begin(at=NOW + recomputing.WAIT)
        if run is None:
            return time.perf_counter() - began, batches
        with transaction():
            recomputing.batch(run=run, at=NOW + recomputing.WAIT)
        batches.append(time.perf_counter() - since)


def _again() -> float:
    """Seconds that looking at all of them again takes, when nothing is to be changed."""
    with transaction() as session:
        run = session.execute(text("UPDATE calendar_change SET state = 'running', finished_at = NULL RETURNING id"))
        number = run.scalar_one()
        session.execute(text(_NO_LIMIT))
        session.execute(text("INSERT INTO calendar_task SELECT :run, id FROM comment"), {"run": number})
    began, changed, left = time.perf_counter(), 0, True
    while left:
        with transaction():
            done = recomputing.batch(run=number, at=NOW + recomputing.WAIT)
        changed, left = changed + done.changed, done.left
    assert changed == 0
    return time.perf_counter() - began


def _check() -> dict[str, object]:
    """Every case moved once, and the cache says what the ledger says."""
    with transaction() as session:
        moved = session.execute(text("SELECT count(*) FROM clock_event WHERE kind = 'recomputed'")).scalar_one()
        told = session.execute(text("SELECT count(*) FROM audit_event WHERE action = 'recompute'")).scalar_one()
    return {"moved": moved, "told": told, "differences": sum(1 for _ in clock_check.differences())}


_NO_LIMIT = "SET LOCAL statement_timeout = 0"
_FILL = (
    """
    INSERT INTO comment (id, key_hash, idempotency_hash, content_digest, title, text, search, kind, channel,
        sender_kind, status, body_id, due_at, received_at, updated_at, audit_sequence, audit_hash)
    SELECT gen_random_uuid(), 'x', 'token ' || number, 'x', 'Ý kiến số ' || number, 'Sóng yếu, xin lắp thêm trạm.',
        to_tsvector('simple', 'song yeu xin lap them tram'), 'phan_anh', 'web', 'ca_nhan', 'in_progress', :body,
        (CAST(:due AS timestamptz[]))[1 + number % :days], (CAST(:filed AS timestamptz[]))[1 + number % :days],
        (CAST(:filed AS timestamptz[]))[1 + number % :days], 0, repeat('0', 64)
    FROM generate_series(1, :cases) AS number
    """,
    """
    INSERT INTO clock_event (comment_id, clock, kind, at, length, unit, due_at, cause, profile)
    SELECT id, 'answer', 'started', received_at, 15, 'day', due_at, :source, 'answer/*/*' FROM comment
    """,
    """
    INSERT INTO clock_event (comment_id, clock, kind, at, due_at, cause)
    SELECT id, 'answer', 'handed_over', received_at, due_at, 'Chuyển đến cơ quan giải quyết' FROM comment
    """,
    """
    INSERT INTO case_clock (comment_id, clock, state, started_at, due_at)
    SELECT id, 'answer', 'running', received_at, due_at FROM comment
    """,
)

if __name__ == "__main__":
    main()
