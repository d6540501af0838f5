"""Trainings: asked for by the night or by a button, done by one process at a time, with signs of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from feedback.db import session
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput
from feedback.domain.learning import Cause, RunState
from feedback.domain.permissions import Permission
from feedback.models import Officer, TrainingRun
from feedback.services import admin_log, labels, releases, scope

NIGHT_HOUR = 2  # in Viet Nam, when few people write
SILENCE = timedelta(minutes=15)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Run:
    """One training as the page shows it."""

    id: int
    cause: Cause
    officer_name: str | None
    requested_at: datetime
    state: RunState
    progress: int
    finished_at: datetime | None
    note: str | None


def request(*, officer: Officer, at: datetime) -> TrainingRun:
    """Ask for a training now. Raise NotAllowed, or InvalidInput when one waits already."""
    scope.require(officer=officer, permission=Permission.MANAGE_MODEL)
    if _open(RunState.WAITING) is not None:
        raise InvalidInput({}, "Đã có một lần huấn luyện đang chờ. Xin đợi lần đó xong.")
    run = TrainingRun(cause=Cause.BUTTON, officer_id=officer.id, requested_at=at, state=RunState.WAITING)
    session().add(run)
    session().flush()
    admin_log.write(action="training_requested", at=at, officer_id=officer.id, data={"run": run.id})
    return run


def ask_nightly(slot: datetime) -> str:
    """Ask for the training of this night, once, if officials said anything since the last one; return a note."""
    night = night_of(slot)
    if session().scalar(select(TrainingRun.id).where(TrainingRun.night == night)) is not None:
        return "asked before"
    if releases.champion() is None or _open(RunState.WAITING) is not None:
        return "not now"
    new = labels.count_since(label_id=releases.learned_until())
    if not new:
        return "no new labels"
    session().add(TrainingRun(cause=Cause.NIGHTLY, night=night, requested_at=slot, state=RunState.WAITING))
    return f"{new} new labels"


def night_of(moment: datetime) -> date:
    """The night that has come by this moment: it begins at NIGHT_HOUR in Viet Nam."""
    return (moment.astimezone(VIETNAM) - timedelta(hours=NIGHT_HOUR)).date()


def claim(*, at: datetime) -> TrainingRun | None:
    """Take the waiting training, unless one runs; one that gave no sign of life for 15 minutes has ended."""
    running = _open(RunState.RUNNING, lock=True)
    if running is not None:
        if running.beat_at is not None and running.beat_at > at - SILENCE:
            return None
        fail(run=running, note="no sign of life", at=at)
    run = _open(RunState.WAITING, lock=True)
    if run is not None:
        run.state, run.beat_at, run.progress = RunState.RUNNING, at, 0
        session().flush()
    return run


def beat(*, run_id: int, progress: int, at: datetime) -> None:
    """Leave a sign of life, and how far it is in percent."""
    session().execute(
        update(TrainingRun)
        .where(TrainingRun.id == run_id, TrainingRun.state == RunState.RUNNING)
        .values(beat_at=at, progress=progress)
    )


def finish(*, run: TrainingRun, note: str, at: datetime, release_id: int | None = None) -> None:
    """The training is over, with what came of it."""
    run.state, run.progress, run.finished_at, run.note, run.release_id = RunState.DONE, 100, at, note, release_id
    session().flush()


def fail(*, run: TrainingRun, note: str, at: datetime) -> None:
    """The training broke off; `note` is the kind of the failure."""
    run.state, run.finished_at, run.note = RunState.FAILED, at, note
    admin_log.write(action="training_failed", at=at, data={"run": run.id, "kind": note})
    session().flush()


def is_waiting() -> bool:
    """Whether a training waits to be done."""
    return _open(RunState.WAITING) is not None


def latest() -> Sequence[Run]:
    """The last trainings, the newest first."""
    rows = session().execute(
        select(TrainingRun, Officer.display_name)
        .outerjoin(Officer, Officer.id == TrainingRun.officer_id)
        .order_by(TrainingRun.id.desc())
        .limit(SHOWN)
        .execution_options(populate_existing=True)
    )
    return [
        Run(
            run.id,
            Cause(run.cause),
            name,
            run.requested_at,
            RunState(run.state),
            run.progress,
            run.finished_at,
            run.note,
        )
        for run, name in rows
    ]


def _open(state: RunState, *, lock: bool = False) -> TrainingRun | None:
    statement = select(TrainingRun).where(TrainingRun.state == state)
    return session().scalar(statement.with_for_update() if lock else statement)
