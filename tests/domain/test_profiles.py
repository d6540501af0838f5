"""Which row of lengths holds: a table of what is there and what is found."""

from __future__ import annotations

import pytest

from feedback.domain.ledger import Clock
from feedback.domain.profiles import STEP_NAMES, most_specific

BOTH, BODY, KIND, ANY = ("hoi", "BCA"), ("*", "BCA"), ("hoi", "*"), ("*", "*")


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ((BOTH, BODY, KIND, ANY), BOTH),
        ((BODY, KIND, ANY), BODY),
        ((KIND, ANY), KIND),
        ((ANY,), ANY),
        ((BOTH, KIND), BOTH),
        ((BODY, ANY), BODY),
        ((), None),
        ((("phan_anh", "BCA"), ("hoi", "BTC"), ("*", "BTC")), None),
    ],
)
def test_the_most_specific_row_wins(there: tuple[tuple[str, str], ...], found: tuple[str, str] | None) -> None:
    rows = {("answer", *key): key for key in there} | {("check", "*", "*"): ("another", "step")}
    assert most_specific(rows, "answer", "hoi", "BCA") == found


def test_every_clock_has_a_name() -> None:
    assert set(Clock) <= set(STEP_NAMES)
