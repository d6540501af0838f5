"""Two timed jobs: propose what is past its term, and erase what two officers approved."""

from __future__ import annotations

from datetime import datetime

from classifier import redact
from feedback.services import erasing, proposing, schedule

AT_ONCE = 1  # batches a slot: a slot is one transaction, and the clock must not lose its lease meanwhile


def propose(slot: datetime) -> str:
    """Put what is past its term into batches; return a note with the number."""
    return f"{len(proposing.propose(at=slot))} batches"


def carry_out(_slot: datetime) -> str:
    """Erase what was approved, by the database's time; return a note with the numbers."""
    erased = spared = 0
    for _ in range(AT_ONCE):
        outcome = erasing.carry_out(cleaner=redact.redact, at=schedule.now())
        if outcome is None:
            break
        erased, spared = erased + outcome.erased, spared + outcome.spared
    return f"{erased} erased, {spared} spared"
