"""What the page of a deadline says: clocks, sources, certainty, and the calendar that held."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.domain.errors import NotAllowed, NotFound
from feedback.domain.ledger import Clock, ClockState
from feedback.domain.permissions import Role
from feedback.models import ClockEvent, Comment
from feedback.seed import DEADLINES, rows_of
from feedback.services import calendar_days, catalogues, explaining, recomputing
from feedback.services.explaining import ClockView, Explanation
from tests import factories
from tests.domain.working_calendar import vietnam

DAY = timedelta(days=1)


def explained(case: Comment) -> Explanation:
    return explaining.of_case(comment=case)


def answer(case: Comment) -> ClockView:
    found = explained(case).answer
    assert found is not None
    return found


def storm(at: datetime) -> None:
    calendar_days.set_day(
        officer=factories.officer(at, Role.ADMINISTRATOR),
        day=date(2026, 3, 18),
        is_working=False,
        name="Nghỉ bão",
        document="Công điện 01",
        at=at,
    )


def test_every_clock_is_shown_as_it_stands(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    shown = {clock.clock: clock for clock in explained(case).clocks}
    assert list(shown) == [Clock.ACKNOWLEDGE, Clock.CLASSIFY, Clock.ACCEPT, Clock.ANSWER]
    assert (shown[Clock.CLASSIFY].state_name, shown[Clock.CLASSIFY].on_time) == ("Đã dừng", True)
    accept = shown[Clock.ACCEPT]
    assert (accept.name, accept.state, accept.length) == (
        "Cơ quan nhận hoặc trả lại",
        ClockState.RUNNING,
        "2 ngày làm việc",
    )
    assert (accept.is_late(accept.due_at), accept.is_late(accept.due_at + DAY)) == (False, True)
    assert not shown[Clock.CLASSIFY].is_late(now + 100 * DAY)


def test_the_length_says_its_source_and_how_sure_it_is_and_the_decree_s_limit_stands_beside(
    session: Session, now: datetime
) -> None:
    case = factories.routed(now)
    assert answer(case).length == "15 ngày làm việc"
    assert answer(case).source.startswith("Thời hạn trả lời: mặc định của hệ thống")
    assert answer(case).certainty == "Mặc định của hệ thống, chờ xác nhận theo quy chế"
    statutory = explained(case).statutory
    assert statutory is not None
    assert (statutory.due_at, statutory.length, statutory.certainty) == (
        vietnam(2026, 3, 30, 17),
        "20 ngày",
        "Theo nguồn đã dẫn",
    )


def test_a_length_that_was_changed_since_is_said_to_be_that_of_the_start(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    shorter = {**rows_of(DEADLINES)[4], "length": "7"}
    catalogues.load(documented=[], profiles=[*rows_of(DEADLINES), shorter])
    assert answer(case).length == "15 ngày làm việc"
    assert answer(case).certainty == "Theo thời hạn lúc bắt đầu tính"


def test_until_a_change_of_the_calendar_is_counted_the_page_says_so(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    assert explained(case).note is None
    storm(now + DAY)
    assert explained(case).note == "Lịch làm việc vừa thay đổi; thời hạn đang được tính lại theo lịch mới."
    run = recomputing.begin(at=now + 2 * DAY)
    assert run is not None
    recomputing.batch(run=run, at=now + 2 * DAY)
    case = factories.comment(case.reference)
    assert explained(case).note is None
    assert explained(case).lines[-1].date == date(2026, 4, 1)


def test_what_stopped_is_explained_by_the_calendar_of_that_moment(session: Session, now: datetime) -> None:
    case = factories.replied(factories.routed(now), now)
    before = [line.counted for line in explained(case).lines]
    storm(now + DAY)
    after = explained(case)
    assert [line.counted for line in after.lines] == before
    assert after.note is None
    session.execute(update(ClockEvent).where(ClockEvent.kind == "stopped").values(due_at=now))
    assert explained(case).note is not None


def test_a_case_out_of_reach_is_not_explained(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    own = explaining.for_officer(officer=factories.officer(now, Role.HANDLER, "BKHCN"), reference=case.reference)
    assert own.reference == case.reference
    with pytest.raises(NotFound):
        explaining.for_officer(officer=factories.officer(now, Role.HANDLER, "BCA"), reference=case.reference)
    with pytest.raises(NotAllowed):
        explaining.for_officer(officer=factories.officer(now, Role.ADMINISTRATOR), reference=case.reference)


def test_a_case_without_a_ledger_has_nothing_to_explain(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    session.query(ClockEvent).delete()
    shown = explained(case)
    assert (shown.clocks, shown.answer, shown.lines, shown.statutory, shown.note) == ((), None, (), None, None)
