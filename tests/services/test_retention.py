"""The schedule of retention: rows with their authority, loaded again without harm."""

from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from feedback.domain.errors import Unavailable
from feedback.domain.retention import (
    CERTAINTY_NAMES,
    ERASING_NAMES,
    ITEM_NAMES,
    STATUS_NAMES,
    STUB_TEXT,
    STUB_TITLE,
    STUB_WORDS,
    BatchStatus,
    Erased,
    Erasing,
    ItemState,
    leaves,
)
from feedback.models import RetentionSchedule
from feedback.seed import RETENTION, rows_of
from feedback.services import retention


def test_the_schedule_says_how_long_on_what_authority_and_how_sure_it_is(session: Session) -> None:
    rows = {row.erases: row for row in retention.schedules()}
    assert list(rows) == ["identity", "text", "request"]
    assert (rows["identity"].months, rows["identity"].quiet_days, rows["identity"].certainty) == (24, 90, "ours")
    assert (rows["text"].months, rows["request"].working_days, rows["request"].certainty) == (120, 2, "read")
    assert all("Luật" in rows[name].source for name in ("identity", "request"))


def test_loading_again_changes_what_changed(session: Session) -> None:
    rows = [{**row, "months": "36" if row["months"] == "24" else row["months"]} for row in rows_of(RETENTION)]
    assert retention.load(rows=rows) == 3
    session.expire_all()
    assert retention.schedule(erases=Erasing.IDENTITY).months == 36


def test_without_a_schedule_the_service_says_what_is_missing(session: Session) -> None:
    session.execute(delete(RetentionSchedule))
    assert retention.schedules() == []
    with pytest.raises(Unavailable, match="lưu trữ"):
        retention.schedule(erases=Erasing.TEXT)


def test_everything_has_a_name_and_every_stub_fits_its_column() -> None:
    assert set(ERASING_NAMES) == set(Erasing)
    assert set(STATUS_NAMES) == set(BatchStatus)
    assert set(ITEM_NAMES) == set(ItemState)
    assert set(CERTAINTY_NAMES) == {"read", "presumed", "ours"}
    assert (len(STUB_TITLE) <= 300, STUB_TEXT.endswith("."), STUB_WORDS.endswith(".")) == (True, True, True)


@pytest.mark.parametrize(
    ("erases", "gone"),
    [(Erasing.IDENTITY, Erased.IDENTITY), (Erasing.TEXT, Erased.TEXT), (Erasing.REQUEST, Erased.TEXT)],
)
def test_each_row_says_what_is_left(erases: Erasing, gone: Erased) -> None:
    assert leaves(erases) is gone
