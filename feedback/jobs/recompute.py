"""Deadlines counted anew after a change of the calendar: as many batches as fit between two looks at the clock."""

from __future__ import annotations

import time

from feedback.db import transaction
from feedback.services import recomputing, schedule

SECONDS = 4.0


def work(*, seconds: float = SECONDS) -> int:
    """Count cases anew for at most about `seconds`, each batch a transaction; how many were looked at."""
    until, looked = time.monotonic() + seconds, 0
    while True:
        with transaction():
            now = schedule.now()
            run = recomputing.begin(at=now)
        if run is None:
            return looked
        with transaction():
            done = recomputing.batch(run=run, at=now)
        looked += done.looked
        # What is left when nothing was looked at is held by somebody: it is tried again at the next look.
        if (done.left and not done.looked) or time.monotonic() >= until:
            return looked
