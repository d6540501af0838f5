"""What an operator sees go out: by way and end, page by page, as a file, and in figures; never an address."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from feedback.db import db
from feedback.domain.permissions import Role
from feedback.jobs.clock import TIMED
from feedback.models import Comment, Notification, OfficerDigest, OfficerNotice, Outbox
from feedback.services import outgoing
from feedback.web.operations import JOB_NAMES
from tests import factories
from tests.web.official import Official, words

PAGE, MESSAGES = "/quan-tri/van-hanh", "/quan-tri/van-hanh/thong-bao"


@pytest.fixture
def administrator(official: Official, session: Session, now: datetime) -> Official:
    return official.sign_in(factories.officer(now, Role.ADMINISTRATOR))


def sent(now: datetime, **changes: object) -> Comment:
    """A routed case whose message ended so."""
    case = factories.routed(now)
    factories.session().execute(
        update(Notification).where(Notification.comment_id == case.id).values(created_at=datetime.now(UTC), **changes)
    )
    return case


def told(session: Session, now: datetime, *kinds: str) -> None:
    officer = factories.officer(now, Role.HANDLER, "BKHCN")
    at = datetime.now(UTC)
    for number, kind in enumerate(kinds):
        occasion = at + timedelta(seconds=number)
        session.add(OfficerNotice(officer_id=officer.id, kind=kind, occasion=occasion, created_at=at))
    session.add(
        OfficerDigest(officer_id=officer.id, slot=at, message_id="<1>", state="sent", created_at=at, sent_at=at)
    )
    session.flush()


def test_the_page_tells_what_went_out_what_waits_and_what_the_timed_duties_did(
    administrator: Official, session: Session, now: datetime
) -> None:
    sent(now, state="sent", sent_at=now)
    sent(now, state="dead", last_error="smtp_554")
    sent(now, event="progress")
    sent(now, event="lapsed", channel="sms")
    told(session, now, "answer_soon", "answer_today", "answer_late_2")
    page = words(administrator.get(PAGE))
    assert (
        '<a class="govuk-link" href="/quan-tri/van-hanh/thong-bao?kenh=email&amp;tinh-trang=dead">Đã dừng</a>' in page
    )
    assert "Tin nhắn" in page
    assert "3 việc cần báo, lâu nhất từ" in page
    for name, number in (
        ("Thư tổng hợp đã gửi", 1),
        ("Nhắc trước hạn", 2),
        ("Báo khi quá hạn", 1),
        ("Báo người gửi chậm hạn", 1),
        ("Đóng vì không bổ sung", 1),
    ):
        assert (
            f'<dt class="govuk-summary-list__key">{name}</dt><dd class="govuk-summary-list__value">{number}</dd>'
            in page
        )


@pytest.mark.parametrize("address", [PAGE, MESSAGES, f"{MESSAGES}.csv", "/quan-tri/ngung-lien-he"])
def test_a_page_costs_twelve_statements_at_most(
    administrator: Official, session: Session, now: datetime, address: str
) -> None:
    sent(now, state="dead", last_error="smtp_554")
    told(session, now, "answer_soon")
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    try:
        assert administrator.get(address).status_code == 200
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert len(statements) <= 12, statements


def test_messages_are_listed_by_way_and_end_with_error_attempts_and_next_try(
    administrator: Official, session: Session, now: datetime
) -> None:
    dead, waiting = sent(now, state="dead", last_error="smtp_554", attempts=5), sent(now, attempts=1)
    session.execute(update(Outbox).where(Outbox.comment_id == waiting.id).values(last_error="smtp_451"))
    page = administrator.get(MESSAGES)
    assert [case.reference in page.text for case in (dead, waiting)] == [True, True]
    assert "smtp_554" in page.text
    assert "smtp_451" in page.text
    assert "thử lại" in page.text
    assert "nguoi.gui@langnghe.example" not in page.text
    only = administrator.get(f"{MESSAGES}?kenh=email&tinh-trang=dead").text
    assert [case.reference in only for case in (dead, waiting)] == [True, False]
    assert "Không có thông báo nào như vậy." in administrator.get(f"{MESSAGES}?kenh=sms").text


def test_the_list_is_paged_by_a_mark_and_saved_as_a_file(
    administrator: Official, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "PAGE", 2)
    for _ in range(3):
        sent(now)
    marks = session.scalars(select(Notification.id).order_by(Notification.id.desc())).all()
    first = outgoing.page(limit=2)
    assert ([row.id for row in first.rows], first.following) == (list(marks[:2]), marks[1])
    assert [row.id for row in outgoing.page(after=first.following, limit=2).rows] == [marks[2]]
    for wrong in ("rác", "-1", "9" * 30, "²"):
        assert administrator.get(f"{MESSAGES}?sau={wrong}&kenh=%00&tinh-trang='").status_code == 200
    rows = list(csv.reader(io.StringIO(administrator.get(f"{MESSAGES}.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert rows[1][1:4] == ["Đã chuyển cơ quan", "thư điện tử", "Chờ gửi"]


def test_the_figures_for_a_collector_tell_of_messages_duties_and_failed_jobs(
    administrator: Official, session: Session, now: datetime
) -> None:
    sent(now, state="dead", last_error="smtp_554")
    told(session, now, "check_late_1")
    figures = administrator.get("/metrics").text
    for line in (
        'langnghe_messages_day{channel="email",state="dead"} 1.0',
        "langnghe_officer_notices_waiting 1.0",
        'langnghe_duties_day{what="escalations"} 1.0',
        'langnghe_duties_day{what="letters"} 1.0',
    ):
        assert line in figures


def test_every_timed_job_has_a_name_that_an_operator_reads() -> None:
    assert set(JOB_NAMES) == {timed.name for timed in TIMED}
