"""Drain the promises to compare: find personal data, and what other comments report the same matter."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from classifier import finding, redact
from classifier.duplicates import Judge
from feedback.db import transaction
from feedback.jobs.table import JOBS
from feedback.logs import Log
from feedback.services import comparing, outbox
from feedback.services.comparing import Entry, Pair, Uncompared

JOB = JOBS["compare"]
# Nobody waits for it, so it gives way: what is due to be classified meanwhile waits no longer than this.
SECONDS = 1.0
EXAMPLES = 6  # more than are shown: an officer may not see all of them
log = Log(__name__)


def drain() -> dict[str, int]:
    """Compare until nothing is due, or a second has passed; return the figures."""
    ends = time.monotonic() + SECONDS
    figures = {"compared": 0, "pairs": 0, "given_up": 0}
    while time.monotonic() < ends:
        with transaction():
            claims = outbox.claim(topic=JOB.topic, limit=JOB.batch, lease=JOB.lease)
            tired = [claim for claim in claims if claim.attempts > outbox.MAX_ATTEMPTS]
            for claim in tired:
                outbox.give_up(identifier=claim.id, error="gave_up")
            waiting = comparing.texts(claims=[claim for claim in claims if claim not in tired])
        if not claims:
            break
        if tired:
            log.error("comparison_given_up", comments=[str(claim.comment_id) for claim in tired])
        figures["given_up"] += len(tired)
        figures["pairs"] += _compare(waiting, [claim.id for claim in claims if claim not in tired])
        figures["compared"] += len(waiting)
    return figures


def _compare(waiting: Sequence[Uncompared], promises: Sequence[int]) -> int:
    try:
        entries = [_read(case) for case in waiting]
        with transaction():
            comparing.enter(entries=entries)
        pairs = [pair for case, entry in zip(waiting, entries, strict=True) for pair in _pairs(case, entry)]
    except Exception as error:
        # Each is taken alone from now on; what fails again and again is given up in sight. The error is raised again.
        with transaction():
            outbox.release(ids=promises, error=type(error).__name__)
        raise
    with transaction():
        comparing.keep(pairs=pairs, at=datetime.now(UTC))
        outbox.finish(ids=promises)
    return len(pairs)


def _read(case: Uncompared) -> Entry:
    found = finding.keys(case.text, judge().read(case.text))
    return Entry(case.claim.comment_id, found, [list(span) for span in redact.find(case.text)])


def _pairs(case: Uncompared, entry: Entry) -> list[Pair]:
    with transaction():
        likes = comparing.candidates(comment_id=entry.comment_id, keys=entry.keys)
    matter, found = judge().read(case.text), []
    for like in likes:
        other = judge().read(like.text)
        score, alike = judge().score(matter, other), finding.alike(matter, other)
        found.append(Pair(entry.comment_id, like.comment_id, score, score >= judge().sure, alike))
    return _worth_keeping(found)


def _worth_keeping(pairs: Sequence[Pair]) -> list[Pair]:
    """What is surely the same, and the most alike of the rest."""
    rest = sorted((pair for pair in pairs if not pair.sure), key=lambda pair: -pair.alike)
    return [
        *(pair for pair in pairs if pair.sure),
        *(pair for pair in rest[:EXAMPLES] if pair.alike >= finding.ALIKE),
    ]


@cache
def judge() -> Judge:
    """The judge of this worker, loaded at its first use."""
    return Judge.load()
