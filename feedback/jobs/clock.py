"""The clock process: timed jobs, each slot once however many clocks run, missed slots caught up or skipped."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from flask import current_app
from sqlalchemy.exc import DBAPIError

from feedback.db import db, transaction
from feedback.jobs import dispose, recompute
from feedback.jobs.seal import Sealer
from feedback.jobs.tending import Tender
from feedback.logs import Log
from feedback.services import campaigns, counting, duties, housekeeping, notices, schedule, subscriptions, training

TICK_SECONDS = 5.0
LEASE = timedelta(seconds=20)
PARTS = 100  # of a job that is done in parts; the rest waits for the next slot
log = Log(__name__)


@dataclass(frozen=True, slots=True)
class Timed:
    """A timed job: its name, how often, and whether slots missed while no clock ran are all caught up.

    Work that returns a note is done in one transaction with the slot's end. Work that returns a number has done a part
    and is called again, each time in a transaction of its own, until it returns 0: a thousand cases are not locked for
    the sake of the last one.
    """

    name: str
    every: timedelta
    work: Callable[[datetime], str | int]
    catch_up: bool = False


TIMED: tuple[Timed, ...] = (
    Timed("end_sessions", timedelta(minutes=15), housekeeping.end_sessions),
    Timed("tidy_outbox", timedelta(hours=6), housekeeping.tidy_outbox),
    Timed("ask_nightly_training", timedelta(hours=1), training.ask_nightly),
    # The hours of Viet Nam are whole hours of the world's, so that one slot is the opening of the offices.
    Timed("close_unanswered", timedelta(hours=1), duties.close_unanswered),
    Timed("tell_of_delay", timedelta(hours=1), duties.tell_of_delay),
    # Before the letters of the hour are bundled.
    Timed("tell_subscribers", timedelta(hours=1), subscriptions.tell_subscribers),
    Timed("tell_officials", timedelta(hours=1), notices.tell_officials),
    Timed("gather_campaigns", timedelta(minutes=5), campaigns.gather),
    Timed("propose_disposals", timedelta(days=7), dispose.propose),
    Timed("carry_out_disposals", timedelta(minutes=5), dispose.carry_out),
)


def run(stop: Event) -> None:
    """Keep time until `stop` is set; only the holder of the lease works, the others wait."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    config = current_app.config["LANG_NGHE"]
    tender, sealer = Tender(config.model_dir), Sealer(config.seals)
    while not stop.is_set():
        try:
            with transaction():
                mine = schedule.hold(name="clock", holder=holder, length=LEASE)
            if mine:
                sealer.work()
                with transaction():
                    counting.fold()
                tick()
                recompute.work()
                tender.look()
        except DBAPIError as error:
            log.warning("database_away", kind=type(error).__name__)
            db.engine.dispose()
        stop.wait(TICK_SECONDS)
    tender.stop()
    with transaction():
        schedule.let_go(name="clock", holder=holder)


def tick() -> int:
    """Run every slot that is due and was not begun; return how many were run."""
    with transaction():
        now = schedule.now()
    return sum(_run_due(timed, now) for timed in TIMED)


def _run_due(timed: Timed, now: datetime) -> int:
    with transaction():
        last = schedule.last_slot(name=timed.name)
    due = schedule.slots(after=last or now - timed.every, until=now, every=timed.every)
    ran = 0
    for place, slot in enumerate(due):
        skip = not timed.catch_up and place + 1 < len(due)
        ran += _run_slot(timed, slot, skip=skip)
    return ran


def _run_slot(timed: Timed, slot: datetime, *, skip: bool) -> int:
    with transaction():
        if not schedule.begin(name=timed.name, slot=slot):
            return 0
        if skip:
            schedule.end(name=timed.name, slot=slot, state="skipped", note="no clock ran")
            return 0
    try:
        _work(timed, slot)
    except Exception as error:  # one job that fails must not keep the others from their hour, nor end the clock
        log.exception("timed_job_failed", job=timed.name)
        with transaction():
            schedule.end(name=timed.name, slot=slot, state="failed", note=type(error).__name__)
    return 1


def _work(timed: Timed, slot: datetime) -> None:
    done = 0
    for _ in range(PARTS):
        with transaction():
            part = timed.work(slot)
            if isinstance(part, str) or not part:
                note = part or f"{done} cases"
                schedule.end(name=timed.name, slot=slot, state="done", note=note)
                return
        done += part
    with transaction():
        schedule.end(name=timed.name, slot=slot, state="done", note=f"{done} cases, more next time")
