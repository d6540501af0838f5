"""Lists read by a mark: where a page ends is told by its last row, and the mark fits the list that it was made for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, UnaryExpression, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from feedback.domain.filters import Filters
from feedback.domain.queues import Queue, Sort
from feedback.models import Comment

Place = tuple[datetime, UUID]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"^([0-9a-f]{8})_([0-9]{1,17})_([0-9a-f]{32})\Z")


@dataclass(frozen=True, slots=True)
class Order:
    """An order of comments: by this time, then by identifier."""

    column: InstrumentedAttribute[datetime]
    falling: bool

    def by(self, time: Any, identifier: Any, *, backwards: bool = False) -> tuple[UnaryExpression[Any], ...]:
        """What to sort by, given the columns that hold time and identifier."""
        falls = self.falling != backwards
        return (time.desc(), identifier.desc()) if falls else (time.asc(), identifier.asc())

    def beyond(self, time: Any, identifier: Any, place: Place, *, backwards: bool = False) -> ColumnElement[bool]:
        """That a row comes after the place, or when read backwards before it."""
        row = tuple_(time, identifier)
        return row < place if self.falling != backwards else row > place


class Standing(Protocol):
    """Whatever tells where a case stands in a list: the comment itself, or what is shown of it."""

    @property
    def id(self) -> UUID:
        """Its identifier."""
        ...

    @property
    def due_at(self) -> datetime:
        """When its answer is due."""
        ...

    @property
    def received_at(self) -> datetime:
        """When it was filed."""
        ...


ORDERS = {
    Sort.DUE: Order(Comment.due_at, falling=False),
    Sort.NEWEST: Order(Comment.received_at, falling=True),
}


def mark(*, queue: Queue, filters: Filters, sort: Sort, place: Place) -> str:
    """The mark of a place in one list."""
    time, identifier = place
    return f"{_list(queue, filters, sort)}_{(time - _EPOCH) // timedelta(microseconds=1)}_{identifier.hex}"


def read(*, mark: str | None, queue: Queue, filters: Filters, sort: Sort) -> Place | None:
    """The place that a mark tells; None when it cannot be read, or was made for another list."""
    found = _MARK.match(mark or "")
    if found is None or found[1] != _list(queue, filters, sort):
        return None
    return _EPOCH + timedelta(microseconds=int(found[2])), UUID(hex=found[3])


def _list(queue: Queue, filters: Filters, sort: Sort) -> str:
    said = repr((str(queue), [pair for pair in filters.to_query() if pair[0] != "hang"], str(sort)))
    return hashlib.sha256(said.encode()).hexdigest()[:8]
