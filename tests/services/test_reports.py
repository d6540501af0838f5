"""The analyst's figures, against those worked out by hand for a small set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.clock import VIETNAM
from feedback.domain.errors import NotAllowed
from feedback.domain.permissions import Role
from feedback.models import Officer
from feedback.services import bodies, reports, triage
from feedback.services.reports import Period, Report, WeekLine
from tests import factories

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)


def day(number: int, hour: int = 9) -> datetime:
    """A time of a day of March 2026 in Viet Nam."""
    return datetime(2026, 3, number, hour, tzinfo=VIETNAM)


def case(
    received: datetime,
    body: str | None,
    *,
    status: str = "assigned",
    replied_after: timedelta | None = None,
    sure: bool = True,
    resolved: bool = False,
    confirmed: bool = False,
) -> str:
    """One comment set into the state that the figures are about."""
    receipt = factories.submit(received)
    factories.classify(received, class_code=body or "BKHCN", sure=sure)
    made = factories.comment(receipt.reference)
    made.status = status
    made.replied_at = received + replied_after if replied_after else None
    made.closed_at = received + timedelta(days=60) if status == "closed" else None
    made.resolved_at = made.replied_at if resolved else None
    made.confirmed_at = made.closed_at if confirmed else None
    factories.session().flush()
    return receipt.reference


@pytest.fixture
def analyst(session: Session, now: datetime) -> Officer:
    """Sees the figures of every body."""
    return factories.officer(now, Role.ANALYST)


@pytest.fixture
def small_set(session: Session) -> None:
    """Eight comments of March: five of the ministry, two of the police, one on the desk; and two outside it."""
    one_day = timedelta(days=1)
    case(day(2), "BKHCN", status="closed", replied_after=one_day, resolved=True, confirmed=True)  # 1 working day
    case(day(3), "BKHCN", status="closed", replied_after=timedelta(days=7), resolved=True)  # Tuesday to Tuesday: 5
    case(day(10), "BKHCN", status="replied", replied_after=timedelta(days=31))  # due on the 31st, late
    case(day(11), "BKHCN")  # open and overdue at NOW
    case(day(30, 23), "BKHCN", status="refused")  # settled without an answer: neither open nor late
    case(day(12), "BCA", status="replied", replied_after=timedelta(days=4))  # Thursday to Monday: 2
    case(day(31), "BCA", status="reopened", replied_after=timedelta(days=1))  # 1, open again, not overdue
    case(day(16), None, status="sorting", sure=False)
    case(datetime(2026, 2, 28, 23, 59, tzinfo=VIETNAM), "BKHCN")
    case(datetime(2026, 4, 1, 0, 0, tzinfo=VIETNAM), "BKHCN")


def overview(officer: Officer, period: Period = MARCH, now: datetime = NOW) -> Report:
    return reports.overview(officer=officer, period=period, now=now)


def test_the_figures_are_those_worked_out_by_hand(analyst: Officer, small_set: None) -> None:
    report = overview(analyst)
    assert (report.received, report.on_desk, report.forwarded, report.replied) == (8, 1, 7, 5)
    assert (report.resolved, report.confirmed) == (2, 1), "that an official closed a case confirms nothing"
    assert (report.decided_by_machine, report.routed_automatically_share) == (8, 7 / 8)
    # Four answers in time of five, and two open ones past their date.
    assert report.on_time_share == pytest.approx(4 / 7)
    # 1, 5, 23 (the ministry), 2, 1 (the police)
    assert report.median_working_days == 2
    assert report.override_rate is None
    assert report.fresh_at == NOW


def test_each_body_has_its_own_line_most_comments_first(analyst: Officer, small_set: None) -> None:
    ministry, police = overview(analyst).bodies
    assert (ministry.code, ministry.name) == ("BKHCN", "Bộ KH&CN")
    assert (ministry.received, ministry.open, ministry.overdue, ministry.replied, ministry.confirmed) == (5, 1, 1, 3, 1)
    assert (ministry.on_time_share, ministry.median_working_days) == (2 / 4, 5)
    assert (police.received, police.open, police.overdue, police.replied, police.confirmed) == (2, 1, 0, 2, 0)
    assert (police.on_time_share, police.median_working_days) == (1.0, 1.5)


def test_weeks_begin_on_monday_in_viet_nam_and_none_is_left_out(analyst: Officer, small_set: None) -> None:
    assert overview(analyst).weeks == (
        WeekLine(date(2026, 2, 23), 0, 0),
        WeekLine(date(2026, 3, 2), 2, 2),
        WeekLine(date(2026, 3, 9), 3, 2),
        WeekLine(date(2026, 3, 16), 1, 0),
        WeekLine(date(2026, 3, 23), 0, 0),
        WeekLine(date(2026, 3, 30), 2, 1),
    )


def test_a_sunday_night_belongs_to_the_week_that_ends(analyst: Officer, session: Session) -> None:
    case(datetime(2026, 3, 8, 23, 59, tzinfo=VIETNAM), "BKHCN")
    case(datetime(2026, 3, 9, 0, 0, tzinfo=VIETNAM), "BKHCN")
    weeks = {week.monday: week.received for week in overview(analyst).weeks}
    assert (weeks[date(2026, 3, 2)], weeks[date(2026, 3, 9)]) == (1, 1)


def test_a_period_holds_its_first_and_last_day_whole(analyst: Officer, small_set: None) -> None:
    assert overview(analyst, Period(date(2026, 3, 31), date(2026, 3, 31))).received == 1
    assert overview(analyst, Period(date(2026, 2, 28), date(2026, 4, 1))).received == 10


def test_nothing_received_gives_no_shares(analyst: Officer) -> None:
    report = overview(analyst)
    assert (report.received, report.bodies) == (0, ())
    assert report.on_time_share is report.routed_automatically_share is report.median_working_days is None


def test_an_override_counts_against_the_machine_and_an_acceptance_does_not(analyst: Officer, session: Session) -> None:
    officer = factories.officer(day(2), Role.INTAKE)
    for code, reason in (("BKHCN", None), ("BKHCN", None), ("BCA", "Thuộc công an."), ("BKHCN", None)):
        waiting = factories.comment(case(day(3), None, status="sorting", sure=False))
        triage.route(
            officer=officer,
            reference=waiting.reference,
            version=waiting.version,
            body_code=code,
            reason=reason,
            at=day(4),
        )
    report = overview(analyst)
    assert (report.override_rate, report.routed_automatically_share) == (1 / 4, 0.0)


def test_a_leader_sees_the_figures_of_their_own_body_only(small_set: None, now: datetime) -> None:
    report = overview(factories.officer(now, Role.LEADER, "BCA"))
    assert [line.code for line in report.bodies] == ["BCA"]
    assert (report.received, report.on_desk, report.replied, report.decided_by_machine) == (2, 0, 2, 2)
    assert sum(week.received for week in report.weeks) == 2
    assert report.median_working_days == 1.5


def test_a_leader_of_no_body_sees_no_figures(small_set: None, now: datetime) -> None:
    assert overview(factories.officer(now, Role.LEADER)).received == 0


@pytest.mark.parametrize("role", [Role.INTAKE, Role.COORDINATOR, Role.HANDLER, Role.CHECKER, Role.ADMINISTRATOR])
def test_other_roles_are_refused(session: Session, now: datetime, role: Role) -> None:
    with pytest.raises(NotAllowed):
        overview(factories.officer(now, role, "BKHCN"))


def test_an_abolished_body_keeps_its_line(analyst: Officer, small_set: None, session: Session) -> None:
    bodies.by_code(code="BCA").active = False
    session.flush()
    assert [line.code for line in overview(analyst).bodies] == ["BKHCN", "BCA"]
