"""Being told of what a view finds: each new case, once a day, once a week, or once there are too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Select, func, insert, select

from feedback.db import session
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.permissions import Permission
from feedback.models import Body, Comment, Officer, OfficerNotice, SavedView, ViewSubscription
from feedback.services import filters, scope, views

MODE_NAMES = MappingProxyType(
    {
        "each": "Mỗi ý kiến mới, trong thư tổng hợp gần nhất",
        "daily": "Mỗi ngày một lần",
        "weekly": "Mỗi tuần một lần, vào thứ Hai",
        "threshold": "Khi số ý kiến đạt ngưỡng",
    }
)
FOUND, ABOVE = "view", "view_threshold"
AT_ONCE = 200  # new cases of one view told in one letter
MORNING = 8  # o'clock in Viet Nam, for what is told once a day or a week


@dataclass(frozen=True, slots=True)
class Found:
    """One case that a subscription is to tell of."""

    reference: str
    body_name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What one view found: its new cases, or that it passed its threshold."""

    name: str
    threshold: int | None
    cases: list[Found]


def subscribe(*, officer: Officer, view_id: int, mode: str, threshold: int | None, at: datetime) -> SavedView:
    """Tell this officer of what the view finds from now on; an empty mode ends it.

    Raises:
        InvalidInput: no such mode, or a threshold outside 1 to 1,000.
        NotFound: no view that this officer sees.
    """
    view = views.visible(officer=officer, view_id=view_id)
    kept = session().get(ViewSubscription, (view.id, officer.id))
    if not mode:
        if kept is not None:
            session().delete(kept)
        return view
    if mode not in MODE_NAMES:
        raise InvalidInput({"mode": ["Xin chọn cách nhận thông báo."]})
    if (mode == "threshold") is not (threshold is not None and 1 <= threshold <= 1000):
        raise InvalidInput({"threshold": ["Xin ghi ngưỡng là một số từ 1 đến 1.000."]})
    if kept is None:
        kept = ViewSubscription(view_id=view.id, officer_id=officer.id)
        session().add(kept)
    kept.mode, kept.threshold, kept.told_at, kept.above = mode, threshold, at, False
    return view


def tell_subscribers(slot: datetime) -> str:
    """Find what subscribers are to be told of at this slot; the letters are those of the officers' digests."""
    local = slot.astimezone(VIETNAM)
    modes = ["each", "threshold"]
    if local.hour == MORNING:
        modes += ["daily", *(["weekly"] if local.weekday() == 0 else [])]
    rows = session().execute(
        select(ViewSubscription, SavedView.query, Officer)
        .join(SavedView, SavedView.id == ViewSubscription.view_id)
        .join(Officer, Officer.id == ViewSubscription.officer_id)
        .where(SavedView.active, Officer.active, ViewSubscription.mode.in_(modes))
        .order_by(ViewSubscription.view_id, ViewSubscription.officer_id)
        .with_for_update(of=ViewSubscription)
    )
    found = 0
    for subscription, query, officer in rows.unique():
        try:
            found += _tell(subscription, query, officer, slot)
        except (NotFound, InvalidInput):
            continue  # its filters name what is no longer known: its page says so
    return f"{found} notices"


def told_by(*, digest_id: int, officer: Officer) -> Sequence[Told]:
    """What one letter tells of this officer's views, as it stands now and within their reach."""
    rows = (
        session()
        .execute(
            select(
                SavedView.id, SavedView.name, OfficerNotice.kind, ViewSubscription.threshold, OfficerNotice.comment_id
            )
            .join(SavedView, SavedView.id == OfficerNotice.view_id)
            .outerjoin(
                ViewSubscription,
                (ViewSubscription.view_id == SavedView.id) & (ViewSubscription.officer_id == OfficerNotice.officer_id),
            )
            .where(OfficerNotice.digest_id == digest_id)
            .order_by(OfficerNotice.id)
        )
        .all()
    )
    wanted = [row.comment_id for row in rows if row.comment_id]
    seen = scope.within(officer=officer, permission=Permission.SEE_CASES)
    cases = {
        row.id: Found(row.reference, row.short_name or "", row.due_at)
        for row in session().execute(
            select(Comment.id, Comment.reference, Body.short_name, Comment.due_at)
            .outerjoin(Body, Body.id == Comment.body_id)
            .where(Comment.id.in_(wanted), seen)
        )
    }
    told: dict[tuple[int, str], Told] = {}
    for row in rows:
        threshold = row.threshold if row.kind == ABOVE else None
        one = told.setdefault((row.id, row.kind), Told(row.name, threshold, []))
        if row.comment_id in cases:
            one.cases.append(cases[row.comment_id])
    return [one for one in told.values() if one.cases or one.threshold]


def _tell(subscription: ViewSubscription, query: str, officer: Officer, slot: datetime) -> int:
    if subscription.mode == "threshold":
        return _tell_of_threshold(subscription, query, officer, slot)
    fresh = _matching(officer, query, slot).where(Comment.received_at > subscription.told_at)
    ids = session().scalars(fresh.where(Comment.received_at <= slot).order_by(Comment.id).limit(AT_ONCE)).all()
    subscription.told_at = slot
    return _keep(officer, subscription.view_id, FOUND, slot, ids)


def _tell_of_threshold(subscription: ViewSubscription, query: str, officer: Officer, slot: datetime) -> int:
    limit = subscription.threshold or 1
    bounded = _matching(officer, query, slot).limit(limit).subquery()
    reached = (session().scalar(select(func.count()).select_from(bounded)) or 0) >= limit
    told = reached and not subscription.above
    subscription.above = reached
    if not told:
        return 0
    subscription.told_at = slot
    return _keep(officer, subscription.view_id, ABOVE, slot, [None])


def _matching(officer: Officer, query: str, now: datetime) -> Select[UUID]:
    asked = filters.conditions(filters=views.filters_of(query=query), now=now, officer_id=officer.id)
    return select(Comment.id).where(scope.within(officer=officer, permission=Permission.SEE_CASES), *asked)


def _keep(officer: Officer, view_id: int, kind: str, slot: datetime, ids: Iterable[UUID | None]) -> int:
    told = {"officer_id": officer.id, "kind": kind, "occasion": slot, "created_at": slot, "view_id": view_id}
    rows = [{**told, "comment_id": one} for one in ids]
    if rows:
        session().execute(insert(OfficerNotice), rows)
    return len(rows)
