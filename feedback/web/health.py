"""Whether this process may be given work, and figures for whoever watches over the service."""

from __future__ import annotations

import hmac
import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from feedback.config import PROJECT_ROOT
from feedback.db import transaction
from feedback.domain.errors import NotAllowed
from feedback.domain.permissions import Permission
from feedback.services import operations, outbox
from feedback.web import errors
from feedback.web.permissions import current_officer, public

blueprint = Blueprint("health", __name__)

_VERSIONS = PROJECT_ROOT / "migrations" / "versions"
_TIME_OUT = 0.3  # seconds to wait for Redis
_KEEP = 1.0  # seconds that one answer serves: whoever asks often must not make the database write as often
_BEHIND = "Cơ sở dữ liệu chưa được nâng cấp đến phiên bản mà hệ thống cần."
_AWAY = "Cơ sở dữ liệu không nhận ghi."


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found: a sentence when this process cannot work, else what works only in part."""

    refused: str | None
    checks: dict[str, object]

    @property
    def degraded(self) -> bool:
        """Whether something is away that filing and reading do without."""
        return not (self.checks["redis"] and self.checks["dispatcher"])


_kept: dict[str, tuple[float, Readiness]] = {}


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Ready, ready in part, or not: 503 only when the database does not take writes or is too old."""
    found = _readiness()
    if found.refused:
        response = errors.problem(503, found.refused)
        response.headers["Retry-After"] = errors.RETRY_AFTER
        return response
    return jsonify(status="degraded" if found.degraded else "ready", checks=found.checks)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Promises and duties for Prometheus, read from the database, so that every process tells the same.

    For an operator who is signed in, or for a collector that carries METRICS_TOKEN.
    """
    _admit_watcher()
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    due = Gauge("langnghe_outbox_due", "Promises due now", ["topic"], registry=registry)
    dead = Gauge("langnghe_outbox_dead", "Promises given up", ["topic"], registry=registry)
    oldest = Gauge("langnghe_outbox_oldest_seconds", "Age of the oldest promise due", ["topic"], registry=registry)
    held = Gauge("langnghe_duty_held", "Whether a process holds the duty", ["duty"], registry=registry)
    for one in outbox.backlog():
        due.labels(one.topic).set(one.due)
        dead.labels(one.topic).set(one.dead)
        oldest.labels(one.topic).set(one.oldest_seconds)
    for duty in operations.duties():
        held.labels(duty.name).set(duty.held)
    since = datetime.now(UTC) - timedelta(days=1)
    messages = Gauge(
        "langnghe_messages_day", "Messages to citizens promised in a day", ["channel", "state"], registry=registry
    )
    for sent in operations.outbound(since=since):
        messages.labels(sent.channel, sent.state).set(sent.number)
    waiting = Gauge("langnghe_officer_notices_waiting", "Notices that wait for a letter", registry=registry)
    told = Gauge("langnghe_duties_day", "What timed duties did in a day", ["what"], registry=registry)
    notices = operations.notices(since=since)
    waiting.set(notices.waiting)
    for what in ("letters", "reminders", "escalations", "delays", "lapses"):
        told.labels(what).set(getattr(notices, what))
    failed = Gauge(
        "langnghe_timed_job_failed", "Whether the last run of a timed job failed", ["job"], registry=registry
    )
    for run in operations.last_runs():
        failed.labels(run.name).set(run.state == "failed")
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _admit_watcher() -> None:
    officer, expected = current_officer(), current_app.config["LANG_NGHE"].metrics_token
    given = request.authorization.token if request.authorization else None
    if expected and given and hmac.compare_digest(given.encode(), expected.encode()):
        return
    if officer is None or Permission.SEE_OPERATIONS not in officer.permissions:
        raise NotAllowed


def newest_migration() -> str:
    """The number of the last migration of this code."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


def forget() -> None:
    """Look anew at the next question."""
    _kept.clear()


def _readiness() -> Readiness:
    until, found = _kept.get("readiness", (0.0, None))
    if found is None or until <= time.monotonic():
        found = _look()
        _kept["readiness"] = (time.monotonic() + _KEEP, found)
    return found


def _look() -> Readiness:
    try:
        with transaction():
            operations.probe(holder=f"{socket.gethostname()}:{os.getpid()}")
            seen, beating, backlog = operations.version(), operations.beating(), outbox.backlog()
    except (DBAPIError, PoolTimeout) as error:
        errors.note_database_away(error)
        return Readiness(_AWAY, {})
    oldest = max((one.oldest_seconds for one in backlog), default=0.0)
    checks = {
        "database": True,
        "migration": seen,
        "redis": _redis_answers(),
        "dispatcher": beating,
        "oldest_pending_seconds": round(oldest, 1),
    }
    # A database ahead of this code is right: migrations add before they take away.
    return Readiness(_BEHIND if seen < newest_migration() else None, checks)


def _redis_answers() -> bool:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry

    url = current_app.config["LANG_NGHE"].redis_url
    try:
        with Redis.from_url(
            url, socket_timeout=_TIME_OUT, socket_connect_timeout=_TIME_OUT, retry=Retry(NoBackoff(), 0)
        ) as connection:
            return bool(connection.ping())
    except (RedisError, OSError):
        return False
