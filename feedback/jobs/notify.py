"""Drain the promises to tell citizens and officials: each is sent outside any transaction, and its end written down."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import current_app

from feedback.config import Config
from feedback.db import transaction
from feedback.domain.delivery import Undelivered
from feedback.jobs.parcels import Citizen, Official
from feedback.jobs.table import JOBS
from feedback.logs import Log
from feedback.queue import DRAIN_SECONDS
from feedback.services import notifying, outbox
from feedback.services.digests import Later
from feedback.services.outbox import Claim

JOB = JOBS["notify"]
log = Log(__name__)


def drain() -> dict[str, int]:
    """Send until nothing is due, or half of the job's time is used; return the figures."""
    config: Config = current_app.config["LANG_NGHE"]
    ends = time.monotonic() + DRAIN_SECONDS / 2
    figures = {"sent": 0, "not_wanted": 0, "put_off": 0, "dead": 0}
    while time.monotonic() < ends:
        with transaction():
            claims = outbox.claim(topic=JOB.topic, limit=JOB.batch, lease=JOB.lease)
        if not claims:
            break
        for claim in claims:
            figures[_deliver(claim, _parcel(claim), config)] += 1
    return figures


def _parcel(claim: Claim) -> Citizen | Official:
    if claim.digest_id is not None:
        return Official(claim.digest_id)
    if claim.notification_id is None:
        raise ValueError("a promise to notify names no message")
    return Citizen(claim.notification_id)


def _deliver(claim: Claim, parcel: Citizen | Official, config: Config) -> str:
    if claim.attempts > outbox.MAX_ATTEMPTS:
        return _dead(claim, parcel, "gave_up", config)
    with transaction():
        send = parcel.prepare(config, _now())
        if isinstance(send, Later):
            outbox.wait_until(identifier=claim.id, moment=send.until)
            return "put_off"
        if send is None:
            outbox.finish(ids=[claim.id])
            return "not_wanted"
    try:
        provider_id = send()
    except Undelivered as failure:
        return _failed(claim, parcel, failure, config)
    with transaction():
        parcel.sent(_now(), provider_id)
        outbox.finish(ids=[claim.id])
    return "sent"


def _now() -> datetime:
    return datetime.now(UTC)


def _failed(claim: Claim, parcel: Citizen | Official, failure: Undelivered, config: Config) -> str:
    log.warning("message_not_taken", promise=claim.id, kind=failure.kind, attempt=claim.attempts)
    if failure.temporary and claim.attempts < outbox.MAX_ATTEMPTS:
        with transaction():
            outbox.put_off(identifier=claim.id, delay=notifying.retry_delay(claim.attempts), error=failure.kind)
        return "put_off"
    return _dead(claim, parcel, failure.kind, config)


def _dead(claim: Claim, parcel: Citizen | Official, kind: str, config: Config) -> str:
    with transaction():
        parcel.dead(kind, config, _now())
        outbox.give_up(identifier=claim.id, error=kind)
    return "dead"
