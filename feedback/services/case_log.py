"""The audit chain of one case as an auditor reads it: every event in full, and whether the chain is whole now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from feedback.db import session
from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.domain.status import Actor
from feedback.models import AuditEvent, CaseNote, Comment, Officer
from feedback.services import bodies, chains, history, scope
from feedback.services.chains import Break

PAGE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One event; `reason` is what was written to read an identity, as far as its digest still fits."""

    sequence: int
    at: datetime
    actor: Actor
    officer_name: str | None
    action: str
    sentence: str
    reason: str | None
    data: Mapping[str, object]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class CaseLog:
    """Events of a case in their order; `following` is after which the next page begins, `broken` what is not whole."""

    reference: str
    length: int
    lines: tuple[Line, ...]
    following: int | None
    broken: Break | None


def read(*, officer: Officer, reference: str, after: int = 0, limit: int = PAGE) -> CaseLog:
    """At most `limit` events of a case after the one with this number, and whether the whole chain verifies now.

    Raises:
        NotAllowed: no role of the officer reads the log.
        NotFound: the case is beyond reach, or there is none.
    """
    case = _within_reach(officer, reference)
    lines, following = _lines(case.id, after, limit)
    return CaseLog(reference, case.audit_sequence, lines, following, chains.break_of(comment_id=case.id))


def everything(*, officer: Officer, reference: str) -> Iterator[Line]:
    """Every event of a case, a page at a time as it is taken; whether it may be read is settled at once.

    Raises NotAllowed and NotFound as `read` does.
    """
    return _from_the_first(_within_reach(officer, reference).id)


def _from_the_first(comment_id: UUID) -> Iterator[Line]:
    after: int | None = 0
    while after is not None:
        lines, after = _lines(comment_id, after, PAGE)
        yield from lines


def _within_reach(officer: Officer, reference: str) -> Comment:
    scope.require(officer=officer, permission=Permission.SEE_AUDIT)
    reach = [
        scope.within(officer=officer, permission=one, helped=False)
        for one in (Permission.SEE_AUDIT, Permission.SEE_CASES)
    ]
    case = session().scalar(select(Comment).where(Comment.reference == reference, *reach))
    if case is None:
        raise NotFound
    return case


def _lines(comment_id: UUID, after: int, limit: int) -> tuple[tuple[Line, ...], int | None]:
    rows = session().execute(
        select(AuditEvent, Officer.display_name)
        .outerjoin(Officer, Officer.id == AuditEvent.officer_id)
        .where(AuditEvent.comment_id == comment_id, AuditEvent.sequence > after)
        .order_by(AuditEvent.sequence)
        .limit(limit + 1)
    )
    found = rows.all()
    shown = found[:limit]
    names, reasons = bodies.names(), _reasons(comment_id)
    lines = tuple(_line(event, name, names, reasons) for event, name in shown)
    return lines, lines[-1].sequence if len(found) > limit else None


def _line(event: AuditEvent, name: str | None, names: Mapping[str, str], reasons: Mapping[str, str]) -> Line:
    return Line(
        sequence=event.sequence,
        at=event.at,
        actor=Actor(event.actor),
        officer_name=name,
        action=event.action,
        sentence=history.sentence(action=event.action, data=event.data, names=names),
        reason=reasons.get(str(event.data.get("note"))) if event.action == "unseal" else None,
        data=event.data,
        previous_hash=event.previous_hash,
        hash=event.hash,
    )


def _reasons(comment_id: UUID) -> Mapping[str, str]:
    """Why identities were read, by digest: the page of the case does not show these."""
    words = session().scalars(
        select(CaseNote.text).where(CaseNote.comment_id == comment_id, CaseNote.action == "unseal")
    )
    return {hashlib.sha256(text.encode()).hexdigest(): text for text in words}
