"""What anybody may read: published cases with their answers, the newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, tuple_

from feedback.db import session
from feedback.domain.errors import NotFound
from feedback.domain.receipt import read_reference
from feedback.domain.retention import Erased
from feedback.domain.status import OPEN, Status
from feedback.models import Body, Comment, Publication, Response
from feedback.services.publishing import Shown

PAGE = 20
MOST = 1000  # rows of the file
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"([0-9]{1,16})_(PA-[0-9]{4}-[0-9]{6,12})\Z")


@dataclass(frozen=True, slots=True)
class Page:
    """Some published cases, and the mark of the next page; None on the last."""

    rows: tuple[Shown, ...]
    following: str | None


def page(*, after: str | None = None, limit: int = PAGE) -> Page:
    """One page; a mark that cannot be read begins at the newest."""
    statement = _readable().order_by(Comment.published_at.desc(), Comment.reference.desc()).limit(limit + 1)
    place = _place(after)
    if place is not None:
        statement = statement.where(tuple_(Comment.published_at, Comment.reference) < place)
    found = [_shown(row) for row in session().execute(statement)]
    return Page(tuple(found[:limit]), _mark(found[limit - 1]) if len(found) > limit else None)


def one(*, reference: str) -> Shown:
    """One published case; raise NotFound alike when it is not published and when there is none."""
    asked = read_reference(reference)
    row = session().execute(_readable().where(Comment.reference == asked)).one_or_none() if asked else None
    if row is None:
        raise NotFound
    return _shown(row)


def rows() -> Sequence[Shown]:
    """The newest of them, MOST at most."""
    return page(limit=MOST).rows


def _readable() -> Any:
    follower = Comment.__table__.alias("follower")
    followers = (
        select(func.count()).select_from(follower).where(follower.c.merged_into_id == Comment.id).scalar_subquery()
    )
    return (
        select(
            Comment.reference,
            Comment.kind,
            Comment.status,
            Comment.received_at,
            Comment.published_at,
            Publication.title,
            Publication.text,
            Publication.answer,
            Publication.name,
            Response.outcome,
            Response.sent_at,
            Body.name.label("body_name"),
            followers.label("followers"),
        )
        .join(Publication, Publication.comment_id == Comment.id)
        .join(Response, Response.id == Publication.response_id)
        .join(Body, Body.id == Response.body_id)
        .where(
            and_(
                Comment.published_at.is_not(None),
                Comment.confidential.is_(False),
                Comment.merged_into_id.is_(None),
                Comment.erased.is_distinct_from(Erased.TEXT),
            )
        )
    )


def _shown(row: Any) -> Shown:
    return Shown(
        reference=row.reference,
        kind=row.kind,
        title=row.title,
        text=row.text,
        answer=row.answer,
        body_name=row.body_name,
        outcome=row.outcome,
        received_at=row.received_at,
        replied_at=row.sent_at,
        published_at=row.published_at,
        name=row.name,
        voices=1 + row.followers,
        reopened=Status(row.status) in OPEN,
    )


def _mark(last: Shown) -> str:
    return f"{((last.published_at or _EPOCH) - _EPOCH) // timedelta(microseconds=1)}_{last.reference}"


def _place(mark: str | None) -> tuple[datetime, str] | None:
    found = _MARK.match(mark or "")
    return (_EPOCH + timedelta(microseconds=int(found[1])), found[2]) if found else None
