"""A search that knows accents: each word stands in the vector with them and without, at one place."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH = 1000
SEARCH = "Its words, each with accents and without at one place: what a search reads"
SEARCH_BEFORE = "Search vector of `folded`, stored because recomputing it for each candidate takes seconds"
FILL_FOLDED = """
UPDATE comment SET folded =
    regexp_replace(normalize(replace(lower(title || chr(10) || text), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g')
"""


def upgrade() -> None:
    op.execute("ALTER TABLE comment ALTER COLUMN search DROP EXPRESSION")
    op.alter_column(
        "comment", "search", existing_type=postgresql.TSVECTOR(), comment=SEARCH, existing_comment=SEARCH_BEFORE
    )
    _read_anew()
    op.drop_column("comment", "folded")


def downgrade() -> None:
    op.add_column(
        "comment",
        sa.Column("folded", sa.String(), comment="Title and text in lower case without accents, for search"),
    )
    op.execute(FILL_FOLDED)
    op.alter_column("comment", "folded", nullable=False)
    op.drop_column("comment", "search")
    op.add_column(
        "comment",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', folded)", persisted=True),
            nullable=False,
            comment=SEARCH_BEFORE,
        ),
    )
    op.create_index("ix_comment_search", "comment", ["search"], unique=False, postgresql_using="gin")


def _read_anew() -> None:
    """Write the vectors of the comments that are there: SQL cannot, for its lower case depends on the server's locale."""
    connection = op.get_bind()
    last = None
    while True:
        rows = connection.execute(
            sa.text("SELECT id, title, text FROM comment WHERE id > :last ORDER BY id LIMIT :batch")
            if last
            else sa.text("SELECT id, title, text FROM comment ORDER BY id LIMIT :batch"),
            {"last": last, "batch": BATCH} if last else {"batch": BATCH},
        ).all()
        if not rows:
            return
        connection.execute(
            sa.text("UPDATE comment SET search = CAST(:search AS tsvector) WHERE id = :id"),
            [{"id": row.id, "search": vector(row.title, row.text)} for row in rows],
        )
        last = rows[-1].id


# As the service reads words when this was written.
WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_\u0300-\u036f]*)*")
OLD_TONE = re.compile(r"^(.*)(?:(o)([àáảãạèéẻẽẹ])|(?<!q)(u)([ỳýỷỹỵ]))$")


def vector(*parts: str) -> str:
    places: dict[str, list[int]] = {}
    place = 0
    for part in parts:
        for word in WORD.findall(part):
            place += 1
            exact = new_tone(unicodedata.normalize("NFC", word.lower()))[:100]
            for form in dict.fromkeys((fold(exact), exact)):
                places.setdefault(form, []).append(place)
        place += 1
    return " ".join(f"{word}:{','.join(map(str, found[:255]))}" for word, found in places.items())


def new_tone(word: str) -> str:
    found = OLD_TONE.match(word)
    if found is None:
        return word
    bare = unicodedata.normalize("NFD", found[3] or found[5])
    return found[1] + unicodedata.normalize("NFC", (found[2] or found[4]) + bare[1]) + bare[0]


def fold(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in bare if unicodedata.category(c) != "Mn"))
