"""Figures count forwarded, answered, resolved and confirmed apart, and say of what time they are."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.permissions import Role
from feedback.models import Comment
from feedback.services import concluding, lookup, reports
from feedback.services.reports import Period
from tests import factories

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
NOT_YET = None


def answered(now: datetime, outcome: str) -> tuple[Comment, str]:
    receipt = factories.submit(now)
    factories.classify(now)
    return factories.replied(factories.comment(receipt.reference), now, outcome), receipt.key


def counts(now: datetime) -> tuple[int, int, int, int]:
    analyst = factories.officer(now, Role.ANALYST)
    report = reports.overview(officer=analyst, period=MARCH, now=now)
    assert report.fresh_at == now
    return report.forwarded, report.replied, report.resolved, report.confirmed


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("forwarded", (1, 0, 0, 0)),
        ("explained", (1, 1, 0, 0)),
        ("not_possible", (1, 1, 0, 0)),
        ("resolved", (1, 1, 1, 0)),
    ],
)
def test_30_an_answer_counts_as_what_it_says_and_no_more(
    session: Session, now: datetime, outcome: str, expected: tuple[int, ...]
) -> None:
    answered(now, outcome)
    assert counts(now) == expected


def test_30_what_is_only_forwarded_is_neither_answered_nor_solved(session: Session, now: datetime) -> None:
    factories.on_desk(now)
    factories.routed(now)
    assert counts(now) == (1, 0, 0, 0)


def test_30_only_the_sender_confirms(session: Session, now: datetime) -> None:
    case, _ = answered(now, "explained")
    leader = factories.officer(now, Role.LEADER, "BKHCN")
    concluding.close(officer=leader, reference=case.reference, version=case.version, at=now)
    assert counts(now) == (1, 1, 0, 0)
    case, key = answered(now, "explained")
    lookup.confirm(reference=case.reference, key=key, at=now)
    assert counts(now) == (2, 2, 0, 1)


def test_30_a_case_opened_again_is_answered_and_not_solved(session: Session, now: datetime) -> None:
    case, key = answered(now, "resolved")
    lookup.reopen(reference=case.reference, key=key, reason="Chưa gọi được ở cuối bản.", at=now)
    assert counts(now) == (1, 1, 0, 0)


def test_30_the_sender_sees_the_four_apart(session: Session, now: datetime) -> None:
    case, key = answered(now, "explained")
    facts = lookup.open_case(reference=case.reference, key=key).facts
    assert [(fact.name, fact.at) for fact in facts] == [
        ("Đã chuyển đến cơ quan", now),
        ("Đã trả lời nội dung", now),
        ("Cơ quan báo đã giải quyết xong", NOT_YET),
        ("Người gửi xác nhận đã giải quyết", NOT_YET),
    ]
