"""What `flask clock` tells of the deadlines: why a date is that date, and whether what is kept is what was written."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from itertools import islice

import click
from flask import current_app
from flask.cli import with_appcontext

from feedback.domain import clock
from feedback.domain.clock import Calendar
from feedback.seed import SPECIAL_DAYS, rows_of
from feedback.services import calendar, catalogues, clock_check

SHOWN = 100


@click.command()
@click.option("--start", required=True, help="Thời điểm tiếp nhận theo ISO 8601, có múi giờ.")
@click.option("--days", required=True, type=click.IntRange(1, 1000), help="Số ngày làm việc.")
@with_appcontext
def explain(start: str, days: int) -> None:
    """Giải thích từng ngày vì sao hạn là ngày đó."""
    try:
        begun = datetime.fromisoformat(start)
        explained = clock.deadline(begun, days, _calendar())
    except ValueError as error:
        raise click.BadParameter("cần thời điểm theo ISO 8601 kèm múi giờ, ví dụ 2026-02-13T10:00+07:00") from error
    ledger = [{**asdict(day), "date": day.date.isoformat()} for day in explained.ledger]
    due = explained.due_at.astimezone(clock.VIETNAM).isoformat()
    click.echo(json.dumps({"due": due, "ledger": ledger}, ensure_ascii=False))


def _calendar() -> Calendar:
    """The service's calendar; the one that comes with the program where there is no service, or nothing was loaded."""
    kept = calendar.current() if "LANG_NGHE" in current_app.config else Calendar()
    return kept if kept.special else catalogues.seeded(documented=rows_of(SPECIAL_DAYS))


@click.command()
@with_appcontext
def verify() -> None:
    """Tính lại mọi đồng hồ từ sổ ghi; nêu từng chỗ khác."""
    found = list(islice(clock_check.differences(), SHOWN + 1))
    for one in found[:SHOWN]:
        click.echo(f"{one.reference}\t{one.clock}\t{one.what}\t{one.kept or '–'}\t{one.derived or '–'}")
    if found:
        more = "hơn " if len(found) > SHOWN else ""
        click.echo(f"Có {more}{min(len(found), SHOWN)} chỗ khác với sổ ghi.", err=True)
        sys.exit(1)
    click.echo("Mọi đồng hồ đều đúng như sổ ghi.")
