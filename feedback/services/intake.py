"""Filing a comment: comment, sender, clock, audit event and outbox row in one statement of one transaction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import select

from feedback import sealing
from feedback.db import run_alone, session
from feedback.domain import audit, receipt
from feedback.domain.attachment import Attached, facts
from feedback.domain.clock_effects import Given
from feedback.domain.errors import KeyReused
from feedback.domain.identifiers import time_ordered_id
from feedback.domain.status import Actor
from feedback.domain.vocabulary import Channel, Consent, Kind, SenderKind
from feedback.domain.words import vector
from feedback.models import Comment
from feedback.services import attachments, calendar

# The key carries 60 random bits, so its hash need not be slow to be safe; it must be cheap for whoever files and looks
# up. RFC 9106 asks for memory hardness against guessable secrets, which these are not (docs/adr/0008).
KEY_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@dataclass(frozen=True, slots=True)
class Filing:
    """What was filed, validated and cleaned (NFC) at the edge."""

    kind: Kind
    title: str
    text: str
    sender_kind: SenderKind
    channel: Channel = Channel.WEB
    province: str | None = None
    field: str | None = None
    name: str | None = None
    organisation: str | None = None
    tax_code: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    callback_url: str | None = None
    consents: frozenset[Consent] = frozenset()
    source_language: str = "vi"
    files: tuple[Attached, ...] = ()

    def digest(self) -> str:
        """SHA-256 over everything that was filed, in hexadecimal."""
        content: list[object] = [sorted(self.consents), *(getattr(self, name) for name in _DIGESTED)]
        if self.callback_url is not None:  # a form filed before there were callbacks keeps its digest
            content.append(self.callback_url)
        if self.files:
            content.append([file.received_sha256 for file in self.files])
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    @property
    def has_identity(self) -> bool:
        """Whether there is anything to keep about the sender."""
        return bool(self.consents) or any(getattr(self, name) for name in _SEALED)


# What filing does to the clocks, as the table of effects says; `_INSERT` writes just these two.
_STARTED = ("answer", "acknowledge")
_SEALED = ("name", "organisation", "tax_code", "email", "phone", "address", "callback_url")
_APART = frozenset({"consents", "callback_url", "files"})
_DIGESTED = tuple(field.name for field in fields(Filing) if field.name not in _APART)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the filer holds; `key` is shown and never stored."""

    comment_id: UUID
    reference: str
    key: str
    due_at: datetime
    repeated: bool


def submit(*, filing: Filing, token: str, secret: str, at: datetime) -> Receipt:
    """File a comment, or find it again when the same form comes twice.

    Args:
        filing: validated content.
        token: the form's own token or the caller's idempotency key; unguessable.
        secret: the server's secret, from which the receipt's key is derived.
        at: now, aware.

    Raises:
        KeyReused: the token came before with another content.
    """
    digest = filing.digest()
    key = receipt.derive_key(secret=secret, token=token, content_digest=digest)
    answer, acknowledge = (calendar.given_for(step=clock, kind=filing.kind) for clock in _STARTED)
    due = calendar.due_after(at=at, length=answer.length)
    comment_id = time_ordered_id(at)
    values = _values(filing, comment_id=comment_id, token=token, key=key, digest=digest, due=due, at=at)
    values |= _clock("answer", answer, due) | _clock("acknowledge", acknowledge, _due(at, acknowledge))
    values |= attachments.values_for(files=filing.files)
    filed = run_alone(_with_files(len(filing.files)) if filing.files else _INSERT, values)
    if filed is None:
        return _repeated(token=token, digest=digest, key=key)
    return Receipt(comment_id, filed[0], key, due, repeated=False)


def _repeated(*, token: str, digest: str, key: str) -> Receipt:
    row = (
        session()
        .execute(
            select(Comment.id, Comment.reference, Comment.content_digest, Comment.due_at).where(
                Comment.idempotency_hash == _token_hash(token)
            )
        )
        .one()
    )
    if row.content_digest != digest:
        raise KeyReused
    return Receipt(row.id, row.reference, key, row.due_at, repeated=True)


def _values(
    filing: Filing, *, comment_id: UUID, token: str, key: str, digest: str, due: datetime, at: datetime
) -> dict[str, object]:
    data: dict[str, object] = {"kind": filing.kind, "channel": filing.channel, "content": digest}
    if filing.files:
        data["files"] = facts(filing.files)
    event, head = audit.seal(
        audit.Head(), comment_id=comment_id, at=at, actor=Actor.CITIZEN, action="submit", data=data
    )
    return {
        "id": comment_id,
        "key_hash": KEY_HASHER.hash(key),
        "idempotency_hash": _token_hash(token),
        "content_digest": digest,
        "title": filing.title,
        "text": filing.text,
        "search": vector(filing.title, filing.text),
        "kind": filing.kind.value,
        "field": filing.field,
        "province": filing.province,
        "channel": filing.channel.value,
        "sender_kind": filing.sender_kind.value,
        "source_language": filing.source_language,
        "due_at": due,
        "at": at,
        "audit_sequence": head.sequence,
        "audit_hash": head.hash,
        "audit_data": json.dumps(event.data),
        "previous_hash": event.previous_hash,
        "has_identity": filing.has_identity,
        "consent_process": Consent.PROCESS in filing.consents,
        "consent_contact": Consent.CONTACT in filing.consents,
        "consent_publish": Consent.PUBLISH in filing.consents,
        "consent_publish_name": Consent.PUBLISH_NAME in filing.consents,
        **{name: _sealed(getattr(filing, name)) for name in _SEALED},
    }


def _clock(name: str, given: Given, due: datetime) -> dict[str, object]:
    return {
        f"{name}_length": given.length.number,
        f"{name}_unit": given.length.unit.value,
        f"{name}_due": due,
        f"{name}_cause": given.source,
        f"{name}_profile": given.profile,
    }


def _due(at: datetime, given: Given) -> datetime:
    return calendar.due_after(at=at, length=given.length)


def _sealed(value: str | None) -> bytes | None:
    return None if value is None else sealing.encrypt(value)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# One round trip: each further statement in the transaction would cost about as much as the insert itself.
_INSERT = """
WITH filed AS (
    INSERT INTO comment (id, key_hash, idempotency_hash, content_digest, title, text, search, kind, field, province,
        channel, sender_kind, source_language, due_at, received_at, updated_at, audit_sequence, audit_hash)
    VALUES (%(id)s, %(key_hash)s, %(idempotency_hash)s, %(content_digest)s, %(title)s, %(text)s, %(search)s::tsvector,
        %(kind)s, %(field)s, %(province)s, %(channel)s, %(sender_kind)s, %(source_language)s, %(due_at)s, %(at)s,
        %(at)s, %(audit_sequence)s, %(audit_hash)s)
    ON CONFLICT (idempotency_hash) DO NOTHING
    RETURNING id, reference
), identified AS (
    INSERT INTO sender (comment_id, name, organisation, tax_code, email, phone, address, callback_url,
        consent_process, consent_contact, consent_publish, consent_publish_name, consent_at)
    SELECT id, %(name)s, %(organisation)s, %(tax_code)s, %(email)s, %(phone)s, %(address)s, %(callback_url)s,
        %(consent_process)s, %(consent_contact)s, %(consent_publish)s, %(consent_publish_name)s, %(at)s
    FROM filed WHERE %(has_identity)s
), clocked AS (
    INSERT INTO clock_event (comment_id, clock, kind, at, length, unit, due_at, cause, profile)
    SELECT id, clock, 'started', %(at)s, length, unit, due_at, cause, profile FROM filed, (VALUES
        ('acknowledge', %(acknowledge_length)s::int, %(acknowledge_unit)s, %(acknowledge_due)s::timestamptz,
            %(acknowledge_cause)s, %(acknowledge_profile)s),
        ('answer', %(answer_length)s, %(answer_unit)s, %(answer_due)s, %(answer_cause)s, %(answer_profile)s)
    ) AS started (clock, length, unit, due_at, cause, profile)
), kept AS (
    INSERT INTO case_clock (comment_id, clock, state, started_at, due_at)
    SELECT id, clock, 'running', %(at)s, due_at FROM filed, (VALUES
        ('acknowledge', %(acknowledge_due)s::timestamptz), ('answer', %(answer_due)s)) AS started (clock, due_at)
), audited AS (
    INSERT INTO audit_event (comment_id, sequence, at, actor, action, data, previous_hash, hash)
    SELECT id, %(audit_sequence)s, %(at)s, 'citizen', 'submit', %(audit_data)s::jsonb, %(previous_hash)s,
        %(audit_hash)s
    FROM filed
), promised AS (
    INSERT INTO outbox (topic, comment_id, available_at, created_at)
    SELECT 'classify', id, %(at)s, %(at)s FROM filed
)
SELECT reference FROM filed
"""
_LAST = "SELECT reference FROM filed\n"


def _with_files(count: int) -> str:
    """The same statement, which keeps this many files with the filing."""
    return f"{_INSERT.removesuffix(_LAST)}, attached AS ({attachments.rows_for(count=count)})\n{_LAST}"
