"""What would teach most: doubt first, and never the same thing twice."""

from __future__ import annotations

from classifier.teaching import order

NEAR = "đường truyền ở bản chập chờn"


def test_the_narrowest_margin_comes_first() -> None:
    assert order(["một việc", "hai chuyện", "ba điều"], [0.5, 0.1, 0.9], 3) == [1, 0, 2]


def test_what_resembles_the_chosen_waits_for_what_does_not() -> None:
    texts = [NEAR, f"{NEAR} quá", "học bạ điện tử không mở được"]
    assert order(texts, [0.01, 0.02, 0.30], 3) == [0, 2, 1]


def test_a_copy_without_accents_resembles_its_original() -> None:
    assert order([NEAR, "duong truyen o ban chap chon", "học bạ điện tử"], [0.0, 0.0, 0.4], 2) == [0, 2]


def test_no_more_than_asked_and_no_more_than_there_are() -> None:
    assert order(["a b", "c d", "e f"], [0.3, 0.2, 0.1], 2) == [2, 1]
    assert order(["a b"], [0.3], 9) == [0]
    assert order([], [], 9) == []
    assert order(["", "?"], [0.5, 0.4], 2) == [1, 0]
