"""Tends to learning, in a process of its own: the model in its place, the labelling lists, calibration, training."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from classifier import artefact, card, redact, stream, teaching
from classifier.artefact import NAME, ArtefactError
from classifier.dataset import load_corpus
from classifier.learning import Case, Lesson, Trained, frozen_set, retrain
from classifier.promotion import Comparison
from feedback.config import Config
from feedback.db import transaction
from feedback.domain.learning import verdict
from feedback.jobs.model import FLOOR
from feedback.logs import Log
from feedback.models import TrainingRun
from feedback.services import auditing, bodies, labels, releases, schedule, training
from feedback.services import teaching as picking
from feedback.services.releases import Made

MONTH = timedelta(days=30)
DUTY = "learning"
LEASE = timedelta(minutes=5)
RELEASES = "releases"
READ_AT_ONCE = 500
PERCENT_A_LINE = 5
log = Log(__name__)


def tend(config: Config) -> dict[str, object]:
    """Do whatever is to be done now, unless another process is at it; return what was done."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    if not _hold(holder):
        return {"busy": True}
    try:
        return _tend(config, holder)
    finally:
        with transaction():
            schedule.let_go(name=DUTY, holder=holder)


def _hold(holder: str) -> bool:
    with transaction():
        return schedule.hold(name=DUTY, holder=holder, length=LEASE)


def _tend(config: Config, holder: str) -> dict[str, object]:
    now = datetime.now(UTC)
    done: dict[str, object] = {"model": settle(config, at=now), **prepare_labelling(at=now)}
    measure(config)
    done["floor"] = calibrate(config)
    done["training"] = train(config, alive=lambda: _hold(holder))
    if done["training"] is not None:
        done["model"] = settle(config, at=datetime.now(UTC))
    return done


def settle(config: Config, *, at: datetime) -> str | None:
    """Make file and register agree; return the version in use.

    A file that the register does not know came with a deployment and is the champion now. Otherwise the champion of the
    register is put in its place, where the workers see it change.
    """
    found = _version(config.model_dir)
    with transaction():
        champion = releases.champion()
        known = found is not None and releases.by_version(version=found) is not None
    if found is not None and not known:
        place = _archive(config.model_dir, found)
        made = Made(found, place, _trained_at(config.model_dir), corpus_rows=len(load_corpus()))
        with transaction():
            releases.register(made=made, at=at)
        return found
    if champion is not None and champion.version != found:
        return champion.version if _install(config.model_dir, champion.path) else found
    return found


def prepare_labelling(*, at: datetime) -> dict[str, object]:
    """Draw the audit, look for personal data in what was drawn, list what would teach most."""
    with transaction():
        drawn = auditing.draw(at=at)
    with transaction():
        found = auditing.unread(limit=READ_AT_ONCE)
        auditing.hide(spans={one.comment_id: redact.find(one.text) for one in found})
    with transaction():
        doubtful = picking.doubtful(at=at)
        order = teaching.order([one.text for one in doubtful], [one.margin for one in doubtful], picking.LISTED)
        chosen = [doubtful[place] for place in order]
        picking.keep(picks=[picking.Pick(one, redact.find(one.text)) for one in chosen], at=at)
    return {"drawn": drawn, "read": len(found), "listed": len(chosen)}


def measure(config: Config) -> None:
    """Measure the model in use on the frozen set, if nobody did."""
    with transaction():
        champion = releases.champion()
        lessons = _lessons(labels.newest(), datetime.now(UTC))
    if champion is None or "own" in champion.figures:
        return
    cases = frozen_set(lessons)
    try:
        measured = card.measure(config.model_dir / champion.path, cases)
    except ArtefactError as error:
        log.error("champion_unusable", kind=type(error).__name__)
        return
    with transaction():
        releases.measured(version=champion.version, figures={"own": card.figures(measured, cases)})


def calibrate(config: Config) -> float:
    """Hold the model in use to its promise on what officials have judged; return its floor, 0 when it has none."""
    with transaction():
        champion = releases.champion()
        if champion is None:
            return 0.0
        judged = labels.outcomes(model_version=champion.version)
        found = stream.standing([stream.Outcome(o.confidence, o.right, o.automatic, o.weight) for o in judged])
        figures = {
            "judged": found.judged,
            "precision": found.precision,
            "low": round(found.low, 4),
            "high": round(found.high, 4),
            "floor": found.floor,
        }
        if champion.figures.get("stream") != figures:
            releases.measured(version=champion.version, figures={"stream": figures})
    _write(config.model_dir / FLOOR, json.dumps({"model": champion.version, "floor": found.floor}).encode())
    return found.floor


def train(config: Config, alive: Callable[[], object] = bool) -> str | None:
    """Train a challenger if somebody asked for one, calling `alive` now and then; what came of it, or None."""
    now = datetime.now(UTC)
    with transaction():
        run = training.claim(at=now)
        until = labels.newest()
        lessons = _lessons(until, now)
    if run is None:
        return None
    try:
        return _train(config, run, lessons, until, _beater(run.id, alive))
    except BaseException as error:
        with transaction():
            training.fail(run=run, note=type(error).__name__, at=datetime.now(UTC))
        raise


def _train(
    config: Config, run: TrainingRun, lessons: Sequence[Lesson], until: int | None, say: Callable[[str], None]
) -> str:
    workshop = config.model_dir / RELEASES / f".run-{run.id}"
    try:
        took = retrain(lessons, workshop, say)
        version = artefact.load(workshop).version
        with transaction():
            known, champion = releases.by_version(version=version), releases.champion()
        if known is not None:
            return _finish(run, f"{version}: như bản đã có")
        place = _archive(config.model_dir, version, workshop)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    made = Made(version, place, datetime.now(UTC), took.corpus_rows, took.label_rows, until)
    if champion is None:
        with transaction():
            release = releases.register(made=made, at=made.trained_at)
        return _finish(run, f"{version}: bản đầu tiên", release.id)
    figures, found = _compare(config.model_dir, champion.path, made, frozen_set(lessons), took)
    with transaction():
        release = releases.offer(
            made=made,
            figures=figures,
            ready=found.may_be_promoted,
            reason=_said(found),
            at=made.trained_at,
            promote=config.promote_models,
        )
        outcome = f"{version}: {'đạt' if found.may_be_promoted else 'không đạt'}"
        ended = _finish(run, outcome, release.id)
    _tidy(config.model_dir)
    return ended


def _compare(
    model_dir: Path, path: str, made: Made, cases: Sequence[Case], took: Trained
) -> tuple[dict[str, object], Comparison]:
    champion, challenger = (card.measure(model_dir / place, cases) for place in (path, made.path))
    found = card.comparison(champion, challenger)
    own = card.figures(challenger, cases)
    own |= {"seconds": took.seconds, "cpu_seconds": took.cpu_seconds, "peak_memory_mb": took.peak_memory_mb}
    return {"own": own, "against": card.figures(champion, cases), "test": found.to_dict()}, found


def _said(found: Comparison) -> str:
    names = bodies.class_names()
    return verdict(
        n=found.n,
        gained=found.gained,
        lost=found.lost,
        p=found.p,
        better=found.is_better,
        fallen=[names.get(code, code) for code in found.fallen],
    )


def _finish(run: TrainingRun, note: str, release_id: int | None = None) -> str:
    with transaction() as current:
        training.finish(run=current.merge(run), note=note, at=datetime.now(UTC), release_id=release_id)
    return note


def _beater(run_id: int, alive: Callable[[], object]) -> Callable[[str], None]:
    lines = count(1)

    def say(_line: str) -> None:
        alive()
        with transaction():
            progress = min(95, PERCENT_A_LINE * next(lines))
            training.beat(run_id=run_id, progress=progress, at=datetime.now(UTC))

    return say


def _lessons(until: int | None, now: datetime) -> list[Lesson]:
    return [
        Lesson(str(one.comment_id), one.text, one.class_code, one.at >= now - MONTH)
        for one in labels.lessons(until=until)
    ]


def _version(directory: Path) -> str | None:
    try:
        return artefact.load(directory).version
    except ArtefactError:
        return None


def _trained_at(directory: Path) -> datetime:
    return datetime.fromtimestamp((directory / NAME).stat().st_mtime, UTC)


def _archive(model_dir: Path, version: str, source: Path | None = None) -> str:
    """Keep a model under its version; return the directory, relative to MODEL_DIR."""
    place = Path(RELEASES) / version
    (model_dir / place).mkdir(parents=True, exist_ok=True)
    _write(model_dir / place / NAME, ((source or model_dir) / NAME).read_bytes())
    return str(place)


def _install(model_dir: Path, path: str) -> bool:
    """Put a kept model in its place, if it can be used."""
    if _version(model_dir / path) is None:
        log.error("champion_unusable", path=path)
        return False
    _write(model_dir / NAME, (model_dir / path / NAME).read_bytes())
    log.info("model_installed", path=path)
    return True


def _write(target: Path, content: bytes) -> None:
    """Write a file, all or nothing."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def _tidy(model_dir: Path) -> None:
    """Take away the files of models to which nobody can go back."""
    with transaction():
        kept = releases.kept_paths()
    for place in (model_dir / RELEASES).iterdir():
        if f"{RELEASES}/{place.name}" not in kept and not place.name.startswith("."):
            shutil.rmtree(place, ignore_errors=True)
