"""What grows without use is cleared away: ended sessions, promises kept long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from feedback.db import session
from feedback.models import OfficerSession, Outbox

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
KEPT = timedelta(days=30)


def end_sessions(slot: datetime) -> str:
    """Delete the sessions that ended; return a note with the number."""
    gone = session().execute(
        delete(OfficerSession)
        .where((OfficerSession.seen_at < slot - IDLE) | (OfficerSession.created_at < slot - ABSOLUTE))
        .returning(OfficerSession.id_hash)
    )
    return f"{len(gone.all())} sessions"


def tidy_outbox(slot: datetime) -> str:
    """Delete the promises kept more than 30 days ago; what is dead stays until an official decides."""
    gone = session().execute(
        delete(Outbox).where(Outbox.state == "done", Outbox.finished_at < slot - KEPT).returning(Outbox.id)
    )
    return f"{len(gone.all())} promises"
