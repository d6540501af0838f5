"""Erasing: what goes with the identity, what with the text, what nobody may lose, and who is spared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from classifier.redact import redact
from feedback.domain.permissions import Role
from feedback.domain.retention import STUB_TITLE, STUB_WORDS, Erasing
from feedback.models import (
    Attachment,
    AuditSample,
    CaseTag,
    ClockEvent,
    Comment,
    DisposalBatch,
    DisposalCertificate,
    Label,
    Likeness,
    Resemblance,
    Response,
    RoutingDecision,
    Sender,
    TeachingPick,
)
from feedback.schemas import uploads
from feedback.services import comparing, erasing, labels, proposing, triage
from feedback.services.comparing import Entry, Pair
from tests import factories, retained, sample_files

PHONE = "0912345678"


def erase(case: Comment, now: datetime, erases: Erasing) -> Comment:
    """The case without identity or text, by its term."""
    late = now + (retained.MUCH_LATER if erases is Erasing.TEXT else retained.LATER)
    (batch,) = proposing.propose(at=late)
    retained.erase(batch, late)
    return factories.comment(case.reference)


def count(session: Session, table: Any) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


@pytest.mark.parametrize(
    ("erases", "words"), [(Erasing.IDENTITY, "Gọi [số điện thoại] nhé."), (Erasing.TEXT, STUB_WORDS)]
)
def test_an_answer_that_was_sent_is_cleaned_or_erased_and_a_draft_says_nothing_any_more(
    session: Session, now: datetime, erases: Erasing, words: str
) -> None:
    case = retained.ended(now).case
    sent = session.scalars(select(Response)).one()
    sent.text, sent.check_note = f"Gọi {PHONE} nhé.", f"Gọi {PHONE} nhé."
    draft = Response(
        comment_id=case.id,
        body_id=sent.body_id,
        text="Dự thảo bỏ dở.",
        state="draft",
        author_id=sent.author_id,
        writer_ids=[sent.author_id],
        created_at=now,
    )
    session.add(draft)
    session.flush()
    erase(case, now, erases)
    session.expire_all()
    assert (sent.text, sent.check_note, draft.text) == (words, words, STUB_WORDS)


@pytest.mark.parametrize("erases", [Erasing.IDENTITY, Erasing.TEXT])
def test_what_was_computed_from_the_words_goes_with_them(session: Session, now: datetime, erases: Erasing) -> None:
    case, other = retained.ended(now).case, factories.routed(now)
    comparing.enter(entries=[Entry(one.id, [1, 2], [[0, 4, "phone"]]) for one in (case, other)])
    comparing.keep(pairs=[Pair(other.id, case.id, 0.9, True, 0.5)], at=now)
    decision = triage.latest_machine_decision(comment=case)
    assert decision is not None
    decision.urgency, decision.question = [{"cue": "han_gap", "start": 0, "end": 3}], f"Gọi {PHONE}?"
    session.add(TeachingPick(comment_id=case.id, decision_id=decision.id, rank=1, margin=0, picked_at=now, hidden=[]))
    session.add(
        AuditSample(comment_id=case.id, decision_id=decision.id, drawn_at=now, chance=0.05, hidden=[[0, 1, "x"]])
    )
    session.flush()
    erased = erase(case, now, erases)
    assert list(session.scalars(select(Likeness.comment_id).distinct())) == [other.id]
    assert [count(session, table) for table in (Resemblance, TeachingPick, AuditSample)] == [0, 0, 0]
    session.expire_all()
    assert (decision.evidence, decision.urgency, erased.personal) == ([], [], [])
    assert decision.question == (STUB_WORDS if erases is Erasing.TEXT else "Gọi [số điện thoại]?")
    assert (decision.class_code, decision.confidence) == ("BKHCN", 0.97)


def test_a_sample_that_was_judged_keeps_its_judgement_and_forgets_places(session: Session, now: datetime) -> None:
    case, officer = retained.ended(now).case, factories.officer(now, Role.INTAKE)
    decision = triage.latest_machine_decision(comment=case)
    assert decision is not None
    label = labels.record(comment=case, officer=officer, at=now, origin=_AUDIT, class_code="BKHCN", decision=decision)
    sample = AuditSample(comment_id=case.id, decision_id=decision.id, drawn_at=now, chance=0.05, hidden=[[0, 1, "x"]])
    sample.label_id = label.id
    session.add(sample)
    session.flush()
    erase(case, now, Erasing.TEXT)
    session.expire_all()
    assert (sample.label_id, sample.hidden) == (label.id, None)


_AUDIT = labels.Origin.AUDIT


def test_erased_words_teach_nobody_and_anonymous_ones_do(session: Session, now: datetime) -> None:
    case, officer = retained.ended(now).case, factories.officer(now, Role.INTAKE)
    label = labels.record(comment=case, officer=officer, at=now, origin=_AUDIT, class_code="BKHCN")
    erase(case, now, Erasing.IDENTITY)
    assert [lesson.comment_id for lesson in labels.lessons(until=label.id)] == [case.id]
    erase(case, now, Erasing.TEXT)
    assert labels.lessons(until=label.id) == []
    assert session.scalar(select(Label.class_code)) == "BKHCN"


@pytest.mark.parametrize(
    ("erases", "tags", "cause"),
    [(Erasing.IDENTITY, ["chờ họp"], "Chờ [số điện thoại]"), (Erasing.TEXT, [], STUB_WORDS)],
)
def test_an_official_s_words_in_tags_and_clocks_go_too_and_the_schedule_s_stay(
    session: Session, now: datetime, erases: Erasing, tags: list[str], cause: str
) -> None:
    case, officer = retained.ended(now).case, factories.officer(now, Role.INTAKE)
    session.add_all(CaseTag(comment_id=case.id, tag=tag, officer_id=officer.id, at=now) for tag in ("chờ họp", PHONE))
    mine, *others = session.scalars(select(ClockEvent).where(ClockEvent.comment_id == case.id).order_by(ClockEvent.id))
    mine.kind, mine.cause, mine.officer_id = "extended", f"Chờ {PHONE}", officer.id
    session.flush()
    before = {event.id: event.cause for event in others}
    erase(case, now, erases)
    session.expire_all()
    assert list(session.scalars(select(CaseTag.tag))) == tags
    assert mine.cause == cause
    assert {event.id: event.cause for event in others} == before


def test_a_title_of_nothing_but_a_number_is_still_a_title(session: Session, now: datetime) -> None:
    case = retained.ended(now, title=PHONE, text="Gọi lại cho tôi.").case
    assert erase(case, now, Erasing.IDENTITY).title == "[số điện thoại]"


def test_what_grows_by_cleaning_is_cut_to_its_column_and_nothing_is_left_empty(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    (batch,) = proposing.propose(at=now + retained.LATER)
    retained.approved(batch, now)
    erasing.carry_out(cleaner=lambda words: f"{'dài ' * 100}\n{words * 2000}", at=now + retained.LATER)
    grown = factories.comment(case.reference)
    assert (len(grown.title), len(grown.text)) == (300, 20_000)


def test_a_cleaner_that_leaves_nothing_leaves_a_stub(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    (batch,) = proposing.propose(at=now + retained.LATER)
    retained.approved(batch, now)
    erasing.carry_out(cleaner=lambda words: words[:0] or "\n", at=now + retained.LATER)
    assert factories.comment(case.reference).title == STUB_TITLE


def test_the_certificate_says_what_when_by_which_rule_and_by_which_two(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    late = now + retained.LATER
    (batch,) = proposing.propose(at=late)
    retained.erase(batch, late)
    (one,) = session.scalars(select(DisposalCertificate))
    assert (one.reference, one.comment_id, one.erased, one.months) == (case.reference, case.id, "identity", 24)
    assert (one.batch_id, one.erased_at) == (batch.id, late)
    assert (one.first_reviewer_id, one.second_reviewer_id) == (batch.first_reviewer_id, batch.second_reviewer_id)
    assert one.source.startswith("Thời hạn lưu giữ danh tính")
    assert one.counts == {"sender": 1, "answers": 1}
    assert count(session, Sender) == 0


def test_a_published_case_is_published_no_more_once_its_text_is_gone(session: Session, now: datetime) -> None:
    case = retained.ended(now).case
    case.published_at = now
    session.flush()
    assert erase(case, now, Erasing.IDENTITY).published_at == now
    assert erase(case, now, Erasing.TEXT).published_at is None


def test_the_text_of_an_erased_case_is_compared_with_nothing(session: Session, now: datetime) -> None:
    filed = retained.ended(now)
    retained.approved(retained.asked(filed, now), now)
    erasing.carry_out(cleaner=redact, at=now)
    claims = [retained.outbox_claim(filed.case)]
    assert comparing.texts(claims=claims) == []


def test_the_oldest_approved_batch_goes_first_and_none_is_no_error(session: Session, now: datetime) -> None:
    late = now + retained.LATER
    first, second = (retained.asked(retained.ended(now), now) for _ in range(2))
    for batch in (second, first):
        retained.approved(batch, now)
    done = [erasing.carry_out(cleaner=redact, at=late) for _ in range(3)]
    assert [outcome.batch_id if outcome else None for outcome in done] == [first.id, second.id, None]
    assert {batch.status for batch in session.scalars(select(DisposalBatch))} == {"done"}


def test_a_case_that_its_sender_opened_again_is_spared_even_at_the_sender_s_request(
    session: Session, now: datetime
) -> None:
    filed = retained.ended(now)
    batch = retained.approved(retained.asked(filed, now), now)
    factories.comment(filed.receipt.reference).status = "sorting"
    session.flush()
    assert erasing.carry_out(cleaner=redact, at=now) == erasing.Outcome(batch.id, erased=0, spared=1)
    assert session.scalars(select(RoutingDecision.evidence)).first() != []


@pytest.mark.parametrize("erases", [Erasing.IDENTITY, Erasing.TEXT])
def test_the_bytes_of_files_go_and_their_hashes_stay(session: Session, now: datetime, erases: Erasing) -> None:
    sent = tuple(uploads.read(content=content) for content in (sample_files.picture(), sample_files.pdf()))
    case = retained.ended(now, files=sent).case
    beside = factories.submit(now, files=sent)
    erase(case, now, erases)
    rows = session.scalars(
        select(Attachment).options(undefer(Attachment.content)).order_by(Attachment.comment_id, Attachment.ordinal)
    ).all()
    gone = [row for row in rows if row.comment_id == case.id]
    assert [(row.content, row.sha256, row.received_sha256) for row in gone] == [
        (None, one.sha256, one.received_sha256) for one in sent
    ]
    assert all(row.erased_at is not None for row in gone)
    assert all(row.content for row in rows if row.comment_id == beside.comment_id)
    certificate = session.scalars(select(DisposalCertificate)).one()
    assert certificate.counts["files"] == 2
