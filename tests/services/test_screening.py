"""Screening: what is stopped waits for an official, who confirms it with a letter or overrules it; nothing is lost."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.audit import first_break
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, Stale
from feedback.domain.permissions import GRANTS, Permission, Role
from feedback.domain.queues import Queue
from feedback.domain.screening import SCREENED_OUT, STOPPED, Screen
from feedback.domain.screening import letter as usual_letter
from feedback.models import CaseClock, Comment, Label, Officer, RoutingDecision
from feedback.services import desk, lookup, queues, screening, triage
from tests import factories

LETTER = "Ý kiến thuộc thẩm quyền của cơ quan khác, xin Ông/Bà gửi đến nơi tiếp công dân."
REASON = "Người gửi chỉ hỏi cách nộp đơn khiếu nại trực tuyến."
ENDS = {
    "khieu_nai": "redirected",
    "to_cao": "redirected",
    "ngoai_pham_vi": "redirected",
    "rac": "refused",
    "xuc_pham": "refused",
    "chi_tep_dinh_kem": "awaiting_supplement",
}


@pytest.fixture
def intake_officer(session: Session, now: datetime) -> Officer:
    """An officer of the intake office."""
    return factories.officer(now, Role.INTAKE)


def confirm(officer: Officer, case: Comment, now: datetime, label: str, letter: str = LETTER) -> Comment:
    return screening.confirm(
        officer=officer, reference=case.reference, version=case.version, label=label, letter=letter, at=now
    )


def overrule(officer: Officer, case: Comment, now: datetime, reason: str = REASON) -> Comment:
    return screening.overrule(officer=officer, reference=case.reference, version=case.version, reason=reason, at=now)


def decisions(case: Comment) -> list[RoutingDecision]:
    rows = select(RoutingDecision).where(RoutingDecision.comment_id == case.id).order_by(RoutingDecision.id)
    return list(factories.session().scalars(rows))


def listed(officer: Officer, queue: Queue, now: datetime) -> list[str]:
    return [row.reference for row in queues.page(officer=officer, queue=queue, now=now).rows]


@pytest.mark.parametrize("screen", sorted(SCREENED_OUT))
def test_what_is_screened_out_waits_in_a_queue_of_its_own_and_is_neither_routed_nor_closed(
    intake_officer: Officer, now: datetime, screen: Screen
) -> None:
    case = factories.screened(now, screen)
    assert (case.status, case.body_id, case.desk_reason, case.screen) == ("sorting", None, "screened", screen)
    assert case.confidential is (screen in STOPPED)
    assert listed(intake_officer, Queue.SCREENING, now) == [case.reference]
    assert listed(intake_officer, Queue.TRIAGE, now) == []
    assert factories.events(case)[-1].data == {
        "from": "received",
        "to": "sorting",
        "screen": screen,
        "model": "test-1",
    }


def test_the_queue_says_what_screening_found_and_how_surely(intake_officer: Officer, now: datetime) -> None:
    factories.screened(now, "ngoai_pham_vi")
    (row,) = queues.page(officer=intake_officer, queue=Queue.SCREENING, now=now).rows
    assert (row.screen, row.confidence, row.candidate) == ("Ngoài phạm vi tiếp nhận", 0.9, None)


@pytest.mark.parametrize("label", sorted(SCREENED_OUT))
def test_an_official_confirms_with_a_letter_that_the_sender_reads_and_is_told_of(
    intake_officer: Officer, session: Session, now: datetime, label: str
) -> None:
    receipt = factories.submit(now)
    factories.classify(now, screen=label)
    case = factories.comment(receipt.reference)
    confirm(intake_officer, case, now, label)
    assert (case.status, case.screen, case.confidential) == (ENDS[label], label, label in STOPPED)
    seen = lookup.open_case(reference=receipt.reference, key=receipt.key)
    assert seen.letter is not None
    assert seen.letter.text == LETTER
    assert seen.guidance is None
    (told,) = factories.notifications(case)
    assert (told.event, told.occasion) == ("screened", case.audit_sequence)
    assert factories.events(case)[-1].data["screen"] == label
    assert LETTER not in str(factories.events(case)[-1].data)
    made = decisions(case)[-1]
    assert (made.outcome, made.made_by, made.screen, made.officer_id) == (
        "screen_confirmed",
        "officer",
        label,
        intake_officer.id,
    )
    assert first_break(factories.chain(case)) is None
    lesson = session.scalars(select(Label).where(Label.comment_id == case.id)).one()
    assert (lesson.screen, lesson.class_code, lesson.origin) == (label, None, "accepted")
    answer = session.get_one(CaseClock, (case.id, "answer"))
    assert answer.state == ("paused" if label == "chi_tep_dinh_kem" else "stopped")


def test_no_letter_or_one_left_as_it_was_is_the_usual_one_of_the_label_chosen(
    intake_officer: Officer, now: datetime
) -> None:
    usual = usual_letter(Screen.COMPLAINT, place="tỉnh Sơn La")
    for typed in ("", "  ", usual_letter(Screen.DENUNCIATION, place="tỉnh Sơn La")):
        case = confirm(intake_officer, factories.screened(now), now, "khieu_nai", typed)
        assert factories.notes(case) == [("officer", "redirect", usual)]


def test_another_label_than_the_machine_s_is_kept_as_a_correction(intake_officer: Officer, now: datetime) -> None:
    case = confirm(intake_officer, factories.screened(now, "to_cao"), now, "ngoai_pham_vi")
    made = decisions(case)[-1]
    assert (made.outcome, made.screen, made.reason, case.confidential) == (
        "screen_overruled",
        "ngoai_pham_vi",
        LETTER,
        False,
    )


def test_what_the_machine_let_through_is_stopped_on_the_triage_desk_by_an_official(
    intake_officer: Officer, now: datetime
) -> None:
    case = confirm(intake_officer, factories.on_desk(now), now, "to_cao")
    assert (case.status, case.confidential, case.desk_reason) == ("redirected", True, "screened")
    assert decisions(case)[-1].outcome == "screen_overruled"


def test_a_returned_case_can_be_stopped_too(intake_officer: Officer, now: datetime) -> None:
    case = factories.routed(now)
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    triage.return_to_desk(
        officer=handler, reference=case.reference, version=case.version, reason="Đây là đơn tố cáo.", at=now
    )
    assert confirm(intake_officer, case, now, "to_cao").status == "redirected"


@pytest.mark.parametrize(
    ("label", "letter", "field"),
    [
        ("hop_le", LETTER, "label"),
        ("", LETTER, "label"),
        ("rac'; --", LETTER, "label"),
        ("rac", "Ngắn.", "letter"),
        ("rac", "a" * 5001, "letter"),
    ],
)
def test_a_label_that_is_none_or_a_letter_that_explains_nothing_is_refused(
    intake_officer: Officer, now: datetime, label: str, letter: str, field: str
) -> None:
    case = factories.screened(now)
    with pytest.raises(InvalidInput) as refused:
        confirm(intake_officer, case, now, label, letter)
    assert list(refused.value.fields) == [field]
    assert (case.status, factories.notes(case)) == ("sorting", [])


def test_an_official_overrules_and_the_case_goes_on_to_be_routed(intake_officer: Officer, now: datetime) -> None:
    case = factories.screened(now)
    overrule(intake_officer, case, now)
    assert (case.status, case.screen, case.confidential, case.desk_reason) == ("sorting", "hop_le", False, "overruled")
    assert listed(intake_officer, Queue.TRIAGE, now) == [case.reference]
    assert listed(intake_officer, Queue.SCREENING, now) == []
    made = decisions(case)[-1]
    assert (made.outcome, made.screen, made.reason) == ("screen_overruled", "hop_le", REASON)
    event = factories.events(case)[-1]
    assert (event.action, event.officer_id, event.data) == (
        "screen_overruled",
        intake_officer.id,
        {"screen": "hop_le", "before": "to_cao", "note": factories.digest(REASON)},
    )
    triage.route(
        officer=intake_officer,
        reference=case.reference,
        version=case.version,
        body_code="BKHCN",
        reason=None,
        at=now,
    )
    assert case.status == "assigned"
    assert first_break(factories.chain(case)) is None


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_overruling_needs_a_reason(intake_officer: Officer, now: datetime, reason: str) -> None:
    case = factories.screened(now)
    with pytest.raises(InvalidInput):
        overrule(intake_officer, case, now, reason)
    assert case.screen == "to_cao"


def test_what_does_not_wait_for_screening_cannot_be_overruled(intake_officer: Officer, now: datetime) -> None:
    confirmed = confirm(intake_officer, factories.screened(now, "rac"), now, "rac")
    for case in (factories.on_desk(now), factories.routed(now), confirmed):
        with pytest.raises(InvalidMove):
            overrule(intake_officer, case, now)


def test_a_case_is_not_routed_past_its_screening(intake_officer: Officer, now: datetime) -> None:
    case = factories.screened(now, "ngoai_pham_vi")
    with pytest.raises(InvalidMove):
        triage.route(
            officer=intake_officer,
            reference=case.reference,
            version=case.version,
            body_code="BKHCN",
            reason=None,
            at=now,
        )
    seen = desk.case(officer=intake_officer, reference=case.reference, now=now)
    assert "route" not in seen.actions
    assert seen.screening is not None
    assert seen.screening.waits


@pytest.mark.parametrize("label", ["to_cao", "rac"])
def test_the_sender_can_have_it_looked_at_again(intake_officer: Officer, now: datetime, label: str) -> None:
    receipt = factories.submit(now)
    factories.classify(now, screen=label)
    case = confirm(intake_officer, factories.comment(receipt.reference), now, label)
    lookup.reopen(reference=receipt.reference, key=receipt.key, reason="Tôi chỉ phản ánh lỗi phần mềm.", at=now)
    assert (case.status, case.confidential) == ("sorting", label in STOPPED)
    assert listed(intake_officer, Queue.SCREENING, now) == [case.reference]
    overrule(intake_officer, case, now)
    assert lookup.open_case(reference=receipt.reference, key=receipt.key).letter is None


def test_a_mere_attachment_is_asked_for_its_content_and_comes_back_with_it(
    intake_officer: Officer, now: datetime
) -> None:
    receipt = factories.submit(now)
    factories.classify(now, screen="chi_tep_dinh_kem")
    case = confirm(intake_officer, factories.comment(receipt.reference), now, "chi_tep_dinh_kem", "")
    assert lookup.open_case(reference=receipt.reference, key=receipt.key).may_supplement
    with pytest.raises(InvalidInput):
        lookup.supplement(reference=receipt.reference, key=receipt.key, text="ngắn", at=now)
    lookup.supplement(reference=receipt.reference, key=receipt.key, text="Máy quét ở xã hỏng cả tháng nay.", at=now)
    assert case.status == "sorting"
    assert factories.notes(case)[-1] == ("citizen", "supplement", "Máy quét ở xã hỏng cả tháng nay.")
    assert listed(intake_officer, Queue.SCREENING, now) == [case.reference]
    assert overrule(intake_officer, case, now).screen == "hop_le"


@pytest.mark.parametrize("role", [role for role in Role if Permission.SCREEN not in GRANTS[role]])
def test_only_the_intake_office_has_a_say(session: Session, now: datetime, role: Role) -> None:
    case = factories.screened(now)
    officer = factories.officer(now, role, "BKHCN")
    for act in (lambda: confirm(officer, case, now, "to_cao"), lambda: overrule(officer, case, now)):
        with pytest.raises(NotAllowed):
            act()


def test_a_screening_read_before_another_change_is_stale(intake_officer: Officer, now: datetime) -> None:
    case = factories.screened(now)
    for act in (screening.confirm, screening.overrule):
        given = {"label": "to_cao", "letter": LETTER} if act is screening.confirm else {"reason": REASON}
        with pytest.raises(Stale):
            act(officer=intake_officer, reference=case.reference, version=case.version - 1, at=now, **given)


def test_what_is_kept_is_found_by_no_other_role_and_counted_in_no_other_queue(session: Session, now: datetime) -> None:
    case = factories.screened(now, "to_cao")
    for role in Role:
        officer = factories.officer(now, role, "BKHCN")
        if Permission.SEE_CONFIDENTIAL in officer.permissions:
            assert desk.case(officer=officer, reference=case.reference, now=now).confidential
            continue
        assert not [count for count in queues.counts(officer=officer) if count.count]
        with pytest.raises((NotFound, NotAllowed)):
            desk.case(officer=officer, reference=case.reference, now=now)


def test_a_case_without_a_province_is_sent_to_the_office_of_the_place_of_the_matter(
    intake_officer: Officer, now: datetime
) -> None:
    receipt = factories.submit(now, province=None)
    factories.classify(now, screen="khieu_nai")
    told = lookup.open_case(reference=receipt.reference, key=receipt.key).guidance
    assert told is not None
    assert "nơi xảy ra sự việc" in told.addresses[1]
    seen = desk.case(officer=intake_officer, reference=receipt.reference, now=now)
    assert seen.screening is not None
    assert "nơi xảy ra sự việc" in seen.screening.letters[Screen.COMPLAINT]
