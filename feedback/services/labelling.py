"""The labelling page: one comment at a time, the audit first, then what would teach most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, literal, select, union_all

from feedback.db import session
from feedback.domain.errors import InvalidInput, OnHold, Stale
from feedback.domain.learning import HIDDEN_NAMES, Origin, Screen
from feedback.domain.permissions import Permission, Scope, scope_for
from feedback.domain.text import clean
from feedback.models import AuditSample, Comment, Label, Officer, RoutingDecision, TeachingPick
from feedback.services import auditing, bodies, labels, moving, scope, screening, triage

CANDIDATES = 5
AHEAD = 500  # how far along the line a comment that was passed over is still found


@dataclass(frozen=True, slots=True)
class Choice:
    """A body that the machine names; `key` is the digit that picks it."""

    key: int
    class_code: str
    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `hidden` says what personal data stood there, and then there is no text."""

    text: str
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One comment to label."""

    reference: str
    origin: Origin
    received_at: datetime
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many comments wait for a label, and how many this official has labelled today."""

    audit: int
    teaching: int
    mine: int


def next_task(*, officer: Officer, after: str | None = None) -> Task | None:
    """The first comment that waits, or the first one after the comment `after`; None when there is none.

    Personal data is hidden from whoever may not see cases of all bodies. Raise NotAllowed without permission.
    """
    scope.require(officer=officer, permission=Permission.LABEL)
    line = _line(sees_all=_sees_all(officer))
    references = [reference for _, reference in line]
    place = references.index(after) + 1 if after in references else 0
    return _task(line[place][0], officer) if place < len(line) else None


def task(*, officer: Officer, reference: str) -> Task | None:
    """This comment, if it still waits for a label."""
    scope.require(officer=officer, permission=Permission.LABEL)
    line = {number: comment_id for comment_id, number in _line(sees_all=_sees_all(officer))}
    return _task(line[reference], officer) if reference in line else None


def answer(
    *,
    officer: Officer,
    reference: str,
    class_code: str | None,
    at: datetime,
    screen: Screen = Screen.VALID,
    reason: str | None = None,
) -> Label:
    """Label one waiting comment; a complaint or denunciation goes to screening if it can still be stopped.

    Args:
        officer: who says so.
        reference: which comment.
        class_code: the class that it belongs to; None when it is no comment of this channel.
        at: when.
        screen: what it is instead.
        reason: why, if they like to say.

    Raises:
        InvalidInput: there is no such class.
        NotAllowed, NotFound: as their names say.
        Stale: another official was faster.
    """
    scope.require(officer=officer, permission=Permission.LABEL)
    if (class_code is None) is (screen is Screen.VALID) or class_code not in {None, *bodies.class_names()}:
        raise InvalidInput({"choice": ["Xin chọn cơ quan giải quyết."]})
    comment = moving.lock(reference=reference)
    if comment.held:
        raise OnHold
    origin = _origin(comment.id)
    if origin is None:
        raise Stale("Ý kiến này không còn chờ gắn nhãn: có thể cán bộ khác vừa làm xong.")
    label = labels.record(
        comment=comment,
        officer=officer,
        at=at,
        origin=origin,
        class_code=class_code,
        screen=screen,
        reason=clean(reason or "") or None,
        decision=triage.latest_machine_decision(comment=comment),
    )
    auditing.answer(comment_id=comment.id, label=label)
    session().execute(delete(TeachingPick).where(TeachingPick.comment_id == comment.id))
    screening.stop(comment=comment, officer=officer, label=screen, at=at)
    return label


def is_kept(*, reference: str) -> bool:
    """Whether the case is kept from everybody but those who screen."""
    return bool(session().scalar(select(Comment.confidential).where(Comment.reference == reference)))


def waiting(*, officer: Officer, since: datetime) -> Waiting:
    """How the line stands."""
    audit = select(func.count()).select_from(AuditSample).where(AuditSample.label_id.is_(None))
    teach = select(func.count()).select_from(TeachingPick)
    mine = (
        select(func.count())
        .select_from(Label)
        .where(Label.officer_id == officer.id, Label.at >= since, Label.origin.in_((Origin.AUDIT, Origin.LABELLING)))
    )
    counts = session().execute(select(*(part.scalar_subquery() for part in (audit, teach, mine)))).one()
    return Waiting(*counts)


def _sees_all(officer: Officer) -> bool:
    return scope_for(officer.charged_with, Permission.SEE_CASES) is Scope.ALL


def _line(*, sees_all: bool) -> Sequence[tuple[UUID, str]]:
    """Ids and references in the order of work. Where nobody looked for personal data yet, only some may look."""
    audit = select(
        Comment.id,
        Comment.reference,
        literal(1).label("turn"),
        AuditSample.drawn_at.label("at"),
        literal(0).label("rank"),
    ).join(AuditSample, AuditSample.comment_id == Comment.id)
    audit = audit.where(AuditSample.label_id.is_(None))
    if not sees_all:
        audit = audit.where(AuditSample.hidden.is_not(None))
    picks = select(
        Comment.id, Comment.reference, literal(2), TeachingPick.picked_at, TeachingPick.rank.label("rank")
    ).join(TeachingPick, TeachingPick.comment_id == Comment.id)
    open_to_labels = (Comment.confidential.is_(False), Comment.held.is_(False))
    both = union_all(*(part.where(*open_to_labels) for part in (audit, picks))).subquery()
    rows = session().execute(
        select(both.c.id, both.c.reference).order_by(both.c.turn, both.c.at, both.c.rank, both.c.id).limit(AHEAD)
    )
    return [(row[0], row[1]) for row in rows]


def _task(comment_id: UUID, officer: Officer) -> Task:
    comment = session().get_one(Comment, comment_id)
    sample, pick = session().get(AuditSample, comment_id), session().get(TeachingPick, comment_id)
    waits = sample is not None and sample.label_id is None
    source = sample if sample is not None and waits else pick
    decision = session().get(RoutingDecision, source.decision_id) if source else None
    hidden = [] if _sees_all(officer) or source is None else source.hidden or []
    shift = len(comment.title) + 1
    spans = [(int(str(start)), int(str(end)), str(sort)) for start, end, sort in hidden]
    return Task(
        reference=comment.reference,
        origin=Origin.AUDIT if waits else Origin.LABELLING,
        received_at=comment.received_at,
        title=pieces(text=comment.title, spans=[span for span in spans if span[0] < shift - 1]),
        text=pieces(text=comment.text, spans=[(start - shift, end - shift, sort) for start, end, sort in spans]),
        choices=_choices(decision),
    )


def _choices(decision: RoutingDecision | None) -> tuple[Choice, ...]:
    names = bodies.class_names()
    found = decision.candidates[:CANDIDATES] if decision else []
    return tuple(
        Choice(key, str(one["body"]), names.get(str(one["body"]), str(one["body"])), float(str(one["confidence"])))
        for key, one in enumerate(found, 1)
    )


def pieces(*, text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """The text in pieces, with what the spans (start, end, type) cover taken out; a span may begin or end outside."""
    found, place = [], 0
    for start, end, sort in sorted(spans):
        begin, stop = max(start, place, 0), min(end, len(text))
        if begin >= stop:
            continue
        found += [Piece(text[place:begin]), Piece("", HIDDEN_NAMES.get(sort, "thông tin cá nhân"))]
        place = stop
    return tuple(piece for piece in [*found, Piece(text[place:])] if piece.text or piece.hidden)


def _origin(comment_id: UUID) -> Origin | None:
    """What a comment waits for; None when it does not wait."""
    sample = session().get(AuditSample, comment_id, populate_existing=True)
    if sample is not None and sample.label_id is None:
        return Origin.AUDIT
    pick = session().get(TeachingPick, comment_id, populate_existing=True)
    return Origin.LABELLING if pick is not None else None
