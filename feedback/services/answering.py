"""From a body's queue to the citizen: accept, draft, put to the checker, send back or send."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from feedback.db import session
from feedback.domain import quality
from feedback.domain.answer import Outcome, checked_outcome
from feedback.domain.answer_template import refuse_gaps
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput, InvalidMove, NotAllowed
from feedback.domain.hints import Hint
from feedback.domain.hints import read as read_hints
from feedback.domain.permissions import Permission
from feedback.domain.status import Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Body, Comment, Officer, Response
from feedback.services import moving, notifying, scope

SHORTEST = 20
LONGEST = 20_000
UNFINISHED = ("draft", "submitted", "approved")  # one answer at a time is on its way


def accept(*, officer: Officer, reference: str, version: int, at: datetime) -> Comment:
    """The body takes the case on; whoever accepts it is charged with it, unless somebody is."""
    comment = scope.lock(officer=officer, permission=Permission.ANSWER, reference=reference, version=version)
    code = session().scalar(select(Body.code).where(Body.id == comment.body_id))
    comment.assignee_id = comment.assignee_id or officer.id
    _move(comment, Action.ACCEPT, officer, at, data={"body": code, "assignee": comment.assignee_id})
    return comment


def save_draft(
    *,
    officer: Officer,
    reference: str,
    version: int,
    text: str,
    at: datetime,
    outcome: str | None = None,
    planned_on: date | None = None,
) -> Response:
    """Keep the draft of an answer, its outcome chosen or not yet; raise InvalidInput when it is empty or too long."""
    comment = scope.lock(officer=officer, permission=Permission.ANSWER, reference=reference, version=version)
    known = outcome if outcome in set(Outcome) else None
    return _draft(comment, officer, _checked_text(text, shortest=1), known, planned_on, at)


def submit(
    *,
    officer: Officer,
    reference: str,
    version: int,
    text: str,
    outcome: str,
    at: datetime,
    planned_on: date | None = None,
) -> Comment:
    """Put an answer to the checker, with what the body says came of the matter.

    Raise InvalidInput when it is too short to say anything, too long, still has gaps, or says no outcome.
    """
    comment = scope.lock(officer=officer, permission=Permission.ANSWER, reference=reference, version=version)
    words = _checked_text(text, shortest=SHORTEST)
    refuse_gaps(words, field="text")
    said = checked_outcome(outcome, planned_on, today=at.astimezone(VIETNAM).date())
    draft = _draft(comment, officer, words, said, planned_on, at)
    draft.state, draft.submitted_at, draft.author_id = "submitted", at, officer.id
    session().flush()
    _move(comment, Action.ANSWER, officer, at, data={"response": draft.id, "outcome": said})
    _move(comment, Action.CHECK, officer, at)
    return comment


def approve(
    *,
    officer: Officer,
    reference: str,
    version: int,
    points: Collection[str],
    at: datetime,
    send_it: bool = True,
) -> Comment:
    """The checker finds every point of the quality gate met and, unless another is to send the answer, sends it.

    Raises:
        InvalidInput: a point is missing, or the answer says no outcome: it can only be sent back.
        NotAllowed: the checker had a hand in it, or may not send.
    """
    comment = scope.lock(officer=officer, permission=Permission.CHECK, reference=reference, version=version)
    answer = _submitted(comment, officer)
    quality.require_all(points)
    if answer.outcome is None:
        raise InvalidInput({"points": ["Câu trả lời chưa nêu kết quả giải quyết. Xin trả lại để hoàn thiện."]})
    _move(comment, Action.APPROVE, officer, at, data={"response": answer.id})
    answer.state, answer.checker_id, answer.checked_at = "approved", officer.id, at
    answer.checklist = quality.checklist(points)
    if send_it:
        scope.check(officer=officer, permission=Permission.SEND, comment=comment)
        _send(comment, answer, officer, at)
    return comment


def send(*, officer: Officer, reference: str, version: int, at: datetime) -> Comment:
    """An approved answer goes to the citizen: the case is replied to, its clock stops, the citizen is told."""
    comment = scope.lock(officer=officer, permission=Permission.SEND, reference=reference, version=version)
    answer = open_draft(comment=comment)
    if answer is None or answer.state != "approved":
        raise InvalidMove
    _send(comment, answer, officer, at)
    return comment


def _send(comment: Comment, answer: Response, officer: Officer, at: datetime) -> None:
    said: dict[str, object] = {"response": answer.id, "outcome": answer.outcome}
    event = _move(comment, Action.REPLY, officer, at, data=said)
    answer.state, answer.sent_at = "sent", at
    notifying.promise(comment=comment, event="replied", occasion=event, at=at)


def send_back(
    *, officer: Officer, reference: str, version: int, note: str, at: datetime, points: Collection[str] = ()
) -> Comment:
    """Whoever checks returns an answer that does not answer: which points are met, and a note on what to mend.

    Source: Decision 31/2021/QĐ-TTg, article 46: an answer that does not fit is returned before it is published.

    Raise InvalidInput without a note, or when every point is met.
    """
    comment = scope.lock(officer=officer, permission=Permission.CHECK, reference=reference, version=version)
    answer = _written(comment, officer)
    cleaned = clean(note)
    if not cleaned:
        raise InvalidInput({"note": ["Xin ghi rõ câu trả lời cần sửa ở điểm nào."]})
    quality.require_some_missing(points)
    _move(comment, Action.SEND_BACK, officer, at, data={"response": answer.id}, reason=cleaned)
    answer.state, answer.checker_id, answer.checked_at, answer.check_note = "sent_back", officer.id, at, cleaned
    answer.checklist = quality.checklist(points)
    return comment


def open_draft(*, comment: Comment) -> Response | None:
    """The answer being written or checked, if there is one."""
    return session().scalar(select(Response).where(Response.comment_id == comment.id, Response.state.in_(UNFINISHED)))


def hints(*, comment: Comment, answer: Response) -> tuple[Hint, ...]:
    """What a machine notices in an answer by plain rules; it never decides."""
    return read_hints(
        question=f"{comment.title}\n{comment.text}",
        answer=answer.text,
        outcome=answer.outcome,
        planned_on=answer.planned_on,
    )


def _draft(
    comment: Comment, officer: Officer, text: str, outcome: str | None, planned_on: date | None, at: datetime
) -> Response:
    if comment.body_id is None or Status(comment.status) not in {
        Status.IN_PROGRESS,
        Status.EXTENDED,
        Status.REOPENED,
    }:
        raise InvalidMove
    draft = open_draft(comment=comment)
    if draft is None:
        draft = Response(
            comment_id=comment.id, body_id=comment.body_id, state="draft", author_id=officer.id, created_at=at
        )
        session().add(draft)
    # A draft that was left when the case was returned is, once taken up, the answer of the body that takes it up.
    draft.text, draft.body_id = text, comment.body_id
    draft.outcome, draft.planned_on = outcome, planned_on if outcome == Outcome.PLANNED else None
    draft.writer_ids = sorted({*(draft.writer_ids or ()), officer.id})
    session().flush()
    return draft


def _submitted(comment: Comment, officer: Officer) -> Response:
    answer = _written(comment, officer)
    if answer.state != "submitted":
        raise InvalidMove
    return answer


def _written(comment: Comment, officer: Officer) -> Response:
    answer = open_draft(comment=comment)
    if answer is None or answer.state == "draft":
        raise InvalidMove
    if officer.id in {answer.author_id, *answer.writer_ids}:
        raise NotAllowed("Người soạn câu trả lời không được tự kiểm tra câu trả lời của mình.")
    return answer


def _checked_text(raw: str, *, shortest: int) -> str:
    text = clean(raw)
    if not shortest <= len(text) <= LONGEST:
        raise InvalidInput({"text": [f"Câu trả lời cần có từ {shortest} đến 20.000 ký tự."]})
    return text


def _move(
    comment: Comment,
    action: Action,
    officer: Officer,
    at: datetime,
    data: dict[str, object] | None = None,
    reason: str | None = None,
) -> int:
    event = moving.move(
        comment=comment, action=action, actor=Actor.OFFICER, at=at, officer_id=officer.id, data=data, reason=reason
    )
    return event.sequence
