"""The open cases that surely report the same matter as one case, to be worked on together."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select, union

from feedback.db import session
from feedback.domain.bulk import MOST
from feedback.domain.permissions import Permission
from feedback.models import Comment, Officer, Resemblance
from feedback.services import scope
from feedback.services.filters import IS_OPEN


def references(*, officer: Officer, reference: str) -> list[str]:
    """The case itself and what is surely like it, or like one that is; those within the officer's reach, MOST at most.

    A confidential case is like none, and what is settled needs no work.
    """
    itself = select(Comment.id).where(Comment.reference == reference, Comment.confidential.is_(False))
    near = _like(itself)
    everything = union(itself, near, _like(near)).subquery()
    return list(
        session().scalars(
            select(Comment.reference)
            .where(
                Comment.id.in_(select(everything.c.id)),
                Comment.confidential.is_(False),
                IS_OPEN,
                scope.within(officer=officer, permission=Permission.SEE_CASES),
            )
            .order_by(Comment.id)
            .limit(MOST)
        )
    )


def _like(found: Select[UUID]) -> Select[UUID]:
    """What is surely like one of these, whichever of the two was compared."""
    ids = found.subquery()
    later = (
        select(Resemblance.other_id.label("id")).join(ids, ids.c.id == Resemblance.comment_id).where(Resemblance.sure)
    )
    earlier = (
        select(Resemblance.comment_id.label("id")).join(ids, ids.c.id == Resemblance.other_id).where(Resemblance.sure)
    )
    both = union(later, earlier).subquery()
    return select(both.c.id)
