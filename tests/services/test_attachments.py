"""Files stay with their comment when it is merged, and go along when another is made out of it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from feedback.domain.permissions import Role
from feedback.domain.status import Actor
from feedback.models import Attachment, Comment
from feedback.schemas import uploads
from feedback.services import attachments, chains, lookup, merging, moving, splitting
from feedback.services.intake import Receipt
from tests import factories, sample_files

SENT = tuple(uploads.read(content=content) for content in (sample_files.picture(), sample_files.pdf()))


def filed(now: datetime) -> tuple[Receipt, Comment]:
    receipt = factories.submit(now, files=SENT)
    factories.classify(now)
    return receipt, factories.comment(receipt.reference)


def split(case: Comment, now: datetime) -> Comment:
    return splitting.split(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        at=now,
        title="Lắp thêm trạm phát sóng",
        part="xin lắp thêm trạm phát sóng.",
    )


def test_what_is_split_off_has_the_files_too_and_its_log_names_them(session: Session, now: datetime) -> None:
    receipt, case = filed(now)
    made = split(case, now)
    listed = attachments.of_case(comment_id=made.id)
    assert [(one.number, one.sha256, one.source_name) for one in listed] == [
        (1, SENT[0].sha256, "sao từ ý kiến gốc"),
        (2, SENT[1].sha256, "sao từ ý kiến gốc"),
    ]
    assert factories.events(made)[0].data["files"] == factories.events(case)[0].data["files"]
    assert chains.break_of(comment_id=made.id) is None
    opened = lookup.file(reference=made.reference, key=receipt.key, ordinal=2)
    assert opened.content == SENT[1].content
    assert len(attachments.of_case(comment_id=case.id)) == 2


def test_each_of_the_two_keeps_its_files_when_those_of_the_other_are_erased(session: Session, now: datetime) -> None:
    receipt, case = filed(now)
    made = split(case, now)
    attachments.erase(ids=[case.id], at=now)
    session.expire_all()
    assert [one.erased for one in attachments.of_case(comment_id=case.id)] == [True, True]
    assert lookup.file(reference=made.reference, key=receipt.key, ordinal=1).content == SENT[0].content


def test_an_erased_file_is_not_copied(session: Session, now: datetime) -> None:
    _, case = filed(now)
    attachments.erase(ids=[case.id], at=now)
    made = split(case, now)
    assert attachments.of_case(comment_id=made.id) == ()
    assert "files" not in factories.events(made)[0].data


def test_what_is_merged_keeps_its_own_files(session: Session, now: datetime) -> None:
    lead = factories.routed(now)
    receipt, case = filed(now)
    merging.merge(
        officer=factories.officer(now, Role.INTAKE),
        reference=case.reference,
        version=case.version,
        lead=lead.reference,
        reason="Cùng một sự việc.",
        at=now,
    )
    assert attachments.of_case(comment_id=lead.id) == ()
    assert lookup.file(reference=case.reference, key=receipt.key, ordinal=1).content == SENT[0].content


def test_what_is_filed_anew_brings_its_files(session: Session, now: datetime) -> None:
    receipt, case = filed(now)
    case.status = "refused"
    made = lookup.refile(
        reference=case.reference, key=receipt.key, field=None, title="Gửi lại", text="Nội dung gửi lại.", at=now
    )
    assert [one.sha256 for one in attachments.of_case(comment_id=made.id)] == [one.sha256 for one in SENT]


def test_lists_of_files_load_no_bytes(session: Session, now: datetime) -> None:
    _, case = filed(now)
    assert len(attachments.of_case(comment_id=case.id)) == 2
    assert all("content" not in row.__dict__ for row in session.scalars(select(Attachment)))
    session.expunge_all()
    whole = session.scalars(select(Attachment).options(undefer(Attachment.content))).all()
    assert all(row.content for row in whole)


def test_reading_leaves_the_version_and_any_other_event_does_not(session: Session, now: datetime) -> None:
    _, case = filed(now)
    before = case.version
    attachments.opened(officer=factories.officer(now, Role.INTAKE), reference=case.reference, ordinal=1, at=now)
    assert (case.version, chains.break_of(comment_id=case.id)) == (before, None)
    moving.record(comment=case, action="tag", actor=Actor.SYSTEM, at=now)
    assert case.version == before + 1


def test_a_picture_is_kept_as_it_was_judged(session: Session, now: datetime) -> None:
    receipt, _ = filed(now)
    found = lookup.file(reference=receipt.reference, key=receipt.key, ordinal=1)
    assert Image.open(BytesIO(found.content)).format == "JPEG"
