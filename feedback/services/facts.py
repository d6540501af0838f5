"""Four facts about a case, each with its own time, none for another: forwarded, answered, resolved, confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feedback.domain.answer import FACT_NAMES, Fact
from feedback.models import Comment


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact: its name, and since when it is true; None while it is not."""

    name: str
    at: datetime | None


def of_case(*, comment: Comment) -> tuple[FactLine, ...]:
    """The four facts of a case, in their order."""
    times = {
        Fact.FORWARDED: comment.forwarded_at,
        Fact.ANSWERED: comment.replied_at,
        Fact.RESOLVED: comment.resolved_at,
        Fact.CONFIRMED: comment.confirmed_at,
    }
    return tuple(FactLine(FACT_NAMES[fact], times[fact]) for fact in Fact)
