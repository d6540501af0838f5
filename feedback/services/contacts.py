"""Addresses that are not to be written to, known by their marks alone: unsubscribed, returned too often, or asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.delivery import address_mark
from feedback.domain.errors import NotFound
from feedback.models import ContactMark
from feedback.services import admin_log

PAGE = 50
HARD_BOUNCES = 3  # so many messages came back for good: the address is not written to any more
_PURPOSE = "unsubscribe"
_GONE = "Đường dẫn ngừng nhận thư này không đúng. Xin mở lại từ thư đã nhận."


@dataclass(frozen=True, slots=True)
class Page:
    """Marks, the latest first; `following` is the mark of the next page."""

    rows: Sequence[ContactMark]
    following: str | None


def is_refused(*, channel: str, address: str, secret: str) -> bool:
    """Whether an address is not to be written to."""
    mark = address_mark(channel=channel, address=address, secret=secret)
    return (
        session().scalar(select(ContactMark.mark).where(ContactMark.mark == mark, ContactMark.refused_at.is_not(None)))
        is not None
    )


def refuse(*, mark: str, channel: str, reason: str, at: datetime) -> None:
    """Write to an address no more; that it is refused already changes nothing."""
    values = {"mark": mark, "channel": channel, "reason": reason, "refused_at": at}
    statement = insert(ContactMark).values(**values)
    session().execute(
        statement.on_conflict_do_update(
            index_elements=["mark"],
            set_={"reason": reason, "refused_at": at},
            where=ContactMark.refused_at.is_(None),
        )
    )


def bounced(*, channel: str, address: str, secret: str, at: datetime) -> None:
    """Count a message that came back for good; the third one refuses the address."""
    mark = address_mark(channel=channel, address=address, secret=secret)
    statement = insert(ContactMark).values(mark=mark, channel=channel, bounces=1)
    counted = session().scalar(
        statement.on_conflict_do_update(index_elements=["mark"], set_={"bounces": ContactMark.bounces + 1}).returning(
            ContactMark.bounces
        )
    )
    if counted is not None and counted >= HARD_BOUNCES:
        refuse(mark=mark, channel=channel, reason="bounced", at=at)


def release(*, mark: str, officer_id: int, at: datetime) -> None:
    """Write to an address again, its count begun anew; raise NotFound when it was not refused."""
    released = session().execute(
        update(ContactMark)
        .where(ContactMark.mark == mark, ContactMark.refused_at.is_not(None))
        .values(refused_at=None, reason=None, bounces=0)
        .returning(ContactMark.mark)
    )
    if released.scalar_one_or_none() is None:
        raise NotFound
    admin_log.write(action="contact_released", at=at, officer_id=officer_id, data={"mark": mark[:12]})


def add(*, channel: str, address: str, secret: str, officer_id: int, at: datetime) -> str:
    """Refuse an address because its owner asked an official; the mark, by which alone it is kept."""
    mark = address_mark(channel=channel, address=address, secret=secret)
    refuse(mark=mark, channel=channel, reason="asked", at=at)
    admin_log.write(action="contact_refused", at=at, officer_id=officer_id, data={"mark": mark[:12]})
    return mark


def page(*, prefix: str = "", after: str | None = None, limit: int = PAGE) -> Page:
    """Refused addresses by the beginning of their marks, the latest first."""
    statement = select(ContactMark).where(ContactMark.refused_at.is_not(None))
    if prefix:
        statement = statement.where(ContactMark.mark.startswith(prefix, autoescape=True))
    mark = _read_mark(after)
    if mark is not None:
        statement = statement.where(tuple_(ContactMark.refused_at, ContactMark.mark) < mark)
    found = (
        session()
        .scalars(statement.order_by(ContactMark.refused_at.desc(), ContactMark.mark.desc()).limit(limit + 1))
        .all()
    )
    last = found[limit - 1] if len(found) > limit else None
    following = f"{last.refused_at.isoformat()}_{last.mark}" if last and last.refused_at else None
    return Page(found[:limit], following)


def token_for(*, address: str, secret: str) -> str:
    """The token of the link by which the reader of an e-mail refuses further ones."""
    mark = address_mark(channel="email", address=address, secret=secret)
    return str(URLSafeSerializer(secret, salt=_PURPOSE).dumps(mark))


def read_token(*, token: str, secret: str) -> str:
    """The mark that a token names; raise NotFound when it is not ours."""
    try:
        return str(URLSafeSerializer(secret, salt=_PURPOSE).loads(token))
    except BadSignature as error:
        raise NotFound(_GONE) from error


def unsubscribe(*, token: str, secret: str, at: datetime) -> None:
    """The reader of an e-mail wants no more of them; raise NotFound when the token is not ours."""
    refuse(mark=read_token(token=token, secret=secret), channel="email", reason="unsubscribed", at=at)


def _read_mark(after: str | None) -> tuple[datetime, str] | None:
    try:
        stamp, _, mark = (after or "").partition("_")
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return (moment, mark) if moment.tzinfo is not None and mark.isascii() and "\x00" not in mark else None
