"""Lists in their order: by either path the same, both ways, from any place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput, NotAllowed
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue, Sort
from feedback.models import Comment, Officer
from feedback.services import keyset, listing, queues
from tests import factories


@pytest.fixture
def officer(session: Session, now: datetime) -> Officer:
    """Sees every case."""
    return factories.officer(now, Role.INTAKE)


@pytest.fixture
def cases(session: Session, now: datetime) -> list[Comment]:
    """Nine cases, oldest first; every third speaks of land."""
    return [
        factories.on_desk(
            now + timedelta(days=number),
            title="Hồ sơ đất đai" if number % 3 == 0 else "Sóng điện thoại",
            text="Xin cho biết khi nào xong.",
        )
        for number in range(9)
    ]


def walked(officer: Officer, now: datetime, filters: Filters, sort: Sort, limit: int) -> list[str]:
    shown: list[str] = []
    mark = None
    while True:
        page = queues.page(
            officer=officer, queue=Queue.TRIAGE, now=now, filters=filters, sort=sort, after=mark, limit=limit
        )
        shown += [row.reference for row in page.rows]
        mark = page.following
        if mark is None:
            return shown


@pytest.mark.parametrize("bound", [1000, 1])
@pytest.mark.parametrize("text", ["", "dat dai", "đất", '"đất đai" OR sóng', "NOT sóng"])
@pytest.mark.parametrize("sort", Sort)
def test_by_whichever_path_a_list_is_read_it_is_the_same(
    officer: Officer,
    cases: list[Comment],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    bound: int,
    text: str,
    sort: Sort,
) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", bound)
    only = cases if text in {"", '"đất đai" OR sóng'} else cases[::3]
    expected = [case.reference for case in (only if sort is Sort.DUE else only[::-1])]
    filters = Filters(text=text)
    assert walked(officer, now, filters, sort, 2) == expected
    all_rows = queues.everything(
        officer=officer, queue=Queue.TRIAGE, now=now, filters=filters, sort=sort, limit=len(cases)
    )
    assert [row.reference for row in all_rows] == expected
    for place, reference in enumerate(expected):
        beside = queues.neighbours(
            officer=officer,
            filters=filters,
            queue=Queue.TRIAGE,
            comment=factories.comment(reference),
            now=now,
            sort=sort,
        )
        before = expected[place - 1] if place else None
        after = expected[place + 1] if place + 1 < len(expected) else None
        assert beside == (before, after)


def test_a_file_ends_at_its_bound(
    officer: Officer, cases: list[Comment], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "CHUNK", 2)
    for limit in (1, 2, 5):
        rows = queues.everything(
            officer=officer, queue=Queue.ALL, now=now, filters=Filters(), sort=Sort.DUE, limit=limit
        )
        assert [row.reference for row in rows] == [case.reference for case in cases[:limit]]


def test_a_case_that_left_the_queue_still_has_its_place_among_the_others(
    officer: Officer, cases: list[Comment], session: Session, now: datetime
) -> None:
    cases[4].status = "closed"
    cases[4].closed_at = now
    session.flush()
    beside = queues.neighbours(officer=officer, filters=Filters(), queue=Queue.TRIAGE, comment=cases[4], now=now)
    assert beside == (cases[3].reference, cases[5].reference)


def test_everything_ever_is_read_newest_first_whatever_was_asked(
    officer: Officer, cases: list[Comment], now: datetime
) -> None:
    page = queues.page(officer=officer, queue=Queue.EVER, now=now, sort=Sort.DUE)
    assert [row.reference for row in page.rows] == [case.reference for case in reversed(cases)]


def test_a_mark_of_another_list_begins_anew(officer: Officer, cases: list[Comment], now: datetime) -> None:
    first = queues.page(officer=officer, queue=Queue.TRIAGE, now=now, limit=2)
    other = Filters(text="NOT khong_co_tu_nay")
    anew = queues.page(officer=officer, queue=Queue.TRIAGE, now=now, filters=other, after=first.following, limit=2)
    assert [row.reference for row in anew.rows] == [row.reference for row in first.rows]
    place = keyset.read(mark=first.following, queue=Queue.TRIAGE, filters=Filters(), sort=Sort.DUE)
    assert place == (cases[1].due_at, cases[1].id)
    for sort, queue in ((Sort.NEWEST, Queue.TRIAGE), (Sort.DUE, Queue.ALL)):
        assert keyset.read(mark=first.following, queue=queue, filters=Filters(), sort=sort) is None


def test_what_may_not_be_read_is_refused(officer: Officer, cases: list[Comment], now: datetime) -> None:
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    with pytest.raises(NotAllowed):
        queues.neighbours(officer=handler, filters=Filters(), queue=Queue.TRIAGE, comment=cases[0], now=now)
    with pytest.raises(InvalidInput):
        queues.page(officer=officer, queue=Queue.TRIAGE, now=now, filters=Filters(text="-"))


def test_a_confidential_case_is_found_by_those_alone_who_may_see_it(
    officer: Officer, session: Session, now: datetime
) -> None:
    stopped = factories.screened(now, text="Tố cáo cán bộ nhận tiền của dân.")
    auditor = factories.officer(now, Role.AUDITOR)
    asked = Filters(text='"nhận tiền"')
    for queue in (Queue.ALL, Queue.EVER):
        assert [row.reference for row in queues.page(officer=officer, queue=queue, now=now, filters=asked).rows] == [
            stopped.reference
        ]
        page = queues.page(officer=auditor, queue=queue, now=now, filters=asked)
        assert page.rows == ()
        assert page.found is not None
        assert page.found.number == 0
    assert queues.reference_within(officer=officer, reference=stopped.reference)
    assert not queues.reference_within(officer=auditor, reference=stopped.reference)
