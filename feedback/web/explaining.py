"""“Vì sao hạn là ngày này?” for officials: every clock of a case, the answer's days, and both as a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from feedback.domain.errors import NotFound
from feedback.domain.permissions import Permission
from feedback.services import explaining
from feedback.services.explaining import Explanation
from feedback.web.account import me
from feedback.web.exports import csv_file
from feedback.web.formats import clock_time, number
from feedback.web.formats import day as day_of
from feedback.web.permissions import permission

blueprint = Blueprint("explaining", __name__, url_prefix="/ban-lam-viec")

_REFERENCE = re.compile(r"^PA-[0-9]{4}-[0-9]{6,12}\Z")
_HEADER = ("Ngày", "Giờ", "Được tính", "Số giờ được tính", "Cộng dồn (ngày làm việc)", "Vì sao", "Căn cứ")


@blueprint.get("/<reference>/thoi-han")
@permission(Permission.SEE_CASES)
def page(reference: str) -> str:
    """Every clock with its state, and the days of the answer's."""
    return render_template("desk/deadline.html", explained=_explained(reference), now=datetime.now(UTC))


@blueprint.get("/<reference>/thoi-han.csv")
@permission(Permission.SEE_CASES)
def days_file(reference: str) -> Response:
    """The days of the answer's clock as a file."""
    return csv_file(f"thoi-han-{reference}", _HEADER, _rows(_explained(reference)))


def _explained(reference: str) -> Explanation:
    if not _REFERENCE.match(reference):
        raise NotFound
    return explaining.for_officer(officer=me(), reference=reference)


def _rows(explained: Explanation) -> Iterable[tuple[object, ...]]:
    for line in explained.lines:
        yield (
            day_of(line.date),
            clock_time(line.at) if line.at else "",
            "" if line.at else "có" if line.counted else "không",
            "" if line.at else line.hours,
            "" if line.at else number(line.total / 8, 0 if (line.total / 8).is_integer() else 2),
            line.why,
            line.source,
        )
