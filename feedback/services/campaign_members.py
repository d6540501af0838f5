"""The members of a campaign within an officer's reach: read page by page, put in, taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select

from feedback.db import session
from feedback.domain import receipt
from feedback.domain.bulk import MOST
from feedback.domain.errors import InvalidInput, NotFound, OnHold
from feedback.domain.permissions import Permission
from feedback.domain.status import MOVES, SETTLED, STATUS_NAMES, Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Body, Campaign, Comment, Officer
from feedback.services import moving, scope
from feedback.services.campaigns import JOINED, LEFT
from feedback.services.comparing import without_personal
from feedback.services.filters import IS_OPEN
from feedback.services.merging import LEADING

PAGE = 50
LONGEST = 2000
_CHUNK = 500  # rows read at a time for a file


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a campaign."""

    id: UUID
    reference: str
    title: str
    status_name: str
    body_name: str | None
    received_at: datetime
    due_at: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """A campaign as one officer sees it: `name` is the title of its first member without personal data."""

    id: int
    name: str
    made_at: datetime
    number: int
    open: int


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One page of members; `following` is the mark of the next."""

    campaign: Gathered
    rows: tuple[Member, ...]
    following: str | None


def page(*, officer: Officer, campaign_id: int, after: str | None = None, limit: int = PAGE) -> MemberPage:
    """One page of the members within reach, in the order in which they were filed.

    Args:
        officer: who asks.
        campaign_id: which campaign.
        after: the `following` of the page before; one that cannot be read begins anew.
        limit: rows a page.

    Raises:
        NotAllowed: the officer sees no cases.
        NotFound: no such campaign, or none of its members is within reach.
    """
    campaign = _gathered(officer, campaign_id)
    rows = _rows(officer, campaign_id, _place(after), limit + 1)
    following = rows[limit - 1].id.hex if len(rows) > limit else None
    return MemberPage(campaign, tuple(rows[:limit]), following)


def everything(*, officer: Officer, campaign_id: int, limit: int) -> Iterator[Member]:
    """All members within reach, up to `limit`; read as they are taken. Raises as `page` does, at the first."""
    _gathered(officer, campaign_id)
    place: UUID | None = None
    while limit > 0 and (rows := _rows(officer, campaign_id, place, min(_CHUNK, limit))):
        yield from rows
        limit -= len(rows)
        place = rows[-1].id


def for_action(*, officer: Officer, campaign_id: int, action: Action) -> tuple[list[str], str]:
    """The members in a state that an officer may do this to, MOST at most, and the one that would lead the others.

    To be merged are all but the one that leads: the first within reach that others may be merged into. Raises as
    `page` does.
    """
    _gathered(officer, campaign_id)
    states = frozenset[Status]().union(
        *(move.sources for move in MOVES if move.action is action and Actor.OFFICER in move.actors)
    )
    lead = session().scalar(
        select(Comment.reference)
        .where(_seen(officer, campaign_id), Comment.status.in_(sorted(LEADING)), Comment.held.is_(False))
        .order_by(Comment.id)
        .limit(1)
    )
    chosen = select(Comment.reference).where(_seen(officer, campaign_id), Comment.status.in_(sorted(states)))
    if action is Action.MERGE:
        chosen = chosen.where(Comment.reference != (lead or ""))
    return list(session().scalars(chosen.order_by(Comment.id).limit(MOST))), lead or ""


def put_in(*, officer: Officer, campaign_id: int, reference: str, reason: str, at: datetime) -> Comment:
    """Let an open case join a campaign that has a member within the officer's reach.

    Raises:
        InvalidInput: no reason, no such case within reach; it is kept, ended, or in a campaign already.
        NotAllowed, NotFound, OnHold: as their names say.
    """
    _gathered(officer, campaign_id)
    comment, words = _asked(officer, reference, reason)
    if comment.campaign_id is not None:
        raise _wrong("Ý kiến này đã thuộc một đợt; xin lấy ra khỏi đợt ấy trước.")
    if comment.confidential or Status(comment.status) in SETTLED | {Status.SUBMITTED, Status.RECEIVED}:
        raise _wrong("Ý kiến được giữ kín, chưa phân loại hoặc đã kết thúc không xếp vào đợt được.")
    comment.campaign_id = campaign_id
    _record(comment, JOINED, officer, at, words, campaign_id)
    return comment


def take_out(*, officer: Officer, campaign_id: int, reference: str, reason: str, at: datetime) -> Comment:
    """Take a case out of a campaign for good: it is not gathered again, only put back by an officer.

    Raises:
        InvalidInput: no reason, or it is none of the members within reach.
        NotAllowed, NotFound, OnHold: as their names say.
    """
    _gathered(officer, campaign_id)
    comment, words = _asked(officer, reference, reason)
    if comment.campaign_id != campaign_id:
        raise _wrong("Ý kiến này không thuộc đợt.")
    comment.campaign_id = None
    _record(comment, LEFT, officer, at, words, campaign_id)
    return comment


def asked(*, officer: Officer, campaign_id: int) -> Select[str, str, str]:
    """How many members the officer sees, as a row of a sort, a code and a name."""
    return select(literal("campaign"), cast(func.count(), String), literal("")).where(_seen(officer, campaign_id))


def _asked(officer: Officer, typed: str, reason: str) -> tuple[Comment, str]:
    """The case, locked, and why; a case beyond reach is spoken of as one that is not."""
    scope.require(officer=officer, permission=Permission.ARRANGE)
    words = clean(reason)
    if not 1 <= len(words) <= LONGEST:
        raise InvalidInput({"reason": ["Xin nêu lý do, tối đa 2.000 ký tự."]})
    reference = receipt.read_reference(typed)
    if reference is None:
        raise _wrong("Xin ghi số của ý kiến, như PA-2026-000123.")
    try:
        comment = moving.lock(reference=reference)
        scope.check(officer=officer, permission=Permission.ARRANGE, comment=comment)
    except NotFound:
        raise _wrong("Không tìm thấy ý kiến mang số này trong phạm vi của Anh/Chị.") from None
    if comment.held:
        raise OnHold
    return comment, words


def _record(comment: Comment, action: str, officer: Officer, at: datetime, words: str, campaign_id: int) -> None:
    note = moving.note(comment=comment, action=action, actor=Actor.OFFICER, officer_id=officer.id, text=words, at=at)
    moving.record(
        comment=comment,
        action=action,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        data={"campaign": campaign_id, "note": note},
    )


def _gathered(officer: Officer, campaign_id: int) -> Gathered:
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    counted = (func.count().over(), func.count().filter(IS_OPEN).over())
    first = (
        session()
        .execute(
            select(Comment.title, Comment.personal, Campaign.made_at, *counted)
            .join(Campaign, Campaign.id == Comment.campaign_id)
            .where(_seen(officer, campaign_id))
            .order_by(Comment.id)
            .limit(1)
        )
        .first()
    )
    if first is None:
        raise NotFound
    # Places are counted in title, line break and text.
    personal = [span for span in first.personal or () if int(str(span[1])) <= len(first.title)]
    name = without_personal(text=first.title, personal=personal)
    return Gathered(campaign_id, name, *first[2:])


def _rows(officer: Officer, campaign_id: int, after: UUID | None, limit: int) -> list[Member]:
    asked = (
        select(Comment, Body.short_name)
        .outerjoin(Body, Body.id == Comment.body_id)
        .where(_seen(officer, campaign_id))
        .order_by(Comment.id)
        .limit(limit)
    )
    rows = session().execute(asked if after is None else asked.where(Comment.id > after))
    return [
        Member(
            id=comment.id,
            reference=comment.reference,
            title=comment.title,
            status_name=STATUS_NAMES[Status(comment.status)],
            body_name=body_name,
            received_at=comment.received_at,
            due_at=comment.due_at,
            held=comment.held,
        )
        for comment, body_name in rows
    ]


def _seen(officer: Officer, campaign_id: int) -> ColumnElement[bool]:
    """The members that the officer may know of; one that became confidential is a member to nobody."""
    return and_(
        Comment.campaign_id == campaign_id,
        Comment.confidential.is_(False),
        scope.within(officer=officer, permission=Permission.SEE_CASES),
    )


def _place(mark: str | None) -> UUID | None:
    try:
        return UUID(hex=mark) if mark else None
    except ValueError:
        return None


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput({"reference": [sentence]})
