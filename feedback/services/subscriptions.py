"""Being told of what a view finds: each new case, once a day, once a week, or once there are too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, insert, select

from feedback.db import session
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput, NotFound
from feedback.domain.permissions import Permission
from feedback.models import Comment, Officer, OfficerNotice, SavedView, ViewSubscription
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
    body_id: int | None
    due_at: datetime


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


def above(*, subscription_view: int, officer_id: int) -> tuple[str, int]:
    """Name and threshold of a view whose threshold was passed, for the letter."""
    row = session().execute(
        select(SavedView.name, ViewSubscription.threshold)
        .join(ViewSubscription, ViewSubscription.view_id == SavedView.id)
        .where(SavedView.id == subscription_view, ViewSubscription.officer_id == officer_id)
    ).one()
    return row.name, row.threshold or 0


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


def _matching(officer: Officer, query: str, now: datetime):  # type: ignore[no-untyped-def]
    asked = filters.conditions(filters=views.filters_of(query=query), now=now, officer_id=officer.id)
    return select(Comment.id).where(scope.within(officer=officer, permission=Permission.SEE_CASES), *asked)


def _keep(officer: Officer, view_id: int, kind: str, slot: datetime, ids: Sequence[UUID | None]) -> int:
    if ids:
        session().execute(
            insert(OfficerNotice),
            [
                {
                    "officer_id": officer.id,
                    "kind": kind,
                    "comment_id": one,
                    "occasion": slot,
                    "created_at": slot,
                    "view_id": view_id,
                }
                for one in ids
            ],
        )
    return len(ids)
