"""Drift: how the machine's confidence and its choice of classes move, week by week, since the model was trained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, text

from feedback.db import UtcDateTime, session
from feedback.domain.clock import VIETNAM, day_begins

WEEKS = 12
REFERENCE = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Mix:
    """Decisions of some weeks: how many, mean confidence, the share routed automatically, the share of each class."""

    decisions: int
    confidence: float | None
    automatic: float | None
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Week:
    """One week from Monday. `moved` is half the sum of what all class shares differ from the reference by (0 to 1)."""

    monday: date
    mix: Mix
    moved: float | None


@dataclass(frozen=True, slots=True)
class Drift:
    """The last twelve weeks beside the reference: the four weeks up to the training, else the first week after it."""

    reference: Mix
    first: date | None
    last: date | None
    weeks: tuple[Week, ...]


@dataclass(slots=True)
class _Sum:
    decisions: int = 0
    confidence: float = 0.0
    automatic: int = 0
    classes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


def since(*, trained_at: datetime, now: datetime) -> Drift:
    """How the last twelve weeks differ from the time of training."""
    today = now.astimezone(VIETNAM).date()
    this_week = _monday(today)
    first = this_week - timedelta(weeks=WEEKS - 1)
    trained = _monday(trained_at.astimezone(VIETNAM).date())
    start = min(first, trained - REFERENCE + timedelta(weeks=1))
    found = _weeks(start, this_week + timedelta(weeks=1))
    chosen = _reference(found, trained)
    reference = _mix(_add([found[monday] for monday in chosen]))
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    weeks = tuple(_week(monday, found.get(monday), reference) for monday in mondays)
    last = max(chosen) + timedelta(days=6) if chosen else None
    return Drift(reference, min(chosen, default=None), last, weeks)


def _reference(found: Mapping[date, _Sum], trained: date) -> Sequence[date]:
    before = [monday for monday in found if trained - REFERENCE < monday <= trained]
    after = sorted(monday for monday in found if monday > trained)
    return before or after[:1]


def _week(monday: date, found: _Sum | None, reference: Mix) -> Week:
    mix = _mix(found or _Sum())
    if not mix.decisions or not reference.decisions:
        return Week(monday, mix, None)
    codes = mix.shares.keys() | reference.shares.keys()
    moved = sum(abs(mix.shares.get(code, 0.0) - reference.shares.get(code, 0.0)) for code in codes) / 2
    return Week(monday, mix, moved)


def _add(sums: Sequence[_Sum]) -> _Sum:
    total = _Sum()
    for one in sums:
        total.decisions += one.decisions
        total.confidence += one.confidence
        total.automatic += one.automatic
        for code, count in one.classes.items():
            total.classes[code] += count
    return total


def _mix(total: _Sum) -> Mix:
    if not total.decisions:
        return Mix(0, None, None, {})
    n = total.decisions
    shares = {code: count / n for code, count in sorted(total.classes.items())}
    return Mix(n, total.confidence / n, total.automatic / n, shares)


def _weeks(start: date, end: date) -> dict[date, _Sum]:
    bounds = {"start": day_begins(start), "end": day_begins(end)}
    found: dict[date, _Sum] = defaultdict(_Sum)
    for row in session().execute(_BY_WEEK, bounds):
        week = found[row.monday]
        week.decisions += row.decisions
        week.confidence += row.confidence
        week.automatic += row.automatic
        week.classes[row.class_code] += row.decisions
    return dict(found)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


_BY_WEEK = text("""
SELECT date_trunc('week', at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS monday, class_code, count(*) AS decisions,
    sum(confidence) AS confidence, count(*) FILTER (WHERE outcome = 'auto') AS automatic
FROM routing_decision
WHERE made_by = 'machine' AND class_code IS NOT NULL AND confidence IS NOT NULL AND at >= :start AND at < :end
GROUP BY 1, 2 ORDER BY 1, 2
""").bindparams(bindparam("start", type_=UtcDateTime()), bindparam("end", type_=UtcDateTime()))
