"""A campaign as one row of a queue: the first of its cases that wait there stands for the others."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    func,
    inspect,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.util import ClauseAdapter

from feedback.db import session
from feedback.domain.queues import Queue
from feedback.models import Campaign, Comment, Officer
from feedback.services import filters, scope

COUNTED = 1000


def leads(*, officer: Officer, queue: Queue) -> ColumnElement[bool]:
    """That no case of the same campaign waits before this one in the queue, within the officer's reach.

    What is confidential belongs to no campaign here. Of each case the nearest before it is looked for, backwards from
    it: the way to it is gone only once, so that a page costs at most one look at each member of the campaigns on it.
    """
    reach = ClauseAdapter(inspect(_OTHER).selectable).traverse(scope.waiting(officer=officer, queue=queue))
    before = _before(queue).where(reach).scalar_subquery()
    return or_(Comment.campaign_id.is_(None), Comment.confidential, before.is_(null()))


_OTHER = aliased(Comment, name="other")


@cache  # to build it costs more than to ask it
def _before(queue: Queue) -> Select[UUID]:
    """The nearest case of a comment's campaign that waits before it in the queue, whoever may see it."""
    return (
        select(_OTHER.id)
        .where(
            _OTHER.campaign_id == Comment.campaign_id,
            tuple_(_OTHER.due_at, _OTHER.id) < tuple_(Comment.due_at, Comment.id),
            _in_queue_too(queue),
            _OTHER.confidential.is_(False),
        )
        .order_by(_OTHER.due_at.desc(), _OTHER.id.desc())
        .limit(literal_column("1"))
        .correlate(Comment)
    )


def sizes(*, officer: Officer, queue: Queue, campaigns: Collection[int]) -> dict[int, int]:
    """How many cases of each campaign wait in the queue within the officer's reach; counting stops after COUNTED."""
    if not campaigns:
        return {}
    some = (
        select(Comment.id)
        .where(
            Comment.campaign_id == Campaign.id,
            filters.in_queue(queue=queue),
            Comment.confidential.is_(False),
            scope.waiting(officer=officer, queue=queue),
        )
        .limit(COUNTED + 1)
        .lateral("some")
    )
    counted = select(Campaign.id, func.count()).join(some, true()).where(Campaign.id.in_(sorted(campaigns)))
    return {row[0]: row[1] for row in session().execute(counted.group_by(Campaign.id))}


def _in_queue_too(queue: Queue) -> TextClause:
    """The queue's condition, which is in words, on the other case."""
    return text(str(filters.in_queue(queue=queue)).replace("comment.", "other."))
