"""Dates, numbers and spans as Vietnamese readers write them, in the time of Viet Nam."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask import Flask

from feedback.domain.clock import VIETNAM
from feedback.domain.receipt import show_key
from feedback.domain.vocabulary import FIELD_NAMES, KIND_NAMES, SENDER_NAMES

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def day(moment: datetime | date) -> str:
    """`05/03/2026`; a time is taken to Viet Nam first."""
    return _local(moment).strftime("%d/%m/%Y")


def moment(value: datetime) -> str:
    """`05/03/2026 14:07`, in Viet Nam."""
    return value.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def clock_time(value: datetime) -> str:
    """`14:07`, in Viet Nam."""
    return value.astimezone(VIETNAM).strftime("%H:%M")


def weekday(moment: datetime | date) -> str:
    """`Thứ Năm, 05/03/2026`."""
    local = _local(moment)
    return f"{_WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y}"


def iso(value: datetime | date) -> str:
    """For the `datetime` attribute of <time>, and for machines."""
    return value.astimezone(VIETNAM).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def number(value: float | Decimal, decimals: int = 0) -> str:
    """`1.234,5`: dots between thousands, a comma before decimals."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def percent(share: float | None, decimals: int = 1) -> str:
    """`93,8 %` of a share between 0 and 1; a dash when there is nothing to divide."""
    # As a decimal number: multiplied as a float it could round to another thousandth than the share itself.
    return "–" if share is None else f"{number(Decimal(share) * 100, decimals)} %"


def thousandths(share: float) -> str:
    """`0.938`: a share as machines read it, to three decimals."""
    return f"{share:.3f}"


def file_size(count: int) -> str:
    """`1,2 MB`, `340 kB`: of that many bytes."""
    return f"{number(count / 1_000_000, 1)} MB" if count >= 1_000_000 else f"{number(max(1, count / 1000))} kB"


def working_days(count: float) -> str:
    """`3 ngày làm việc`, `2,5 ngày làm việc`."""
    return f"{number(count, 0 if float(count).is_integer() else 1)} ngày làm việc"


def register(app: Flask) -> None:
    """Make them filters of the templates."""
    filters = (day, moment, clock_time, weekday, iso, number, percent, thousandths, working_days, file_size, show_key)
    for function in filters:
        app.add_template_filter(function)
    names = {"kind_name": KIND_NAMES, "sender_name": SENDER_NAMES, "field_name": FIELD_NAMES}
    for name, table in names.items():
        app.add_template_filter(table.__getitem__, name)


def _local(moment: datetime | date) -> date:
    return moment.astimezone(VIETNAM).date() if isinstance(moment, datetime) else moment
