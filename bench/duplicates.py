"""Finding the comments that report the same matter among many (goal D4): time, recall, size; by data made from a seed.

`python -m bench.duplicates [how many]`; 100,000 without a number.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import text as sql

from bench.ground import ground, report
from classifier import finding
from classifier.bands import signature
from classifier.duplicates import Judge
from feedback.config import PROJECT_ROOT
from feedback.db import db, session
from feedback.domain.identifiers import time_ordered_id
from feedback.services import comparing

CORPUS = PROJECT_ROOT / "classifier" / "corpus"
PAIRS = PROJECT_ROOT / "classifier" / "corpus_pairs"
SEED = 57
ASKED = 400  # look-ups of each sort
SYLLABLES = 90
START = datetime(2025, 1, 1, tzinfo=UTC)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the corpus, and the tokens that the judge reads in it."""

    words: str
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A made comment of about SYLLABLES syllables, with its keys."""

    id: UUID
    text: str
    keys: Sequence[int]


def main() -> None:
    """Fill a database, ask it, and report."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    judge = Judge.load()
    with ground() as place:
        app = place.application()
        with app.app_context():
            started = time.monotonic()
            kept = _fill(place.config.database_url, judge, number)
            filled = time.monotonic() - started
            _put_pairs(place.config.database_url, judge, number)
            figures = {**_sizes(), **_near_copies(judge, kept), **_other_words(judge), **_pair_time(judge)}
            db.session.remove()
            db.engine.dispose()
    name = "duplicates" if number == 100_000 else f"duplicates_{number}"
    report(name, {"comments": number, "fill_seconds": round(filled), **figures})


def _sentences(judge: Judge) -> list[list[Sentence]]:
    """The sentences of the corpus, one list a body: a comment is made of sentences of one body."""
    by_body: dict[str, list[Sentence]] = {}
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for words in _SENTENCE.findall(row["text"]):
                read = judge.read(words)
                if len(read.words) > 4:
                    found = by_body.setdefault(row["body"] or row["screen"], [])
                    found.append(Sentence(words.strip(), frozenset(read.distinct)))
    return [by_body[body] for body in sorted(by_body)]


def _make(judge: Judge, number: int) -> Iterator[Made]:
    """Comments in the order of time, all different, the same at every run but for the random part of their ids."""
    rng, sentences = random.Random(SEED), _sentences(judge)
    for place in range(number):
        body = rng.choice(sentences)
        chosen = list[Sentence]()
        while sum(len(one.words.split()) for one in chosen) < SYLLABLES:
            chosen.append(rng.choice(body))
        words = " ".join(one.words for one in chosen)
        tokens = sorted(frozenset().union(*(one.tokens for one in chosen)))
        keys = {*signature(words).tolist(), *finding.told_keys(tokens, judge.read("").vocabulary)}
        yield Made(time_ordered_id(START + timedelta(seconds=20 * place)), words, sorted(keys))


def _fill(url: str, judge: Judge, number: int) -> list[Made]:
    """Write the comments and their keys; return some of them, spread over all."""
    step, kept = max(1, number // ASKED), list[Made]()
    with psycopg.connect(url) as writer, psycopg.connect(url) as keyer:
        # Without its key while it is filled; the btree is built at the end, as a restore would.
        keyer.execute(
            "ALTER TABLE likeness DROP CONSTRAINT fk_likeness_comment_id_comment, DROP CONSTRAINT pk_likeness"
        )
        keyer.commit()
        with (
            writer.cursor().copy(_COPY_COMMENTS) as comments,
            keyer.cursor().copy("COPY likeness (key, comment_id) FROM STDIN") as keys,
        ):
            for place, made in enumerate(_make(judge, number)):
                comments.write_row(_comment(made, place))
                for key in made.keys:
                    keys.write_row((key, made.id))
                if place % step == 0:
                    kept.append(made)
        writer.commit()
        keyer.execute("SET maintenance_work_mem = '1GB'")
        keyer.execute("ALTER TABLE likeness ADD CONSTRAINT pk_likeness PRIMARY KEY (key, comment_id)")
        keyer.commit()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE likeness")
        connection.execute("VACUUM ANALYZE comment")
    return kept


_COPY_COMMENTS = (
    "COPY comment (id, reference, key_hash, idempotency_hash, content_digest, title, text, search, kind, channel,"
    " sender_kind, status, due_at, received_at, updated_at, audit_hash, personal) FROM STDIN"
)


def _comment(made: Made, place: int) -> tuple[object, ...]:
    name = f"{place}-{made.id}"
    return (
        *(made.id, f"PA-2025-{place:07}", "-", name, name, "Ý kiến", made.text, "", "phan_anh", "web"),
        *("ca_nhan", "sorting", START, START, START, "0" * 64, "[]"),
    )


def _put_pairs(url: str, judge: Judge, number: int) -> None:
    """Lay one text of each pair that is the same among the rest."""
    with psycopg.connect(url) as connection:
        for place, pair in enumerate(_pairs()):
            made = Made(_pair_id(place), pair["text_b"], finding.keys(pair["text_b"], judge.read(pair["text_b"])))
            with connection.cursor().copy(_COPY_COMMENTS) as comments:
                comments.write_row(_comment(made, number + place))
            with connection.cursor().copy("COPY likeness (key, comment_id) FROM STDIN") as keys:
                for key in made.keys:
                    keys.write_row((key, made.id))


def _pairs() -> list[dict[str, str]]:
    rows = [
        json.loads(line)
        for path in sorted(Path(PAIRS).glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [row for row in rows if row["same"]]


def _pair_id(place: int) -> UUID:
    # Somewhere in the middle of the others' time.
    return UUID(int=(int((START + timedelta(days=11)).timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | place)


def _near_copies(judge: Judge, kept: Sequence[Made]) -> dict[str, object]:
    """Time and recall for copies with 0, 1, 3 and 9 syllables changed, by bands alone and by all keys."""
    rng = random.Random(SEED + 1)
    other = [word for made in kept for word in made.text.split()]
    figures: dict[str, object] = {}
    for changed in (0, 1, 3, 9):
        texts = [_changed(made.text, changed, rng, other) for made in kept]
        for name, keys in (
            ("bands", [signature(text).tolist() for text in texts]),
            ("all_keys", [finding.keys(text, judge.read(text)) for text in texts]),
        ):
            figures |= _asked(f"{name}_{changed}_changed", keys, [made.id for made in kept])
    return figures


def _changed(words: str, number: int, rng: random.Random, other: Sequence[str]) -> str:
    said = words.split()
    for place in rng.sample(range(len(said)), number):
        said[place] = rng.choice(other)
    return " ".join(said)


def _other_words(judge: Judge) -> dict[str, object]:
    """Recall for the same matter told by somebody else: hand-written pairs."""
    pairs = _pairs()
    keys = [finding.keys(pair["text_a"], judge.read(pair["text_a"])) for pair in pairs]
    return {"pairs_in_other_words": len(pairs), **_asked("in_other_words", keys, [*map(_pair_id, range(len(pairs)))])}


def _asked(name: str, asked: Sequence[Sequence[int]], expected: Sequence[UUID]) -> dict[str, object]:
    """Ask once to warm, once to measure: milliseconds at the median and the 95th percentile, and the recall."""
    nobody, times, found = UUID(int=0), list[float](), 0
    for keys in asked[:50]:
        comparing.candidates(comment_id=nobody, keys=keys)
    for keys, identifier in zip(asked, expected, strict=True):
        start = time.perf_counter()
        likes = comparing.candidates(comment_id=nobody, keys=keys)
        times.append(1000 * (time.perf_counter() - start))
        found += any(like.comment_id == identifier for like in likes)
    return {
        f"{name}_p50_ms": round(statistics.median(times), 2),
        f"{name}_p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        f"{name}_recall": round(found / len(asked), 4),
    }


def _pair_time(judge: Judge) -> dict[str, object]:
    pairs = [(judge.read(pair["text_a"]), judge.read(pair["text_b"])) for pair in _pairs()]
    for one, other in pairs:
        judge.score(one, other)
    start = time.perf_counter()
    for one, other in pairs:
        judge.score(one, other)
    return {"judge_ms_a_pair": round(1000 * (time.perf_counter() - start) / len(pairs), 2)}


def _sizes() -> dict[str, object]:
    row = (
        session()
        .execute(
            sql(
                "SELECT count(*) AS keys, pg_table_size('likeness') AS heap, pg_indexes_size('likeness') AS tree"
                " FROM likeness"
            )
        )
        .one()
    )
    return {"keys": row.keys, "table_mb": round(row.heap / 2**20), "btree_mb": round(row.tree / 2**20)}


if __name__ == "__main__":
    main()
