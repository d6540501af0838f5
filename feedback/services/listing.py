"""One list of cases, in its order, from one place on: how many are found, and which come next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Integer, Select, func, literal_column, select

from feedback.db import session
from feedback.domain import query as language
from feedback.domain.errors import NotAllowed
from feedback.domain.filters import Filters
from feedback.domain.query import Query
from feedback.domain.queues import QUEUES, Queue, Sort, sorts
from feedback.models import Comment, Officer
from feedback.services import filters as asking
from feedback.services import folding, scope
from feedback.services.keyset import ORDERS, Order, Place

COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """How many cases the filters find; counting stops at COUNT_LIMIT, and `more` says so."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list asks: all but the text as conditions, and the text apart."""

    others: tuple[ColumnElement[bool], ...]
    text: Query | None
    sort: Sort
    narrowing: bool

    @property
    def order(self) -> Order:
        """In which order it is read."""
        return ORDERS[self.sort]

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Everything that is asked, in a form that lets the list be read in its order."""
        return (*self.others, asking.text_checked(asked=self.text)) if self.text else self.others


def listing(
    *, officer: Officer, queue: Queue, filters: Filters, sort: Sort, now: datetime, folded: bool = False
) -> Listing:
    """The list of the cases of a queue that the filters find, within the officer's reach; one of a campaign if folded.

    Raises:
        NotAllowed: the officer's roles do not open this queue.
        InvalidInput: the filters' text cannot be searched for.
    """
    scope.require(officer=officer, permission=QUEUES[queue].permission)
    if queue is Queue.COORDINATING and not scope.may_help(officer=officer):
        raise NotAllowed
    others = replace(filters, text="", queue=None)
    return Listing(
        (
            asking.in_queue(queue=queue),
            scope.waiting(officer=officer, queue=queue),
            *asking.conditions(filters=others, now=now, officer_id=officer.id),
            *([folding.leads(officer=officer, queue=queue)] if folded else []),
        ),
        asking.read_text(filters=filters),
        sort if sort in sorts(queue) else sorts(queue)[0],
        filters.narrowing,
    )


def find(
    *, listing: Listing, columns: Select[*tuple[Any, ...]], after: Place | None, limit: int
) -> tuple[Found | None, Select[*tuple[Any, ...]]]:
    """How many are found (None: nothing was asked that a kept count does not know), and how to read one page of them.

    An index finds words but knows no order, and what is in order must be read to find words. So the words' index gives
    up to COUNT_LIMIT cases, which are then sorted; where it gives more, the list in its order soon meets enough.

    Args:
        listing: what is asked.
        columns: what to read of each case, from `comment`.
        after: the place from which on.
        limit: how many.
    """
    order, ordered = listing.order, columns.order_by(*listing.order.by(listing.order.column, Comment.id))
    beyond = () if after is None else (order.beyond(order.column, Comment.id, after),)
    in_order = ordered.where(*listing.conditions(), *beyond).limit(_written(limit))
    few = _few(listing)
    if few is None:
        return _number(listing), in_order
    beyond = () if after is None else (order.beyond(few.c.time, few.c.id, after),)
    next_ones = select(few.c.id).where(*beyond).order_by(*order.by(few.c.time, few.c.id)).limit(limit)
    number, identifiers = session().execute(select(_size(few), func.array(next_ones.scalar_subquery()))).one()
    if number > COUNT_LIMIT:
        return Found(COUNT_LIMIT, more=True), in_order
    return Found(number, more=False), ordered.where(Comment.id.in_(identifiers))


def beside(*, listing: Listing, place: Place) -> tuple[str | None, str | None]:
    """The references of the cases before and after a place of the list."""
    few = _few(listing)
    if few is not None:
        found = (few.c.time, few.c.id, few.c.reference)
        one_way, other_way = (_next(listing, found, (), place, backwards=back) for back in (True, False))
        number, before, after = session().execute(select(_size(few), one_way, other_way)).one()
        if number <= COUNT_LIMIT:
            return before, after
    columns = (listing.order.column, Comment.id, Comment.reference)
    asked = listing.conditions()
    one_way, other_way = (_next(listing, columns, asked, place, backwards=back) for back in (True, False))
    before, after = session().execute(select(one_way, other_way)).one()
    return before, after


def _written(number: int) -> ColumnElement[int]:
    """A number as a constant: for a limit that it does not know, PostgreSQL would plan a statement at each call."""
    return literal_column(str(number), Integer())


def _few(listing: Listing) -> CTE | None:
    """The first cases that the words' index gives, one more than COUNT_LIMIT; None when it is of no use."""
    if listing.text is None or language.finds_the_empty(listing.text):
        return None
    by_words = (
        select(Comment.id, Comment.reference, listing.order.column.label("time"))
        .where(*listing.others, asking.text_found(asked=listing.text))
        .cte("by_words")
        .prefix_with("MATERIALIZED")
    )
    return select(by_words).limit(COUNT_LIMIT + 1).cte("few").prefix_with("MATERIALIZED")


def _size(few: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(few).scalar_subquery()


def _number(listing: Listing) -> Found | None:
    if not listing.narrowing:
        return None
    bounded = select(Comment.id).where(*listing.conditions()).limit(COUNT_LIMIT + 1).subquery()
    number = session().scalars(select(func.count()).select_from(bounded)).one()
    return Found(min(number, COUNT_LIMIT), more=number > COUNT_LIMIT)


def _next(
    listing: Listing,
    columns: tuple[Any, Any, Any],
    conditions: tuple[ColumnElement[bool], ...],
    place: tuple[datetime, UUID],
    *,
    backwards: bool,
) -> ColumnElement[str]:
    time, identifier, reference = columns
    order = listing.order
    found: Select[str] = (
        select(reference)
        .where(*conditions, order.beyond(time, identifier, place, backwards=backwards))
        .order_by(*order.by(time, identifier, backwards=backwards))
        .limit(1)
    )
    return found.scalar_subquery()
