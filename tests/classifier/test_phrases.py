"""Phrases are found as written, or by their bare letters in a text without accents."""

import pytest

from classifier.phrases import Phrase, Phrases, accented
from classifier.text import Tokens, analyse

PHRASES = Phrases(
    [
        Phrase("DL", "cơ sở dữ liệu", 3),
        Phrase("DL", "dữ liệu", 2),
        Phrase("KTS", "thuế", 3),
        Phrase("DD", "mã định danh", 1),
        Phrase("DL", "mã định danh", 1),
        Phrase("NT", "app", 2),
    ]
)


def found(text: str) -> list[tuple[str, str]]:
    """The label and the folded words of each phrase in `text`."""
    tokens = analyse(text)
    return [(hit.phrase.label, " ".join(tokens.syllables[hit.first : hit.last])) for hit in PHRASES.find(tokens)]


def test_the_longest_phrase_is_taken_and_none_overlaps() -> None:
    assert found("Cơ sở dữ liệu thiếu, dữ liệu sai") == [("DL", "co so du lieu"), ("DL", "du lieu")]


def test_two_phrases_of_the_same_words_are_both_found() -> None:
    assert found("Mã định danh") == [("DD", "ma dinh danh"), ("DL", "ma dinh danh")]


def test_a_text_without_accents_needs_the_letters_only() -> None:
    assert found("co so du lieu sai") == [("DL", "co so du lieu")]


def test_accents_that_differ_are_another_word() -> None:
    assert found("Cơ sở dự liệu của tôi") == []


def test_a_single_syllable_with_an_accent_is_not_guessed_from_its_letters() -> None:
    assert found("Nhà tôi kê khai thuế") == [("KTS", "thue")]
    assert found("toi thue nha, xoa app") == [("NT", "app")]


@pytest.mark.parametrize("nothing", ["", "!!!", "😀"])
def test_a_text_without_words_has_no_phrase(nothing: str) -> None:
    assert found(nothing) == []


def test_a_word_with_an_underscore_of_its_own_is_read_by_its_letters() -> None:
    tokens = Tokens(("dữ_liệu", "a_b"), (2, 1), ("du", "lieu", "ab"))
    assert accented(tokens) == ("du", "lieu", "ab")
