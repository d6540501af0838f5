"""Saved views: filters under a name, an officer's own and those that colleagues share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from feedback.db import session
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound
from feedback.domain.filters import Filters
from feedback.domain.permissions import Permission
from feedback.domain.text import clean
from feedback.models import Body, Officer, SavedView, ViewSubscription
from feedback.services import admin_log, scope

PAGE = 25
MOST = 100  # views of one officer
LONGEST_QUERY = 8000


@dataclass(frozen=True, slots=True)
class View:
    """One line of the list; `query` is that of the link, `mode` how the reader is told of it, if at all."""

    id: int
    name: str
    query: str
    mine: bool
    owner_name: str
    shared: bool
    rule_body: str | None
    mode: str | None
    threshold: int | None


@dataclass(frozen=True, slots=True)
class ViewPage:
    """One page of the list, the newest first; `following` is the mark of the next."""

    rows: tuple[View, ...]
    following: int | None


def link_of(*, filters: Filters) -> str:
    """The query of the link that asks the same."""
    return urlencode(filters.to_query())


def filters_of(*, query: str) -> Filters:
    """The filters of a saved query; raise NotFound when they name what is no longer known."""
    try:
        return Filters.from_pairs(parse_qsl(query, keep_blank_values=True))
    except ValueError:
        raise NotFound("Chế độ xem này dùng một điều kiện lọc không còn nữa. Xin lưu lại chế độ xem mới.") from None


def save(*, officer: Officer, name: str, filters: Filters, shared: bool, at: datetime) -> SavedView:
    """Keep filters under a name; the same name again replaces its filters.

    Raises:
        InvalidInput: no name, or too long a one; no filter; too many views; the name is a rule's.
    """
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    cleaned, query = clean(name), link_of(filters=filters)
    if not 2 <= len(cleaned) <= 80:
        raise InvalidInput({"name": ["Xin đặt tên chế độ xem, từ 2 đến 80 ký tự."]})
    if not query:
        raise InvalidInput({"name": ["Xin chọn ít nhất một điều kiện lọc trước khi lưu."]})
    if len(query) > LONGEST_QUERY:
        raise InvalidInput({"name": ["Bộ lọc có quá nhiều điều kiện để lưu."]})
    view = session().scalar(
        select(SavedView).where(SavedView.owner_id == officer.id, SavedView.name == cleaned).with_for_update()
    )
    if view is None:
        owned = session().scalars(select(SavedView.id).where(SavedView.owner_id == officer.id, SavedView.active))
        if len(owned.all()) >= MOST:
            raise InvalidInput({"name": [f"Mỗi người lưu được tối đa {MOST} chế độ xem. Xin xóa bớt."]})
        view = SavedView(owner_id=officer.id, name=cleaned, created_at=at)
        session().add(view)
    elif view.body_id is not None and view.query != query:
        raise InvalidInput({"name": ["Tên này là của một quy tắc chuyển. Xin đặt tên khác, hoặc gỡ quy tắc trước."]})
    view.query, view.shared, view.active, view.updated_at = query, shared or view.body_id is not None, True, at
    session().flush()
    return view


def remove(*, officer: Officer, view_id: int, at: datetime) -> str:
    """Take one's own view out of every list, with its subscriptions; return its name.

    Raises:
        NotFound: there is none that this officer sees.
        NotAllowed: it is a colleague's.
        InvalidInput: the machine obeys it.
    """
    view = visible(officer=officer, view_id=view_id)
    if view.owner_id != officer.id:
        raise NotAllowed
    if view.body_id is not None:
        raise InvalidInput({"view": ["Chế độ xem này đang là quy tắc chuyển. Xin gỡ quy tắc trước khi xóa."]})
    view.active, view.updated_at = False, at
    for row in session().scalars(select(ViewSubscription).where(ViewSubscription.view_id == view.id)):
        session().delete(row)
    admin_log.write(action="view_removed", at=at, officer_id=officer.id, data={"view": view.id})
    return view.name


def visible(*, officer: Officer, view_id: int) -> SavedView:
    """A view that this officer may open, locked; raise NotFound."""
    view = session().scalar(select(SavedView).where(SavedView.id == view_id, _seen_by(officer)).with_for_update())
    if view is None:
        raise NotFound
    return view


def page(*, officer: Officer, after: int | None = None, limit: int = PAGE) -> ViewPage:
    """The officer's own views and the shared ones, the newest first."""
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    owner = aliased(Officer)
    statement = (
        select(SavedView, owner.display_name, Body.short_name, ViewSubscription.mode, ViewSubscription.threshold)
        .join(owner, owner.id == SavedView.owner_id)
        .outerjoin(Body, Body.id == SavedView.body_id)
        .outerjoin(
            ViewSubscription,
            (ViewSubscription.view_id == SavedView.id) & (ViewSubscription.officer_id == officer.id),
        )
        .where(_seen_by(officer))
        .order_by(SavedView.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(SavedView.id < after)
    found = session().execute(statement).all()
    rows = tuple(
        View(view.id, view.name, view.query, view.owner_id == officer.id, name, view.shared, body, mode, threshold)
        for view, name, body, mode, threshold in found[:limit]
    )
    return ViewPage(rows, rows[-1].id if len(found) > limit else None)


def _seen_by(officer: Officer) -> ColumnElement[bool]:
    """Own ones, and what colleagues of the same body share; a rule concerns everybody."""
    colleague = exists().where(Officer.id == SavedView.owner_id, Officer.body_id.is_not_distinct_from(officer.body_id))
    shared = SavedView.shared & or_(colleague, SavedView.body_id.is_not(None))
    return SavedView.active & or_(SavedView.owner_id == officer.id, shared)
