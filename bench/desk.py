"""The desk over years of comments: pages, search and counts against bare SQL, and how little they grow (goals D1-D3).

`python -m bench.desk [how many ...]`; 10,000 and 100,000 without a number. Every ratio is of medians or of 95th
percentiles of calls made in turn in one run, over one connection each.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event, select, update

from bench.desk_fill import fill
from bench.ground import Ground, ground, report
from feedback.db import db, session, transaction
from feedback.domain import query as language
from feedback.domain.filters import Filters
from feedback.domain.permissions import Role
from feedback.domain.queues import Queue, Sort
from feedback.domain.status import OPEN
from feedback.domain.text import fold
from feedback.domain.words import vector, words
from feedback.models import Body, Comment, Officer
from feedback.services import counting, desk, intake, keyset, queues, sessions
from feedback.services import filters as asking
from feedback.services.counting import Reach
from feedback.web.sessions import cookie_name
from tests import factories

NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
ROUNDS = 60
WRITERS, TRANSITIONS = 8, 10_000
SEED = 41
DRAWN = 24  # phrases by chance
IDENTIFIER = "a session of the benchmark"
# Each typed with accents and without.
PHRASES = {
    "common": "hồ sơ",
    "middling": "giấy tờ",
    "rare": "điện thoại mua cũ",
    "rare_of_common_words": "của xã không được",
}

Arm = Callable[[], object]
Figures = dict[str, object]


def main() -> None:
    """Fill, ask and report, once a size."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    found = {size: _measure(size) for size in sizes}
    report("desk" if len(sizes) > 1 else f"desk_{sizes[0]}", {f"{size} comments": found[size] for size in sizes})


def _measure(size: int) -> Figures:
    with ground() as place:
        app = place.application()
        seconds = fill(place.config.database_url, size)
        _say(f"{size} comments in {seconds:.0f} s")
        with app.app_context(), psycopg.connect(place.config.database_url, autocommit=True) as bare:
            with transaction():
                intake_officer = factories.officer(NOW, Role.INTAKE, demo=True).id
                handlers = [factories.officer(NOW, Role.HANDLER, code).id for code in ("BKHCN", "BCA", "BTC", "BYT")]
            found: Figures = {"fill_seconds": round(seconds), **_sizes(bare)}
            for part in (_pages, _depth, _counts, _search, _found_as_by_a_scan, _filing):
                started = time.monotonic()
                figures = part(app, bare, intake_officer, handlers)
                found |= figures
                for name, value in figures.items():
                    _say(f"{name:>48}  {value}")
                _say(f"  {part.__name__[1:]} took {time.monotonic() - started:.0f} s, load {os.getloadavg()[0]:.1f}")
                db.session.remove()
            found |= _transitions(place, app)
            db.session.remove()
            db.engine.dispose()
    return found


def _sizes(bare: psycopg.Connection) -> Figures:
    row = bare.execute(
        "SELECT pg_size_pretty(pg_total_relation_size('comment')),"
        " pg_size_pretty(pg_relation_size('ix_comment_search'))"
    ).fetchone()
    assert row
    return {"comment_size": row[0], "search_index_size": row[1]}


# Pages


def _pages(app: Flask, bare: psycopg.Connection, intake_officer: int, handlers: Sequence[int]) -> Figures:
    rng = random.Random(SEED)
    references = [row[0] for row in bare.execute("SELECT reference FROM comment ORDER BY md5(reference) LIMIT 100")]
    officer = session().get_one(Officer, intake_officer)
    handling = [session().get_one(Officer, handler) for handler in handlers]
    client = app.test_client()
    with transaction():
        sessions.keep(identifier=IDENTIFIER, data={"_user_id": officer.fs_uniquifier}, at=datetime.now(UTC))
    client.set_cookie(cookie_name(app), IDENTIFIER)

    pairs: dict[str, tuple[Arm, Arm]] = {
        "triage_queue": _and_bare(
            bare, rng, [officer], lambda one: queues.page(officer=one, queue=Queue.TRIAGE, now=NOW, folded=True)
        ),
        "handling_queue": _and_bare(
            bare, rng, handling, lambda one: queues.page(officer=one, queue=Queue.HANDLING, now=NOW, folded=True)
        ),
        "case": _and_bare(bare, rng, references, lambda one: desk.case(officer=officer, reference=one, now=NOW)),
        "counts": _and_bare(bare, rng, [officer], lambda one: queues.counts(officer=one)),
    }
    found: Figures = {}
    for name, (ours, theirs) in pairs.items():
        found |= _against(name, ours, theirs)
    whole = _times({"page": lambda: client.get("/ban-lam-viec?hang=phan_loai").status_code}, 60)["page"]
    found["whole_queue_page_ms_p50_p95"] = _both(whole)
    whole = _times({"page": lambda: client.get(f"/ban-lam-viec/{rng.choice(references)}").status_code}, 60)["page"]
    found["whole_case_page_ms_p50_p95"] = _both(whole)
    return found


_ROW = """
SELECT c.id, c.reference, c.title, c.kind, c.status, c.received_at, c.due_at, c.desk_reason, c.screen, body.short_name,
    province.name, said.class_code, said.confidence, said.screen_confidence
FROM comment c LEFT JOIN body ON body.id = c.body_id LEFT JOIN province ON province.code = c.province
LEFT JOIN LATERAL (
    SELECT class_code, confidence, screen_confidence FROM routing_decision
    WHERE comment_id = c.id AND made_by = 'machine' ORDER BY id DESC LIMIT 1
) AS said ON true
"""
_SETTLED = "('closed', 'merged', 'rated', 'redirected', 'refused', 'replied')"
BARE_SEARCH = f"""{_ROW}
WHERE c.status NOT IN {_SETTLED} AND c.search @@ %s::tsquery ORDER BY c.due_at, c.id LIMIT 26
"""
BARE_SEARCH_NUMBER = """
SELECT count(*) FROM (
    SELECT id FROM comment WHERE status NOT IN ('closed', 'merged', 'rated', 'redirected', 'refused', 'replied')
    AND search @@ %s::tsquery LIMIT 1001
) AS few
"""
BARE_KEPT = """
SELECT status, screened, sum(number) FROM (
    SELECT status, screened, number FROM comment_count WHERE province = '*'
    UNION ALL SELECT status, screened, number FROM comment_change
) AS kept GROUP BY status, screened
"""


def _and_bare(
    bare: psycopg.Connection, rng: random.Random, things: Sequence[Any], ask: Callable[[Any], object]
) -> tuple[Arm, Arm]:
    """Asking for one of some things, and the very statements of it over a bare connection, with every row read."""
    said: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        said.append((statement, given))

    statements = []
    for thing in things:
        ask(thing)  # what a process keeps is kept by now
        session().commit()
        said.clear()
        event.listen(db.engine, "before_cursor_execute", listen)
        ask(thing)
        event.remove(db.engine, "before_cursor_execute", listen)
        session().commit()
        statements.append(list(said))

    def again() -> None:
        for statement, given in rng.choice(statements):
            bare.execute(statement, given).fetchall()  # type: ignore[arg-type]

    return lambda: ask(rng.choice(things)), again


# How deep a page lies: goal D1


def _depth(_app: Flask, bare: psycopg.Connection, intake_officer: int, _handlers: Sequence[int]) -> Figures:
    officer = session().get_one(Officer, intake_officer)
    row = bare.execute(
        "SELECT received_at, id FROM comment ORDER BY received_at, id"
        " OFFSET (SELECT count(*) FROM comment) / 20 LIMIT 1"
    ).fetchone()
    assert row
    deep = keyset.mark(queue=Queue.EVER, filters=Filters(), sort=Sort.NEWEST, place=(row[0], row[1]))

    def page(after: str | None) -> object:
        return queues.page(officer=officer, queue=Queue.EVER, now=NOW, sort=Sort.NEWEST, after=after)

    times = _times({"first": lambda: page(None), "deep": lambda: page(deep)}, ROUNDS)
    return {
        "D1_first_page_ms_p50_p95": _both(times["first"]),
        "D1_page_at_95_percent_ms_p50_p95": _both(times["deep"]),
        "D1_deep_to_first": round(statistics.median(times["deep"]) / statistics.median(times["first"]), 2),
    }


# What is kept instead of counted: goal D2


def _counts(_app: Flask, bare: psycopg.Connection, _intake_officer: int, _handlers: Sequence[int]) -> Figures:
    with transaction():
        counting.fold()
    bare.execute("VACUUM ANALYZE comment_count, comment_change")
    everything = Reach(confidential_too=True)
    count = "SELECT body_id, status, count(*) FROM comment GROUP BY body_id, status"
    times = _times(
        {
            "kept": lambda: counting.lines(reach=everything),
            "by_body": counting.by_body,
            "bare": lambda: bare.execute(BARE_KEPT).fetchall(),
            "counted": lambda: bare.execute(count).fetchall(),
        },
        15,
    )
    counted = {(body or 0, status): number for body, status, number in bare.execute(count)}
    slow = statistics.median(times["counted"])
    return {
        "D2_counted_ms": _ms(slow),
        "D2_kept_for_tabs_ms": _ms(statistics.median(times["kept"])),
        "D2_kept_by_body_ms": _ms(statistics.median(times["by_body"])),
        "D2_kept_bare_ms": _ms(statistics.median(times["bare"])),
        "D2_counted_to_kept": round(slow / statistics.median(times["kept"])),
        "D2_counted_to_kept_bare": round(slow / statistics.median(times["bare"])),
        "D2_equal": counted == counting.by_body(),
    }


def _transitions(place: Ground, app: Flask) -> Figures:
    """Eight writers move cases at once while the counts are folded; then counts are compared with counting."""
    ids = list(session().scalars(select(Comment.id).where(Comment.status.in_(sorted(OPEN))).limit(500)))
    ministries = list(session().scalars(select(Body.id).where(Body.level == "ministry")))
    done = threading.Event()

    def write(seed: int) -> None:
        rng = random.Random(seed)
        with app.app_context():
            for _ in range(TRANSITIONS // WRITERS):
                state = rng.choice(["assigned", "in_progress", "extended", "checking"])
                with transaction():
                    session().execute(
                        update(Comment)
                        .where(Comment.id == rng.choice(ids))
                        .values(status=state, body_id=rng.choice(ministries))
                    )
            db.session.remove()

    def fold() -> None:
        with app.app_context():
            while not done.wait(0.5):
                with transaction():
                    counting.fold()
            db.session.remove()

    db.session.remove()
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    folder = threading.Thread(target=fold)
    started = time.monotonic()
    for thread in (folder, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    seconds = time.monotonic() - started
    done.set()
    folder.join()
    with psycopg.connect(place.config.database_url) as other:
        rows = other.execute("SELECT coalesce(body_id, 0), status, count(*) FROM comment GROUP BY 1, 2").fetchall()
    counted = {(body, status): number for body, status, number in rows}
    return {
        "D2_transitions": TRANSITIONS,
        "D2_transitions_per_second": round(TRANSITIONS / seconds),
        "D2_equal_after_transitions": counting.by_body() == counted,
    }


# What is searched for: goal D3


def _search(_app: Flask, bare: psycopg.Connection, intake_officer: int, _handlers: Sequence[int]) -> Figures:
    _expression_form(bare)
    officer = session().get_one(Officer, intake_officer)
    found: Figures = {}
    for name, accented in PHRASES.items():
        for phrase in (accented, fold(accented)):
            form = "plain" if phrase.isascii() else "accented"
            plain = fold(phrase)
            kind = f"search_{name}_{form}"
            filters = Filters(text=f'"{phrase}"')
            asked = language.tsquery(language.read(filters.text))

            def ours(filters: Filters = filters, queue: Queue = Queue.ALL) -> object:
                return queues.page(officer=officer, queue=queue, now=NOW, filters=filters)

            found |= _against(kind, ours, lambda asked=asked: _bare_search(bare, asked))
            times = _times(
                {
                    "ours": lambda filters=filters: ours(filters, Queue.EVER),
                    "theirs": lambda plain=plain: _by_expression(bare, plain),
                },
                5,
            )
            ratio = statistics.median(times["theirs"]) / statistics.median(times["ours"])
            found[f"D3_{name}_{form}_ms"] = _ms(statistics.median(times["ours"]))
            found[f"D3_{name}_{form}_expression_ms"] = _ms(statistics.median(times["theirs"]))
            found[f"D3_{name}_{form}_ratio"] = round(ratio, 1)
    found |= _drawn_phrases(bare, officer)
    bare.execute("DROP TABLE made_folded")
    return found


def _drawn_phrases(bare: psycopg.Connection, officer: Officer) -> Figures:
    """Phrases as they stand in comments drawn by chance, half of them typed without accents, in both forms."""
    ratios, ours, theirs = list[float](), list[float](), list[float]()
    for phrase, (plain, _) in _phrases(bare, DRAWN).items():
        filters = Filters(text=f'"{phrase}"')
        times = _times(
            {
                "ours": lambda filters=filters: queues.page(
                    officer=officer, queue=Queue.EVER, now=NOW, filters=filters
                ),
                "theirs": lambda plain=plain: _by_expression(bare, plain),
            },
            2,
            unseen=1,
        )
        ours.append(statistics.median(times["ours"]))
        theirs.append(statistics.median(times["theirs"]))
        ratios.append(theirs[-1] / ours[-1])
    quarters = statistics.quantiles(ratios, n=4)
    return {
        "D3_drawn_phrases": len(ratios),
        "D3_drawn_ms_p50_p95": _both(ours),
        "D3_drawn_expression_ms_p50_p95": _both(theirs),
        "D3_drawn_ratio_quarters": [round(quarter, 1) for quarter in quarters],
        "D3_drawn_ratio_of_sums": round(sum(theirs) / sum(ours), 1),
    }


def _bare_search(bare: psycopg.Connection, asked: str) -> object:
    """Rows and number, planned for the words that are asked: a plan for any words is the wrong one for most."""
    return (
        bare.execute(BARE_SEARCH, [asked], prepare=False).fetchall(),
        bare.execute(BARE_SEARCH_NUMBER, [asked], prepare=False).fetchone(),
    )


def _by_expression(bare: psycopg.Connection, plain: str) -> object:
    return (
        bare.execute(BY_EXPRESSION, [plain], prepare=False).fetchall(),
        bare.execute(BY_EXPRESSION_NUMBER, [plain], prepare=False).fetchone(),
    )


def _expression_form(bare: psycopg.Connection) -> None:
    """The form that is usual: an index over an expression, which is computed again for each candidate of a phrase."""
    bare.execute("SET statement_timeout = 0")
    bare.execute("SET maintenance_work_mem = '1GB'")
    bare.execute("CREATE UNLOGGED TABLE made_folded (id uuid PRIMARY KEY, received_at timestamptz, folded text)")
    reader = psycopg.connect(bare.info.dsn)
    with (
        reader,
        reader.cursor(name="all") as rows,
        bare.cursor().copy("COPY made_folded FROM STDIN") as copy,
    ):
        rows.itersize = 5000
        for identifier, received_at, title, words_of in rows.execute(
            "SELECT id, received_at, title, text FROM comment"
        ):
            copy.write_row((identifier, received_at, fold(f"{title}\n{words_of}")))
    bare.execute("CREATE INDEX made_folded_words ON made_folded USING gin (to_tsvector('simple', folded))")
    bare.execute("CREATE INDEX made_folded_newest ON made_folded (received_at, id)")
    bare.execute("ANALYZE made_folded")


BY_EXPRESSION = """
SELECT id FROM made_folded WHERE to_tsvector('simple', folded) @@ phraseto_tsquery('simple', %s)
ORDER BY received_at DESC, id DESC LIMIT 26
"""
BY_EXPRESSION_NUMBER = """
SELECT count(*) FROM (
    SELECT id FROM made_folded WHERE to_tsvector('simple', folded) @@ phraseto_tsquery('simple', %s) LIMIT 1001
) AS few
"""


def _found_as_by_a_scan(
    _app: Flask, bare: psycopg.Connection, _intake_officer: int, _handlers: Sequence[int]
) -> Figures:
    """Phrases of two to four words of the comments themselves, half of them typed without accents."""
    (size,) = bare.execute("SELECT count(*) FROM comment").fetchone() or (0,)
    asked = _phrases(bare, 2000 if size <= 20_000 else 100)
    expected: dict[str, set[object]] = {phrase: set() for phrase in asked}
    reader = psycopg.connect(bare.info.dsn)
    with reader, reader.cursor(name="all") as rows:
        rows.itersize = 5000
        for identifier, title, body in rows.execute("SELECT id, title, text FROM comment"):
            parts = [words(title), words(body)]
            plain = " \n ".join(" ".join(folded for _, folded in part) for part in parts)
            for phrase, (folded, query) in asked.items():
                if folded in plain and language.found_in(query, title, body):
                    expected[phrase].add(identifier)
    different = 0
    for phrase, (_, query) in asked.items():
        hits = session().scalars(select(Comment.id).where(asking.text_found(asked=query)))
        different += set(hits) != expected[phrase]
    return {
        "D3_queries": len(asked),
        "D3_queries_that_differ_from_a_scan": different,
        "D3_found_by_them": sum(map(len, expected.values())),
    }


def _phrases(bare: psycopg.Connection, number: int) -> Mapping[str, tuple[str, language.Query]]:
    rng = random.Random(SEED)
    texts = [
        row[0] for row in bare.execute("SELECT text FROM comment ORDER BY md5(idempotency_hash) LIMIT %s", [number * 2])
    ]
    found: dict[str, tuple[str, language.Query]] = {}
    for place, one in enumerate(texts):
        typed = [word for word, _ in words(one)]
        start, length = rng.randrange(len(typed) - 4), rng.randint(2, 4)
        phrase = " ".join(typed[start : start + length])
        phrase = fold(phrase) if place % 2 else phrase
        if len(found) < number:
            found[phrase] = (fold(phrase), language.read(f'"{phrase}"'))
    return found


# What filing pays for it


def _filing(_app: Flask, bare: psycopg.Connection, _intake_officer: int, _handlers: Sequence[int]) -> Figures:
    """The statement that files a comment, with the counts kept and with their triggers still."""
    number = iter(range(10**9))

    def file() -> None:
        filing = factories.filing(title=f"Ý kiến số {next(number)}")
        intake.submit(filing=filing, token=f"bench-{time.monotonic_ns()}", secret=factories.SECRET, at=NOW)

    def arm(keeping: str) -> list[float]:
        bare.execute(f"ALTER TABLE comment {keeping} TRIGGER count_inserted")  # type: ignore[arg-type]
        return _times({"file": file}, 60)["file"]

    kept, still = list[float](), list[float]()
    for _ in range(5):
        kept += arm("ENABLE")
        still += arm("DISABLE")
    bare.execute("ALTER TABLE comment ENABLE TRIGGER count_inserted")
    bare.execute("DELETE FROM comment_change; DELETE FROM comment_count")
    bare.execute(
        "INSERT INTO comment_change (body_id, province, status, screened, confidential, number)"
        " SELECT coalesce(body_id, 0), coalesce(province, ''), status, desk_reason IS NOT DISTINCT FROM 'screened',"
        " confidential, count(*) FROM comment GROUP BY 1, 2, 3, 4, 5"
    )
    sample = factories.filing()
    started = time.perf_counter()
    for _ in range(1000):
        vector(sample.title, sample.text)
    return {
        "filing_counts_kept_ms_p50_p95": _both(kept),
        "filing_counts_still_ms_p50_p95": _both(still),
        "filing_kept_to_still": round(statistics.median(kept) / statistics.median(still), 3),
        "vector_in_python_us": round((time.perf_counter() - started) * 1000, 1),
    }


# How it is measured


def _against(name: str, ours: Arm, theirs: Arm) -> Figures:
    times = _times({"ours": ours, "theirs": theirs}, ROUNDS)
    return {
        f"{name}_ms_p50_p95": _both(times["ours"]),
        f"{name}_bare_ms_p50_p95": _both(times["theirs"]),
        f"{name}_p95_ratio": round(_p95(times["ours"]) / _p95(times["theirs"]), 2),
        f"{name}_p50_ratio": round(statistics.median(times["ours"]) / statistics.median(times["theirs"]), 2),
    }


def _times(arms: Mapping[str, Arm], rounds: int, unseen: int = 3) -> dict[str, list[float]]:
    """Seconds of each call, the arms in turn; the first ones of each (`unseen`) are not counted."""
    seen: dict[str, list[float]] = {name: [] for name in arms}
    for turn in range(rounds + unseen):
        for name in list(arms) if turn % 2 else list(reversed(arms)):
            started = time.perf_counter()
            arms[name]()
            if turn >= unseen:
                seen[name].append(time.perf_counter() - started)
            db.session.commit()  # a request keeps its officer; what was read stays
    return seen


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _both(times: Sequence[float]) -> list[float]:
    return [_ms(statistics.median(times)), _ms(_p95(times))]


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
