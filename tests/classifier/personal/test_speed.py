"""The work grows with the length of the text and no faster, whatever the text is made of."""

import sys
from types import FrameType

import pytest

from classifier.redact import find

SHORT, LONG = 1_250, 5_000
HUGE = 100_000
PIECES = [
    "tên ", "em là minh ", "nguyễn ", "nguyen van ", "anh hoa ", "Nguyễn ", "chủ hộ: ", "số 5 ngõ 3 ", "09 ", "1.",
    "a@", "29A-", "không một ", "cảm ơn.\n", "phường ở ", "mã số ", "bản ", "Ông Tư ", "12 lê lợi, ",
]  # fmt: skip


def calls(text: str) -> int:
    """How many Python functions are called to search `text`."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        find(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_four_times_the_text_is_about_four_times_the_work(piece: str) -> None:
    find(piece)
    assert calls((piece * LONG)[:LONG]) <= 5 * calls((piece * SHORT)[:SHORT]) + 2_000


def test_a_hundred_thousand_characters_are_searched() -> None:
    text = ("Tôi tên là Lê Hoài Nam, sđt 0912 345 678, nhà ở số 12 ngõ 34 đường Láng. " * HUGE)[:HUGE]
    assert len(find(text)) > HUGE // 30
