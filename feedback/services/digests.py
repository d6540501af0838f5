"""An officer's digest: what of it is still true when it is sent, and how its sending ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from feedback.db import UtcDateTime, session
from feedback.domain import reminding
from feedback.domain.clock import working_days_between
from feedback.domain.office_hours import is_open, next_opening
from feedback.models import Officer, OfficerDigest
from feedback.services import calendar, charges, overdue_erasures, second_factors, stuck, subscriptions
from feedback.services.notices import CONCERNED, OPEN_TO_ALL, RUNNING
from feedback.services.stuck import Failure

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a section; `late_days` counts working days past its due day."""

    reference: str
    body_name: str
    due_at: datetime
    late_days: int


@dataclass(frozen=True, slots=True)
class Section:
    """The cases under one heading, soonest due first; `more` were left off."""

    heading: str
    lines: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a template needs to write one digest, and to whom it goes."""

    digest_id: int
    message_id: str
    address: str
    sections: Sequence[Section]
    failures: Sequence[Failure]

    @property
    def cases(self) -> int:
        """How many lines the sections have, those left off too."""
        return sum(len(section.lines) + section.more for section in self.sections)


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing is sent now: officials are not at work until then."""

    until: datetime


def prepare(*, digest_id: int, at: datetime) -> Digest | Later | None:
    """What is to be sent now; None when it was sent before, or nothing of it is true any more, which is written down.

    Raise nothing for an account that was closed: its digest is not wanted.
    """
    digest = _locked(digest_id)
    if digest.state != "pending":
        return None
    kept = calendar.current()
    if not is_open(at, kept):
        return Later(next_opening(at, kept))
    officer = session().scalars(select(Officer).where(Officer.id == digest.officer_id)).one()
    sections = [
        *(Section(told, (), 0) for told in second_factors.told_by(digest_id=digest_id)),
        *_sections(digest_id, at),
        *_listed(overdue_erasures.HEADING, overdue_erasures.told_by(digest_id=digest_id), at),
        *_listed(charges.HEADING, charges.told_by(digest_id=digest_id), at),
        *_views(digest_id, officer, at),
    ]
    failures = _failures(digest_id)
    if not officer.active or not (sections or failures):
        digest.state = "not_wanted"
        return None
    digest.attempts += 1
    return Digest(digest.id, digest.message_id, officer.email, sections, failures)


def mark_sent(*, digest_id: int, at: datetime) -> None:
    """The mail server took it."""
    digest = _locked(digest_id)
    digest.state, digest.sent_at, digest.last_error = "sent", at, None


def mark_dead(*, digest_id: int, error: str) -> None:
    """It was given up after the last attempt; `error` is a kind of failure."""
    digest = _locked(digest_id)
    digest.state, digest.last_error = "dead", error


def _sections(digest_id: int, at: datetime) -> list[Section]:
    place = {kind: number for number, kind in enumerate(reminding.kinds())}
    rows = sorted(session().execute(_TRUE, {"digest": digest_id}), key=lambda row: (place[row.kind], row.due_at))
    found: dict[str, dict[str, Line]] = {}
    for row in rows:
        late = working_days_between(row.due_at, at, calendar.current())
        line = Line(row.reference, row.short_name or "", row.due_at, late)
        found.setdefault(reminding.heading(row.kind), {}).setdefault(row.reference, line)
    return [
        Section(heading, list(lines.values())[:SHOWN], max(len(lines) - SHOWN, 0)) for heading, lines in found.items()
    ]


def _views(digest_id: int, officer: Officer, at: datetime) -> list[Section]:
    """What the officer's saved views found."""
    found = []
    for told in subscriptions.told_by(digest_id=digest_id, officer=officer):
        lines = [
            Line(one.reference, one.body_name, one.due_at, working_days_between(one.due_at, at, calendar.current()))
            for one in told.cases
        ]
        passed = f" đã đạt ngưỡng {told.threshold} ý kiến" if told.threshold else ""
        heading = f"Chế độ xem “{told.name}”{passed}"
        found.append(Section(heading, lines[:SHOWN], max(len(lines) - SHOWN, 0)))
    return found


def _listed(heading: str, rows: Sequence[Any], at: datetime) -> list[Section]:
    """Rows of reference, short_name and due_at under a heading; nothing for none."""
    lines = [
        Line(one.reference, one.short_name or "", one.due_at, working_days_between(one.due_at, at, calendar.current()))
        for one in rows
    ]
    return [Section(heading, lines[:SHOWN], max(len(lines) - SHOWN, 0))] if lines else []


def _failures(digest_id: int) -> Sequence[Failure]:
    wanted = session().scalar(
        text("SELECT count(*) FROM officer_notice WHERE digest_id = :digest AND kind = :kind"),
        {"digest": digest_id, "kind": reminding.STUCK},
    )
    return stuck.failures() if wanted else ()


def _locked(digest_id: int) -> OfficerDigest:
    return session().scalars(select(OfficerDigest).where(OfficerDigest.id == digest_id).with_for_update()).one()


# A case that was answered, or whose due date moved, since the notice was made is left out.
_TRUE = text(f"""
WITH running AS ({RUNNING})
SELECT officer_notice.kind, comment.reference, body.short_name, running.due_at
FROM officer_notice
JOIN running ON running.comment_id = officer_notice.comment_id AND running.due_at = officer_notice.occasion
    AND running.clock = split_part(officer_notice.kind, '_', 1)
JOIN comment ON comment.id = running.comment_id
JOIN officer ON officer.id = officer_notice.officer_id
LEFT JOIN body ON body.id = comment.body_id
WHERE officer_notice.digest_id = :digest AND {OPEN_TO_ALL}
  AND {CONCERNED}
""").columns(due_at=UtcDateTime())  # noqa: S608 -- ours
