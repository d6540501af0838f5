"""Two working periods a day: whenever a comment is filed, what is due in days and in hours is stated here."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from feedback.domain.working_time import PERIODS
from feedback.models import CaseClock
from tests import factories
from tests.domain.working_calendar import vietnam

# When it is filed; when the answer (15 working days) and the acknowledgement (4 working hours) are due.
STATED = [
    pytest.param(vietnam(2026, 3, 10, 9), vietnam(2026, 3, 31, 17), vietnam(2026, 3, 10, 14), id="in the morning"),
    pytest.param(vietnam(2026, 3, 10, 12, 5), vietnam(2026, 3, 31, 17), vietnam(2026, 3, 10, 17), id="12:05, lunch"),
    pytest.param(vietnam(2026, 3, 10, 6), vietnam(2026, 3, 31, 17), vietnam(2026, 3, 10, 12), id="before hours"),
    pytest.param(vietnam(2026, 3, 10, 17, 30), vietnam(2026, 3, 31, 17), vietnam(2026, 3, 11, 12), id="after hours"),
    pytest.param(vietnam(2026, 3, 10, 23, 59), vietnam(2026, 3, 31, 17), vietnam(2026, 3, 11, 12), id="23:59"),
    pytest.param(vietnam(2026, 3, 11, 0, 0), vietnam(2026, 4, 1, 17), vietnam(2026, 3, 11, 12), id="midnight"),
    pytest.param(vietnam(2026, 3, 14, 10), vietnam(2026, 4, 3, 17), vietnam(2026, 3, 16, 12), id="Saturday"),
    pytest.param(vietnam(2026, 1, 10, 10), vietnam(2026, 1, 30, 17), vietnam(2026, 1, 10, 15), id="worked Saturday"),
    pytest.param(vietnam(2026, 1, 9, 10), vietnam(2026, 1, 29, 17), vietnam(2026, 1, 9, 15), id="the Friday before it"),
    pytest.param(vietnam(2026, 2, 16, 10), vietnam(2026, 3, 13, 17), vietnam(2026, 2, 23, 12), id="30 Tết"),
]


def test_13_a_day_has_two_working_periods_of_four_hours() -> None:
    assert [(begin.hour, end.hour) for begin, end in PERIODS] == [(8, 12), (13, 17)]


@pytest.mark.parametrize(("filed", "answer", "acknowledge"), STATED)
def test_13_a_filing_at_any_hour_gives_the_stated_due_dates(
    session: Session, filed: datetime, answer: datetime, acknowledge: datetime
) -> None:
    receipt = factories.submit(filed)
    due = {clock: session.get_one(CaseClock, (receipt.comment_id, clock)).due_at for clock in ("answer", "acknowledge")}
    assert due == {"answer": answer, "acknowledge": acknowledge}
    assert receipt.due_at == answer
