"""Words as a search compares them: with accents and without, in one spelling of the tone, punctuation left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.text import fold
from feedback.domain.words import LONGEST_WORD, vector, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đất đai", ["đất", "đai"]),
        ("TP.HCM không/có “hồ sơ”…", ["tp", "hcm", "không", "có", "hồ", "sơ"]),
        ("10.000 đồng, v2.1 a_b", ["10", "000", "đồng", "v2", "1", "a", "b"]),
        ("hoà thuỷ khoẻ quý hoàn", ["hòa", "thủy", "khỏe", "quý", "hoàn"]),
        ("HOÀ Khoẻ", ["hòa", "khỏe"]),
        ("ô\u0323 😀 中文", ["ộ", "中文"]),
        ("", []),
        ("!!! \x00 _", []),
    ],
)
def test_a_text_is_its_words(text: str, expected: list[str]) -> None:
    assert [exact for exact, _ in words(text)] == expected


def test_a_word_with_accents_stands_at_one_place_in_both_forms() -> None:
    assert vector("Đất đất dat", "đai") == "dat:1,2,3 đất:1,2 dai:5 đai:5 dat_dat"


def test_two_words_one_after_the_other_are_a_pair_once_and_none_reaches_into_the_next_part() -> None:
    assert vector("Hồ sơ, hồ sơ", "đất") == "ho:1,3 hồ:1,3 so:2,4 sơ:2,4 dat:6 đất:6 ho_so so_ho"


def test_a_word_that_is_endless_is_cut() -> None:
    assert [len(exact) for exact, _ in words("a" * 5000)] == [LONGEST_WORD]


def test_a_word_that_never_ends_repeating_keeps_as_many_places_as_the_database() -> None:
    assert vector("a " * 1000).count(",") == 254


@given(st.text(max_size=300))
def test_every_word_is_letters_and_digits_and_folds_to_something(text: str) -> None:
    for exact, folded in words(text):
        assert folded
        assert fold(exact) == folded
        assert not set(exact) & set(" :'\\&|!()<>*\t\n\x00")
