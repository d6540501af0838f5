"""The survey that goes out with an answer: its link opens one case without log-in, until the case moves on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from feedback.db import session
from feedback.domain.errors import NotFound
from feedback.domain.status import Action, Status
from feedback.models import AuditEvent, Body, Comment, Response
from feedback.services import moving, rating

VALID = timedelta(days=60)
_PURPOSE = "survey"
_GONE = (
    "Đường dẫn này không còn dùng được: câu trả lời đã được đánh giá, ý kiến đã được giải quyết tiếp, hoặc đã quá"
    " 60 ngày. Ông/Bà vẫn xem được ý kiến bằng số ý kiến và mã tra cứu trên biên nhận."
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What whoever holds the link is shown: no more of the case than the letter's reader needs to judge the answer."""

    reference: str
    title: str
    body_name: str
    received_at: datetime
    answer: str
    sent_at: datetime


def token_for(*, comment_id: UUID, occasion: int, secret: str) -> str:
    """The token of one answer.

    Args:
        comment_id: the case.
        occasion: sequence number of the audit event that sent the answer.
        secret: the server's secret.
    """
    return _signer(secret).dumps([comment_id.hex, occasion])


def open_survey(*, token: str, secret: str, at: datetime) -> Survey:
    """The case and the answer of this token; raise NotFound when it is not ours, too old, or the case moved on."""
    comment_id, occasion = _read(token, secret)
    comment = session().scalar(select(Comment).where(Comment.id == comment_id))
    if comment is None:
        raise NotFound(_GONE)
    _check(comment, occasion, at)
    answer, body_name = (
        session()
        .execute(
            select(Response, Body.name)
            .join(Body, Body.id == Response.body_id)
            .where(Response.comment_id == comment.id, Response.state == "sent")
            .order_by(Response.id.desc())
            .limit(1)
        )
        .one()
    )
    return Survey(comment.reference, comment.title, body_name, comment.received_at, answer.text, answer.sent_at or at)


def resolve(*, token: str, secret: str, at: datetime) -> str:
    """The citizen says that the matter is resolved; the case's reference. Raise NotFound as `open_survey`."""
    comment = _locked(token, secret, at)
    rating.resolved(comment=comment, at=at)
    return comment.reference


def report_again(*, token: str, secret: str, reason: str, at: datetime) -> str:
    """The citizen says that it is not, and why; the case's reference.

    Raises:
        InvalidInput: no reason, or too long a one.
        NotFound: as `open_survey`.
    """
    cleaned = rating.checked_reason(reason=reason)
    comment = _locked(token, secret, at)
    rating.unresolved(comment=comment, reason=cleaned, at=at)
    return comment.reference


def _locked(token: str, secret: str, at: datetime) -> Comment:
    comment_id, occasion = _read(token, secret)
    reference = session().scalar(select(Comment.reference).where(Comment.id == comment_id))
    if reference is None:
        raise NotFound(_GONE)
    comment = moving.lock(reference=reference)
    _check(comment, occasion, at)
    return comment


def _check(comment: Comment, occasion: int, at: datetime) -> None:
    """Whether the answer that the token was made for is the last one, and still waits for the citizen's word."""
    last = (
        session()
        .execute(
            select(AuditEvent.sequence, AuditEvent.at)
            .where(AuditEvent.comment_id == comment.id, AuditEvent.action == Action.REPLY)
            .order_by(AuditEvent.sequence.desc())
            .limit(1)
        )
        .first()
    )
    if comment.status != Status.REPLIED or last is None or last.sequence != occasion or last.at + VALID < at:
        raise NotFound(_GONE)


def _read(token: str, secret: str) -> tuple[UUID, int]:
    try:
        identifier, occasion = _signer(secret).loads(token)
        return UUID(identifier), int(occasion)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound(_GONE) from error


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_PURPOSE)
