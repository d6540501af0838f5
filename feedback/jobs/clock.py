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
from feedback.jobs.seal import Sealer
from feedback.jobs.tending import Tender
from feedback.logs import Log
from feedback.services import housekeeping, schedule, training

TICK_SECONDS = 5.0
LEASE = timedelta(seconds=20)
log = Log(__name__)


@dataclass(frozen=True, slots=True)
class Timed:
    """A timed job: its name, how often, and whether slots missed while no clock ran are all caught up."""

    name: str
    every: timedelta
    work: Callable[[datetime], str]
    catch_up: bool = False


TIMED: tuple[Timed, ...] = (
    Timed("end_sessions", timedelta(minutes=15), housekeeping.end_sessions),
    Timed("tidy_outbox", timedelta(hours=6), housekeeping.tidy_outbox),
    Timed("ask_nightly_training", timedelta(hours=1), training.ask_nightly),
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
                tick()
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
        with transaction():
            note = timed.work(slot)
            schedule.end(name=timed.name, slot=slot, state="done", note=note)
    except Exception as error:
        with transaction():
            schedule.end(name=timed.name, slot=slot, state="failed", note=type(error).__name__)
        log.exception("timed_job_failed", job=timed.name)
        raise
    return 1
