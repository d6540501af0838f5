"""Drain the promises to tell citizens: write each message, send it outside any transaction, write down its end."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from email.message import Message as Letter

from flask import current_app

from feedback import mail
from feedback.config import Config
from feedback.db import transaction
from feedback.domain.telling import EVENTS, SUBJECT
from feedback.jobs.table import JOBS
from feedback.logs import Log
from feedback.queue import DRAIN_SECONDS
from feedback.services import notifying, outbox
from feedback.services.notifying import Message
from feedback.services.outbox import Claim

JOB = JOBS["notify"]
_GAP, _BREAK = re.compile(r"\s*\n\s*\n\s*"), "\n\n"  # what a template left out leaves no hole
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
            figures[_deliver(claim, config)] += 1
    return figures


def _deliver(claim: Claim, config: Config) -> str:
    if claim.notification_id is None:
        raise ValueError("a promise to notify names no message")
    if claim.attempts > outbox.MAX_ATTEMPTS:
        return _dead(claim, claim.notification_id, "gave_up")
    with transaction():
        message = notifying.prepare(notification_id=claim.notification_id)
        if message is None:
            outbox.finish(ids=[claim.id])
            return "not_wanted"
    try:
        mail.send(_compose(message, config), url=config.mail_url)
    except mail.MailFailed as failure:
        return _failed(claim, message, failure)
    with transaction():
        notifying.mark_sent(notification_id=message.notification_id, at=datetime.now(UTC))
        outbox.finish(ids=[claim.id])
    return "sent"


def _failed(claim: Claim, message: Message, failure: mail.MailFailed) -> str:
    log.warning("mail_failed", notification=message.notification_id, kind=failure.kind, attempt=claim.attempts)
    if failure.temporary and claim.attempts < outbox.MAX_ATTEMPTS:
        with transaction():
            outbox.put_off(identifier=claim.id, delay=notifying.retry_delay(claim.attempts), error=failure.kind)
        return "put_off"
    return _dead(claim, message.notification_id, failure.kind)


def _dead(claim: Claim, notification_id: int, kind: str) -> str:
    with transaction():
        notifying.mark_dead(notification_id=notification_id, error=kind)
        outbox.give_up(identifier=claim.id, error=kind)
    return "dead"


def _compose(message: Message, config: Config) -> Letter:
    return mail.compose(
        sender=config.mail_sender,
        to=message.address,
        subject=SUBJECT.format(reference=message.reference, subject=EVENTS[message.event].subject),
        text=_written(message, config),
        message_id=message.message_id,
    )


def _written(message: Message, config: Config) -> str:
    # Straight from the environment: what `render_template` adds to every page needs a request, and a job has none.
    text = current_app.jinja_env.get_template(f"email/{message.event}.txt").render(
        message=message, lookup_url=f"{config.base_url}/tra-cuu"
    )
    return f"{_GAP.sub(_BREAK, text).strip()}\n"
