"""Making an answered case public: what may be, what readers see of it, and what takes it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain import audit
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed, NotFound, OnHold, Stale
from feedback.domain.permissions import Role
from feedback.domain.retention import Erased
from feedback.domain.screening import Screen
from feedback.domain.status import Action
from feedback.domain.vocabulary import Consent
from feedback.models import CaseClock, Comment, Officer, Publication
from feedback.services import concluding, desk, erasing, holding, merging, published, publishing, screening
from tests import factories

AGREED = frozenset({Consent.PROCESS, Consent.CONTACT, Consent.PUBLISH})
NAMED = AGREED | {Consent.PUBLISH_NAME}
REASON = "Còn sót thông tin cá nhân."


@pytest.fixture
def leader(session: Session, now: datetime) -> Officer:
    """The leader of the ministry."""
    return factories.officer(now, Role.LEADER, "BKHCN")


def answered(now: datetime, **changes: Any) -> Comment:
    """An answered case whose sender agreed, and in which personal data was looked for."""
    case = factories.replied(factories.routed(now, **{"consents": AGREED, **changes}), now)
    case.personal = []
    factories.session().flush()
    return case


def publish(officer: Officer, case: Comment, at: datetime) -> Comment:
    return publishing.publish(officer=officer, reference=case.reference, version=case.version, at=at)


def withdraw(officer: Officer, case: Comment, at: datetime, reason: str = REASON) -> Comment:
    return publishing.withdraw(officer=officer, reference=case.reference, version=case.version, reason=reason, at=at)


def words(session: Session, case: Comment) -> Publication | None:
    found = select(Publication).where(Publication.comment_id == case.id)
    return session.scalar(found.execution_options(populate_existing=True))


def test_an_answered_case_becomes_public_and_the_sender_is_told(leader: Officer, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    assert (case.status, case.published_at) == ("replied", now)
    shown = published.one(reference=case.reference)
    assert (shown.title, shown.answer, shown.body_name) == (case.title, factories.ANSWER, "Bộ Khoa học và Công nghệ")
    assert (shown.name, shown.voices, shown.reopened) == (None, 1, False)
    assert factories.notifications(case)[-1].event == "published"
    assert audit.first_break(factories.chain(case)) is None


def test_what_is_previewed_is_what_becomes_public(leader: Officer, now: datetime) -> None:
    case = answered(now)
    preview = publishing.preview(officer=leader, reference=case.reference)
    assert preview.hindrance is None
    assert preview.shown is not None
    publish(leader, case, now)
    shown = published.one(reference=case.reference)
    for name in ("title", "text", "answer", "body_name", "outcome", "received_at", "replied_at", "name", "voices"):
        assert getattr(shown, name) == getattr(preview.shown, name), name


def test_the_audit_event_holds_ids_and_digests_and_no_words(leader: Officer, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    event = factories.events(case)[-1]
    assert (event.action, event.officer_id) == ("publish", leader.id)
    assert set(event.data) == {"from", "to", "response", "digest", "named"}
    assert event.data["digest"] == factories.digest(f"{case.title}\n{case.text}\n{factories.ANSWER}\n")


def test_the_clock_of_publication_stops(leader: Officer, session: Session, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    clock = select(CaseClock.state).where(CaseClock.comment_id == case.id, CaseClock.clock == "publish")
    assert session.scalar(clock) == "stopped"


def test_personal_data_is_replaced_in_title_text_and_answer(leader: Officer, session: Session, now: datetime) -> None:
    case = factories.routed(
        now,
        consents=AGREED,
        name="Nguyễn Văn Thử",
        title="Ông Lò Văn Mới hỏi",
        text="Gặp Lò Văn Mới ở bản, số 0912 345 678 nhé. Tôi là nguyễn văn thử.",
    )
    case.personal = [[4, 14, "person_name"], [23, 33, "person_name"]]
    handler, checker = (factories.officer(now, role, "BKHCN") for role in (Role.HANDLER, Role.CHECKER))
    answer = "Kính gửi Nguyễn Văn Thử: đã gọi 0987654321 và viết đến thu@langnghe.example ngày 20/11/2026."
    case = factories.approved(factories.checking(case, handler, now, text=answer), checker, now)
    publish(leader, case, now)
    shown = published.one(reference=case.reference)
    hidden = "[thông tin cá nhân đã được che]"
    assert shown.title == "Ông [tên người] hỏi"
    assert shown.text == f"Gặp [tên người] ở bản, số [số điện thoại] nhé. Tôi là {hidden}."
    assert shown.answer == f"Kính gửi {hidden}: đã gọi [số điện thoại] và viết đến [thư điện tử] ngày 20/11/2026."


def test_a_name_from_title_into_text_is_replaced_in_both(leader: Officer, now: datetime) -> None:
    case = answered(now, title="Việc của Lò Văn", text="Mới ở bản, xin giải quyết.")
    case.personal = [[9, 19, "person_name"]]
    publish(leader, case, now)
    shown = published.one(reference=case.reference)
    assert (shown.title, shown.text) == ("Việc của [tên người]", "[tên người] ở bản, xin giải quyết.")


@pytest.mark.parametrize(("consents", "name", "named"), [(AGREED, None, False), (NAMED, "Người Gửi", True)])
def test_the_name_is_public_only_with_its_own_consent_and_the_reading_is_written_down(
    leader: Officer, now: datetime, consents: frozenset[Consent], name: str | None, named: bool
) -> None:
    case = answered(now, consents=consents)
    preview = publishing.preview(officer=leader, reference=case.reference)
    assert preview.shown is not None
    assert preview.shown.name == (publishing.NAMELESS if named else None)
    publish(leader, case, now)
    assert published.one(reference=case.reference).name == name
    assert factories.events(case)[-1].data["named"] is named


def held(case: Comment) -> None:
    case.held = True


def kept(case: Comment) -> None:
    case.confidential = True


def erased(case: Comment) -> None:
    case.erased = "identity"


def unread(case: Comment) -> None:
    case.personal = None


def unanswered(case: Comment) -> None:
    case.replied_at = None


def reopened(case: Comment) -> None:
    case.status = "reopened"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (held, "đang được giữ nguyên"),
        (erased, "đã được xóa"),
        (unread, "chưa tìm xong"),
        (unanswered, "chưa có câu trả lời"),
        (reopened, "đang được giải quyết lại"),
    ],
)
def test_what_may_not_be_public_is_refused_with_the_reason(
    leader: Officer, session: Session, now: datetime, change: Any, said: str
) -> None:
    case = answered(now)
    change(case)
    session.flush()
    preview = publishing.preview(officer=leader, reference=case.reference)
    assert said in (preview.hindrance or "")
    assert preview.shown is None
    with pytest.raises(InvalidMove, match=said):
        publish(leader, case, now)
    assert (case.published_at, words(session, case)) == (None, None)


def test_a_sender_who_did_not_agree_is_not_published(leader: Officer, now: datetime) -> None:
    with pytest.raises(InvalidMove, match="không đồng ý"):
        publish(leader, answered(now, consents={Consent.PROCESS}), now)


def test_what_is_kept_is_not_public_even_for_who_may_read_it(session: Session, now: datetime) -> None:
    case, intake = answered(now), factories.officer(now, Role.INTAKE)
    kept(case)
    session.flush()
    with pytest.raises(InvalidMove, match="giữ kín"):
        publish(intake, case, now)


def test_a_follower_is_not_public_and_its_lead_counts_it(leader: Officer, now: datetime) -> None:
    lead, follower = factories.routed(now, consents=AGREED), factories.routed(now, consents=AGREED)
    intake = factories.officer(now, Role.INTAKE)
    merging.merge(officer=intake, reference=follower.reference, version=follower.version, at=now, lead=lead.reference)
    lead = factories.replied(factories.comment(lead.reference), now)
    lead.personal = []
    with pytest.raises(InvalidMove, match="đã gộp"):
        publish(leader, factories.comment(follower.reference), now)
    publish(leader, lead, now)
    assert published.one(reference=lead.reference).voices == 2
    with pytest.raises(NotFound):
        published.one(reference=follower.reference)


def test_it_is_published_once_and_again_only_with_a_new_answer(leader: Officer, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    with pytest.raises(InvalidMove, match="đã được công khai"):
        publish(leader, case, now)
    later = now + timedelta(days=1)
    concluding.reopen(officer=leader, reference=case.reference, version=case.version, reason="Còn việc.", at=later)
    shown = published.one(reference=case.reference)
    assert (shown.reopened, shown.published_at) == (True, now)
    handler, checker = (factories.officer(now, role, "BKHCN") for role in (Role.HANDLER, Role.CHECKER))
    case.status = "in_progress"
    case = factories.approved(
        factories.checking(case, handler, later, text="Trạm đã lắp ngày 20/11/2026."), checker, later
    )
    assert published.one(reference=case.reference).answer == factories.ANSWER
    publish(leader, case, later)
    shown = published.one(reference=case.reference)
    assert (shown.answer, shown.published_at, shown.reopened) == ("Trạm đã lắp ngày 20/11/2026.", later, False)


def test_it_is_public_no_more_once_withdrawn_with_a_reason(leader: Officer, session: Session, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    with pytest.raises(InvalidInput):
        withdraw(leader, case, now, reason=" ")
    withdraw(leader, case, now)
    assert (case.published_at, words(session, case)) == (None, None)
    with pytest.raises(NotFound):
        published.one(reference=case.reference)
    event = factories.events(case)[-1]
    assert (event.action, event.data["note"]) == ("withdraw", factories.digest(REASON))
    with pytest.raises(InvalidMove, match="không được công khai"):
        withdraw(leader, case, now)
    publish(leader, case, now)
    assert published.one(reference=case.reference).reference == case.reference


def test_it_can_be_withdrawn_while_it_is_worked_on_again(leader: Officer, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    concluding.reopen(officer=leader, reference=case.reference, version=case.version, reason="Còn việc.", at=now)
    shown = desk.case(officer=leader, reference=case.reference, now=now)
    assert Action.WITHDRAW in shown.actions
    assert Action.PUBLISH not in shown.actions
    assert withdraw(leader, case, now).published_at is None


def test_what_turns_out_to_be_a_denunciation_is_public_no_more(
    session: Session, leader: Officer, now: datetime
) -> None:
    case = publish(leader, answered(now), now)
    concluding.close(officer=leader, reference=case.reference, version=case.version, at=now)
    intake = factories.officer(now, Role.INTAKE)
    concluding.reopen(officer=intake, reference=case.reference, version=case.version, reason="Xem lại.", at=now)
    screening.confirm(officer=intake, reference=case.reference, version=case.version, label="to_cao", letter="", at=now)
    assert (case.confidential, case.published_at, words(session, case)) == (True, None, None)


def test_a_label_that_stops_a_case_takes_it_down_too(session: Session, leader: Officer, now: datetime) -> None:
    case = publish(leader, answered(now), now)
    case.status = "sorting"
    assert screening.stop(comment=case, officer=leader, label=Screen.DENUNCIATION, at=now)
    session.flush()
    assert (case.published_at, words(session, case)) == (None, None)


def test_erasing_takes_the_name_then_all_of_it(session: Session, leader: Officer, now: datetime) -> None:
    case = publish(leader, answered(now, consents=NAMED), now)
    erasing._erase_publications([case.id], Erased.IDENTITY)
    assert published.one(reference=case.reference).name is None
    erasing._erase_publications([case.id], Erased.TEXT)
    assert words(session, case) is None


def test_who_may_not_act_and_what_is_stale_or_held(session: Session, leader: Officer, now: datetime) -> None:
    case = answered(now)
    for officer, refused in (
        (factories.officer(now, Role.AUDITOR), NotAllowed),
        (factories.officer(now, Role.LEADER, "BCA"), NotFound),
    ):
        with pytest.raises(refused):
            publishing.preview(officer=officer, reference=case.reference)
        with pytest.raises(refused):
            publish(officer, case, now)
        with pytest.raises(refused):
            withdraw(officer, case, now)
    with pytest.raises(NotFound):
        publishing.preview(officer=leader, reference="PA-2026-999999")
    with pytest.raises(Stale):
        publishing.publish(officer=leader, reference=case.reference, version=case.version - 1, at=now)
    publish(leader, case, now)
    holding.hold(officer=leader, reference=case.reference, version=case.version, reason="Thanh tra.", at=now)
    with pytest.raises(OnHold):
        withdraw(leader, case, now)


def test_the_list_goes_on_where_a_page_ends_and_an_unreadable_mark_begins_anew(leader: Officer, now: datetime) -> None:
    cases = [publish(leader, answered(now), now + timedelta(minutes=minute // 2)) for minute in range(5)]
    newest_first = [case.reference for case in reversed(cases)]
    first = published.page(limit=2)
    second = published.page(after=first.following, limit=2)
    third = published.page(after=second.following, limit=2)
    assert [row.reference for page in (first, second, third) for row in page.rows] == newest_first
    assert third.following is None
    for mark in ("", "rác", "1_2", f"{10**16}_PA-2026-000001", "9" * 16 + "_PA-2026-000001"):
        assert published.page(after=mark, limit=2) == first
    assert [row.reference for row in published.rows()] == newest_first


@pytest.mark.parametrize("reference", ["PA-2026-999999", "rác", "", "PA-2026-000001\x00"])
def test_what_is_not_public_is_not_found(session: Session, now: datetime, reference: str) -> None:
    case = answered(now)
    for asked in (reference, case.reference):
        with pytest.raises(NotFound):
            published.one(reference=asked)
