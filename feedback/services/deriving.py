"""A comment made out of another of the same sender: opened by the same key, with an identity and a chain of its own."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import insert, literal, select

from feedback.db import session
from feedback.domain import audit
from feedback.domain.clock_effects import SUBMIT
from feedback.domain.identifiers import time_ordered_id
from feedback.domain.profiles import EVERY
from feedback.domain.status import Actor, Status
from feedback.models import Comment, Officer, Outbox, Sender
from feedback.services import attachments, calendar, clocks, moving

_COPIED = ("name", "organisation", "tax_code", "email", "phone", "address", "callback_url")
_AGREED = ("consent_process", "consent_contact", "consent_publish", "consent_publish_name", "consent_at")
_OF_SENDER = tuple(getattr(Sender, name) for name in (*_COPIED, *_AGREED))


def derive(
    *,
    source: Comment,
    action: str,
    title: str,
    text: str,
    field: str | None,
    received_at: datetime,
    at: datetime,
    officer: Officer | None = None,
    split_from: Comment | None = None,
) -> Comment:
    """A new comment of the sender of a locked one, promised to be classified; the same words again find the same one.

    Args:
        source: whose sender it is, and where kind, province and channel come from.
        action: name of the first event of its chain, which names the source.
        title, text: what it says.
        field: what it is about, as the sender sees it.
        received_at: from when its clock counts.
        at: now.
        officer: who made it; None when the sender did.
        split_from: the comment that it is a part of.
    """
    digest = hashlib.sha256(json.dumps([title, text, field], ensure_ascii=False).encode()).hexdigest()
    once = hashlib.sha256(f"{action}:{source.id}:{digest}".encode()).hexdigest()
    known = session().scalar(select(Comment).where(Comment.idempotency_hash == once))
    if known is not None:
        return known
    made = Comment(
        id=time_ordered_id(at),
        key_hash=source.key_hash,
        idempotency_hash=once,
        content_digest=digest,
        title=title,
        text=text,
        kind=source.kind,
        field=field,
        province=source.province,
        channel=source.channel,
        sender_kind=source.sender_kind,
        source_language=source.source_language,
        status=Status.SUBMITTED,
        split_from_id=split_from.id if split_from else None,
        due_at=calendar.due_at(at=received_at, step="answer", kind=source.kind),
        received_at=received_at,
        first_received_at=source.first_received_at or (None if split_from else source.received_at),
        updated_at=at,
        version=0,
        audit_sequence=0,
        audit_hash=audit.START,
    )
    session().add(made)
    session().flush()
    session().refresh(made)
    _copy_sender(source, made)
    files = attachments.copy(source=source, made=made)
    _start_clock(made)
    moving.record(
        comment=made,
        action=action,
        actor=Actor.OFFICER if officer else Actor.CITIZEN,
        at=at,
        officer_id=officer.id if officer else None,
        data={
            "origin": source.reference,
            "kind": made.kind,
            "channel": made.channel,
            "content": digest,
            **({"files": files} if files else {}),
        },
    )
    session().add(Outbox(topic="classify", comment_id=made.id, available_at=at, created_at=at))
    return made


def _copy_sender(source: Comment, made: Comment) -> None:
    """Within the database, as it is encrypted: nobody reads it on the way."""
    names = ["comment_id", *_COPIED, *_AGREED]
    copied = select(literal(made.id), *_OF_SENDER).where(Sender.comment_id == source.id)
    session().execute(insert(Sender).from_select(names, copied))


def _start_clock(made: Comment) -> None:
    entries = clocks.entries_of(
        ledger={}, moves=[(SUBMIT, Status.SUBMITTED)], kind=made.kind, body=EVERY, at=made.received_at
    )
    clocks.write(changes={made.id: ({}, entries)})
