"""Refusing a case for a reason that the law knows; the sender is told who refused, why, and where to turn."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.errors import InvalidInput
from feedback.domain.status import Action, Actor
from feedback.domain.text import clean
from feedback.models import Body, Comment, Officer, RefusalReason
from feedback.services import merging, moving, notifying, scope

INTAKE_NAME = "Bộ phận tiếp nhận ý kiến"
LONGEST = 2000
KEEP_SECONDS = 60.0
_kept: dict[str, tuple[float, tuple[RefusalReason, ...]]] = {}


def load(*, rows: Iterable[Mapping[str, str]]) -> int:
    """Write the reasons, new or changed; safe to repeat. Rows of code, name, sentence, referral, source, certainty."""
    found: list[dict[str, object]] = [{**row, "position": place} for place, row in enumerate(rows, 1)]
    statement = insert(RefusalReason)
    changed = {name: statement.excluded[name] for name in found[0] if name != "code"}
    session().execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed), found)
    _kept.clear()
    return len(found)


def offered() -> tuple[RefusalReason, ...]:
    """The reasons that may be chosen, in their order; kept in the process for a minute."""
    until, kept = _kept.get("all", (0.0, ()))
    if until <= time.monotonic() or not kept:
        kept = tuple(reasons())
        for row in kept:
            session().expunge(row)
        _kept["all"] = (time.monotonic() + KEEP_SECONDS, kept)
    return kept


def reasons(*, active: bool = True) -> list[RefusalReason]:
    """The reasons in their order; those no longer in use too, when asked."""
    statement = select(RefusalReason).order_by(RefusalReason.position, RefusalReason.code)
    return list(session().scalars(statement.where(RefusalReason.active) if active else statement))


def refuse(*, officer: Officer, reference: str, version: int, at: datetime, code: str, reason: str = "") -> Comment:
    """Refuse a case that waits on the triage desk.

    Args:
        officer: who refuses.
        reference: of the case.
        version: the one that was read.
        at: now.
        code: of a reason of the table.
        reason: what else the sender should read, at most 2,000 characters; may be empty.

    Raises:
        InvalidInput: no such reason, or too many words.
        InvalidMove, NotAllowed, NotFound, OnHold, Stale: as their names say.
    """
    comment = scope.lock_to_act(officer=officer, action=Action.REFUSE, reference=reference, version=version)
    chosen = session().get(RefusalReason, code)
    words = clean(reason)
    if chosen is None or not chosen.active:
        raise InvalidInput({"code": ["Xin chọn lý do từ chối trong danh sách."]})
    if len(words) > LONGEST:
        raise InvalidInput({"reason": ["Xin viết ngắn lại, tối đa 2.000 ký tự."]})
    unit = session().get(Body, officer.body_id) if officer.body_id else None
    event = moving.move(
        comment=comment,
        action=Action.REFUSE,
        actor=Actor.OFFICER,
        at=at,
        officer_id=officer.id,
        reason=letter(chosen=chosen, unit=unit.name if unit else INTAKE_NAME, words=words),
        data={"reason": chosen.code, "unit": unit.code if unit else None},
    )
    notifying.promise(comment=comment, event="refused", occasion=event.sequence, at=at)
    merging.release(lead=comment, at=at)
    return comment


def letter(*, chosen: RefusalReason, unit: str, words: str) -> str:
    """What the sender reads: which unit refused, why and on what authority, and where to turn next."""
    parts = (
        f"{unit} đã xem xét và không tiếp nhận giải quyết ý kiến của Ông/Bà. Lý do: {chosen.sentence}",
        words,
        f"Căn cứ: {chosen.source}.",
        f"Bước tiếp theo: {chosen.referral}",
    )
    return "\n\n".join(part for part in parts if part)
