"""Which comments are like which: keys to find candidates by, and what the judge said of each pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from feedback.db import UtcDateTime, session
from feedback.domain.retention import Erased
from feedback.domain.vocabulary import PERSONAL_NAMES
from feedback.models import Comment, Outbox
from feedback.services.outbox import Claim

CANDIDATES = 30
NEWEST = 64  # of the comments that share a key, how many are looked at


@dataclass(frozen=True, slots=True)
class Uncompared:
    """One comment to compare: its promise, and title and text with one line break between."""

    claim: Claim
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What was read in one comment: its keys, and where personal data stands (start, end, type)."""

    comment_id: UUID
    keys: Sequence[int]
    personal: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Like:
    """A comment that may report the same matter; `shared` is how many keys it has in common."""

    comment_id: UUID
    text: str
    shared: int


@dataclass(frozen=True, slots=True)
class Pair:
    """What was found of two comments: how probably they are the same, whether surely, and how alike they are."""

    one: UUID
    other: UUID
    score: float
    sure: bool
    alike: float


def texts(*, claims: Sequence[Claim]) -> list[Uncompared]:
    """The texts of claimed comments; one that became confidential, or was erased, is left out."""
    rows = session().execute(
        select(Comment.id, Comment.title, Comment.text).where(
            Comment.id.in_([claim.comment_id for claim in claims]),
            Comment.confidential.is_(False),
            Comment.erased.is_distinct_from(Erased.TEXT),
        )
    )
    found = {row.id: f"{row.title}\n{row.text}" for row in rows}
    return [Uncompared(claim, found[claim.comment_id]) for claim in claims if claim.comment_id in found]


def enter(*, entries: Sequence[Entry]) -> None:
    """Keep the keys by which a comment can be found, and where its personal data stands; safe to repeat.

    It is to be committed before `candidates` is asked: of two comments that come at once, the later must see the other.
    """
    rows = [
        {"id": str(entry.comment_id), "keys": list(entry.keys), "personal": [list(span) for span in entry.personal]}
        for entry in entries
    ]
    session().execute(_ENTER, {"entries": rows})


def candidates(*, comment_id: UUID, keys: Sequence[int], limit: int = CANDIDATES) -> list[Like]:
    """The comments that share most keys, the newer first among equals; confidential ones never."""
    rows = session().execute(_CANDIDATES, {"keys": list(keys), "self": comment_id, "newest": NEWEST, "limit": limit})
    return [Like(row.id, f"{row.title}\n{row.text}", row.shared) for row in rows]


def keep(*, pairs: Sequence[Pair], at: datetime) -> None:
    """Keep what was found, once a pair, whichever of the two was compared."""
    rows = {
        (max(pair.one, pair.other), min(pair.one, pair.other)): {
            "score": pair.score,
            "sure": pair.sure,
            "alike": pair.alike,
        }
        for pair in pairs
    }
    told = [{"later": str(later), "earlier": str(earlier), **found} for (later, earlier), found in rows.items()]
    session().execute(_KEEP, {"pairs": told, "at": at})


def promise(*, comment_id: UUID, at: datetime) -> None:
    """Promise to compare one comment with the others."""
    session().add(Outbox(topic="compare", comment_id=comment_id, available_at=at, created_at=at))


def promise_missing(*, at: datetime) -> int:
    """Promise to compare every comment that was classified but never compared; return how many."""
    return len(session().execute(_PROMISE_MISSING, {"at": at}).all())


def without_personal(*, text: str, personal: Sequence[Sequence[object]]) -> str:
    """`text` with each piece of personal data, which stands at these places, replaced as in "[số điện thoại]"."""
    parts, done = [], 0
    for start, end, kind in personal:
        first, last = int(str(start)), int(str(end))
        parts += [text[done:first], f"[{PERSONAL_NAMES.get(str(kind), 'thông tin cá nhân')}]"]
        done = last
    return "".join([*parts, text[done:]])


_ENTER = text("""
WITH entry AS (
    SELECT id, keys, personal FROM jsonb_to_recordset(:entries) AS row(id uuid, keys bigint[], personal jsonb)
), read AS (
    UPDATE comment SET personal = entry.personal FROM entry WHERE comment.id = entry.id AND NOT comment.held
)
INSERT INTO likeness (key, comment_id) SELECT unnest(keys), id FROM entry ON CONFLICT DO NOTHING
""").bindparams(bindparam("entries", type_=JSONB()))

_CANDIDATES = text("""
WITH found AS (
    SELECT holder.comment_id AS id, count(*) AS shared
    FROM unnest(CAST(:keys AS bigint[])) AS asked(key)
    CROSS JOIN LATERAL (
        SELECT comment_id FROM likeness WHERE likeness.key = asked.key ORDER BY comment_id DESC LIMIT :newest
    ) AS holder
    WHERE holder.comment_id <> :self
    GROUP BY holder.comment_id ORDER BY shared DESC, holder.comment_id DESC LIMIT :limit
)
SELECT comment.id, comment.title, comment.text, found.shared
FROM found JOIN comment ON comment.id = found.id
WHERE NOT comment.confidential
ORDER BY found.shared DESC, comment.id DESC
""")

# In one order, whoever keeps them: two workers that compare alike comments would else wait for each other in a circle.
_KEEP = text("""
INSERT INTO resemblance (comment_id, other_id, score, sure, alike, at)
SELECT later, earlier, score, sure, alike, :at
FROM jsonb_to_recordset(:pairs) AS row(later uuid, earlier uuid, score float8, sure bool, alike float8)
ORDER BY later, earlier
ON CONFLICT (comment_id, other_id)
DO UPDATE SET score = excluded.score, sure = excluded.sure, alike = excluded.alike, at = excluded.at
""").bindparams(bindparam("pairs", type_=JSONB()), bindparam("at", type_=UtcDateTime()))

_PROMISE_MISSING = text("""
INSERT INTO outbox (topic, comment_id, available_at, created_at)
SELECT 'compare', id, :at, :at FROM comment
WHERE personal IS NULL AND NOT confidential AND status NOT IN ('submitted', 'received')
  AND NOT EXISTS (SELECT FROM outbox WHERE outbox.comment_id = comment.id AND topic = 'compare' AND state = 'pending')
RETURNING comment_id
""").bindparams(bindparam("at", type_=UtcDateTime()))
