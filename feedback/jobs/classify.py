"""Drain the promises to classify: segment, score, route, a batch at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import current_app

from classifier.router import Router
from feedback.config import Config
from feedback.db import transaction
from feedback.domain.routing import DeskReason
from feedback.jobs import model
from feedback.jobs.table import JOBS
from feedback.jobs.verdicts import verdict_of
from feedback.logs import Log
from feedback.queue import DRAIN_SECONDS
from feedback.services import classification, outbox
from feedback.services.classification import Unrouted, Verdict

JOB = JOBS["classify"]
log = Log(__name__)


def drain() -> dict[str, int]:
    """Classify until nothing is due, or two thirds of the job's time are used; return the figures."""
    config: Config = current_app.config["LANG_NGHE"]
    ends = time.monotonic() + DRAIN_SECONDS * 2 / 3
    figures = {"routed": 0, "on_desk": 0, "already": 0}
    while time.monotonic() < ends:
        waiting = _claim()
        if not waiting:
            break
        applied = _keep(waiting, model.router(config.model_dir))
        for name in figures:
            figures[name] += getattr(applied, name)
    return figures


def _claim() -> list[Unrouted]:
    with transaction():
        return classification.texts(claims=outbox.claim(topic=JOB.topic, limit=JOB.batch, lease=JOB.lease))


def _keep(waiting: Sequence[Unrouted], router: Router | None) -> classification.Applied:
    try:
        verdicts = _verdicts(waiting, router)
    except Exception as error:
        # A text that the model cannot bear must not hold up the others: each is taken alone from now on, and what
        # still fails goes to the desk. The error itself is raised again, for RQ's record and the log.
        with transaction():
            outbox.release(ids=[case.claim.id for case in waiting], error=type(error).__name__)
        raise
    with transaction():
        return classification.apply(verdicts=verdicts, at=datetime.now(UTC))


def _verdicts(waiting: Sequence[Unrouted], router: Router | None) -> Mapping[int, Verdict]:
    config: Config = current_app.config["LANG_NGHE"]
    tired = [case for case in waiting if case.claim.attempts > outbox.MAX_ATTEMPTS]
    fresh = [case for case in waiting if case.claim.attempts <= outbox.MAX_ATTEMPTS]
    verdicts = {case.claim.id: _desk(DeskReason.GAVE_UP) for case in tired}
    if tired:
        log.error("classification_given_up", comments=[str(case.claim.comment_id) for case in tired])
    if router is None:
        return verdicts | {case.claim.id: _desk(DeskReason.MODEL_AWAY) for case in fresh}
    predictions = router.predict([case.text for case in fresh]) if fresh else []
    said = zip(fresh, predictions, strict=True)
    least = max(router.threshold, model.floor(config.model_dir))
    return verdicts | {case.claim.id: verdict_of(prediction, least) for case, prediction in said}


def _desk(reason: DeskReason) -> Verdict:
    return Verdict(class_code=None, confidence=None, sure=False, desk_reason=reason)
