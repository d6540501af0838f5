"""Text as it is stored and as it is searched, over whatever Unicode can hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.text import clean, fold

FAMILY = "👨\u200d👩\u200d👧"
NASTY = st.sampled_from(
    "\u200b\u200d\u202e\u2066\ufeff\x00\ud800\u00ad\u0301\u0323\n\r\t\u2028\x85\ufe0f👩🏽❤aêđĐ \u00a0\u1100\u1161\ue000"
)
ANY = st.text(st.one_of(NASTY, st.characters()), max_size=60)
MANY = settings(max_examples=1500, deadline=None, derandomize=True, database=None)
KEPT = {"\n", "\u200d"}


@MANY
@given(ANY)
def test_cleaned_text_is_nfc_and_shows_everything_that_it_holds(raw: str) -> None:
    text = clean(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert not [c for c in text if c not in KEPT and unicodedata.category(c)[0] == "C"]
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert text.encode().decode() == text


@MANY
@given(ANY)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@MANY
@given(ANY)
def test_folded_text_has_no_marks_and_no_capitals(raw: str) -> None:
    folded = fold(clean(raw))
    assert not [c for c in folded if unicodedata.category(c) == "Mn"]
    assert "đ" not in folded
    assert folded == folded.lower() or "İ" in raw


@MANY
@given(ANY)
def test_folding_twice_changes_nothing(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


@MANY
@given(ANY)
def test_decomposed_text_is_stored_and_searched_like_its_composed_twin(raw: str) -> None:
    assert clean(unicodedata.normalize("NFD", raw)) == clean(unicodedata.normalize("NFC", raw))
    assert fold(unicodedata.normalize("NFD", raw)) == fold(unicodedata.normalize("NFC", raw))


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        pytest.param("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt", id="NFD"),
        pytest.param("lừa\u200bđảo", "lừađảo", id="zero-width space"),
        pytest.param("vi\u200de\u0323\u0302t", "việt", id="zero-width joiner in a word"),
        pytest.param("e\u200b\u0301", "é", id="zero-width space before its accent"),
        pytest.param("mã \u202eabc\u202c", "mã abc", id="right-to-left override"),
        pytest.param(f"Gia đình {FAMILY}", f"Gia đình {FAMILY}", id="joined emoji"),
        pytest.param("👩🏽\u200d🚒", "👩🏽\u200d🚒", id="emoji with a skin tone"),
        pytest.param("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥", id="emoji with a variation selector"),
        pytest.param("\u200d👩\u200d", "👩", id="joiner at the edges"),
        pytest.param("👩\u200dx", "👩x", id="joiner between picture and letter"),
        pytest.param("a\x00b", "ab", id="NUL"),
        pytest.param("a\ud800b", "ab", id="lone surrogate"),
        pytest.param("a\ue000b", "ab", id="private use"),
        pytest.param("một\r\nhai\rba", "một\nhai\nba", id="line ends"),
        pytest.param("một\n\n\n\n\nhai", "một\n\nhai", id="blank lines"),
        pytest.param("  một \t hai\u00a0 ba  ", "một hai ba", id="spaces"),
        pytest.param("một\u2028hai", "một hai", id="line separator"),
        pytest.param("\n\t ", "", id="nothing"),
    ],
)
def test_text_is_stored_as_its_reader_sees_it(raw: str, stored: str) -> None:
    assert clean(raw) == stored


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường truyền CHẬM", "duong truyen cham"),
        ("ĐỖ THỊ ƠN ƯỚC Ỵ ẵ", "do thi on uoc y a"),
        ("Mạng 5G: 100%", "mang 5g: 100%"),
        ("Ὀδυσσεύς", "οδυσσευς"),
        ("한국", "한국"),
        ("", ""),
    ],
)
def test_search_compares_without_accents(text: str, folded: str) -> None:
    assert fold(text) == folded
