"""What a promise to notify stands for, made ready to go: a message to a citizen, or an officer's digest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Letter
from types import MappingProxyType

from flask import current_app

from feedback import mail, sms, webhook
from feedback.config import Config
from feedback.domain.clock import VIETNAM
from feedback.domain.telling import CHANNEL_NAMES, EVENTS, SUBJECT, TOPIC_NAMES
from feedback.services import bounces, contacts, digests, notifying, survey
from feedback.services.digests import Digest, Later
from feedback.services.notifying import Message

# What a template left out leaves no hole.
_GAP, _BREAK = re.compile(r"\s*\n\s*\n\s*"), "\n\n"


Send = Callable[[], str | None]  # gives what the gateway calls the message, if it says so


@dataclass(frozen=True, slots=True)
class Citizen:
    """A message to a citizen, by the way that they left us."""

    identifier: int

    def prepare(self, config: Config, at: datetime) -> Send | Later | None:
        """How to send it; None when there is nothing to send. Within a transaction."""
        message = notifying.prepare(notification_id=self.identifier, secret=config.secret_key)
        if message is None:
            return None
        return lambda: _WAYS[message.channel](message, config, at)

    def sent(self, at: datetime, provider_id: str | None) -> None:
        """Write down that it went."""
        notifying.mark_sent(notification_id=self.identifier, at=at, provider_id=provider_id)

    def dead(self, error: str, config: Config, at: datetime) -> None:
        """Write down that it was given up; an address that the mail server does not know counts as a bounce."""
        notifying.mark_dead(notification_id=self.identifier, error=error)
        if error == "recipient_refused":
            bounces.count(notification_id=self.identifier, secret=config.secret_key, at=at)


@dataclass(frozen=True, slots=True)
class Official:
    """A digest to an officer, sent within working hours alone."""

    identifier: int

    def prepare(self, config: Config, at: datetime) -> Send | Later | None:
        """How to send it, Later when officials are not at work, None when there is nothing to send."""
        digest = digests.prepare(digest_id=self.identifier, at=at)
        if digest is None or isinstance(digest, Later):
            return digest
        return lambda: mail.send(letter_to_officer(digest, config), url=config.mail_url)

    def sent(self, at: datetime, _provider_id: str | None) -> None:
        """Write down that it went."""
        digests.mark_sent(digest_id=self.identifier, at=at)

    def dead(self, error: str, _config: Config, _at: datetime) -> None:
        """Write down that it was given up."""
        digests.mark_dead(digest_id=self.identifier, error=error)


def _by_mail(message: Message, config: Config, _at: datetime) -> None:
    mail.send(letter_to_citizen(message, config), url=config.mail_url)


def _by_telephone(message: Message, config: Config, _at: datetime) -> str | None:
    return sms.send(
        to=message.address,
        text=short_message(message),
        identifier=message.message_id,
        url=config.sms_gateway,
        token=config.sms_token,
    )


def _by_callback(message: Message, config: Config, at: datetime) -> None:
    body = callback_body(message)
    key = webhook.secret_for(comment_id=message.comment_id, secret=config.secret_key)
    headers = webhook.sign(key=key, identifier=message.message_id.strip("<>"), at=at, body=body)
    webhook.post(url=message.address, body=body, headers=headers)


_WAYS: Mapping[str, Callable[[Message, Config, datetime], str | None]] = MappingProxyType(
    {"email": _by_mail, "sms": _by_telephone, "webhook": _by_callback}
)


def short_message(message: Message) -> str:
    """One text message: the case by its number, what happened, and by when; nothing of the matter."""
    before = f" trước {_day(message.until)}" if message.until else ""
    said = EVENTS[message.event].short.format(
        body=message.body_name or "cơ quan có trách nhiệm", due=_day(message.due_at), before=before
    )
    return f"Lắng Nghe: ý kiến {message.reference} {said}"


def callback_body(message: Message) -> bytes:
    """What another system is told, as JSON: codes and times, no words of anybody."""
    told = {
        "id": message.message_id.strip("<>"),
        "type": f"comment.{message.event}",
        "data": {
            "reference": message.reference,
            "body": message.body_code or None,
            "due_at": message.due_at.astimezone(VIETNAM).isoformat(),
            "until": message.until.astimezone(VIETNAM).isoformat() if message.until else None,
        },
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _day(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y")


def letter_to_citizen(message: Message, config: Config) -> Letter:
    """The letter, under the same number at every attempt, with the way to be written to no more."""
    token = contacts.token_for(address=message.address, secret=config.secret_key)
    unsubscribe = f"{config.base_url}/thoi-nhan-thu/{token}"
    return mail.compose(
        sender=config.mail_sender,
        to=message.address,
        subject=SUBJECT.format(reference=message.reference, subject=EVENTS[message.event].subject),
        text=written(
            f"email/{message.event}.txt",
            message=message,
            lookup_url=f"{config.base_url}/tra-cuu",
            survey_url=survey_url(message, config),
            unsubscribe_url=unsubscribe,
        ),
        message_id=message.message_id,
        unsubscribe=unsubscribe,
    )


def survey_url(message: Message, config: Config) -> str:
    """The link that opens the answer and takes the citizen's word on it; empty but for an answer of the case's own."""
    if message.event != "replied" or message.occasion <= 0:
        return ""
    token = survey.token_for(comment_id=message.comment_id, occasion=message.occasion, secret=config.secret_key)
    return f"{config.base_url}/danh-gia/{token}"


def letter_to_officer(digest: Digest, config: Config) -> Letter:
    """One letter for everything; its subject gives numbers and nobody's words."""
    parts = [f"{digest.cases} ý kiến cần xử lý"] if digest.cases else []
    parts += ["thông báo về tài khoản"] if any(not section.lines for section in digest.sections) else []
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
