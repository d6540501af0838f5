"""Only officials and the author mark duplicates; every citizen stays subscribed, every clock and receipt valid."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.domain.audit import first_break
from feedback.domain.errors import DomainError, InvalidInput, InvalidMove, NotFound, OnHold
from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.models import CaseClock, Comment, Officer
from feedback.services import holding, lookup, merging, own_duplicates
from feedback.services.intake import Receipt
from tests import factories
from tests.web.official import words
from tests.web.visitor import Visitor, forms

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


MARK = "/tra-cuu/trung-lap"


def mark(receipt: Receipt, other: Receipt, at: datetime, key: str | None = None) -> None:
    own_duplicates.mark(
        reference=receipt.reference, key=receipt.key, other=other.reference, other_key=key or other.key, at=at
    )


def test_08_the_author_of_both_marks_one_as_the_duplicate_of_the_other(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    (first, lead), (second, case) = filed(now), filed(now)
    shown = visitor.send("/tra-cuu", "/tra-cuu", reference=second.reference, key=second.key)
    done = visitor.send(shown, MARK, other=first.reference.lower(), other_key=first.key)
    assert "Đã ghi nhận hai ý kiến là một việc" in words(done)
    assert MARK not in forms(done.text)
    assert (case.status, case.merged_into_id) == ("merged", lead.id)
    merged, joined = factories.events(case)[-1], factories.events(lead)[-1]
    assert (merged.action, merged.actor, merged.officer_id, merged.data["case"]) == (
        "merge",
        "citizen",
        None,
        lead.reference,
    )
    assert (joined.action, joined.actor, joined.data) == ("joined", "citizen", {"case": case.reference})
    assert factories.notes(case)[-1] == ("citizen", "merge", own_duplicates.WHY)
    assert factories.notifications(case)[-1].event == "merged"
    assert first_break(factories.chain(case)) is None
    assert first_break(factories.chain(lead)) is None


def test_08_after_the_author_s_word_both_clocks_run_and_both_receipts_show_the_answer(
    session: Session, now: datetime
) -> None:
    (first, lead), (second, case) = filed(now), filed(now - DAY)
    due = case.due_at
    mark(second, first, now)
    assert (case.due_at, clock(case).state, clock(lead).state) == (due, "running", "running")
    factories.replied(factories.comment(lead.reference), now + DAY)
    assert clock(factories.comment(case.reference)).stopped_at == now + DAY
    seen = [lookup.open_case(reference=one.reference, key=one.key) for one in (first, second)]
    assert seen[0].answers
    assert seen[1].shared is not None
    assert seen[1].shared.answers


def test_08_without_the_other_s_key_nothing_is_marked_and_nothing_told(
    visitor: Visitor, session: Session, now: datetime
) -> None:
    with transaction():  # what is refused undoes no more than itself
        (first, _), (second, case) = filed(now), filed(now)
    answers = []
    shown = visitor.send("/tra-cuu", "/tra-cuu", reference=second.reference, key=second.key)
    for other, key in ((first.reference, second.key), ("PA-2026-999999", first.key), ("rác", ""), ("\x00", "\x00")):
        refused = visitor.send(shown, MARK, other=other, other_key=key)
        assert refused.status_code == 422
        assert 'id="other_key-error"' in refused.text
        assert forms(refused.text)[MARK]["other_key"] == [""]
        answers.append(own_duplicates._NO_MATCH in words(refused))
    assert answers == [True] * 4
    assert case.status == "assigned"
    with pytest.raises(NotFound):
        own_duplicates.mark(
            reference=second.reference, key=first.key, other=first.reference, other_key=first.key, at=now
        )


def test_08_the_author_marks_only_what_is_open_and_not_itself(session: Session, now: datetime) -> None:
    (first, lead), (second, case) = filed(now), filed(now)
    with pytest.raises(InvalidInput) as itself:
        mark(second, second, now)
    assert set(itself.value.fields) == {"other"}
    factories.replied(lead, now)
    with pytest.raises(InvalidInput) as ended:
        mark(second, first, now)
    assert set(ended.value.fields) == {"other"}
    with pytest.raises(InvalidMove):
        mark(first, second, now)  # what was answered follows nobody
    assert case.status == "assigned"


def test_08_the_author_moves_nobody_else_and_nothing_held_or_kept(session: Session, now: datetime) -> None:
    (first, lead), (second, case), (_, stranger) = filed(now), filed(now), filed(now)
    intake = factories.officer(now, Role.INTAKE)
    merge(intake, stranger, case, now)
    with pytest.raises(InvalidMove):
        mark(second, first, now)
    assert factories.comment(stranger.reference).merged_into_id == case.id
    mark(first, second, now)
    with pytest.raises(InvalidInput):
        mark(first, second, now)  # they are one already
    for place in range(2):
        receipts = filed(now), filed(now)
        one = receipts[place][1]
        holding.hold(officer=intake, reference=one.reference, version=one.version, reason="Thanh tra yêu cầu.", at=now)
        with pytest.raises(OnHold):
            mark(receipts[0][0], receipts[1][0], now)
        one.held, one.confidential = False, True
        session.flush()
        with pytest.raises(InvalidMove):
            mark(receipts[0][0], receipts[1][0], now)
    assert lead.status == "merged"


def test_08_what_duplicates_a_merged_one_follows_the_same_lead(session: Session, now: datetime) -> None:
    (_, lead), (second, case), (third, last) = filed(now), filed(now), filed(now)
    merge(factories.officer(now, Role.INTAKE), case, lead, now)
    mark(third, second, now)
    assert last.merged_into_id == lead.id
