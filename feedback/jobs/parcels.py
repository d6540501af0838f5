"""What a promise to notify stands for, made ready to go: a message to a citizen, or an officer's digest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Letter

from flask import current_app

from feedback import mail
from feedback.config import Config
from feedback.domain.telling import CHANNEL_NAMES, EVENTS, SUBJECT, TOPIC_NAMES
from feedback.services import digests, notifying, survey
from feedback.services.digests import Digest, Later
from feedback.services.notifying import Message

# What a template left out leaves no hole.
_GAP, _BREAK = re.compile(r"\s*\n\s*\n\s*"), "\n\n"


@dataclass(frozen=True, slots=True)
class Citizen:
    """A message to a citizen."""

    identifier: int

    def prepare(self, config: Config, _at: datetime) -> Callable[[], None] | Later | None:
        """How to send it; None when there is nothing to send. Within a transaction."""
        message = notifying.prepare(notification_id=self.identifier)
        if message is None:
            return None
        return lambda: mail.send(letter_to_citizen(message, config), url=config.mail_url)

    def sent(self, at: datetime) -> None:
        """Write down that it went."""
        notifying.mark_sent(notification_id=self.identifier, at=at)

    def dead(self, error: str) -> None:
        """Write down that it was given up."""
        notifying.mark_dead(notification_id=self.identifier, error=error)


@dataclass(frozen=True, slots=True)
class Official:
    """A digest to an officer, sent within working hours alone."""

    identifier: int

    def prepare(self, config: Config, at: datetime) -> Callable[[], None] | Later | None:
        """How to send it, Later when officials are not at work, None when there is nothing to send."""
        digest = digests.prepare(digest_id=self.identifier, at=at)
        if digest is None or isinstance(digest, Later):
            return digest
        return lambda: mail.send(letter_to_officer(digest, config), url=config.mail_url)

    def sent(self, at: datetime) -> None:
        """Write down that it went."""
        digests.mark_sent(digest_id=self.identifier, at=at)

    def dead(self, error: str) -> None:
        """Write down that it was given up."""
        digests.mark_dead(digest_id=self.identifier, error=error)


def letter_to_citizen(message: Message, config: Config) -> Letter:
    """The letter, under the same number at every attempt."""
    return mail.compose(
        sender=config.mail_sender,
        to=message.address,
        subject=SUBJECT.format(reference=message.reference, subject=EVENTS[message.event].subject),
        text=written(
            f"email/{message.event}.txt",
            message=message,
            lookup_url=f"{config.base_url}/tra-cuu",
            survey_url=survey_url(message, config),
        ),
        message_id=message.message_id,
    )


def survey_url(message: Message, config: Config) -> str:
    """The link that opens the answer and takes the citizen's word on it; empty but for an answer of the case's own."""
    if message.event != "replied" or message.occasion <= 0:
        return ""
    token = survey.token_for(comment_id=message.comment_id, occasion=message.occasion, secret=config.secret_key)
    return f"{config.base_url}/danh-gia/{token}"


def letter_to_officer(digest: Digest, config: Config) -> Letter:
    """One letter for everything; its subject gives numbers and nobody's words."""
    parts = [f"{digest.cases} ý kiến cần xử lý"] if digest.sections else []
    parts += ["có việc gửi đi bị nghẽn"] if digest.failures else []
    said = ", ".join(parts)
    return mail.compose(
        sender=config.mail_sender,
        to=digest.address,
        subject=f"[Lắng Nghe] {said[0].upper()}{said[1:]}",
        text=written(
            "email/digest.txt",
            digest=digest,
            topics=TOPIC_NAMES,
            channels=CHANNEL_NAMES,
            desk_url=f"{config.base_url}/ban-lam-viec",
            operations_url=f"{config.base_url}/quan-tri/van-hanh",
        ),
        message_id=digest.message_id,
    )


def written(template: str, **values: object) -> str:
    """What a template says, with one blank line at most between its paragraphs."""
    # Straight from the environment: what `render_template` adds to every page needs a request, and a job has none.
    text = current_app.jinja_env.get_template(template).render(**values)
    return f"{_GAP.sub(_BREAK, text).strip()}\n"
