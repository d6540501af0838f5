"""Who the sender is: read only here, by permission, for a reason, and every time with an audit event."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from feedback.db import session
from feedback.domain.errors import InvalidInput, NotAllowed
from feedback.domain.permissions import Permission
from feedback.domain.status import Actor
from feedback.domain.text import clean
from feedback.models import Comment, Officer, Sender
from feedback.services import moving, scope

BLIND = "Cơ quan của Anh/Chị giải quyết ẩn danh: danh tính người gửi không được mở tại đây."


@dataclass(frozen=True, slots=True)
class Identity:
    """What the sender said of themselves."""

    name: str | None
    organisation: str | None
    tax_code: str | None
    email: str | None
    phone: str | None
    address: str | None


def unseal(*, officer: Officer, reference: str, version: int, reason: str, at: datetime) -> Identity | None:
    """The sender's identity, None when there is none; the reason is kept and the reading is an audit event.

    Raises:
        InvalidInput: no reason.
        NotAllowed: no role of the officer reads identities, or the officer's body handles every case blind.
        NotFound, Stale: as their names say.
    """
    scope.require(officer=officer, permission=Permission.UNSEAL)
    if officer.body_blind:
        raise NotAllowed(BLIND)
    cleaned = clean(reason)
    if len(cleaned) < 5:
        raise InvalidInput({"reason": ["Xin nêu lý do cần xem danh tính người gửi (ít nhất 5 ký tự)."]})
    comment = scope.lock(
        officer=officer, permission=Permission.UNSEAL, reference=reference, version=version, held_too=True
    )
    digest = moving.note(
        comment=comment, action="unseal", actor=Actor.OFFICER, officer_id=officer.id, text=cleaned, at=at
    )
    moving.record(
        comment=comment, action="unseal", actor=Actor.OFFICER, officer_id=officer.id, at=at, data={"note": digest}
    )
    sender = session().get(Sender, comment.id)
    if sender is None:
        return None
    return Identity(sender.name, sender.organisation, sender.tax_code, sender.email, sender.phone, sender.address)


def may_read(*, officer: Officer, comment: Comment) -> bool:
    """Whether this officer's roles reach the identity behind a case; a body that handles blind still forbids it."""
    return Permission.UNSEAL in officer.permissions and scope.reaches(
        officer=officer, permission=Permission.UNSEAL, comment=comment
    )


HIDDEN = "[thông tin cá nhân đã được che]"
_SHORTEST_HIDDEN = 4  # characters; what is shorter is a word like another


def hidden(*, comment: Comment, text: str) -> str:
    """A text about a case for somebody else's eyes: what is known of its sender is covered, and nobody reads it."""
    sender = session().get(Sender, comment.id)
    known = [getattr(sender, name) or "" for name in _KNOWN] if sender else []
    words = f"{comment.title}\n{comment.text}"
    known += [words[int(str(piece[0])) : int(str(piece[1]))] for piece in comment.personal or ()]
    longest_first = sorted({piece.strip() for piece in known}, key=len, reverse=True)
    covered = [re.escape(piece) for piece in longest_first if len(piece) >= _SHORTEST_HIDDEN]
    return re.sub("|".join(covered), HIDDEN, text, flags=re.IGNORECASE) if covered else text


_KNOWN = ("name", "organisation", "tax_code", "email", "phone", "address")


def to_publish(*, comment: Comment) -> str | None:
    """The sender's name, of who agreed that it be published; the caller writes the reading down.

    Raises nothing: who agreed to nothing, gave no name or is erased has none.
    """
    sender = session().get(Sender, comment.id)
    return sender.name if sender is not None and sender.consent_publish_name else None
