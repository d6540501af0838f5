"""A search of phrases by pairs of words: two words that stand one after the other are one of the vector besides."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BATCH = 1000
SEARCH = "Its words, each with accents and without at one place, and pairs of them: what a search reads"
SEARCH_BEFORE = "Its words, each with accents and without at one place: what a search reads"
NEXT = sa.text(
    "SELECT id, array(SELECT lexeme FROM unnest(search)) AS words,"
    " array(SELECT array_to_string(positions, ',') FROM unnest(search)) AS places"
    " FROM comment WHERE CAST(:last AS uuid) IS NULL OR id > :last ORDER BY id LIMIT :batch"
)
ADD = sa.text("UPDATE comment SET search = search || array_to_tsvector(CAST(:pairs AS text[])) WHERE id = :id")
WITHOUT = """
UPDATE comment SET search = ts_delete(search, array(SELECT lexeme FROM unnest(search) WHERE lexeme LIKE '%\\_%'))
"""


def upgrade() -> None:
    connection = op.get_bind()
    last = None
    while rows := connection.execute(NEXT, {"last": last, "batch": BATCH}).all():
        found = [{"id": row.id, "pairs": pairs(zip(row.words, row.places, strict=True))} for row in rows]
        connection.execute(ADD, found)
        last = rows[-1].id
    _describe(SEARCH, SEARCH_BEFORE)


def downgrade() -> None:
    op.execute(WITHOUT)
    _describe(SEARCH_BEFORE, SEARCH)


def _describe(now: str, before: str) -> None:
    op.alter_column("comment", "search", existing_type=postgresql.TSVECTOR(), comment=now, existing_comment=before)


def pairs(words: Iterable[tuple[str, str]]) -> list[str]:
    """The pairs of a vector's words without accents, from the places of each."""
    plain = {int(place): word for word, places in words if fold(word) == word for place in places.split(",") if place}
    return sorted({f"{word}_{plain[place + 1]}" for place, word in plain.items() if place + 1 in plain})


def fold(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in bare if unicodedata.category(c) != "Mn"))
