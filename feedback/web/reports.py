"""The analyst's page: comments by body and week, how they were routed, how they were answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from feedback.domain.clock import VIETNAM
from feedback.domain.errors import InvalidInput
from feedback.domain.permissions import Permission
from feedback.services import reports
from feedback.services.reports import BodyLine, Period, Report
from feedback.web import charts
from feedback.web.account import me
from feedback.web.exports import csv_file
from feedback.web.formats import day, moment
from feedback.web.forms import FormState
from feedback.web.permissions import permission

blueprint = Blueprint("reports", __name__)

WEEKS = 12
LONGEST = timedelta(days=3 * 366)
_EARLIEST = date(2020, 1, 1)


@blueprint.get("/bao-cao")
@permission(Permission.SEE_REPORTS)
def overview() -> tuple[str, int]:
    """The figures of a period; a period that cannot be read is said to be so, beside those of the usual one."""
    values = {name: request.args.get(name, "") for name in ("tu", "den")}
    try:
        period, form, status = _asked(values), FormState(values), 200
    except InvalidInput as error:
        period, form, status = usual(), FormState(values, error.fields), 422
    report = reports.overview(officer=me(), period=period, now=datetime.now(UTC))
    return render_template(
        "reports/overview.html", report=report, form=_filled(form, period), **_charts(report)
    ), status


@blueprint.get("/bao-cao.csv")
@permission(Permission.SEE_REPORTS)
def file() -> Response:
    """The table by body as a file, with the period and the time of the figures in its first columns."""
    period = _asked({name: request.args.get(name, "") for name in ("tu", "den")})
    report = reports.overview(officer=me(), period=period, now=datetime.now(UTC))
    return csv_file(f"bao-cao-{period.first}-{period.last}", _HEADER, (_cells(report, line) for line in report.bodies))


def usual() -> Period:
    """The last twelve weeks, this one included, from a Monday."""
    today = datetime.now(VIETNAM).date()
    return Period(today - timedelta(days=today.weekday(), weeks=WEEKS - 1), today)


def _asked(values: dict[str, str]) -> Period:
    """The period of the form, the usual one when it is empty; raise InvalidInput when it is none."""
    if not any(values.values()):
        return usual()
    errors: dict[str, list[str]] = {}
    days: dict[str, date] = {}
    for name, text in values.items():
        try:
            days[name] = date.fromisoformat(text)
        except ValueError:
            errors[name] = ["Xin chọn một ngày, ví dụ 2026-03-31."]
    if errors:
        raise InvalidInput(errors)
    if not _EARLIEST <= days["tu"] <= days["den"] <= date(2100, 1, 1):
        raise InvalidInput({"den": ["Ngày cuối phải từ ngày đầu trở đi."]})
    if days["den"] - days["tu"] > LONGEST:
        raise InvalidInput({"den": ["Xin chọn khoảng thời gian không quá ba năm."]})
    return Period(days["tu"], days["den"])


def _filled(form: FormState, period: Period) -> FormState:
    if form.errors:
        return form
    return FormState({"tu": period.first.isoformat(), "den": period.last.isoformat()})


def _charts(report: Report) -> dict[str, object]:
    weeks = report.weeks
    series = [[line.received for line in weeks], [line.replied for line in weeks]]
    return {
        "by_week": charts.columns([f"Tuần từ {day(line.monday)}" for line in weeks], series),
        "largest": max((line.received for line in report.bodies), default=0),
        "share": charts.share,
    }


_HEADER = (
    "Từ ngày",
    "Đến ngày",
    "Số liệu lúc",
    "Mã cơ quan",
    "Cơ quan",
    "Đã chuyển đến",
    "Đang mở",
    "Quá hạn",
    "Đã trả lời",
    "Cơ quan báo đã giải quyết xong",
    "Người gửi xác nhận đã giải quyết",
    "Đã gia hạn",
    "Tỷ lệ đúng hạn",
    "Trung vị số ngày làm việc",
)


def _cells(report: Report, line: BodyLine) -> tuple[object, ...]:
    return (
        report.period.first.isoformat(),
        report.period.last.isoformat(),
        moment(report.fresh_at),
        line.code,
        line.name,
        line.received,
        line.open,
        line.overdue,
        line.replied,
        line.resolved,
        line.confirmed,
        line.extended,
        "" if line.on_time_share is None else round(line.on_time_share, 4),
        "" if line.median_working_days is None else line.median_working_days,
    )
