"""Officers' digests over a real mail server: one letter, within working hours, true at the moment when it is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from feedback.db import db, transaction
from feedback.domain.clock import VIETNAM
from feedback.domain.permissions import Role
from feedback.jobs import notify
from feedback.models import Comment, Officer, OfficerDigest, OfficerNotice, Outbox
from feedback.services import digests, notices, outbox, second_factors
from tests import factories
from tests.jobs.post_office import PostOffice


def vietnam(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=VIETNAM).astimezone(UTC)


MORNING = vietnam("2026-03-20T08:00")


@pytest.fixture
def at(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The worker's time, to be set."""
    time = [MORNING + timedelta(minutes=1)]
    monkeypatch.setattr(notify, "_now", lambda: time[0])
    return time


def case_due(now: datetime, due_at: datetime = vietnam("2026-03-20T17:00")) -> Comment:  # noqa: B008 -- a constant
    return factories.due(factories.routed(now, consents=frozenset()), due_at)


def handler(now: datetime) -> Officer:
    return factories.officer(now, Role.HANDLER, "BKHCN")


def drain() -> dict[str, int]:
    figures = notify.drain()
    db.session.rollback()
    return {name: number for name, number in figures.items() if number}


def digest() -> OfficerDigest:
    db.session.rollback()
    return db.session.scalars(select(OfficerDigest)).one()


def make_due() -> None:
    with transaction() as session:
        session.execute(update(Outbox).where(Outbox.state == "pending").values(available_at=func.now()))


def test_an_officer_reads_every_case_under_its_heading_and_no_citizen_s_words(
    post: PostOffice, at: list[datetime], now: datetime
) -> None:
    with transaction():
        officer = handler(now)
        today, late = case_due(now), case_due(now, vietnam("2026-03-18T17:00"))
        notices.tell_officials(MORNING)
    assert drain() == {"sent": 1}
    (letter,) = post.letters
    assert letter["To"] == officer.email
    assert letter["Subject"] == "[Lắng Nghe] 2 ý kiến cần xử lý"
    text = letter.get_content()
    assert text.startswith("Kính gửi Anh/Chị,\n\nĐã quá hạn trả lời: 1 ý kiến\n\n- ")
    assert (
        f"- {late.reference}, hạn 17:00 ngày 18/03/2026 (quá hạn 2 ngày làm việc), Bộ KH&CN:"
        f" http://127.0.0.1:8000/ban-lam-viec/{late.reference}\n" in text
    )
    assert f"Đến hạn trả lời trong hôm nay: 1 ý kiến\n\n- {today.reference}, hạn 17:00 ngày 20/03/2026" in text
    assert today.title not in text
    assert (digest().state, digest().attempts) == ("sent", 1)


def test_outside_working_hours_nothing_is_sent_and_no_attempt_is_lost(
    post: PostOffice, at: list[datetime], now: datetime
) -> None:
    with transaction():
        handler(now)
        case_due(now)
        notices.tell_officials(MORNING)
    at[0] = vietnam("2026-03-20T12:05")
    assert drain() == {"put_off": 1}
    (promise,) = [row for row in factories.promises("notify") if row.digest_id]
    assert (promise.attempts, promise.state) == (0, "pending")
    assert digests.prepare(digest_id=digest().id, at=at[0]) == digests.Later(vietnam("2026-03-20T13:00"))
    assert (drain(), post.letters) == ({}, [])
    at[0] = vietnam("2026-03-20T13:00")
    make_due()
    assert drain() == {"sent": 1}


def test_a_case_that_was_answered_meanwhile_is_left_out_and_an_empty_letter_is_not_sent(
    post: PostOffice, at: list[datetime], now: datetime
) -> None:
    with transaction():
        handler(now)
        cases = [case_due(now), case_due(now)]
        notices.tell_officials(MORNING)
        factories.replied(cases[0], now)
        factories.due(cases[1], vietnam("2026-04-20T17:00"))
    assert drain() == {"not_wanted": 2}  # the digest, and the answer's message to a sender who did not agree
    assert (post.letters, digest().state) == ([], "not_wanted")


def test_a_closed_account_gets_nothing(post: PostOffice, at: list[datetime], now: datetime) -> None:
    with transaction():
        officer = handler(now)
        case_due(now)
        notices.tell_officials(MORNING)
        officer.active = False
    assert drain() == {"not_wanted": 1}


def test_a_long_list_is_cut_and_says_how_much_was_left_off(
    post: PostOffice, at: list[datetime], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "SHOWN", 2)
    with transaction():
        handler(now)
        for _ in range(5):
            case_due(now)
        notices.tell_officials(MORNING)
    drain()
    text = post.letters[0].get_content()
    assert "Đến hạn trả lời trong hôm nay: 5 ý kiến" in text
    assert "- và 3 ý kiến khác" in text
    assert text.count("/ban-lam-viec/PA-") == 2


def test_whoever_holds_two_rungs_reads_of_a_case_once(post: PostOffice, at: list[datetime], now: datetime) -> None:
    with transaction():
        factories.officer(now, Role.HANDLER, "BKHCN", roles=[Role.HANDLER, Role.COORDINATOR])
        late = case_due(now, vietnam("2026-03-18T17:00"))
        notices.tell_officials(MORNING)
    assert db.session.scalar(select(func.count(OfficerNotice.id))) == 2
    drain()
    assert post.letters[0].get_content().count(f"- {late.reference}") == 1


def test_a_server_that_refuses_leaves_the_digest_dead_in_sight_and_to_be_tried_again(
    post: PostOffice, at: list[datetime], now: datetime
) -> None:
    with transaction():
        handler(now)
        case_due(now)
        notices.tell_officials(MORNING)
    post.at_data = "554 refused"
    assert drain() == {"dead": 1}
    assert (digest().state, digest().last_error) == ("dead", "smtp_554")
    post.at_data = "250 OK"
    with transaction():
        outbox.retry(identifier=next(row.id for row in factories.promises("notify") if row.digest_id))
    assert drain() == {"sent": 1}
    assert digest().state == "sent"


def test_a_digest_sent_is_not_prepared_again(post: PostOffice, at: list[datetime], now: datetime) -> None:
    with transaction():
        handler(now)
        case_due(now)
        notices.tell_officials(MORNING)
    drain()
    assert digests.prepare(digest_id=digest().id, at=at[0]) is None


def test_retrying_what_is_not_dead_does_nothing(post: PostOffice, now: datetime) -> None:
    with transaction():
        outbox.retry(identifier=4711)


def test_an_official_whose_second_factor_was_reset_reads_so_with_what_to_do(
    post: PostOffice, at: list[datetime], now: datetime
) -> None:
    with transaction():
        officer, administrator = handler(now), factories.officer(now, Role.ADMINISTRATOR)
        second_factors.reset(officer=administrator, email=officer.email, reason="mat", at=MORNING)
        notices.tell_officials(MORNING)
    assert drain() == {"sent": 1}
    (letter,) = post.letters
    assert (letter["To"], letter["Subject"]) == (officer.email, "[Lắng Nghe] Thông báo về tài khoản")
    assert "đặt lại lúc 08:00 ngày 20/03/2026" in letter.get_content()
    assert "xin báo ngay cho quản trị viên" in letter.get_content()
