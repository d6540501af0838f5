"""Only officials mark duplicates; every citizen stays subscribed, every clock and every receipt stays valid."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.errors import DomainError
from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.models import CaseClock, Comment, Officer
from feedback.services import lookup, merging
from feedback.services.intake import Receipt
from tests import factories

SECRET_NAME, SECRET_WORDS = "Lò Thị Mẫn", "nhà tôi cạnh trường tiểu học Nà Ngà"
DAY = timedelta(days=1)


def filed(now: datetime, **changes: object) -> tuple[Receipt, Comment]:
    receipt = factories.submit(now, **changes)
    factories.classify(now)
    return receipt, factories.comment(receipt.reference)


def merge(officer: Officer, case: Comment, lead: Comment, at: datetime) -> Comment:
    return merging.merge(
        officer=officer, reference=case.reference, version=case.version, at=at, lead=lead.reference, reason=""
    )


def clock(case: Comment) -> CaseClock:
    statement = select(CaseClock).where(CaseClock.comment_id == case.id, CaseClock.clock == "answer")
    return factories.session().scalars(statement.execution_options(populate_existing=True)).one()


@pytest.mark.parametrize("role", [role for role in Role if Permission.ARRANGE not in GRANTS[role]])
def test_08_no_other_official_marks_duplicates(session: Session, now: datetime, role: Role) -> None:
    case, lead = filed(now)[1], filed(now)[1]
    with pytest.raises(DomainError):
        merge(factories.officer(now, role, "BKHCN"), case, lead, now)
    assert case.status == "assigned"


def test_08_nobody_without_an_account_marks_duplicates(client: FlaskClient, session: Session, now: datetime) -> None:
    case = filed(now)[1]
    assert client.post(f"/ban-lam-viec/{case.reference}/gop").status_code in {302, 400, 403}
    assert case.status == "assigned"


def test_08_every_receipt_stays_valid_and_shows_the_shared_answer_but_nobody_s_words(
    session: Session, now: datetime
) -> None:
    lead = filed(now, name=SECRET_NAME, title="Sóng yếu", text=f"Cả bản không gọi được, {SECRET_WORDS}.")[1]
    receipt, case = filed(now)
    merge(factories.officer(now, Role.INTAKE), case, lead, now)
    handler, checker = (factories.officer(now, role, "BKHCN") for role in (Role.HANDLER, Role.CHECKER))
    factories.checking(factories.comment(lead.reference), handler, now, f"Kính gửi bà {SECRET_NAME}: trạm đã lắp xong.")
    leading = factories.comment(lead.reference)
    factories.approved(leading, checker, now + DAY)
    seen = lookup.open_case(reference=receipt.reference, key=receipt.key)
    assert (seen.reference, seen.title, seen.status) == (case.reference, case.title, "merged")
    assert seen.shared is not None
    assert (seen.shared.status_name, seen.shared.body_name) == ("Đã trả lời", "Bộ Khoa học và Công nghệ")
    (answer,) = seen.shared.answers
    assert "trạm đã lắp xong" in answer.text
    for secret in (SECRET_NAME, SECRET_WORDS, lead.reference):
        assert secret not in repr(seen)


def test_08_each_clock_runs_on_and_is_judged_by_its_own_due_date(session: Session, now: datetime) -> None:
    early, lead = filed(now - 14 * DAY)[1], filed(now)[1]
    due = early.due_at
    merge(factories.officer(now, Role.INTAKE), early, lead, now)
    assert (early.due_at, clock(early).state) == (due, "running")
    answered = due + DAY
    factories.replied(factories.comment(lead.reference), answered)
    followed = factories.comment(early.reference)
    assert (followed.replied_at, clock(early).stopped_at) == (answered, answered)
    assert (clock(early).on_time, clock(lead).on_time) == (False, True)


def test_08_every_citizen_stays_subscribed(session: Session, now: datetime) -> None:
    lead, cases = filed(now)[1], [filed(now)[1] for _ in range(2)]
    for case in cases:
        merge(factories.officer(now, Role.INTAKE), case, factories.comment(lead.reference), now)
    factories.replied(factories.comment(lead.reference), now + DAY)
    for case in cases:
        assert [message.event for message in factories.notifications(case)][-2:] == ["merged", "replied"]
