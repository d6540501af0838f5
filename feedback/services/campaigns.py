"""Cases of the same words, or nearly, become one campaign: found every few minutes, never across a hold or a lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, union

from feedback.db import session
from feedback.domain.components import chained, components
from feedback.domain.status import Actor, Status
from feedback.domain.text import fold
from feedback.models import AuditEvent, Campaign, Comment, Resemblance
from feedback.services import moving
from feedback.services.filters import IS_OPEN

FEWEST = 3  # members of a new campaign
LATELY = timedelta(days=3)  # how far back a slot looks; whatever was found before was gathered then
NEWEST = 4000  # cases that one slot looks at, the newest first
MOST = 1000  # cases that join in one slot; the others wait for the next
JOINED, LEFT = "campaign_joined", "campaign_left"

Known = dict[UUID, int | None]


def gather(slot: datetime) -> str:
    """Put open cases that are surely alike, or identical, FEWEST or more, into campaigns; return a note.

    What an official took out of a campaign is left alone. Safe to run twice, and side by side.
    """
    known, pairs = _found(slot - LATELY)
    made = joined = 0
    for group in components(pairs):
        free = sorted(one for one in group if known[one] is None)
        campaigns = [number for number in map(known.get, group) if number is not None]
        if not free or (not campaigns and len(free) < FEWEST) or joined >= MOST:
            continue
        entered = _enter(free[: MOST - joined], min(campaigns, default=None), slot)
        joined += entered
        made += bool(entered and not campaigns)
    return f"{made} campaigns, {joined} cases"


def _found(since: datetime) -> tuple[Known, list[tuple[UUID, UUID]]]:
    """The campaign of each case that was looked at, and which of them belong together."""
    known: Known = {}
    pairs = [*_alike(since, known), *chained(_identical(since, known))]
    return known, [(one, other) for one, other in pairs if one in known and other in known]


def _alike(since: datetime, known: Known) -> list[tuple[UUID, UUID]]:
    """Pairs surely alike, one of them at least without campaign and found in a pair since then."""
    fresh = select(Resemblance).where(Resemblance.sure, Resemblance.at >= since).subquery()
    ends = union(select(fresh.c.comment_id.label("id")), select(fresh.c.other_id)).subquery()
    seeds = session().scalars(
        select(Comment.id)
        .join(ends, ends.c.id == Comment.id)
        .where(_may_join(), Comment.campaign_id.is_(None))
        .order_by(Comment.id.desc())
        .limit(NEWEST)
    )
    ids = list(seeds)
    rows = session().execute(
        union(
            *(
                select(Resemblance.comment_id, Resemblance.other_id).where(Resemblance.sure, end.in_(ids))
                for end in (Resemblance.comment_id, Resemblance.other_id)
            )
        )
    )
    pairs = sorted((row.comment_id, row.other_id) for row in rows)
    both = {one for pair in pairs for one in pair}
    for row in session().execute(select(Comment.id, Comment.campaign_id).where(Comment.id.in_(both), _may_join())):
        known[row.id] = row.campaign_id
    return pairs


def _identical(since: datetime, known: Known) -> Iterable[Sequence[UUID]]:
    """Groups of the newest cases whose title and text are the same but for accents and capitals."""
    rows = session().execute(
        select(Comment.id, Comment.campaign_id, Comment.title, Comment.text)
        .where(Comment.received_at >= since, _may_join())
        .order_by(Comment.received_at.desc(), Comment.id.desc())
        .limit(NEWEST)
    )
    groups: dict[str, list[UUID]] = {}
    for row in rows:
        known[row.id] = row.campaign_id
        groups.setdefault(" ".join(fold(f"{row.title}\n{row.text}").split()), []).append(row.id)
    return groups.values()


def _enter(ids: Sequence[UUID], campaign_id: int | None, at: datetime) -> int:
    """Lock those that may join still, and let them; how many did."""
    waiting = select(Comment).where(Comment.id.in_(ids), Comment.campaign_id.is_(None), _may_join())
    cases = session().scalars(
        waiting.order_by(Comment.id).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    members = cases.all()
    if campaign_id is None and len(members) < FEWEST:
        return 0
    number = campaign_id if campaign_id is not None else _new(at)
    for case in members:
        case.campaign_id = number
        moving.record(comment=case, action=JOINED, actor=Actor.SYSTEM, at=at, data={"campaign": number})
    session().flush()
    return len(members)


def _new(at: datetime) -> int:
    campaign = Campaign(made_at=at)
    session().add(campaign)
    session().flush()
    return campaign.id


def _may_join() -> ColumnElement[bool]:
    """Open, sorted, neither kept nor held, its text there, and taken out by nobody."""
    return and_(
        IS_OPEN,
        Comment.status.not_in([str(Status.SUBMITTED), str(Status.RECEIVED)]),
        Comment.confidential.is_(False),
        Comment.held.is_(False),
        Comment.erased.is_(None),
        ~exists().where(AuditEvent.comment_id == Comment.id, AuditEvent.action == LEFT),
    )
