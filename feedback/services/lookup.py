"""What a citizen sees of a case with its reference and key, and what they may do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from feedback.db import session
from feedback.domain import receipt, timeline
from feedback.domain.attachment import Attached
from feedback.domain.errors import InvalidInput, InvalidMove, NotFound
from feedback.domain.screening import Guidance, Screen, guidance
from feedback.domain.status import STATUS_NAMES, Action, Actor, Status, actions_from
from feedback.domain.text import clean
from feedback.models import AuditEvent, Body, CaseNote, Comment, Response
from feedback.services import (
    attachments,
    bodies,
    deriving,
    erasure,
    explaining,
    facts,
    moving,
    rating,
    screening,
    sharing,
    splitting,
)
from feedback.services.explaining import Explanation
from feedback.services.facts import FactLine
from feedback.services.intake import KEY_HASHER
from feedback.services.sharing import Shared

_NO_MATCH = "Không tìm thấy ý kiến với số và mã tra cứu này. Xin kiểm tra lại từng ký tự trên biên nhận."


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, in plain Vietnamese."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was sent."""

    text: str
    body_name: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What an official wrote when the comment was not taken on, or what is missing."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CitizenCase:
    """A case as its sender may see it."""

    reference: str
    title: str
    text: str
    kind: str
    status: Status
    status_name: str
    body_name: str | None
    received_at: datetime
    due_at: datetime
    deadline: Explanation
    timeline: tuple[TimelineEntry, ...]
    answers: tuple[Answer, ...]
    facts: tuple[FactLine, ...]
    may_confirm: bool
    may_reopen: bool
    may_supplement: bool
    may_refile: bool
    may_mark_duplicate: bool
    field: str | None
    first_received_at: datetime | None
    guidance: Guidance | None
    letter: Letter | None
    erasure: erasure.Standing
    shared: Shared | None
    siblings: tuple[str, ...]
    files: tuple[attachments.Listed, ...]


def open_case(*, reference: str, key: str) -> CitizenCase:
    """The case of this receipt.

    Raises NotFound alike, and after the same work, for an unknown reference, a wrong key and a malformed one.
    """
    return _view(_owned(reference=reference, key=key))


def of_receipt(*, reference: str, key: str) -> Comment:
    """The comment of this receipt; raise NotFound as `open_case` does."""
    return _owned(reference=reference, key=key)


def confirm(*, reference: str, key: str, at: datetime) -> None:
    """The citizen says that the matter is resolved: the case is rated and closed."""
    comment = _locked(reference=reference, key=key)
    rating.resolved(comment=comment, at=at)


def reopen(*, reference: str, key: str, reason: str, at: datetime) -> None:
    """The citizen says that it is not resolved, and why; the reason reaches the body with the case.

    Raise InvalidInput when the reason is missing or too long.
    """
    cleaned = rating.checked_reason(reason=reason)
    rating.unresolved(comment=_locked(reference=reference, key=key), reason=cleaned, at=at)


def supplement(*, reference: str, key: str, text: str, at: datetime, files: Sequence[Attached] = ()) -> None:
    """The citizen adds what an official asked for, with files perhaps; the case goes back to whoever sorts.

    Raise InvalidInput when it says too little or too much.
    """
    wrong = supplement_problems(text=text)
    if wrong:
        raise InvalidInput(wrong)
    comment = _locked(reference=reference, key=key)
    data = {"files": attachments.add(comment=comment, files=files, at=at)} if files else None
    moving.move(comment=comment, action=Action.SUPPLEMENT, actor=Actor.CITIZEN, at=at, reason=clean(text), data=data)


def supplement_problems(*, text: str) -> dict[str, list[str]]:
    """What is wrong with the words of a supplement, by field; nothing when it may be sent."""
    if 10 <= len(clean(text)) <= 5000:
        return {}
    return {"supplement": ["Xin bổ sung nội dung (từ 10 đến 5.000 ký tự)."]}


def file(*, reference: str, key: str, ordinal: int) -> attachments.File:
    """A file that the citizen sent; raise NotFound as `open_case` does, and when it is erased."""
    return attachments.content_of(comment=_owned(reference=reference, key=key), ordinal=ordinal)


def ask_erasure(*, reference: str, key: str, at: datetime) -> None:
    """The citizen asks that the content be erased; raise InvalidMove while that cannot be."""
    erasure.ask(comment=_locked(reference=reference, key=key), at=at)


def refile(*, reference: str, key: str, field: str | None, title: str, text: str, at: datetime) -> Comment:
    """File what was not taken on anew, under another field perhaps; the same key opens it, the first date is kept.

    Args:
        reference, key: the receipt.
        field: code of the field chosen now.
        title, text: what it says now, validated and cleaned at the edge.
        at: now.

    Raises:
        InvalidMove: it was taken on, or is a letter that this service may not take on.
        NotFound: no such receipt.
    """
    comment = _locked(reference=reference, key=key)
    if not _may_refile(comment):
        raise InvalidMove
    made = deriving.derive(source=comment, action="submit", title=title, text=text, field=field, received_at=at, at=at)
    if made.updated_at == at:
        data = {"case": made.reference}
        moving.record(comment=comment, action="refiled", actor=Actor.CITIZEN, at=at, data=data)
    return made


def _may_refile(comment: Comment) -> bool:
    return comment.status in {Status.REFUSED, Status.REDIRECTED} and not comment.confidential


def _owned(*, reference: str, key: str) -> Comment:
    typed_reference, typed_key = receipt.read_reference(reference), receipt.read_key(key)
    comment = session().scalar(select(Comment).where(Comment.reference == (typed_reference or "")))
    try:
        KEY_HASHER.verify(comment.key_hash if comment else _nobodys_hash(), typed_key or "-")
    except VerifyMismatchError:
        comment = None
    if comment is None:
        raise NotFound(_NO_MATCH)
    return comment


@cache
def _nobodys_hash() -> str:
    """A hash for numbers that do not exist, so that they cost the same work."""
    return KEY_HASHER.hash("0" * receipt.KEY_LENGTH)


def _locked(*, reference: str, key: str) -> Comment:
    return moving.lock(reference=_owned(reference=reference, key=key).reference)


def _view(comment: Comment) -> CitizenCase:
    status = Status(comment.status)
    allowed, names = actions_from(status, Actor.CITIZEN), bodies.names()
    body_name = session().scalar(select(Body.name).where(Body.id == comment.body_id)) if comment.body_id else None
    return CitizenCase(
        reference=comment.reference,
        title=comment.title,
        text=comment.text,
        kind=comment.kind,
        status=status,
        status_name=STATUS_NAMES[status],
        body_name=body_name,
        received_at=comment.received_at,
        due_at=comment.due_at,
        deadline=explaining.of_case(comment=comment),
        timeline=_timeline(comment, names),
        answers=_answers(comment),
        facts=facts.of_case(comment=comment),
        may_confirm=Action.RATE in allowed
        and (status is not Status.MERGED or rating.may_confirm_merged(comment=comment)),
        may_reopen=Action.REOPEN in allowed,
        may_supplement=Action.SUPPLEMENT in allowed,
        may_refile=_may_refile(comment),
        may_mark_duplicate=Action.MERGE in allowed and not (comment.confidential or comment.held),
        field=comment.field,
        first_received_at=comment.first_received_at,
        guidance=_guidance(comment),
        letter=_letter(comment),
        erasure=erasure.standing(comment=comment),
        shared=sharing.shared(comment=comment, names=names),
        siblings=splitting.siblings(comment=comment),
        files=attachments.of_case(comment_id=comment.id),
    )


def _guidance(comment: Comment) -> Guidance | None:
    if not screening.waits(comment=comment) or comment.screen is None:
        return None
    return guidance(Screen(comment.screen), place=screening.place_name(comment=comment))


def _letter(comment: Comment) -> Letter | None:
    """The last letter, while it is what the case rests on."""
    if comment.status not in {Status.REDIRECTED, Status.REFUSED, Status.AWAITING_SUPPLEMENT}:
        return None
    row = session().scalar(
        select(CaseNote)
        .where(CaseNote.comment_id == comment.id, CaseNote.action.in_(_LETTERS))
        .order_by(CaseNote.id.desc())
        .limit(1)
    )
    return Letter(row.at, row.text) if row else None


_LETTERS = ("redirect", "refuse", "ask_supplement")


def _timeline(comment: Comment, names: Mapping[str, str]) -> tuple[TimelineEntry, ...]:
    events = session().scalars(
        select(AuditEvent).where(AuditEvent.comment_id == comment.id).order_by(AuditEvent.sequence)
    )
    told = ((event.at, timeline.sentence(event.action, event.data, names)) for event in events)
    return tuple(TimelineEntry(at, sentence) for at, sentence in told if sentence)


def _answers(comment: Comment) -> tuple[Answer, ...]:
    rows = session().execute(
        select(Response.text, Body.name, Response.sent_at)
        .join(Body, Body.id == Response.body_id)
        .where(Response.comment_id == comment.id, Response.state == "sent")
        .order_by(Response.id)
    )
    return tuple(Answer(text, name, sent_at) for text, name, sent_at in rows if sent_at is not None)
