"""Batches, their cases and the certificates as officers read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import aliased

from feedback.db import session
from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.domain.retention import BatchStatus, Erasing, ItemState
from feedback.domain.status import STATUS_NAMES, Status
from feedback.models import (
    AuditEvent,
    Body,
    Comment,
    DisposalBatch,
    DisposalCertificate,
    DisposalItem,
    Officer,
)
from feedback.services import scope

PAGE = 50
_First, _Second, _Rejecter, _Remover = (aliased(Officer) for _ in range(4))


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch with its figures and the names of who reviewed it."""

    id: int
    erases: Erasing
    confidential: bool
    status: BatchStatus
    made_at: datetime
    due_at: datetime | None
    rebuilt_from: int | None
    first_reviewer_id: int | None
    first_reviewer: str | None
    verified_at: datetime | None
    second_reviewer: str | None
    approved_at: datetime | None
    rejected_by: str | None
    rejected_at: datetime | None
    reason: str | None
    finished_at: datetime | None
    kept: int
    removed: int
    done: int


@dataclass(frozen=True, slots=True)
class Item:
    """One case of a batch, without a word of it."""

    reference: str
    status_name: str
    body_name: str | None
    received_at: datetime
    ended_at: datetime
    last_message_at: datetime | None
    held: bool
    state: ItemState
    removed_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of destruction."""

    id: int
    reference: str
    batch_id: int
    erased: Erasing
    months: int | None
    source: str
    erased_at: datetime
    first_reviewer: str
    second_reviewer: str


def batches(*, officer: Officer, after: int | None = None, limit: int = PAGE) -> tuple[Sequence[Batch], int | None]:
    """One page of batches, the newest first, and the mark of the next page; raise NotAllowed without permission."""
    scope.require(officer=officer, permission=Permission.REVIEW_DISPOSAL)
    statement = _batches(officer).order_by(DisposalBatch.id.desc()).limit(limit + 1)
    if after is not None:
        statement = statement.where(DisposalBatch.id < after)
    found = [_batch(row) for row in session().execute(statement)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def batch(*, officer: Officer, batch_id: int) -> Batch:
    """One batch; raise NotAllowed or NotFound."""
    scope.require(officer=officer, permission=Permission.REVIEW_DISPOSAL)
    row = session().execute(_batches(officer).where(DisposalBatch.id == batch_id)).first()
    if row is None:
        raise NotFound
    return _batch(row)


def items(*, batch_id: int, after: str | None = None, limit: int = PAGE) -> tuple[Sequence[Item], str | None]:
    """One page of the cases of a batch, by their numbers, and the mark of the next page."""
    said = (
        select(func.max(AuditEvent.at))
        .where(AuditEvent.comment_id == Comment.id, AuditEvent.actor == "citizen")
        .scalar_subquery()
        .label("said")
    )
    statement = (
        select(
            Comment.reference,
            Comment.status,
            Body.short_name,
            Comment.received_at,
            func.coalesce(Comment.closed_at, Comment.updated_at).label("ended"),
            said,
            Comment.held,
            DisposalItem.state,
            _Remover.display_name,
            DisposalItem.reason,
        )
        .join(DisposalItem, DisposalItem.comment_id == Comment.id)
        .outerjoin(Body, Body.id == Comment.body_id)
        .outerjoin(_Remover, _Remover.id == DisposalItem.removed_by_id)
        .where(DisposalItem.batch_id == batch_id, Comment.reference > (after or ""))
        .order_by(Comment.reference)
        .limit(limit + 1)
    )
    found = [
        Item(
            reference=row.reference,
            status_name=STATUS_NAMES[Status(row.status)],
            body_name=row.short_name,
            received_at=row.received_at,
            ended_at=row.ended,
            last_message_at=row.said,
            held=row.held,
            state=ItemState(row.state),
            removed_by=row.display_name,
            reason=row.reason,
        )
        for row in session().execute(statement)
    ]
    return found[:limit], found[limit - 1].reference if len(found) > limit else None


def certificates(
    *, officer: Officer, after: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Certificate], int | None]:
    """One page of certificates, the newest first, and the mark of the next page; raise NotAllowed."""
    scope.require(officer=officer, permission=Permission.REVIEW_DISPOSAL)
    statement = (
        select(DisposalCertificate, _First.display_name, _Second.display_name)
        .join(DisposalBatch, DisposalBatch.id == DisposalCertificate.batch_id)
        .join(_First, _First.id == DisposalCertificate.first_reviewer_id)
        .join(_Second, _Second.id == DisposalCertificate.second_reviewer_id)
        .where(_readable(officer))
        .order_by(DisposalCertificate.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(DisposalCertificate.id < after)
    found = [
        Certificate(
            row.id, row.reference, row.batch_id, Erasing(row.erased), row.months, row.source, row.erased_at, *names
        )
        for row, *names in session().execute(statement)
    ]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _readable(officer: Officer) -> ColumnElement[bool]:
    may = Permission.SEE_CONFIDENTIAL in officer.permissions
    return true() if may else DisposalBatch.confidential.is_(False)


def _batches(officer: Officer) -> Select[Any]:
    counted = (
        select(
            *(
                func.count().filter(DisposalItem.state == state).label(state.name.lower())
                for state in (ItemState.KEPT, ItemState.REMOVED, ItemState.DONE)
            )
        )
        .where(DisposalItem.batch_id == DisposalBatch.id)
        .lateral("counted")
    )
    return (
        select(
            DisposalBatch,
            _First.display_name.label("first"),
            _Second.display_name.label("second"),
            _Rejecter.display_name.label("rejecter"),
            counted.c.kept,
            counted.c.removed,
            counted.c.done,
        )
        .outerjoin(_First, _First.id == DisposalBatch.first_reviewer_id)
        .outerjoin(_Second, _Second.id == DisposalBatch.second_reviewer_id)
        .outerjoin(_Rejecter, _Rejecter.id == DisposalBatch.rejected_by_id)
        .join(counted, true())
        .where(_readable(officer))
    )


def _batch(row: Any) -> Batch:
    found: DisposalBatch = row.DisposalBatch
    return Batch(
        id=found.id,
        erases=Erasing(found.erases),
        confidential=found.confidential,
        status=BatchStatus(found.status),
        made_at=found.made_at,
        due_at=found.due_at,
        rebuilt_from=found.rebuilt_from_id,
        first_reviewer_id=found.first_reviewer_id,
        first_reviewer=row.first,
        verified_at=found.verified_at,
        second_reviewer=row.second,
        approved_at=found.approved_at,
        rejected_by=row.rejecter,
        rejected_at=found.rejected_at,
        reason=found.reason,
        finished_at=found.finished_at,
        kept=row.kept,
        removed=row.removed,
        done=row.done,
    )
