"""A desk of years: any number of comments in every state, made in the database of sentences of the project's corpus."""

from __future__ import annotations

import json
import re
import time

import psycopg

from feedback.config import PROJECT_ROOT
from feedback.domain.words import vector, words

CORPUS = PROJECT_ROOT / "classifier" / "corpus"
BATCH = 50_000
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


def fill(url: str, number: int) -> float:
    """Fill an empty, migrated database; return the seconds that it took.

    The same at every run. Indexes are built at the end and triggers stay still, as in a restore.
    """
    started = time.monotonic()
    with psycopg.connect(url) as connection:
        for setting in ("session_replication_role = replica", "synchronous_commit = off", "work_mem = '256MB'"):
            connection.execute(f"SET {setting}")  # type: ignore[arg-type]  # three of ours
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET statement_timeout = 0")
        indexes = _take_indexes(connection)
        connection.execute(DRAW)
        _pieces(connection)
        for first in range(0, number, BATCH):
            values = {"first": first, "last": min(first + BATCH, number) - 1, "number": number}
            connection.execute(COMMENTS, values)
            connection.commit()
        connection.execute(DECISIONS)
        connection.execute(EVENTS)
        for definition in indexes:
            connection.execute(definition)  # type: ignore[arg-type]  # the catalogue's own
        connection.execute("DELETE FROM comment_change")
        connection.execute(COUNTS)
        connection.execute("SELECT setval('comment_number', %s)", [number + 1])
        connection.execute("DROP TABLE piece, made_body, made_class")
        connection.execute("DROP FUNCTION made_draw")
        connection.commit()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        for table in ("comment", "routing_decision", "audit_event", "comment_count"):
            connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]  # four of ours
        connection.execute("CHECKPOINT")
    return time.monotonic() - started


def _take_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop the indexes that no constraint needs; return how to make them again."""
    rows = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid IN ('comment'::regclass, 'routing_decision'::regclass, 'audit_event'::regclass)"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")  # type: ignore[arg-type]  # the catalogue's own
    return [definition for _, definition in rows]


def _pieces(connection: psycopg.Connection) -> None:
    """The sentences of the corpus by class, with the vector of each; and the bodies and classes to draw from."""
    connection.execute(
        "CREATE UNLOGGED TABLE piece (class text, place int, words text, vec tsvector, title text, title_vec tsvector,"
        " begins text, ends text)"
    )
    with connection.cursor().copy("COPY piece FROM STDIN") as rows:
        places: dict[str, int] = {}
        for path in sorted(CORPUS.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                for found in _SENTENCE.findall(row["text"]):
                    sentence = found.strip()
                    if len(sentence.split()) < 5 or not row["body"]:
                        continue
                    title = " ".join(sentence.rstrip(".!?").split()[:14])
                    place = places[row["body"]] = places.get(row["body"], -1) + 1
                    plain = [folded for _, folded in words(sentence)]
                    vectors = (vector(sentence), title, vector(title))
                    rows.write_row((row["body"], place, sentence, *vectors, plain[0], plain[-1]))
    connection.execute("CREATE INDEX ON piece (class, place)")
    connection.execute(
        "CREATE UNLOGGED TABLE made_class AS SELECT class, count(*)::int AS pieces,"
        " (row_number() OVER (ORDER BY class) - 1)::int AS place FROM piece GROUP BY class"
    )
    connection.execute(
        "CREATE UNLOGGED TABLE made_body AS SELECT class_code AS class, coalesce(province, '') AS province, id"
        " FROM body WHERE active"
    )
    connection.execute("ANALYZE piece, made_class, made_body")


# A number from 0 on, below `below`, that is the same at every run; `salt` tells the draws of one row apart.
DRAW = """
CREATE FUNCTION made_draw(which bigint, salt bigint, below bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((hashint8extended(which, salt) & 9223372036854775807) % below)::int
"""

# Three years of comments: the last six weeks are mostly open, what is older mostly settled.
COMMENTS = """
WITH numbered AS (
    SELECT i,
        timestamptz '2026-11-01 00:00+00' - (%(number)s - i) * (interval '1095 days' / %(number)s) AS received_at,
        made_draw(i, 1, (SELECT count(*) FROM made_class)) AS class_place,
        made_draw(i, 2, 100) AS luck,
        (SELECT array_agg(code ORDER BY code) FROM province) AS provinces
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
), drawn AS (
    SELECT numbered.*, made_class.class, made_class.pieces, provinces[1 + made_draw(i, 3, 34)] AS province,
        CASE WHEN received_at > timestamptz '2026-09-20' AND luck < 80 OR luck < 4 THEN
            (ARRAY['sorting','sorting','assigned','assigned','in_progress','in_progress','in_progress','checking',
                'returned','extended','reopened','approved','answered','submitted'])[1 + made_draw(i, 4, 14)]
        ELSE (ARRAY['closed','closed','closed','closed','replied','rated','refused','redirected'])
            [1 + made_draw(i, 5, 8)] END AS status
    FROM numbered JOIN made_class ON made_class.place = class_place
), written AS (
    SELECT drawn.*, one.title, one.title_vec,
        one.words || ' ' || two.words || ' ' || three.words
            || CASE WHEN luck %% 5 = 0 THEN ' Mã hồ sơ ' || i ELSE '' END AS text,
        one.vec || two.vec || three.vec
            || array_to_tsvector(ARRAY[one.ends || '_' || two.begins, two.ends || '_' || three.begins])
            || CASE WHEN luck %% 5 = 0
                THEN format(
                    'ma:1 mã:1 ho:2 hồ:2 so:3 sơ:3 %%s:4 %%s_ma ma_ho ho_so so_%%s', i, three.ends, i
                )::tsvector ELSE ''::tsvector END AS vec
    FROM drawn
    JOIN piece one ON one.class = drawn.class AND one.place = made_draw(i, 6, drawn.pieces)
    JOIN piece two ON two.class = drawn.class AND two.place = made_draw(i, 7, drawn.pieces)
    JOIN piece three ON three.class = drawn.class AND three.place = made_draw(i, 8, drawn.pieces)
)
INSERT INTO comment (id, reference, key_hash, idempotency_hash, content_digest, title, text, search, kind, field,
    province, channel, sender_kind, status, desk_reason, screen, confidential, body_id, due_at, received_at,
    replied_at, closed_at, updated_at, hops, audit_hash)
SELECT (lpad(to_hex((extract(epoch FROM received_at) * 1000)::bigint), 12, '0') || '7'
        || lpad(to_hex(made_draw(i, 9, 4096)), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid,
    'PA-' || extract(year FROM received_at) || '-' || lpad(i::text, 7, '0'), '-', 'made-' || i, '-',
    title, text,
    ts_delete(title_vec || 'zzgap:1'::tsvector || vec, 'zzgap'),
    (ARRAY['phan_anh','phan_anh','hoi','kien_nghi','sang_kien'])[1 + made_draw(i, 10, 5)],
    CASE WHEN luck %% 3 = 0 THEN (ARRAY['HT','DL','DD','DVC','NT','AN','KTS','K'])[1 + made_draw(i, 11, 8)] END,
    CASE WHEN luck %% 10 > 0 THEN written.province END,
    (ARRAY['web','web','web','web','api','dien_thoai','buu_chinh','truc_tiep'])[1 + made_draw(i, 12, 8)],
    (ARRAY['ca_nhan','ca_nhan','ca_nhan','doanh_nghiep','to_chuc','an_danh'])[1 + made_draw(i, 13, 6)],
    status,
    CASE WHEN status = 'sorting' THEN
        (ARRAY['unsure','close','doubtful','no_place','screened'])[1 + made_draw(i, 14, 5)] END,
    CASE WHEN status <> 'submitted' THEN 'hop_le' END,
    false,
    CASE WHEN status NOT IN ('sorting', 'returned', 'refused', 'redirected', 'submitted') THEN
        coalesce((SELECT made_body.id FROM made_body WHERE made_body.class = written.class
            AND made_body.province IN ('', written.province) LIMIT 1), (SELECT min(id) FROM made_body)) END,
    received_at + interval '14 days', received_at,
    CASE WHEN status IN ('closed', 'replied', 'rated', 'reopened') THEN received_at + interval '9 days' END,
    CASE WHEN status IN ('closed', 'refused', 'redirected') THEN received_at + interval '11 days' END,
    received_at + interval '1 hour', made_draw(i, 15, 40) / 30, repeat('0', 64)
FROM written
"""
DECISIONS = """
INSERT INTO routing_decision (comment_id, at, made_by, outcome, class_code, confidence, candidates, model_version)
SELECT id, received_at, 'machine', 'desk', 'BKHCN', (50 + made_draw(hashtext(reference), 16, 50)) / 100.0,
    '[{"body": "BKHCN", "confidence": 0.6}, {"body": "BCA", "confidence": 0.2}]', 'made'
FROM comment
"""
EVENTS = """
INSERT INTO audit_event (comment_id, sequence, at, actor, action, data, previous_hash, hash)
SELECT id, sequence, received_at, 'system', action, '{}', repeat('0', 64), repeat('0', 64)
FROM comment, (VALUES (1, 'acknowledge'), (2, 'sort')) AS step(sequence, action)
"""
COUNTS = """
INSERT INTO comment_change (body_id, province, status, screened, confidential, number)
SELECT coalesce(body_id, 0), coalesce(province, ''), status, desk_reason IS NOT DISTINCT FROM 'screened',
    confidential, count(*)
FROM comment GROUP BY 1, 2, 3, 4, 5
"""
