"""Acceptance 29: one person filing the same text 50 times is one row of the queue, not 50."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.domain.queues import Queue, Sort
from feedback.models import Comment, Officer
from feedback.services import campaigns, folding, holding, queues
from feedback.services.queues import NONE, QueuePage
from tests import factories
from tests.web.official import Official, words

ROW = re.compile(r'app-rows__title" href="/ban-lam-viec/(PA-[0-9-]+)')


def copies(now: datetime, number: int, step: timedelta = timedelta(minutes=1)) -> list[Comment]:
    """Comments of the same words that wait on the triage desk, gathered into one campaign."""
    made = [factories.on_desk(now + step * place) for place in range(number)]
    campaigns.gather(now + timedelta(hours=2))
    return [factories.comment(case.reference) for case in made]


def other(now: datetime, number: int) -> Comment:
    """A comment on the triage desk that is like no other."""
    words = f"Việc thứ {number}: đèn đường ở ngõ {number * 7} không sáng đã {number + 2} tháng nay."
    return factories.on_desk(now, title=f"Đèn đường ngõ số {number * 7}", text=words)


def seen(officer: Officer, now: datetime, queue: Queue = Queue.TRIAGE, limit: int = 25) -> list[str]:
    """All references of the folded queue, read page by page."""
    found, mark = [], None
    while True:
        page = _page(officer, now, queue, limit, mark)
        found += [row.reference for row in page.rows]
        mark = page.following
        if mark is None:
            return found


def _page(officer: Officer, now: datetime, queue: Queue, limit: int, mark: str | None) -> QueuePage:
    return queues.page(officer=officer, queue=queue, now=now, after=mark, limit=limit, folded=True)


@pytest.fixture
def intake(session: Session, now: datetime) -> Officer:
    """Who sorts what comes in."""
    return factories.officer(now, Role.INTAKE)


def test_29_the_same_text_fifty_times_is_one_row_with_how_many_and_a_way_to_each(
    client: FlaskClient, intake: Officer, session: Session, now: datetime
) -> None:
    same = copies(now, 50)
    alone = other(now + timedelta(hours=3), 1)
    official = Official(client).sign_in(intake)
    page = official.get("/ban-lam-viec?hang=phan_loai")
    assert ROW.findall(page.text) == [same[0].reference, alone.reference]
    assert "Một đợt: 50 ý kiến giống nhau" in page.text
    assert f'href="/ban-lam-viec/dot/{same[0].campaign_id}"' in page.text
    assert 'Chờ phân loại <span class="app-tabs__count">(51)' in page.text
    each = official.get("/ban-lam-viec?hang=phan_loai&tung=1&so_dong=100")
    assert len(ROW.findall(each.text)) == 51
    assert "Gom mỗi đợt ý kiến giống nhau thành một dòng" in each.text
    filtered = official.get("/ban-lam-viec?hang=phan_loai&nhan_tu=2026-01-01&so_dong=100")
    assert len(ROW.findall(filtered.text)) == 51
    assert len(official.get("/ban-lam-viec.csv?hang=phan_loai").text.splitlines()) == 52


def test_29_counting_a_campaign_stops_where_it_is_said_to(
    client: FlaskClient, intake: Officer, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(now, 5)
    monkeypatch.setattr(folding, "COUNTED", 3)
    (row,) = _page(intake, now, Queue.TRIAGE, 25, None).rows
    assert row.campaign_size == 4


def test_29_pages_show_each_row_once_and_the_campaign_once(intake: Officer, session: Session, now: datetime) -> None:
    same = copies(now, 7)
    others = [other(now + timedelta(seconds=50 * place), place + 1) for place in range(6)]
    wanted = sorted([same[0], *others], key=lambda case: (case.due_at, case.id))
    for limit in (1, 2, 25):
        assert seen(intake, now, limit=limit) == [case.reference for case in wanted]


def test_29_previous_and_next_pass_over_the_copies(intake: Officer, session: Session, now: datetime) -> None:
    first, same, last = other(now, 1), copies(now + timedelta(hours=1), 5), other(now + timedelta(hours=4), 2)

    def beside(case: Comment, sort: Sort = Sort.DUE) -> tuple[str | None, str | None]:
        return queues.neighbours(
            officer=intake, filters=NONE, queue=Queue.TRIAGE, comment=case, now=now, sort=sort, folded=True
        )

    assert beside(first) == (None, same[0].reference)
    assert beside(same[0]) == (first.reference, last.reference)
    assert beside(same[3]) == (same[0].reference, last.reference)  # opened by its own address
    assert beside(same[0], Sort.NEWEST) == (last.reference, first.reference)


def test_29_the_three_keystrokes_lead_from_the_campaign_to_the_next_of_it(
    client: FlaskClient, intake: Officer, session: Session, now: datetime
) -> None:
    same = copies(now, 3)
    official = Official(client).sign_in(intake)
    shown = official.get(f"/ban-lam-viec/{same[0].reference}?hang=phan_loai")
    sent = official.send(shown, f"/ban-lam-viec/{same[0].reference}/chuyen?hang=phan_loai", choice="BKHCN")
    assert f"/ban-lam-viec/{same[1].reference}" in sent.location


def test_29_the_campaign_stays_while_one_of_it_waits_whatever_became_of_the_first(
    intake: Officer, session: Session, now: datetime
) -> None:
    same = copies(now, 4)
    same[0].status, same[0].closed_at = "closed", now  # ended
    same[1].confidential = True  # belongs to nobody's campaign, and is a row of its own
    session.flush()
    assert seen(intake, now) == [same[1].reference, same[2].reference]
    holding.hold(
        officer=intake, reference=same[2].reference, version=same[2].version, reason="Thanh tra yêu cầu.", at=now
    )
    assert seen(intake, now) == [same[1].reference, same[2].reference]


def test_29_who_reaches_only_some_of_a_campaign_sees_the_first_of_these(session: Session, now: datetime) -> None:
    for step in range(3):
        factories.routed(now + timedelta(minutes=step))
        factories.submit(now + timedelta(minutes=10 + step))
        factories.classify(now + timedelta(minutes=10 + step), class_code="BCA")
    campaigns.gather(now + timedelta(hours=1))
    for body, number in (("BKHCN", 3), ("BCA", 3)):
        handler = factories.officer(now, Role.HANDLER, body)
        page = _page(handler, now, Queue.HANDLING, 25, None)
        assert [row.campaign_size for row in page.rows] == [number]
        assert page.rows[0].body_name is not None
    helper = factories.officer(now, Role.HANDLER, "BTC")
    assert _page(helper, now, Queue.COORDINATING, 25, None).rows == ()


def test_29_a_campaign_of_one_that_waits_says_no_number(
    client: FlaskClient, intake: Officer, session: Session, now: datetime
) -> None:
    same = copies(now, 3)
    for case in same[1:]:
        case.status, case.closed_at = "closed", now
    session.flush()
    page = words(Official(client).sign_in(intake).get("/ban-lam-viec?hang=phan_loai"))
    assert "Một đợt" not in page
    assert "Thuộc đợt ý kiến giống nhau" in page
