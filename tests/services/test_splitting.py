"""Two matters in one comment: the second has a number and a course of its own, the same key and the same day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.domain import audit
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed
from feedback.domain.permissions import Role
from feedback.models import Comment, Officer, Sender
from feedback.services import arranging, lookup, splitting
from feedback.services.intake import Receipt
from tests import factories

WHOLE = "Cả bản không gọi được điện thoại.\nNgoài ra, trang dịch vụ công báo lỗi khi nộp giấy khai sinh."
PART = "Ngoài ra, trang dịch vụ công   báo lỗi khi nộp giấy khai sinh."
TITLE = "Lỗi khi nộp giấy khai sinh"
LATER = timedelta(days=3)


@pytest.fixture
def intake(session: Session, now: datetime) -> Officer:
    """An officer of the intake office."""
    return factories.officer(now, Role.INTAKE)


def filed(now: datetime, **changes: object) -> tuple[Receipt, Comment]:
    receipt = factories.submit(now, text=WHOLE, **changes)
    factories.classify(now)
    return receipt, factories.comment(receipt.reference)


def split(officer: Officer, case: Comment, at: datetime, title: str = TITLE, part: str = PART) -> Comment:
    return splitting.split(
        officer=officer, reference=case.reference, version=case.version, at=at, title=title, part=part, reason=""
    )


def test_the_second_matter_is_a_comment_of_its_own_from_the_same_day(intake: Officer, now: datetime) -> None:
    _, case = filed(now)
    made = split(intake, case, now + LATER)
    assert made.reference != case.reference
    assert (made.split_from_id, made.received_at, made.due_at) == (case.id, now, case.due_at)
    assert (made.title, case.status, case.text) == (TITLE, "assigned", WHOLE)
    factories.classify(now + LATER, class_code="VPCP")
    made = factories.comment(made.reference)
    assert (made.status, factories.body_code(made), made.due_at) == ("assigned", "VPCP", case.due_at)


def test_the_citizens_key_opens_both_and_each_page_lists_the_other(intake: Officer, now: datetime) -> None:
    receipt, case = filed(now)
    made = split(intake, case, now)
    first = lookup.open_case(reference=case.reference, key=receipt.key)
    second = lookup.open_case(reference=made.reference, key=receipt.key)
    assert (first.siblings, second.siblings) == ((made.reference,), (case.reference,))
    assert made.reference in first.timeline[-1].sentence
    assert case.reference in second.timeline[0].sentence
    around = arranging.around(comment=case), arranging.around(comment=made)
    assert (around[0].parts, around[1].origin) == ((made.reference,), case.reference)


def test_the_identity_is_copied_as_it_is_encrypted(intake: Officer, session: Session, now: datetime) -> None:
    _, case = filed(now, phone="0912345678")
    made = split(intake, case, now)
    rows = session.execute(
        text("SELECT name, email, phone, consent_at FROM sender WHERE comment_id IN (:one, :two)"),
        {"one": case.id, "two": made.id},
    ).all()
    assert len(rows) == 2
    assert len(set(rows)) == 1
    sender = session.get(Sender, made.id)
    assert sender is not None
    assert (sender.name, sender.phone) == ("Người Gửi", "0912345678")


def test_both_chains_are_whole_and_the_new_one_begins_with_its_origin(intake: Officer, now: datetime) -> None:
    _, case = filed(now)
    made = split(intake, case, now)
    first = factories.events(made)[0]
    assert (first.action, first.actor, first.officer_id, first.data["origin"]) == (
        "split_off",
        "officer",
        intake.id,
        case.reference,
    )
    told = factories.events(case)[-1]
    assert (told.action, told.data["case"]) == ("split", made.reference)
    for one in (case, made):
        assert audit.first_break(factories.chain(one)) is None


@pytest.mark.parametrize(
    ("title", "part", "field"),
    [
        ("", PART, "title"),
        ("a" * 201, PART, "title"),
        (TITLE, "Ngắn.", "part"),
        (TITLE, "a" * 5001, "part"),
        (TITLE, "Trang dịch vụ công hỏng hoàn toàn.", "part"),
        (TITLE, WHOLE, "part"),
    ],
    ids=["no title", "long title", "short part", "long part", "words of others", "everything"],
)
def test_what_the_sender_did_not_write_is_not_split_off(
    intake: Officer, now: datetime, title: str, part: str, field: str
) -> None:
    _, case = filed(now)
    with pytest.raises(InvalidInput) as refused:
        split(intake, case, now, title, part)
    assert set(refused.value.fields) == {field}
    assert arranging.around(comment=case).parts == ()


def test_only_whoever_arranges_splits_and_only_what_is_open(intake: Officer, now: datetime) -> None:
    _, case = filed(now)
    with pytest.raises(NotAllowed):
        split(factories.officer(now, Role.HANDLER, "BKHCN"), case, now)
    factories.replied(case, now)
    with pytest.raises(InvalidMove):
        split(intake, factories.comment(case.reference), now)
