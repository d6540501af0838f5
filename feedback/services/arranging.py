"""What stands around a case: the body proposed for it, cases merged into it or parted from it, bodies that help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from feedback.db import session
from feedback.domain.status import Action
from feedback.models import Body, CaseBody, Comment, Officer, RefusalReason
from feedback.services import campaign_members, extending, people, refusing
from feedback.services.assigning import Person
from feedback.services.people import People


@dataclass(frozen=True, slots=True)
class Named:
    """A body by its code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around one case; cases are their references."""

    proposed: Named | None
    helpers: tuple[Named, ...]
    lead: str | None
    followers: tuple[str, ...]
    origin: str | None
    parts: tuple[str, ...]
    refusals: tuple[RefusalReason, ...]
    most_days: int | None
    people: People
    campaign_id: int | None
    alike: int

    @property
    def voices(self) -> int:
        """How many comments report this matter, the case itself among them."""
        return 1 + len(self.followers)


def around(*, comment: Comment, actions: frozenset[Action] = frozenset(), officer: Officer | None = None) -> Around:
    """What stands around a case, in one statement; `actions`, those that may be taken, tell what else is needed.

    How many comments its campaign has (`alike`) is asked for an `officer`, who sees no more than is within reach.
    """
    found: dict[str, list[Named]] = {}
    wanted = _always()
    if officer is not None and comment.campaign_id is not None:
        members = campaign_members.asked(officer=officer, campaign_id=comment.campaign_id)
        wanted = union_all(*_asked(), members).order_by("sort", "code")
    told = {column.key: getattr(comment, column.key) for column in _TOLD}
    for row in session().execute(wanted, told):
        found.setdefault(row.sort, []).append(Named(row.code, row.name))
    proposed, lead, origin = (next(iter(found.get(sort, ())), None) for sort in ("proposed", "lead", "origin"))
    followers, parts = (tuple(one.code for one in found.get(sort, ())) for sort in ("follower", "part"))
    return Around(
        proposed=proposed,
        helpers=tuple(found.get("helper", ())),
        lead=lead.code if lead else None,
        followers=followers,
        origin=origin.code if origin else None,
        parts=parts,
        refusals=refusing.offered() if Action.REFUSE in actions else (),
        most_days=extending.most_days(kind=comment.kind) if Action.EXTEND in actions else None,
        people=people.read(
            charged=_persons(found.get("charged", ())),
            chargeable=_persons(found.get("chargeable", ())),
            tags=[one.code for one in found.get("tag", ())],
        ),
        campaign_id=comment.campaign_id,
        alike=sum(int(one.code) for one in found.get("campaign", ())),
    )


def _persons(found: Sequence[Named]) -> list[Person]:
    return [Person(int(one.code), one.name) for one in found]


# What a case itself tells of the others.
_TOLD = (
    Comment.id,
    Comment.proposed_body_id,
    Comment.merged_into_id,
    Comment.split_from_id,
    Comment.assignee_id,
)


@cache  # to build it costs more than to ask it
def _always() -> CompoundSelect[str, str, str]:
    return union_all(*_asked()).order_by("sort", "code")


@cache
def _asked() -> tuple[Select[str, str, str], ...]:
    comment_id, proposed, lead, origin, assignee = (bindparam(column.key, type_=column.type) for column in _TOLD)
    body = (Body.code, Body.name)
    return (
        select(literal("proposed").label("sort"), Body.code.label("code"), Body.name.label("name")).where(
            Body.id == proposed
        ),
        select(literal("helper"), *body)
        .join(CaseBody, CaseBody.body_id == Body.id)
        .where(CaseBody.comment_id == comment_id),
        _cases("lead", Comment.id == lead),
        _cases("follower", Comment.merged_into_id == comment_id),
        _cases("origin", Comment.id == origin),
        _cases("part", Comment.split_from_id == comment_id),
        *people.asked(comment_id=comment_id, assignee_id=assignee),
    )


def _cases(sort: str, which: ColumnElement[bool]) -> Select[str, str, str]:
    reference: InstrumentedAttribute[str] = Comment.reference
    return select(literal(sort), reference, literal("")).where(which)
