"""Filters as one value: equal questions are equal values and one link."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from feedback.domain.clock import day_begins
from feedback.domain.filters import (
    BANDS,
    NAMES,
    PARAMETERS,
    SEVERAL,
    Band,
    Charge,
    Filters,
    Repeat,
    band_bounds,
    band_of,
    day_ends,
)
from feedback.domain.queues import QUEUE_NAMES, QUEUES, Queue
from feedback.domain.routing import DeskReason
from feedback.domain.screening import Screen
from feedback.domain.status import Status
from feedback.domain.vocabulary import Channel, Kind, SenderKind

EVERYTHING = Filters(
    queue=Queue.ALL,
    text='"sóng yếu" -bản',
    statuses=(Status.SORTING, Status.RETURNED),
    kinds=(Kind.REPORT,),
    fields=("HT", "DL"),
    provinces=("SONLA", "HN"),
    bodies=("UBND_TINH:HN",),
    classes=("BKHCN",),
    screens=(Screen.VALID,),
    channels=(Channel.WEB,),
    senders=(SenderKind.CITIZEN,),
    desk_reasons=(DeskReason.UNSURE,),
    bands=(Band.LOW, Band.HIGH),
    repeats=(Repeat.LIKELY,),
    charges=(Charge.ME,),
    tags=("hạ tầng",),
    received_from=date(2026, 3, 1),
    received_to=date(2026, 3, 31),
    due_from=date(2026, 4, 1),
    due_to=date(2026, 4, 30),
    hops=2,
    overdue=True,
    held=True,
)


def test_a_link_says_the_same_as_the_value() -> None:
    assert Filters.from_pairs(EVERYTHING.to_query()) == EVERYTHING
    assert Filters.from_pairs([]) == Filters()
    assert Filters().to_query() == []


def test_the_order_of_values_makes_no_other_question() -> None:
    one = Filters(statuses=(Status.RETURNED, Status.SORTING, Status.SORTING))
    other = Filters(statuses=(Status.SORTING, Status.RETURNED))
    assert (one, hash(one), one.to_query()) == (other, hash(other), other.to_query())


def test_every_field_has_its_name_in_a_link_and_the_full_value_uses_all() -> None:
    assert set(PARAMETERS) == set(Filters.__slots__)
    assert {name for name, _ in EVERYTHING.to_query()} == set(NAMES)
    assert {"statuses", "bodies"} <= SEVERAL
    assert not {"text", "queue", "overdue"} & SEVERAL


@pytest.mark.parametrize(
    "pairs",
    [[("khac", "x")], [("trang_thai", "x")], [("nhan_tu", "hôm qua")], [("qua_han", "khong")], [("hang", "")]],
)
def test_pairs_that_no_value_gave_are_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Filters.from_pairs(pairs)


def test_the_queue_alone_narrows_nothing() -> None:
    assert not Filters(queue=Queue.ALL).narrowing
    assert Filters(text="a").narrowing


def test_a_day_is_that_of_viet_nam() -> None:
    assert day_begins(date(2026, 3, 10)) == datetime(2026, 3, 9, 17, tzinfo=UTC)
    assert day_ends(date(2026, 3, 10)) == datetime(2026, 3, 10, 17, tzinfo=UTC)


def test_bands_cover_every_confidence_once() -> None:
    for confidence in (0.0, 0.499, 0.5, 0.8, 0.94, 0.95, 1.0):
        inside = [band for band in BANDS if band_bounds(band)[0] <= confidence < band_bounds(band)[1]]
        assert inside == [band_of(confidence)]


def test_every_queue_has_a_name_and_states() -> None:
    assert set(QUEUE_NAMES) == set(QUEUES) == set(Queue)
    assert all(waiting.states for waiting in QUEUES.values())
