"""Letters of a case: which there are, who may have which, whose name is on them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain.clock_effects import Extension
from feedback.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from feedback.domain.permissions import Role
from feedback.domain.status import Action, Actor
from feedback.domain.vocabulary import SenderKind
from feedback.models import Comment, Officer
from feedback.services import answering, desk, letters, lookup, moving, screening
from tests import factories

NOTE = "Ý kiến chưa nêu sự việc cụ thể nên chưa thể tiếp nhận."


def handler(now: datetime, body: str = "BKHCN") -> Officer:
    return factories.officer(now, Role.HANDLER, body)


def refused(now: datetime, officer: Officer | None = None) -> Comment:
    case = factories.screened(now, "rac")
    return screening.confirm(
        officer=officer or factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        label="rac",
        letter=NOTE,
        at=now,
    )


def extended(now: datetime, officer: Officer) -> Comment:
    case = factories.accepted(now, officer)
    moving.move(
        comment=case,
        action=Action.EXTEND,
        actor=Actor.OFFICER,
        at=now,
        officer_id=officer.id,
        reason="Cần đo kiểm tại thực địa.",
        extension=Extension(working_days=3),
    )
    return case


def codes(case: Comment) -> list[tuple[str, str, bool]]:
    return [(one.code, one.name, one.sent) for one in letters.listed(reference=case.reference)]


def test_a_case_without_answer_or_word_to_the_citizen_has_no_letters(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    answering.save_draft(officer=officer, reference=case.reference, version=case.version, text="Dự thảo.", at=now)
    assert codes(case) == []
    with pytest.raises(NotFound, match="Không có thư này"):
        letters.for_official(officer=officer, reference=case.reference, code="")
    assert letters.listed(reference="PA-2026-999999") == ()


def test_answers_are_counted_and_the_last_is_given_unless_one_is_named(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.replied(factories.accepted(now, officer), now)
    moving.move(comment=case, action=Action.REOPEN, actor=Actor.CITIZEN, at=now, reason="Vẫn chưa có sóng ở bản.")
    later = now + timedelta(days=2)
    answering.accept(officer=officer, reference=case.reference, version=case.version, at=later)
    factories.replied(case, later)
    assert codes(case) == [("TL-1", "Thư trả lời", True), ("TL-2", "Thư trả lời", True)]
    last = letters.for_official(officer=officer, reference=case.reference, code="")
    first = letters.for_official(officer=officer, reference=case.reference, code="TL-1")
    assert (last.number, last.at) == (f"{case.reference}/TL-2", later)
    assert (first.number, first.at) == (f"{case.reference}/TL-1", now)
    assert first.issuer.name == "Bộ Khoa học và Công nghệ"
    assert first.dateline == "Hà Nội, ngày 10 tháng 3 năm 2026"
    assert first.addressee == (f"Ông/Bà (theo ý kiến số {case.reference})",)


def test_the_body_that_answered_signs_even_when_another_has_the_case_now(session: Session, now: datetime) -> None:
    officer = factories.officer(now, Role.INTAKE)
    case = factories.replied(factories.accepted(now, handler(now)), now)
    case.body_id = handler(now, "BCA").body_id
    session.flush()
    found = letters.for_official(officer=officer, reference=case.reference, code="TL-1")
    assert found.issuer.name == "Bộ Khoa học và Công nghệ"


def test_a_refusal_is_a_letter_of_the_reception(session: Session, now: datetime) -> None:
    case = refused(now)
    assert codes(case) == [("TC-1", "Thư trả lời về việc không tiếp nhận", True)]
    found = letters.for_official(officer=factories.officer(now, Role.INTAKE), reference=case.reference, code="TC-1")
    assert found.issuer.name == "Bộ phận tiếp nhận phản ánh, kiến nghị"
    assert found.dateline == "Ngày 10 tháng 3 năm 2026"
    assert found.paragraphs[-1] == NOTE.removesuffix(".") + "./."


def test_a_letter_from_an_official_of_a_body_is_that_body_s(session: Session, now: datetime) -> None:
    case = refused(now, factories.officer(now, Role.INTAKE, "VPTW"))
    found = letters.for_official(officer=factories.officer(now, Role.INTAKE), reference=case.reference, code="")
    assert (found.issuer.name, found.issuer.party, found.issuer.place) == ("Văn phòng Trung ương Đảng", True, "Hà Nội")


def test_an_extension_is_a_letter_with_its_new_date(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = extended(now, officer)
    assert codes(case) == [("GH-1", "Thư gia hạn trả lời", True)]
    found = letters.for_official(officer=officer, reference=case.reference, code="GH-1")
    assert found.paragraphs[-2:] == (
        "Cần đo kiểm tại thực địa.",
        f"Hạn trả lời mới là ngày {case.due_at:%d/%m/%Y}./.",
    )


def test_words_among_officials_are_no_letters(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer)
    moving.move(
        comment=case,
        action=Action.RETURN,
        actor=Actor.OFFICER,
        at=now,
        officer_id=officer.id,
        reason="Không thuộc thẩm quyền.",
    )
    assert codes(case) == []


def test_another_body_s_official_finds_nothing(session: Session, now: datetime) -> None:
    case = factories.replied(factories.accepted(now, handler(now)), now)
    with pytest.raises(NotFound):
        letters.for_official(officer=handler(now, "BCA"), reference=case.reference, code="")
    with pytest.raises(NotAllowed):
        letters.for_official(officer=factories.officer(now, Role.ANALYST), reference=case.reference, code="")


# The sender's name


def test_a_name_comes_on_a_letter_only_by_an_unsealing_that_is_written_down(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.accepted(now, officer, name="Người Gửi Thử", address="12 phố Thử, Sơn La")
    factories.replied(case, now)
    found = letters.addressed(
        officer=officer,
        reference=case.reference,
        version=case.version,
        code="TL-1",
        reason="Gửi thư qua bưu chính.",
        at=now,
    )
    assert found.addressee == ("Ông/Bà Người Gửi Thử", "12 phố Thử, Sơn La", f"(theo ý kiến số {case.reference})")
    assert [event.action for event in factories.events(case)][-1] == "unseal"
    assert factories.notes(case)[-1] == ("officer", "unseal", "Gửi thư qua bưu chính.")


@pytest.mark.parametrize(
    ("changes", "addressee"),
    [
        ({"name": None, "address": "12 phố Thử", "sender_kind": SenderKind.ANONYMOUS, "email": None}, "Ông/Bà"),
        (
            {"organisation": "Công ty Thử", "sender_kind": SenderKind.BUSINESS, "name": "Người Gửi Thử"},
            "Ông/Bà Người Gửi Thử",
        ),
    ],
)
def test_who_gave_no_name_gets_none(
    session: Session, now: datetime, changes: dict[str, object], addressee: str
) -> None:
    officer = handler(now)
    case = factories.replied(factories.accepted(now, officer, **changes), now)
    found = letters.addressed(
        officer=officer, reference=case.reference, version=case.version, code="", reason="Gửi thư.", at=now
    )
    assert found.addressee[0].removesuffix(f" (theo ý kiến số {case.reference})") == addressee


def test_no_reason_no_name_and_no_stale_one(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = factories.replied(factories.accepted(now, officer), now)
    for version, reason, error in ((case.version, " ", InvalidInput), (case.version - 1, "Gửi thư.", Stale)):
        with pytest.raises(error):
            letters.addressed(
                officer=officer, reference=case.reference, version=version, code="", reason=reason, at=now
            )
    with pytest.raises(NotAllowed):
        letters.addressed(
            officer=factories.officer(now, Role.CHECKER, "BKHCN"),
            reference=case.reference,
            version=case.version,
            code="",
            reason="Gửi thư.",
            at=now,
        )


# The citizen


def test_the_holder_of_the_receipt_gets_the_letter_and_nobody_s_name_is_on_it(session: Session, now: datetime) -> None:
    receipt = factories.submit(now, name="Người Gửi Thử")
    factories.classify(now)
    case = factories.replied(factories.comment(receipt.reference), now)
    found = letters.for_citizen(reference=case.reference, key=receipt.key, code="")
    assert found.addressee == (f"Ông/Bà (theo ý kiến số {case.reference})",)
    assert [one.code for one in letters.sent(reference=case.reference)] == ["TL-1"]


def test_a_wrong_key_a_wrong_number_and_a_wrong_code_find_nothing(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.replied(factories.comment(receipt.reference), now)
    for reference, key, code in (
        (case.reference, "0" * 20, ""),
        ("PA-2026-999999", receipt.key, ""),
        (case.reference, receipt.key, "TL-2"),
    ):
        with pytest.raises(NotFound):
            letters.for_citizen(reference=reference, key=key, code=code)


def test_what_is_approved_but_not_sent_is_for_officials_alone(session: Session, now: datetime) -> None:
    receipt = factories.submit(now)
    factories.classify(now)
    case = factories.comment(receipt.reference)
    officer = handler(now)
    factories.checking(case, officer, now)
    factories.approved(case, factories.officer(now, Role.CHECKER, "BKHCN"), now, send_it=False)
    assert codes(case) == [("TL-1", "Thư trả lời", False)]
    assert letters.sent(reference=case.reference) == ()
    found = letters.for_official(officer=officer, reference=case.reference, code="")
    assert found.approval.endswith("chưa gửi)")
    with pytest.raises(NotFound):
        letters.for_citizen(reference=case.reference, key=receipt.key, code="")
    assert lookup.of_receipt(reference=case.reference, key=receipt.key).id == case.id


def test_a_page_that_has_read_answers_and_notes_lists_the_same_letters(session: Session, now: datetime) -> None:
    officer = handler(now)
    case = extended(now, officer)
    factories.replied(case, now + timedelta(days=1))
    shown = desk.case(officer=officer, reference=case.reference, now=now)
    found = letters.on_page(answers=shown.responses, notes=shown.notes)
    assert [one.code for one in found] == ["GH-1", "TL-1"]
    assert found == letters.listed(reference=case.reference)
