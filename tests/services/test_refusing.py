"""A case is refused for a reason of the table; its sender reads who refused, why and where to turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.domain import audit
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed
from feedback.domain.permissions import Role
from feedback.models import Comment, RefusalReason, Sender
from feedback.services import lookup, refusing
from tests import factories

LATER = timedelta(days=3)


def refuse(
    case: Comment, now: datetime, code: str = "ngoai_pham_vi", words: str = "", role: Role = Role.INTAKE
) -> None:
    refusing.refuse(
        officer=factories.officer(now, role, None if role is Role.INTAKE else "BKHCN"),
        reference=case.reference,
        version=case.version,
        at=now,
        code=code,
        reason=words,
    )


def refused(now: datetime) -> tuple[str, str]:
    """Reference and key of a case that was refused."""
    receipt = factories.submit(now)
    factories.classify(now, sure=False)
    refuse(factories.comment(receipt.reference), now)
    return receipt.reference, receipt.key


def test_the_sender_reads_which_unit_refused_why_on_what_authority_and_where_to_turn(
    session: Session, now: datetime
) -> None:
    receipt = factories.submit(now)
    factories.classify(now, sure=False)
    case = factories.comment(receipt.reference)
    refuse(case, now, words="Việc lấn chiếm lòng đường thuộc Ủy ban nhân dân xã.")
    seen = lookup.open_case(reference=receipt.reference, key=receipt.key)
    assert seen.letter is not None
    for said in ("Bộ phận tiếp nhận ý kiến", "không thuộc phạm vi", "Căn cứ:", "Bước tiếp theo:", "lòng đường"):
        assert said in seen.letter.text
    assert (case.status, case.closed_at) == ("refused", now)
    event = factories.events(case)[-1]
    assert (event.data["reason"], event.data["unit"]) == ("ngoai_pham_vi", None)
    assert [message.event for message in factories.notifications(case)] == ["refused"]


@pytest.mark.parametrize("code", ["", "khong_co", "'; DROP TABLE comment"])
def test_no_case_is_refused_for_another_reason(session: Session, now: datetime, code: str) -> None:
    case = factories.on_desk(now)
    with pytest.raises(InvalidInput) as wrong:
        refuse(case, now, code)
    assert set(wrong.value.fields) == {"code"}


def test_a_reason_no_longer_in_use_is_neither_offered_nor_taken(session: Session, now: datetime) -> None:
    reason = session.get(RefusalReason, "xuc_pham")
    assert reason is not None
    reason.active = False
    session.flush()
    assert "xuc_pham" not in {one.code for one in refusing.reasons()}
    assert "xuc_pham" in {one.code for one in refusing.reasons(active=False)}
    with pytest.raises(InvalidInput):
        refuse(factories.on_desk(now), now, "xuc_pham")


def test_too_many_words_are_refused_beside_their_field(session: Session, now: datetime) -> None:
    with pytest.raises(InvalidInput) as wrong:
        refuse(factories.on_desk(now), now, words="a" * 2001)
    assert set(wrong.value.fields) == {"reason"}


def test_a_body_returns_what_is_not_its_own_and_does_not_refuse_it(session: Session, now: datetime) -> None:
    case = factories.routed(now)
    with pytest.raises(NotAllowed):
        refuse(case, now, role=Role.LEADER)
    with pytest.raises(InvalidMove):
        refuse(case, now)


def test_the_unit_of_an_official_is_named(session: Session, now: datetime) -> None:
    reason = refusing.reasons()[0]
    assert refusing.letter(chosen=reason, unit="Bộ Công an", words="").startswith("Bộ Công an đã xem xét")
    officer = factories.officer(now, Role.INTAKE, "BCA")
    case = factories.on_desk(now)
    refusing.refuse(officer=officer, reference=case.reference, version=case.version, at=now, code=reason.code)
    assert factories.events(case)[-1].data["unit"] == "BCA"


def test_what_was_refused_is_filed_anew_in_one_step_with_the_date_of_the_first_filing(
    session: Session, now: datetime
) -> None:
    reference, key = refused(now)
    made = lookup.refile(
        reference=reference, key=key, field="HT", title="Sóng yếu", text="Cả bản không gọi được.", at=now + LATER
    )
    assert (made.first_received_at, made.received_at, made.field) == (now, now + LATER, "HT")
    assert made.due_at > factories.comment(reference).due_at
    seen = lookup.open_case(reference=made.reference, key=key)
    assert (seen.title, seen.first_received_at, seen.may_refile) == ("Sóng yếu", now, False)
    old = lookup.open_case(reference=reference, key=key)
    assert made.reference in old.timeline[-1].sentence
    sender = session.get(Sender, made.id)
    assert sender is not None
    assert (sender.name, sender.consent_contact) == ("Người Gửi", True)
    first = factories.events(made)[0]
    assert (first.action, first.actor, first.data["origin"]) == ("submit", "citizen", reference)
    assert audit.first_break(factories.chain(made)) is None
    assert audit.first_break(factories.chain(factories.comment(reference))) is None
    factories.classify(now + LATER)
    assert factories.comment(made.reference).status == "assigned"


def test_the_same_words_filed_anew_twice_are_one_comment(session: Session, now: datetime) -> None:
    reference, key = refused(now)
    words = {"field": "HT", "title": "Sóng yếu", "text": "Cả bản không gọi được."}
    once = lookup.refile(reference=reference, key=key, at=now, **words)  # type: ignore[arg-type]
    again = lookup.refile(reference=reference, key=key, at=now + LATER, **words)  # type: ignore[arg-type]
    assert once.id == again.id
    assert [event.action for event in factories.events(factories.comment(reference))].count("refiled") == 1


def test_the_date_of_the_first_filing_outlives_a_second_refusal(session: Session, now: datetime) -> None:
    reference, key = refused(now)
    second = lookup.refile(
        reference=reference, key=key, field="HT", title="Sóng", text="Không gọi được.", at=now + LATER
    )
    factories.classify(now + LATER, sure=False)
    refuse(factories.comment(second.reference), now + LATER)
    third = lookup.refile(
        reference=second.reference, key=key, field="K", title="Sóng", text="Không gọi được.", at=now + 2 * LATER
    )
    assert third.first_received_at == now


@pytest.mark.parametrize("screen", ["to_cao", None])
def test_what_is_open_or_kept_is_not_filed_anew(session: Session, now: datetime, screen: str | None) -> None:
    receipt = factories.submit(now)
    factories.classify(now, **({"screen": screen, "screen_confidence": 0.9} if screen else {}))
    with pytest.raises(InvalidMove):
        lookup.refile(reference=receipt.reference, key=receipt.key, field=None, title="A", text="B", at=now)
