"""Every job on one screen: which promises it keeps, how many at a time, and for how long a worker may hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Job:
    """How one topic of the outbox is drained."""

    topic: str
    batch: int
    lease: timedelta
    rings: int  # how many rings may wait at once: one a worker is enough, for a worker drains until nothing is due


JOBS = MappingProxyType(
    {
        # A batch takes well under a second. The lease is how long a comment waits when its worker is killed.
        "classify": Job("classify", batch=128, lease=timedelta(seconds=10), rings=8),
        # One message may hold a slow mail server's connection for 20 seconds.
        "notify": Job("notify", batch=1, lease=timedelta(seconds=40), rings=4),
        # A tenth of a second a comment; nobody waits for it.
        "compare": Job("compare", batch=8, lease=timedelta(seconds=30), rings=2),
    }
)
