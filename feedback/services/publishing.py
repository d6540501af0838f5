"""Making an answered case public, personal data replaced, or public no more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from feedback.db import session
from feedback.domain import personal
from feedback.domain.errors import InvalidInput, InvalidMove, NotFound, OnHold
from feedback.domain.permissions import Permission
from feedback.domain.status import MOVES, OPEN, Action, Actor, Status
from feedback.domain.text import clean
from feedback.models import Body, Comment, Officer, Publication, Response, Sender
from feedback.services import identity, moving, notifying, scope
from feedback.services.comparing import without_personal

_STATES = frozenset(state for move in MOVES if move.action is Action.PUBLISH for state in move.sources)
_KEPT = "Nội dung được giữ kín theo quy định nên không công khai."
_ERASED = "Dữ liệu của ý kiến đã được xóa theo quy định về lưu trữ nên không công khai."
_FOLLOWS = "Ý kiến đã gộp với một ý kiến cùng nội dung; chỉ ý kiến được gộp vào mới được công khai."
_UNANSWERED = "Ý kiến chưa có câu trả lời đã gửi, hoặc đang được giải quyết lại, nên chưa công khai được."
_REFUSED = "Người gửi không đồng ý công khai nội dung ý kiến."
_UNREAD = "Máy chưa tìm xong thông tin cá nhân cần che trong ý kiến. Xin thử lại sau ít phút."
_ALREADY = "Ý kiến và câu trả lời này đã được công khai."
_TO_BE_SEEN = "Có thông tin cá nhân cần che nên phải xem trước: xin công khai riêng từ trang của ý kiến này."
NAMELESS = "[họ tên người gửi]"


@dataclass(frozen=True, slots=True)
class Shown:
    """What readers see of one case; `name` is None when the sender is not named, `voices` counts all who report it."""

    reference: str
    kind: str
    title: str
    text: str
    answer: str
    body_name: str
    outcome: str | None
    received_at: datetime
    replied_at: datetime
    published_at: datetime | None
    name: str | None
    voices: int
    reopened: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """One case before it is published: as readers will see it, or the sentence that says why it may not be."""

    reference: str
    version: int
    published_at: datetime | None
    hindrance: str | None
    shown: Shown | None


def preview(*, officer: Officer, reference: str) -> Preview:
    """What would be published; a name is not read for it but stands as NAMELESS.

    Raises:
        NotAllowed, NotFound: as their names say.
    """
    scope.require(officer=officer, permission=Permission.PUBLISH)
    comment = session().scalar(select(Comment).where(Comment.reference == reference))
    if comment is None:
        raise NotFound
    scope.check(officer=officer, permission=Permission.PUBLISH, comment=comment)
    answer = _answer(comment)
    hindrance = _hindrance(comment, answer)
    shown = _shown(comment, answer) if answer is not None and hindrance is None else None
    return Preview(reference, comment.version, comment.published_at, hindrance, shown)


def publish(*, officer: Officer, reference: str, version: int, at: datetime) -> Comment:
    """Make a case and its last answer public as `preview` shows them, and tell the sender.

    The name of a sender who agreed to be named is read for it: the audit event says so.

    Raises:
        InvalidMove: the sentence says what hinders it.
        NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.PUBLISH, reference=reference, version=version)
    answer = _answer(comment)
    hindrance = _hindrance(comment, answer)
    if hindrance is not None or answer is None:
        raise InvalidMove(hindrance)
    made = _publication(comment, answer, officer, at)
    event = moving.move(
        comment=comment,
        action=Action.PUBLISH,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        data={"response": answer.id, "digest": _digest(made), "named": made.name is not None},
    )
    take_down(comment=comment)
    comment.published_at = at
    session().add(made)
    notifying.promise(comment=comment, event="published", occasion=event.sequence, at=at)
    return comment


def publish_unseen(*, officer: Officer, reference: str, version: int, at: datetime) -> Comment:
    """The same without having seen the preview: only where no word of the case or its answer has to be replaced.

    Raises:
        InvalidMove: something has to be replaced, which must be looked at; or as for `publish`.
        NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.PUBLISH, reference=reference, version=version)
    answer = _answer(comment)
    if answer is not None and _hindrance(comment, answer) is None:
        as_written = tuple(clean(words) for words in (comment.title, comment.text, answer.text))
        if _words(comment, answer) != as_written:
            raise InvalidMove(_TO_BE_SEEN)
    return publish(officer=officer, reference=reference, version=version, at=at)


def withdraw(*, officer: Officer, reference: str, version: int, reason: str, at: datetime) -> Comment:
    """Make a case public no more, whatever its state; its public words are deleted.

    Raises:
        InvalidInput: no reason.
        InvalidMove: it is not public.
        NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock(officer=officer, permission=Permission.PUBLISH, reference=reference, version=version)
    if comment.published_at is None:
        raise InvalidMove("Ý kiến này hiện không được công khai.")
    words = clean(reason)
    if not words:
        raise InvalidInput({"reason": ["Xin nêu vì sao thôi công khai."]})
    moving.move(
        comment=comment, action=Action.WITHDRAW, actor=Actor.OFFICER, at=at, officer_id=officer.id, reason=words
    )
    take_down(comment=comment)
    return comment


def take_down(*, comment: Comment) -> None:
    """Nothing of a locked case is public any more."""
    comment.published_at = None
    session().flush()
    session().execute(delete(Publication).where(Publication.comment_id == comment.id))


def _answer(comment: Comment) -> Response | None:
    """The last answer that was sent."""
    return session().scalar(
        select(Response)
        .where(Response.comment_id == comment.id, Response.state == "sent")
        .order_by(Response.id.desc())
        .limit(1)
    )


def _hindrance(comment: Comment, answer: Response | None) -> str | None:
    """Why a case may not be published, the first of all reasons; None when it may."""
    if comment.held:
        return OnHold.message
    if comment.confidential:
        return _KEPT
    if comment.erased is not None:
        return _ERASED
    if comment.merged_into_id is not None:
        return _FOLLOWS
    if answer is None or comment.replied_at is None or Status(comment.status) not in _STATES:
        return _UNANSWERED
    if not session().scalar(select(Sender.consent_publish).where(Sender.comment_id == comment.id)):
        return _REFUSED
    if comment.personal is None:
        return _UNREAD
    if comment.published_at is not None and _is_public(comment, answer):
        return _ALREADY
    return None


def _is_public(comment: Comment, answer: Response) -> bool:
    published = session().get(Publication, comment.id)
    return published is not None and published.response_id == answer.id


def _publication(comment: Comment, answer: Response, officer: Officer, at: datetime) -> Publication:
    title, words, said = _words(comment, answer)
    return Publication(
        comment_id=comment.id,
        response_id=answer.id,
        officer_id=officer.id,
        title=title,
        text=words,
        answer=said,
        name=identity.to_publish(comment=comment),
        at=at,
    )


def _shown(comment: Comment, answer: Response) -> Shown:
    title, words, said = _words(comment, answer)
    named = session().scalar(
        select(Sender.consent_publish_name & Sender.name.is_not(None)).where(Sender.comment_id == comment.id)
    )
    return Shown(
        reference=comment.reference,
        kind=comment.kind,
        title=title,
        text=words,
        answer=said,
        body_name=session().scalars(select(Body.name).where(Body.id == answer.body_id)).one(),
        outcome=answer.outcome,
        received_at=comment.received_at,
        replied_at=answer.sent_at or answer.created_at,
        published_at=None,
        name=NAMELESS if named else None,
        voices=1 + _followers(comment),
        reopened=Status(comment.status) in OPEN,
    )


def _followers(comment: Comment) -> int:
    counted = select(func.count()).where(Comment.merged_into_id == comment.id)
    return session().scalar(counted) or 0


def _words(comment: Comment, answer: Response) -> tuple[str, str, str]:
    """Title, text and answer without personal data: what was found in them, what its form gives away, the sender's."""
    title, text = _replaced(comment)
    return _covered(comment, title), _covered(comment, text), _covered(comment, answer.text)


def _replaced(comment: Comment) -> tuple[str, str]:
    """Title and text; the places of personal data count in both, with one line break between."""
    end, spans = len(comment.title), [(int(str(s)), int(str(e)), k) for s, e, k in comment.personal or ()]
    of_title = [(start, min(stop, end), kind) for start, stop, kind in spans if start < end]
    of_text = [(max(start - end - 1, 0), stop - end - 1, kind) for start, stop, kind in spans if stop > end + 1]
    return (
        without_personal(text=comment.title, personal=of_title),
        without_personal(text=comment.text, personal=of_text),
    )


def _covered(comment: Comment, text: str) -> str:
    formless = without_personal(text=text, personal=personal.find(text))
    return clean(identity.hidden(comment=comment, text=formless))


def _digest(made: Publication) -> str:
    """SHA-256 of the words that became public."""
    return hashlib.sha256("\n".join((made.title, made.text, made.answer, made.name or "")).encode()).hexdigest()
