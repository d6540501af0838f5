"""Changing the body of a case sends it anew and keeps all that was known of it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from feedback.db import db, transaction
from feedback.domain.errors import InvalidInput, NotFound, OnHold
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue
from feedback.jobs import notify
from feedback.models import CaseBody, CaseTag, ClockEvent, Comment
from feedback.schemas import uploads
from feedback.services import answering, attachments, coordinating, desk, queues, triage
from tests import factories, sample_files
from tests.jobs.post_office import PostOffice

DRAFT = "Dự thảo: trạm phát sóng sẽ được lắp trong quý II."


def transfer(case: Comment, now: datetime, body: str = "BCA", reason: str = "Việc của công an.") -> Comment:
    return triage.transfer(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        at=now,
        body_code=body,
        reason=reason,
    )


def prepared(now: datetime) -> Comment:
    """A case with a draft, a tag and a body that helps."""
    handler = factories.officer(now, Role.HANDLER, "BKHCN")
    case = factories.accepted(now, handler)
    answering.save_draft(officer=handler, reference=case.reference, version=case.version, text=DRAFT, at=now)
    coordinating.set_helpers(
        officer=factories.officer(now, Role.COORDINATOR, "BKHCN"),
        reference=case.reference,
        version=case.version,
        at=now,
        body_codes=["BTC"],
        reason="Cần ý kiến về kinh phí.",
    )
    db.session.add(CaseTag(comment_id=case.id, tag="mạng yếu", officer_id=handler.id, at=now))
    db.session.flush()
    return case


def clock_history(case: Comment) -> list[tuple[str, str, datetime]]:
    rows = select(ClockEvent).where(ClockEvent.comment_id == case.id).order_by(ClockEvent.id)
    return [(row.clock, row.kind, row.at) for row in db.session.scalars(rows)]


def test_02_the_new_body_s_queue_holds_it_and_the_old_one_s_does_not(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = transfer(factories.routed(now), now)
        for body, held in (("BCA", [case.reference]), ("BKHCN", [])):
            officer = factories.officer(now, Role.HANDLER, body)
            page = queues.page(officer=officer, queue=Queue.HANDLING, now=now)
            assert [row.reference for row in page.rows] == held
    assert (case.status, case.hops) == ("assigned", 1)


def test_02_the_citizen_is_told_of_the_final_body(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = factories.routed(now)
    notify.drain()
    db.session.rollback()
    with transaction():
        transfer(transfer(factories.comment(case.reference), now, "BTC"), now, "BCA")
    notify.drain()
    db.session.rollback()
    assert len(post.letters) == 2
    said = post.letters[-1].get_content()
    assert "nay do Bộ Công an giải quyết" in said
    assert [message.event for message in factories.notifications(case)] == ["assigned", "transferred", "transferred"]


def test_02_summary_tags_helping_bodies_draft_and_clock_history_are_kept(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = prepared(now)
        before = (case.title, case.text, case.due_at, case.received_at, case.forwarded_at)
        clocks = clock_history(case)
        transfer(case, now)
        assert (case.title, case.text, case.due_at, case.received_at, case.forwarded_at) == before
        assert clock_history(case)[: len(clocks)] == clocks
        tags = db.session.scalars(select(CaseTag.tag).where(CaseTag.comment_id == case.id)).all()
        assert tags == ["mạng yếu"]
        assert db.session.scalars(select(CaseBody.comment_id).where(CaseBody.comment_id == case.id)).all() == [case.id]
        seen = desk.case(officer=factories.officer(now, Role.HANDLER, "BCA"), reference=case.reference, now=now)
        assert seen.draft is not None
        assert seen.draft.text == DRAFT


def test_02_a_hold_is_kept_by_not_being_stepped_over(post: PostOffice, now: datetime) -> None:
    with transaction():
        case = prepared(now)
        case.held = True
        db.session.flush()
        body = case.body_id
        with pytest.raises(OnHold):
            transfer(case, now)
        assert (case.held, case.body_id) == (True, body)


@pytest.mark.parametrize(("body", "reason"), [("BKHCN", "Lý do."), ("KHONG_CO", "Lý do."), ("BCA", " ")])
def test_02_the_same_body_no_body_and_no_reason_change_nothing(
    post: PostOffice, now: datetime, body: str, reason: str
) -> None:
    with transaction():
        case = factories.routed(now)
        version = case.version
        with pytest.raises(InvalidInput):
            transfer(case, now, body, reason)
        assert (case.version, factories.body_code(case)) == (version, "BKHCN")


@pytest.mark.parametrize("way", ["transfer", "return"])
def test_02_files_are_kept_and_the_new_body_opens_them(post: PostOffice, now: datetime, way: str) -> None:
    sent = tuple(uploads.read(content=content) for content in (sample_files.picture(), sample_files.pdf()))
    with transaction():
        receipt = factories.submit(now, files=sent)
        factories.classify(now)
        case = factories.comment(receipt.reference)
        if way == "transfer":
            transfer(case, now)
        else:
            triage.return_to_desk(
                officer=factories.officer(now, Role.HANDLER, "BKHCN"),
                reference=case.reference,
                version=case.version,
                reason="Không thuộc thẩm quyền.",
                at=now,
            )
            triage.route(
                officer=factories.officer(now, Role.INTAKE),
                reference=case.reference,
                version=case.version,
                body_code="BCA",
                reason="Việc của công an.",
                at=now,
            )
        new, old = factories.officer(now, Role.HANDLER, "BCA"), factories.officer(now, Role.HANDLER, "BKHCN")
        found = [attachments.opened(officer=new, reference=case.reference, ordinal=number, at=now) for number in (1, 2)]
        assert [one.content for one in found] == [one.content for one in sent]
        with pytest.raises(NotFound):
            attachments.opened(officer=old, reference=case.reference, ordinal=1, at=now)
    notify.drain()
