"""What else helps an officer to decide a case: the machine's reading of it, the mandates, and other cases like it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, select, union_all

from feedback.db import session
from feedback.domain import mandate
from feedback.domain.permissions import Permission
from feedback.domain.status import OPEN, STATUS_NAMES, Status
from feedback.domain.vocabulary import FIELD_NAMES, KIND_NAMES
from feedback.models import Body, Comment, Officer, Resemblance, RoutingDecision
from feedback.services import bodies, comparing, scope

SHOWN = 3
EXCERPT = 280  # characters of another comment's text
KEEP_SECONDS = 60.0

CUE_NAMES = MappingProxyType(
    {
        "tinh_mang": "Nguy hiểm đến tính mạng, sức khỏe",
        "tre_em": "Liên quan đến trẻ em",
        "mat_tien": "Mất tiền, bị chiếm đoạt tài sản",
        "han_gap": "Thời hạn sắp hết",
        "toan_he_thong": "Hệ thống ngừng với mọi người",
    }
)


@dataclass(frozen=True, slots=True)
class Helper:
    """A body proposed to take part, with its probability."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign of urgency, and the words that give it."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Similar:
    """Another comment that the officer may see, without personal data; `body_name` is who has it now, or had it."""

    reference: str
    title: str
    excerpt: str
    status_name: str
    body_name: str | None
    received_at: datetime
    is_open: bool
    sure: bool
    score: float
    alike: float


@dataclass(frozen=True, slots=True)
class Advice:
    """All of it. `kind` and `field` are the machine's reading where it differs from what the sender chose."""

    question: str | None
    coordinating: tuple[Helper, ...]
    urgency: tuple[Cue, ...]
    kind: str | None
    field: str | None
    mandates: Mapping[str, str]
    duplicates: tuple[Similar, ...]
    similar: tuple[Similar, ...]


def on(*, officer: Officer, comment: Comment, decision: RoutingDecision | None) -> Advice:
    """The advice on a case that this officer may see."""
    words = f"{comment.title}\n{comment.text}"
    found = _likes(officer, comment)
    duplicates = [like for like in found if like.sure and like.is_open][:SHOWN]
    examples = sorted((like for like in found if like.body_name and like not in duplicates), key=_least_alike_last)
    return Advice(
        question=decision.question if decision else None,
        coordinating=_helpers(decision),
        urgency=_cues(decision, words),
        kind=_differing(decision.kind if decision else None, comment.kind, KIND_NAMES),
        field=_differing(decision.field if decision else None, comment.field, FIELD_NAMES),
        mandates=_mandates(decision, words),
        duplicates=tuple(duplicates),
        similar=tuple(examples[:SHOWN]),
    )


def _helpers(decision: RoutingDecision | None) -> tuple[Helper, ...]:
    names = bodies.class_names()
    proposed = decision.coordinating if decision else []
    return tuple(
        Helper(names.get(str(one["body"]), str(one["body"])), float(str(one["confidence"]))) for one in proposed
    )


def _cues(decision: RoutingDecision | None, words: str) -> tuple[Cue, ...]:
    """Each sign once, with the first words that give it."""
    cues: dict[str, Cue] = {}
    for one in decision.urgency if decision else []:
        said = " ".join(words[int(str(one["start"])) : int(str(one["end"]))].split())
        name = CUE_NAMES.get(str(one["cue"]), "Cần xem sớm")
        cues.setdefault(name, Cue(name, said))
    return tuple(cues.values())


def _differing(read: str | None, chosen: str | None, names: Mapping[Any, str]) -> str | None:
    return names.get(read) if read and read != chosen else None


def _mandates(decision: RoutingDecision | None, words: str) -> dict[str, str]:
    """For each candidate's class the line of its mandate that the comment speaks of, where there is one."""
    lines = _lines()
    classes = [str(candidate["body"]) for candidate in decision.candidates] if decision else []
    found = {code: lines.best(code, words) for code in classes}
    return {code: line for code, line in found.items() if line}


_kept: dict[str, tuple[float, mandate.Lines]] = {}


def _lines() -> mandate.Lines:
    """The mandates of all classes, read again after a minute."""
    until, lines = _kept.get("lines", (0.0, None))
    if lines is None or until <= time.monotonic():
        rows = session().execute(select(Body.class_code, Body.mandate).distinct().order_by(Body.class_code))
        lines = mandate.read({row.class_code: row.mandate for row in rows})
        _kept["lines"] = (time.monotonic() + KEEP_SECONDS, lines)
    return lines


# A pair is kept once, under the later of the two.
_LIKE = union_all(
    select(Resemblance.other_id.label("id"), Resemblance.score, Resemblance.sure, Resemblance.alike).where(
        Resemblance.comment_id == bindparam("self")
    ),
    select(Resemblance.comment_id, Resemblance.score, Resemblance.sure, Resemblance.alike).where(
        Resemblance.other_id == bindparam("self")
    ),
).subquery("alike")
_LIKES = (
    select(
        Comment.reference,
        Comment.title,
        Comment.text,
        Comment.personal,
        Comment.status,
        Comment.received_at,
        Body.short_name,
        _LIKE.c.score,
        _LIKE.c.sure,
        _LIKE.c.alike,
    )
    .join(_LIKE, _LIKE.c.id == Comment.id)
    .outerjoin(Body, Body.id == Comment.body_id)
    .where(Comment.confidential.is_(False), Comment.personal.is_not(None))
    .order_by(_LIKE.c.score.desc(), Comment.id)
)


def _likes(officer: Officer, comment: Comment) -> Sequence[Similar]:
    """The comments that were found like this one, surest first; none beyond the officer's reach, none kept."""
    seen = _LIKES.where(scope.within(officer=officer, permission=Permission.SEE_CASES))
    rows = session().execute(seen, {"self": comment.id})
    return [_similar(row) for row in rows]


def _least_alike_last(like: Similar) -> tuple[float, str]:
    return -like.alike, like.reference


def _similar(row: Any) -> Similar:
    words = comparing.without_personal(text=f"{row.title}\n{row.text}", personal=row.personal)
    title, _, said = words.partition("\n")
    return Similar(
        reference=row.reference,
        title=title,
        excerpt=said if len(said) <= EXCERPT else f"{said[:EXCERPT].rsplit(' ', 1)[0]} …",
        status_name=STATUS_NAMES[Status(row.status)],
        body_name=row.short_name,
        received_at=row.received_at,
        is_open=Status(row.status) in OPEN,
        sure=row.sure,
        score=row.score,
        alike=row.alike,
    )
