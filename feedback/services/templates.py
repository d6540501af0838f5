"""Templates of answers in use: which are offered to an official on a case, with what the case itself fills in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import session
from feedback.domain.answer_template import Paragraph, compose, fill
from feedback.domain.clock import VIETNAM
from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.domain.status import Status
from feedback.domain.text import clean
from feedback.domain.vocabulary import FIELD_NAMES, KIND_NAMES, Kind
from feedback.models import AnswerTemplate, Body, Comment, Officer, Province
from feedback.services import scope

OFFERED = 60  # templates shown on one case


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph of an offer, filled; `place` counts from 0 within the template."""

    place: int
    label: str
    text: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One template filled from a case; `text` holds the obligatory paragraphs."""

    id: int
    name: str
    owner: str
    pieces: tuple[Piece, ...]
    text: str


def load(*, rows: Iterable[Mapping[str, object]], at: datetime) -> int:
    """Write the templates that come with the service; one that is there stays as officials have made it.

    Args:
        rows: code, name, kind, state, and paragraphs of label, text and perhaps optional.
        at: now.

    Returns how many rows were given.
    """
    values = [
        {name: row[name] for name in ("code", "name", "kind", "state")}
        | {"paragraphs": stored(paragraphs=paragraphs_of(kept=row["paragraphs"])), "created_at": at, "updated_at": at}
        for row in rows
    ]
    session().execute(insert(AnswerTemplate).on_conflict_do_nothing(index_elements=["code"]), values)
    return len(values)


def offered(*, officer: Officer, comment: Comment, at: datetime, state: Status | None = None) -> tuple[Offer, ...]:
    """The templates for this case, filled: the official's own body's first, then its class's, then the general ones.

    Args:
        officer: who will use one.
        comment: the case, which the caller has found within the officer's reach.
        at: now, for the date of today.
        state: the state that a form leads to; None for the draft of an answer.
    """
    rows = (
        session()
        .scalars(
            select(AnswerTemplate)
            .outerjoin(Body, Body.id == officer.body_id)
            .where(AnswerTemplate.active, _for(comment, state), _open_to())
            .order_by(
                AnswerTemplate.body_id.is_(None),
                AnswerTemplate.class_code.is_(None),
                AnswerTemplate.kind,
                AnswerTemplate.id,
            )
            .limit(OFFERED)
        )
        .all()
    )
    if not rows:
        return ()
    known = values(officer=officer, comment=comment, at=at)
    return tuple(_offer(row, known) for row in rows)


def fired(*, officer: Officer, reference: str, state: Status, typed: str, at: datetime) -> tuple[str, str] | None:
    """Name and text of the first template for a form that leads to this state, after what was typed; None without one.

    Raise NotAllowed or NotFound when the officer may not see the case.
    """
    comment = _within(officer, reference, Permission.SEE_CASES)
    offers = offered(officer=officer, comment=comment, at=at, state=state)
    if not offers:
        return None
    return offers[0].name, "\n\n".join(part for part in (clean(typed), clean(offers[0].text)) if part)


def use(*, officer: Officer, reference: str, template: int, ticked: Collection[int], typed: str, at: datetime) -> str:
    """What was typed, and after it the template with the paragraphs that were ticked.

    Raises:
        NotAllowed, NotFound: the case or the template is not within the officer's reach.
    """
    comment = answerable(officer=officer, reference=reference)
    row = session().scalar(
        select(AnswerTemplate)
        .outerjoin(Body, Body.id == officer.body_id)
        .where(AnswerTemplate.id == template, AnswerTemplate.active, _for(comment, None), _open_to())
    )
    if row is None:
        raise NotFound("Mẫu này không còn được dùng. Xin chọn một mẫu khác trong danh sách.")
    known = values(officer=officer, comment=comment, at=at)
    text = compose(paragraphs_of(kept=row.paragraphs), known, ticked)
    return "\n\n".join(part for part in (clean(typed), clean(text)) if part)


def answerable(*, officer: Officer, reference: str) -> Comment:
    """The case, when the officer may write its answer; raise NotAllowed or NotFound."""
    return _within(officer, reference, Permission.ANSWER)


def values(*, officer: Officer, comment: Comment, at: datetime) -> dict[str, str | None]:
    """What the case says for each variable that it can fill; the sender's identity is none of them."""
    body_id = comment.body_id or officer.body_id
    body = session().get(Body, body_id) if body_id else None
    place = session().get(Province, comment.province) if comment.province else None
    return {
        "số ý kiến": comment.reference,
        "tiêu đề": comment.title,
        "loại ý kiến": KIND_NAMES[Kind(comment.kind)].lower(),
        "lĩnh vực": FIELD_NAMES.get(comment.field) if comment.field else None,
        "ngày gửi": _day(comment.received_at),
        "hạn trả lời": _day(comment.due_at),
        "ngày hôm nay": _day(at),
        "cơ quan": body.name if body else None,
        "tên địa phương": f"{place.kind} {place.name}" if place else None,
    }


def paragraphs_of(*, kept: object) -> tuple[Paragraph, ...]:
    """The paragraphs as a row or a file keeps them."""
    given: Sequence[Mapping[str, object]] = kept if isinstance(kept, list) else []
    return tuple(Paragraph(str(one["label"]), str(one["text"]), one.get("optional") is True) for one in given)


def stored(*, paragraphs: Iterable[Paragraph]) -> list[dict[str, object]]:
    """The paragraphs as a row keeps them."""
    return [{"label": one.label, "text": one.text, "optional": one.optional} for one in paragraphs]


def _within(officer: Officer, reference: str, permission: Permission) -> Comment:
    scope.require(officer=officer, permission=permission)
    comment = session().scalar(
        select(Comment).where(Comment.reference == reference, scope.within(officer=officer, permission=permission))
    )
    if comment is None:
        raise NotFound
    return comment


def _for(comment: Comment, state: Status | None) -> ColumnElement[bool]:
    fits = or_(AnswerTemplate.kind.is_(None), AnswerTemplate.kind == comment.kind)
    return fits & (AnswerTemplate.state.is_(None) if state is None else AnswerTemplate.state == state)


def _open_to() -> ColumnElement[bool]:
    """General templates, those of the class of the officer's body, and the body's own; `Body` is the officer's."""
    general = AnswerTemplate.body_id.is_(None) & AnswerTemplate.class_code.is_(None)
    return or_(general, AnswerTemplate.body_id == Body.id, AnswerTemplate.class_code == Body.class_code)


def _offer(row: AnswerTemplate, known: Mapping[str, str | None]) -> Offer:
    paragraphs = paragraphs_of(kept=row.paragraphs)
    pieces = tuple(Piece(place, one.label, fill(one.text, known), one.optional) for place, one in enumerate(paragraphs))
    owner = "Mẫu của cơ quan" if row.body_id else "Mẫu của khối cơ quan" if row.class_code else "Mẫu chung"
    return Offer(row.id, row.name, owner, pieces, compose(paragraphs, known))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"
