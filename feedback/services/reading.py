"""Which officer has read which case, and at which version: what nobody read cannot be closed in bulk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from feedback.db import UtcDateTime, session
from feedback.domain.permissions import Permission
from feedback.models import CaseRead, Comment, Officer
from feedback.services import scope


def note(*, officer: Officer, reference: str, at: datetime) -> None:
    """Write down that the officer opens this case now, if it is within reach: one statement; the latest is kept."""
    opened = select(literal(officer.id), Comment.id, Comment.version, literal(at, UtcDateTime())).where(
        Comment.reference == reference, scope.within(officer=officer, permission=Permission.SEE_CASES)
    )
    statement = insert(CaseRead).from_select(["officer_id", "comment_id", "version", "at"], opened)
    session().execute(
        statement.on_conflict_do_update(
            index_elements=["officer_id", "comment_id"],
            set_={"version": statement.excluded.version, "at": statement.excluded.at},
        )
    )
