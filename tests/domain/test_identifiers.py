"""Identifiers that sort by time and never repeat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from feedback.domain.identifiers import time_ordered_id

AT = datetime(2026, 3, 10, 2, 0, 0, 123456, tzinfo=UTC)


def test_an_identifier_is_a_uuid_of_version_seven_that_tells_its_millisecond() -> None:
    made = time_ordered_id(AT)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(AT.timestamp() * 1000)


def test_a_later_identifier_sorts_after_an_earlier_one() -> None:
    made = [time_ordered_id(AT + timedelta(milliseconds=number)) for number in range(100)]
    assert made == sorted(made)


def test_identifiers_of_one_instant_differ_in_every_random_bit() -> None:
    made = [time_ordered_id(AT).int for _ in range(2000)]
    assert len(set(made)) == 2000
    fixed = ((1 << 48) - 1) << 80 | 0xF << 76 | 0b11 << 62
    changing = 0
    for one in made:
        changing |= one ^ made[0]
    assert changing == ~fixed & ((1 << 128) - 1)
