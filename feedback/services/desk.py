"""What an officer sees: the queues that their roles give them, and one case whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, select, text, true, tuple_, union_all
from sqlalchemy.sql.selectable import LateralFromClause

from feedback.db import session
from feedback.domain import timeline
from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.domain.routing import DESK_REASON_NAMES, PLACE_BOUND, DeskReason, body_code
from feedback.domain.screening import SCREEN_NAMES, Screen
from feedback.domain.status import OPEN, STATUS_NAMES, Action, Actor, Status, actions_from
from feedback.models import AuditEvent, Body, CaseNote, Comment, Officer, Province, Response, RoutingDecision
from feedback.services import advice, answering, bodies, scope, screening, triage
from feedback.services.advice import Advice

PAGE = 25
COUNT_LIMIT = 1000
SHOWN_CANDIDATES = 3


class Queue(StrEnum):
    """A list of cases that waits for somebody."""

    SCREENING = "sang_loc"
    TRIAGE = "phan_loai"
    HANDLING = "xu_ly"
    CHECKING = "kiem_tra"
    ALL = "tat_ca"


QUEUE_NAMES = MappingProxyType(
    {
        Queue.SCREENING: "Chờ sàng lọc",
        Queue.TRIAGE: "Chờ phân loại",
        Queue.HANDLING: "Chờ xử lý, trả lời",
        Queue.CHECKING: "Chờ kiểm tra câu trả lời",
        Queue.ALL: "Tất cả đang mở",
    }
)

# Which permission opens a queue, and which states wait in it.
_QUEUES = MappingProxyType(
    {
        Queue.TRIAGE: (Permission.TRIAGE, (Status.RETURNED, Status.SORTING)),
        Queue.SCREENING: (Permission.SCREEN, (Status.SORTING,)),
        Queue.HANDLING: (
            Permission.ANSWER,
            (Status.ASSIGNED, Status.EXTENDED, Status.IN_PROGRESS, Status.REOPENED),
        ),
        Queue.CHECKING: (Permission.CHECK, (Status.CHECKING,)),
        Queue.ALL: (Permission.SEE_CASES, tuple(sorted(OPEN))),
    }
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue."""

    reference: str
    title: str
    kind: str
    status: Status
    status_name: str
    body_name: str | None
    province_name: str | None
    due_at: datetime
    overdue: bool
    desk_reason: str | None
    screen: str | None
    candidate: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, oldest due first; `following` is the mark of the next page."""

    queue: Queue
    rows: tuple[QueueRow, ...]
    following: str | None


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many cases wait in a queue; counting stops at COUNT_LIMIT, and `more` says so."""

    queue: Queue
    name: str
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that the machine proposes; `body_code` is None while its place is unknown."""

    class_code: str
    body_code: str | None
    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text; `weight` above 0 marks evidence, from 0 to 1 of the strongest."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Note:
    """Words that go with a move."""

    at: datetime
    author: str
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the case's history."""

    at: datetime
    actor: Actor
    officer_name: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What may be said on a case's screening; `label` is the one that holds, `letters` the usual letter of each."""

    label: Screen | None
    confidence: float | None
    waits: bool
    letters: Mapping[Screen, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One case as an officer sees it; the sender's identity is not part of it."""

    reference: str
    version: int
    kind: str
    field: str | None
    channel: str
    sender_kind: str
    status: Status
    status_name: str
    title: tuple[Span, ...]
    text: tuple[Span, ...]
    province_name: str | None
    body_code: str | None
    body_name: str | None
    received_at: datetime
    due_at: datetime
    overdue: bool
    confidential: bool
    desk_reason: str | None
    candidates: tuple[Candidate, ...]
    confidence: float | None
    decided_by_machine: bool
    draft: Response | None
    drafted_by_me: bool
    responses: tuple[Response, ...]
    notes: tuple[Note, ...]
    history: tuple[Event, ...]
    actions: frozenset[Action]
    may_unseal: bool
    screening: Screening | None
    advice: Advice


def queues_for(*, officer: Officer) -> tuple[Queue, ...]:
    """The queues that the officer's roles open, in the order of work."""
    held = officer.permissions
    return tuple(queue for queue, (permission, _) in _QUEUES.items() if permission in held)


def counts(*, officer: Officer) -> tuple[QueueCount, ...]:
    """How many cases wait in each of the officer's queues."""
    queues = queues_for(officer=officer)
    if not queues:
        return ()
    parts = []
    for queue in queues:
        bounded = select(Comment.id).where(_waiting(officer, queue)).limit(COUNT_LIMIT + 1).subquery()
        parts.append(select(literal(str(queue)).label("queue"), func.count().label("number")).select_from(bounded))
    found = {row.queue: row.number for row in session().execute(union_all(*parts))}
    return tuple(
        QueueCount(queue, QUEUE_NAMES[queue], min(found[queue], COUNT_LIMIT), found[queue] > COUNT_LIMIT)
        for queue in queues
    )


def queue_page(
    *, officer: Officer, queue: Queue, now: datetime, after: str | None = None, limit: int = PAGE
) -> QueuePage:
    """One page of a queue, oldest due first.

    Args:
        officer: who asks; only cases within reach are seen.
        queue: which one.
        now: to tell what is overdue.
        after: the `following` of the page before; a mark that cannot be read begins anew.
        limit: rows a page.

    Raises:
        NotAllowed: the officer's roles do not open this queue.
    """
    scope.require(officer=officer, permission=_QUEUES[queue][0])
    said = _machine_said()
    statement = (
        select(
            Comment.id,
            Comment.reference,
            Comment.title,
            Comment.kind,
            Comment.status,
            Comment.due_at,
            Comment.desk_reason,
            Comment.screen,
            Body.short_name,
            Province.name,
            said.c.class_code,
            said.c.confidence,
            said.c.screen_confidence,
        )
        .outerjoin(Body, Body.id == Comment.body_id)
        .outerjoin(Province, Province.code == Comment.province)
        .outerjoin(said, true())
        .where(_waiting(officer, queue))
        .order_by(Comment.due_at, Comment.id)
        .limit(limit + 1)
    )
    mark = _read_mark(after)
    if mark is not None:
        statement = statement.where(tuple_(Comment.due_at, Comment.id) > mark)
    found = session().execute(statement).all()
    shown = found[:limit]
    proposing = queue is Queue.TRIAGE
    class_names = bodies.class_names() if proposing else {}
    rows = tuple(
        QueueRow(
            reference=row.reference,
            title=row.title,
            kind=row.kind,
            status=Status(row.status),
            status_name=STATUS_NAMES[Status(row.status)],
            body_name=row.short_name,
            province_name=row.name,
            due_at=row.due_at,
            overdue=row.due_at < now,
            desk_reason=_desk_reason(row.desk_reason),
            screen=SCREEN_NAMES[Screen(row.screen)] if queue is Queue.SCREENING and row.screen else None,
            candidate=class_names.get(row.class_code or ""),
            confidence=row.confidence if proposing else row.screen_confidence if queue is Queue.SCREENING else None,
        )
        for row in shown
    )
    return QueuePage(queue, rows, _mark(shown[-1].due_at, shown[-1].id) if len(found) > limit else None)


def case(*, officer: Officer, reference: str, now: datetime) -> Case:
    """One case whole, with what this officer may do to it.

    Raises:
        NotAllowed, NotFound: as their names say.
    """
    scope.require(officer=officer, permission=Permission.SEE_CASES)
    comment = session().scalar(
        select(Comment).where(
            Comment.reference == reference, scope.within(officer=officer, permission=Permission.SEE_CASES)
        )
    )
    if comment is None:
        raise NotFound
    status = Status(comment.status)
    decision = triage.latest_machine_decision(comment=comment)
    title, text = _marked(comment, decision)
    body = session().get(Body, comment.body_id) if comment.body_id else None
    place = session().get(Province, comment.province) if comment.province else None
    draft = answering.open_draft(comment=comment)
    return Case(
        reference=comment.reference,
        version=comment.version,
        kind=comment.kind,
        field=comment.field,
        channel=comment.channel,
        sender_kind=comment.sender_kind,
        status=status,
        status_name=STATUS_NAMES[status],
        title=title,
        text=text,
        province_name=place.name if place else None,
        body_code=body.code if body else None,
        body_name=body.name if body else None,
        received_at=comment.received_at,
        due_at=comment.due_at,
        overdue=status in OPEN and comment.due_at < now,
        confidential=comment.confidential,
        desk_reason=_desk_reason(comment.desk_reason),
        candidates=_candidates(comment, decision),
        confidence=decision.confidence if decision else None,
        decided_by_machine=decision is not None and decision.outcome == "auto",
        draft=draft,
        drafted_by_me=draft is not None and draft.author_id == officer.id,
        responses=tuple(
            session().scalars(
                select(Response)
                .where(Response.comment_id == comment.id, Response.state.in_(("sent", "sent_back")))
                .order_by(Response.id)
            )
        ),
        notes=_notes(comment.id),
        history=_history(comment.id),
        actions=_allowed(officer, comment),
        may_unseal=Permission.UNSEAL in officer.permissions,
        screening=_screening(officer, comment, decision),
        advice=advice.on(officer=officer, comment=comment, decision=decision),
    )


def _screening(officer: Officer, comment: Comment, decision: RoutingDecision | None) -> Screening | None:
    """None when this officer has no say on it, or it is too late for one."""
    if Permission.SCREEN not in officer.permissions or not screening.may_be_screened_out(comment=comment):
        return None
    return Screening(
        label=Screen(comment.screen) if comment.screen else None,
        confidence=decision.screen_confidence if decision and decision.screen == comment.screen else None,
        waits=screening.waits(comment=comment),
        letters=screening.letters(comment=comment),
    )


# The permission that each action needs. An action that no screen offers yet is not listed, hence not allowed.
_NEEDS = MappingProxyType(
    {
        Action.ROUTE: Permission.TRIAGE,
        Action.RETURN: Permission.RETURN,
        Action.ACCEPT: Permission.ANSWER,
        Action.ANSWER: Permission.ANSWER,
        Action.SEND_BACK: Permission.CHECK,
        Action.REPLY: Permission.CHECK,
    }
)


def _allowed(officer: Officer, comment: Comment) -> frozenset[Action]:
    held = officer.permissions
    return frozenset(
        action
        for action in actions_from(Status(comment.status), Actor.OFFICER)
        if action in _NEEDS
        and not (action is Action.ROUTE and screening.waits(comment=comment))
        and _NEEDS[action] in held
        and scope.reaches(officer=officer, permission=_NEEDS[action], comment=comment)
    )


def _waiting(officer: Officer, queue: Queue) -> ColumnElement[bool]:
    permission, _ = _QUEUES[queue]
    return and_(_IN_QUEUE[queue], scope.within(officer=officer, permission=permission))


# What else tells two queues apart that hold the same state.
_FURTHER = MappingProxyType(
    {
        Queue.TRIAGE: f" AND comment.desk_reason IS DISTINCT FROM '{DeskReason.SCREENED}'",
        Queue.SCREENING: f" AND comment.desk_reason = '{DeskReason.SCREENED}'",
    }
)
# Written out as constants, as in the partial indexes that answer them, and made once.
_IN_QUEUE = MappingProxyType(
    {
        queue: text(f"comment.status IN ({', '.join(repr(str(state)) for state in states)}){_FURTHER.get(queue, '')}")
        for queue, (_, states) in _QUEUES.items()
    }
)


def _machine_said() -> LateralFromClause:
    """What the machine last said of the comment beside it."""
    return (
        select(RoutingDecision.class_code, RoutingDecision.confidence, RoutingDecision.screen_confidence)
        .where(RoutingDecision.comment_id == Comment.id, RoutingDecision.made_by == "machine")
        .order_by(RoutingDecision.id.desc())
        .limit(1)
        .lateral("said")
    )


def _candidates(comment: Comment, decision: RoutingDecision | None) -> tuple[Candidate, ...]:
    if decision is None:
        return ()
    names, class_names = bodies.names(), bodies.class_names()
    active = bodies.identifiers()
    found = []
    for candidate in decision.candidates[:SHOWN_CANDIDATES]:
        class_code = str(candidate["body"])
        code = body_code(class_code, comment.province or "")
        known = code in active and (class_code not in PLACE_BOUND or ":" in code)
        name = names[code] if known else class_names.get(class_code, class_code)
        found.append(Candidate(class_code, code if known else None, name, float(str(candidate["confidence"]))))
    return tuple(found)


def _marked(comment: Comment, decision: RoutingDecision | None) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    # The model read title and text with one line break between; its offsets are moved back to each.
    shift = len(comment.title) + 1
    pieces = [
        (int(str(piece["start"])), int(str(piece["end"])), float(str(piece["weight"])))
        for piece in (decision.evidence if decision else [])
    ]
    strongest = max((weight for *_, weight in pieces), default=0.0)
    scaled = [(start, end, weight / strongest) for start, end, weight in pieces if weight > 0]
    in_text = [(start - shift, end - shift, weight) for start, end, weight in scaled if start >= shift]
    in_title = [(start, end, weight) for start, end, weight in scaled if end < shift]
    return _spans(comment.title, in_title), _spans(comment.text, in_text)


def _spans(text: str, pieces: Sequence[tuple[int, int, float]]) -> tuple[Span, ...]:
    spans, place = [], 0
    for start, end, weight in sorted(pieces):
        if not place <= start < end <= len(text):
            continue
        spans += [Span(text[place:start], 0.0), Span(text[start:end], weight)]
        place = end
    spans.append(Span(text[place:], 0.0))
    return tuple(span for span in spans if span.text)


def _notes(comment_id: UUID) -> tuple[Note, ...]:
    rows = session().scalars(
        select(CaseNote).where(CaseNote.comment_id == comment_id, CaseNote.action != "unseal").order_by(CaseNote.id)
    )
    return tuple(Note(row.at, row.author, row.action, row.text) for row in rows)


_OFFICIAL_SENTENCES = MappingProxyType(
    {
        "submit": "Người gửi gửi ý kiến.",
        "acknowledge": "Tiếp nhận, cấp mã tra cứu.",
        "sort": "Kiểm tra, phân loại.",
        "screen_overruled": "Xác nhận ý kiến hợp lệ, không theo kết quả sàng lọc.",
        "redirect": "Hướng dẫn người gửi chuyển kênh.",
        "refuse": "Không tiếp nhận, có nêu lý do.",
        "ask_supplement": "Đề nghị người gửi bổ sung nội dung.",
        "route": "Chuyển đến {body}.",
        "return": "{body} trả lại vì không thuộc thẩm quyền.",
        "accept": "{body} nhận giải quyết.",
        "answer": "Trình dự thảo trả lời.",
        "check": "Chuyển kiểm tra chất lượng trả lời.",
        "send_back": "Trả lại dự thảo để hoàn thiện.",
        "reply": "Duyệt và gửi câu trả lời.",
        "rate": "Người gửi xác nhận đã được giải quyết.",
        "close": "Đóng.",
        "reopen": "Người gửi phản ánh lại.",
        "unseal": "Xem danh tính người gửi.",
    }
)


def _history(comment_id: UUID) -> tuple[Event, ...]:
    rows = session().execute(
        select(AuditEvent, Officer.display_name)
        .outerjoin(Officer, Officer.id == AuditEvent.officer_id)
        .where(AuditEvent.comment_id == comment_id)
        .order_by(AuditEvent.sequence)
    )
    names = bodies.names()
    history = []
    for event, officer_name in rows:
        pattern = _OFFICIAL_SENTENCES.get(event.action, timeline.SENTENCES.get(event.action, event.action))
        body = names.get(str(event.data.get("body", "")), "Cơ quan")
        history.append(Event(event.at, Actor(event.actor), officer_name, pattern.format(body=body)))
    return tuple(history)


def _desk_reason(code: str | None) -> str | None:
    return DESK_REASON_NAMES[DeskReason(code)] if code else None


def _mark(due_at: datetime, identifier: UUID) -> str:
    return f"{due_at.timestamp():.6f}_{identifier}"


def _read_mark(mark: str | None) -> tuple[datetime, UUID] | None:
    try:
        stamp, _, identifier = (mark or "").partition("_")
        return datetime.fromtimestamp(float(stamp), UTC), UUID(identifier)
    except (ValueError, OverflowError, OSError):
        return None
