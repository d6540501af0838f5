"""Saved views: kept under a name, seen by whoever may, opened within each reader's own reach."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed, NotFound
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.domain.vocabulary import Kind
from feedback.models import Officer, SavedView
from feedback.services import subscriptions, views
from tests import factories

QUESTIONS = Filters(text="sóng điện thoại", kinds=(Kind.QUESTION, Kind.REPORT))


@pytest.fixture
def handler(session: Session, now: datetime) -> Officer:
    """An officer of the ministry of science and technology."""
    return factories.officer(now, Role.HANDLER, "BKHCN")


def save(officer: Officer, now: datetime, name: str = "Sóng yếu", shared: bool = False, **asked: object) -> SavedView:
    filters = Filters(**asked) if asked else QUESTIONS  # type: ignore[arg-type]
    return views.save(officer=officer, name=name, filters=filters, shared=shared, at=now)


def names(officer: Officer) -> list[str]:
    return [view.name for view in views.page(officer=officer).rows]


def test_a_saved_view_is_its_link_and_its_link_is_the_view(handler: Officer, now: datetime) -> None:
    view = save(handler, now)
    assert view.query == views.link_of(filters=QUESTIONS)
    assert views.filters_of(query=view.query) == QUESTIONS


def test_the_same_name_again_replaces_the_filters(handler: Officer, now: datetime) -> None:
    first = save(handler, now)
    again = save(handler, now, queue=Queue.HANDLING)
    assert (again.id, views.filters_of(query=again.query).queue) == (first.id, Queue.HANDLING)


@pytest.mark.parametrize("name", ["", " ", "a", "x" * 81])
def test_a_view_needs_a_name(handler: Officer, now: datetime, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        save(handler, now, name)
    assert "name" in refused.value.fields


def test_a_view_of_everything_is_none(handler: Officer, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        views.save(officer=handler, name="Tất cả", filters=Filters(), shared=False, at=now)


def test_filters_too_long_for_a_link_are_refused(handler: Officer, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        save(handler, now, text="sóng yếu " * 1000)


def test_nobody_keeps_views_without_end(handler: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 1)
    save(handler, now)
    with pytest.raises(InvalidInput, match="hợp lệ"):
        save(handler, now, "Việc khác")


def test_colleagues_of_the_body_see_what_is_shared_and_nobody_else_does(handler: Officer, now: datetime) -> None:
    save(handler, now, "Riêng tôi")
    save(handler, now, "Chung", shared=True)
    assert names(handler) == ["Chung", "Riêng tôi"]
    assert names(factories.officer(now, Role.CHECKER, "BKHCN")) == ["Chung"]
    assert names(factories.officer(now, Role.CHECKER, "BCA")) == []


def test_the_list_pages_by_its_mark(handler: Officer, now: datetime) -> None:
    for number in range(3):
        save(handler, now, f"Việc {number}")
    first = views.page(officer=handler, limit=2)
    second = views.page(officer=handler, after=first.following, limit=2)
    assert [view.name for view in (*first.rows, *second.rows)] == ["Việc 2", "Việc 1", "Việc 0"]
    assert second.following is None


def test_only_its_owner_removes_a_view_and_its_followers_go_with_it(handler: Officer, now: datetime) -> None:
    view = save(handler, now, shared=True)
    colleague = factories.officer(now, Role.CHECKER, "BKHCN")
    subscriptions.subscribe(officer=colleague, view_id=view.id, mode="daily", threshold=None, at=now)
    with pytest.raises(NotAllowed):
        views.remove(officer=colleague, view_id=view.id, at=now)
    assert views.remove(officer=handler, view_id=view.id, at=now) == "Sóng yếu"
    assert (names(handler), names(colleague)) == ([], [])
    with pytest.raises(NotFound):
        views.remove(officer=handler, view_id=view.id, at=now)


@pytest.mark.parametrize("query", ["mau=do", "loai=van_xuoi", "nhan_tu=hom-qua"])
def test_a_filter_that_is_no_longer_known_is_said_so(session: Session, query: str) -> None:
    with pytest.raises(NotFound, match="không còn"):
        views.filters_of(query=query)
