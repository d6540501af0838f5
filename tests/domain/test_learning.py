"""What a label weighs, and which automatic decisions are audited."""

from __future__ import annotations

import uuid

import pytest

from feedback.domain.learning import (
    AUDIT_SHARE,
    ORIGIN_NAMES,
    SCREEN_NAMES,
    STATE_NAMES,
    Origin,
    ReleaseState,
    Screen,
    is_drawn,
    weight_of,
)


@pytest.mark.parametrize(("origin", "weight"), [(Origin.OVERRIDE, 1), (Origin.ACCEPTED, 1), (Origin.LABELLING, 1)])
def test_what_an_official_came_upon_speaks_for_itself(origin: Origin, weight: float) -> None:
    assert weight_of(origin) == weight


def test_what_was_drawn_speaks_for_those_that_were_not() -> None:
    assert weight_of(Origin.AUDIT) == pytest.approx(1 / AUDIT_SHARE) == 20


def test_one_comment_in_twenty_is_drawn_and_always_the_same() -> None:
    comments = [uuid.UUID(int=number) for number in range(20_000)]
    drawn = [comment for comment in comments if is_drawn(comment)]
    assert 900 < len(drawn) < 1_100
    assert all(is_drawn(comment) for comment in drawn)


def test_everything_has_a_vietnamese_name_of_its_own() -> None:
    for names, codes in ((ORIGIN_NAMES, Origin), (SCREEN_NAMES, Screen), (STATE_NAMES, ReleaseState)):
        assert set(names) == set(codes)
        assert len(set(names.values())) == len(names)
