"""Letters of a case: the answers that were approved or sent, and what officials wrote to the citizen on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, literal, null, select, union_all

from feedback.db import session
from feedback.domain import letter
from feedback.domain.errors import NotFound
from feedback.domain.letter import ANSWER, FROM_NOTES, Facts, Issuer, Letter, code_of
from feedback.domain.permissions import Permission
from feedback.domain.vocabulary import Kind, SenderKind
from feedback.models import Body, CaseNote, ClockEvent, Comment, Officer, Province, Response
from feedback.services import identity, lookup, scope
from feedback.services.history import Note
from feedback.services.identity import Identity

_ANSWERED, _ANSWER_NAME = "answer", "Thư trả lời"
_SETTLED = ("approved", "sent")


@dataclass(frozen=True, slots=True)
class Listed:
    """One letter of a case by its code; `sent` is whether the citizen may have it."""

    code: str
    name: str
    at: datetime
    sent: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one letter, and the body that wrote them."""

    action: str
    text: str
    at: datetime
    sent: bool
    body_id: int | None


def listed(*, reference: str) -> tuple[Listed, ...]:
    """The letters of a case that the caller has found within reach, oldest first."""
    found = _written(reference)
    return tuple(Listed(code, _name(words), words.at, words.sent) for code, words in found.items())


def on_page(*, answers: Iterable[Response], notes: Iterable[Note]) -> tuple[Listed, ...]:
    """The same of what a page has read already: answers and notes, each in the order of their making."""
    counted: Counter[str] = Counter()
    found = []
    for answer in answers:
        at = answer.sent_at or answer.checked_at
        if answer.state in _SETTLED and at is not None:
            counted[ANSWER] += 1
            code = code_of(ANSWER, counted[ANSWER])
            found.append(Listed(code, _ANSWER_NAME, at, answer.sent_at is not None))
    for note in notes:
        if note.action in FROM_NOTES and note.author == "officer":
            sign, name, _ = FROM_NOTES[note.action]
            counted[sign] += 1
            found.append(Listed(code_of(sign, counted[sign]), name, note.at, True))
    return tuple(sorted(found, key=lambda one: one.at))


def sent(*, reference: str) -> tuple[Listed, ...]:
    """Those that were sent: what the citizen may have."""
    return tuple(one for one in listed(reference=reference) if one.sent)


def for_official(*, officer: Officer, reference: str, code: str) -> Letter:
    """One letter, the last when `code` is empty, without the sender's identity; raise NotAllowed or NotFound."""
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    comment = session().scalar(
        select(Comment).where(
            Comment.reference == reference, scope.within(officer=officer, permission=Permission.SEE_CASES)
        )
    )
    if comment is None:
        raise NotFound
    return _letter(comment, code)


def addressed(*, officer: Officer, reference: str, version: int, code: str, reason: str, at: datetime) -> Letter:
    """One letter with the sender's name and address on it: an unsealing, with its reason and its audit event.

    Raises NotAllowed, NotFound, Stale or InvalidInput.
    """
    sender = identity.unseal(officer=officer, reference=reference, version=version, reason=reason, at=at)
    comment = session().scalars(select(Comment).where(Comment.reference == reference)).one()
    return _letter(comment, code, named=_named(sender))


def for_citizen(*, reference: str, key: str, code: str) -> Letter:
    """One letter that was sent, for whoever holds the receipt; raise NotFound alike for a wrong number, key or code."""
    return _letter(lookup.of_receipt(reference=reference, key=key), code, keep=lambda words: words.sent)


def _letter(
    comment: Comment, code: str, *, named: tuple[str, ...] = (), keep: Callable[[_Words], bool] = lambda _: True
) -> Letter:
    found = {own: words for own, words in _written(comment.reference).items() if keep(words)}
    chosen = code or next(reversed(found), "")
    words = found.get(chosen)
    if words is None:
        raise NotFound("Không có thư này trong hồ sơ của ý kiến.")
    return letter.write(
        facts=Facts(
            reference=comment.reference,
            kind=Kind(comment.kind),
            sender_kind=SenderKind(comment.sender_kind),
            title=comment.title,
            received_at=comment.received_at,
        ),
        issuer=_issuer(words.body_id),
        code=chosen,
        text=words.text,
        at=words.at,
        sent=words.sent,
        named=named,
    )


def _written(reference: str) -> dict[str, _Words]:
    """Every letter of a case by its code, oldest first."""
    case = select(Comment.id).where(Comment.reference == reference).scalar_subquery()
    answers = select(
        literal(_ANSWERED).label("action"),
        Response.text,
        Response.checked_at.label("checked_at"),
        Response.sent_at.label("sent_at"),
        Response.body_id,
        Response.id.label("number"),
        null().label("due_at"),
    ).where(Response.comment_id == case, Response.state.in_(_SETTLED))
    notes = (
        select(CaseNote.action, CaseNote.text, null(), CaseNote.at, Officer.body_id, CaseNote.id, _new_due())
        .join(Officer, Officer.id == CaseNote.officer_id)
        .where(CaseNote.comment_id == case, CaseNote.action.in_(list(FROM_NOTES)))
    )
    both = union_all(answers, notes).subquery()
    rows = session().execute(select(both).order_by(both.c.action, both.c.number)).all()
    counted: Counter[str] = Counter()
    found: dict[str, _Words] = {}
    for row in rows:
        sign = ANSWER if row.action == _ANSWERED else FROM_NOTES[row.action][0]
        counted[sign] += 1
        at = row.sent_at or row.checked_at
        text = letter.with_new_date(row.text, row.due_at) if row.due_at else row.text
        found[code_of(sign, counted[sign])] = _Words(row.action, text, at, row.sent_at is not None, row.body_id)
    return dict(sorted(found.items(), key=lambda pair: pair[1].at))


def _new_due() -> ScalarSelect[datetime | None]:
    """The due date that an extension set, as the clock's ledger has it."""
    return (
        select(ClockEvent.due_at)
        .where(
            CaseNote.action == "extend",
            ClockEvent.comment_id == CaseNote.comment_id,
            ClockEvent.at == CaseNote.at,
            ClockEvent.clock == "answer",
            ClockEvent.kind == "extended",
        )
        .order_by(ClockEvent.id.desc())
        .limit(1)
        .correlate(CaseNote)
        .scalar_subquery()
    )


def _name(words: _Words) -> str:
    return _ANSWER_NAME if words.action == _ANSWERED else FROM_NOTES[words.action][1]


def _issuer(body_id: int | None) -> Issuer:
    """The body of whoever wrote; officials who receive for every body sign as the reception."""
    row = (
        session()
        .execute(
            select(Body.name, Body.level, Body.class_code, Province.name.label("province"))
            .outerjoin(Province, Province.code == Body.province)
            .where(Body.id == body_id)
        )
        .one_or_none()
    )
    if row is None:
        return Issuer()
    place = letter.place_of(class_code=row.class_code, body_name=row.name, province_name=row.province)
    return Issuer(row.name, row.level.startswith("party"), place)


def _named(sender: Identity | None) -> tuple[str, ...]:
    """Name and address as an envelope has them; empty when the sender gave no name."""
    if sender is None:
        return ()
    names = [f"Ông/Bà {sender.name}" if sender.name else "", sender.organisation or ""]
    known = tuple(line for line in names if line)
    return (*known, sender.address) if known and sender.address else known
