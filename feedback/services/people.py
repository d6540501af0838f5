"""Who is charged with a case, who could be, and its tags: part of what stands around it, asked in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, literal, select

from feedback.models import CaseTag, Comment, Officer
from feedback.services import assigning
from feedback.services.assigning import Person


@dataclass(frozen=True, slots=True)
class People:
    """`choices` holds who could be charged, `assignee` who is, `tags` the case's words."""

    assignee: Person | None
    choices: tuple[Person, ...]
    tags: tuple[str, ...]


def asked(*, comment_id: ColumnElement[UUID], assignee_id: ColumnElement[int]) -> list[Select[str, str, str]]:
    """What is to be asked of a case, as rows of a sort, a code and a name; the case is told by these two."""
    number = cast(Officer.id, String)
    return [
        select(literal("charged"), number, Officer.display_name).where(Officer.id == assignee_id),
        select(literal("chargeable"), number, Officer.display_name)
        .join(Comment, assigning.chargeable())
        .where(Comment.id == comment_id),
        select(literal("tag"), CaseTag.tag, literal("")).where(CaseTag.comment_id == comment_id),
    ]


def read(*, charged: Sequence[Person], chargeable: Sequence[Person], tags: Sequence[str]) -> People:
    """What was found, in the order in which it is shown."""
    return People(
        assignee=next(iter(charged), None),
        choices=tuple(sorted(chargeable, key=lambda person: (person.name, person.id))),
        tags=tuple(sorted(tags)),
    )
