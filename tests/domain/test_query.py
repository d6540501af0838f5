"""The language of the search: what is read of what people type, however they type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.query import (
    DEEPEST,
    LONGEST,
    MOST_WORDS,
    NOTHING_TO_FIND,
    TOO_DEEP,
    TOO_LONG,
    TOO_MANY_WORDS,
    QueryRefused,
    finds_the_empty,
    found_in,
    nearly,
    read,
    tsquery,
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sóng", "(sóng)"),
        ("Sóng yếu", "((sóng) & (yếu))"),
        ('"sóng yếu"', "(sóng <-> yếu)"),
        ("“sóng yếu” bản", "((sóng <-> yếu) & (bản))"),
        ("a AND b OR c", "(((a) & (b)) | (c))"),
        ("a VÀ b HOẶC c", "(((a) & (b)) | (c))"),
        ("a (b OR c)", "((a) & ((b) | (c)))"),
        ("a NOT b", "((a) & !(b))"),
        ("a KHÔNG b", "((a) & !(b))"),
        ("a -b", "((a) & !(b))"),
        ('a -"b c"', "((a) & !(b_c))"),
        ("a -(b c)", "((a) & !((b) & (c)))"),
        ("a NOT NOT b", "((a) & (b))"),
        ("NOT a", "!(a)"),
        ("không và hoặc and", "((không) & (và) & (hoặc) & (and))"),
        ("KHÔNG NHẬN ĐƯỢC MÃ OTP", "((không) & (nhận) & (được) & (mã) & (otp))"),
        ("CCCD HOẶC VNEID", "((cccd) | (vneid))"),
        ("vneid.gov.vn e-mail", "((vneid <-> gov <-> vn) & (e_mail))"),
        ("hồ sơ - giấy tờ", "((hồ) & (sơ) & (giấy) & (tờ))"),
        ('- "a"', "(a)"),
        # not closed, not opened, joining nothing
        ('"sóng yếu', "(sóng <-> yếu)"),
        ('a "', "(a)"),
        ("(a OR (b", "((a) | (b))"),
        ("a) b", "((a) & (b))"),
        (")))a(((", "(a)"),
        ("AND a OR", "(a)"),
        ("OR OR a", "(a)"),
        ("a AND OR b", "((a) | (b))"),
        ("a NOT", "(a)"),
        ("() a", "(a)"),
        ("😀 a 😀", "(a)"),
        ("a & b | !c <-> d:*", "((a) & (b) & (c) & (d))"),
        ("a'; DROP TABLE comment; --", "((a) & (drop) & (table) & (comment))"),
        ("abc\x00def", "(abc_def)"),
    ],
)
def test_what_was_typed_is_read_in_the_sensible_way(typed: str, expected: str) -> None:
    assert tsquery(read(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("đất", "(đất)"),
        ('"sổ đỏ"', "(so_do)"),
        ('"giay khai sinh"', "(giay_khai & khai_sinh)"),
        ('"điện thoại mua cũ" -đất', "((dien_thoai & thoai_mua & mua_cu) & !(đất))"),
        ('a -"sổ đỏ"', "((a) & !(sổ <-> đỏ))"),  # what is left out is asked for exactly
        ('"sổ đỏ" OR "a b"', "((so_do) | (a_b))"),
    ],
)
def test_an_index_is_asked_for_pairs_of_words(typed: str, expected: str) -> None:
    assert nearly(read(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", NOTHING_TO_FIND),
        ("AND OR NOT", NOTHING_TO_FIND),
        ('""', NOTHING_TO_FIND),
        ("()()((", NOTHING_TO_FIND),
        ("-", NOTHING_TO_FIND),
        ("😀 … !", NOTHING_TO_FIND),
        ("\x00", NOTHING_TO_FIND),
        ("a" * 10_000, TOO_LONG),
        ("(" * LONGEST, TOO_DEEP),
        ("(" * (DEEPEST + 1) + "a", TOO_DEEP),
        ("a " * (MOST_WORDS + 1), TOO_MANY_WORDS),
    ],
)
def test_what_cannot_be_searched_for_is_refused_in_vietnamese(typed: str, sentence: str) -> None:
    with pytest.raises(QueryRefused, match=sentence[:20]):
        read(typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("dat", True),
        ("đất", True),
        ("đát", False),
        ("dai", True),
        ('"dat đai"', True),
        ('"đai đất"', False),
        ('"sơ đất"', False),  # no phrase reaches from the title into the text
        ("so NOT đỏ", True),
        ("(đỏ OR hồ) -giấy", True),
    ],
)
def test_a_word_with_accents_is_itself_and_one_without_is_every_word_so_written(typed: str, found: bool) -> None:
    assert found_in(read(typed), "Hồ sơ", "Đất đai ở xã") is found


@pytest.mark.parametrize(("typed", "empty"), [("a", False), ("NOT a", True), ("a NOT b", False), ("a OR NOT b", True)])
def test_a_query_that_asks_for_no_word_is_known(typed: str, empty: bool) -> None:
    assert finds_the_empty(read(typed)) is empty


@given(st.text(alphabet="ab \"()-–ĐđÀ😀\x00&|!:*<>'\\ANDORTKHÔGVÀẶC\t", max_size=80))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        asked = read(typed)
    except QueryRefused:
        return
    assert tsquery(asked)
    assert found_in(asked, typed) in {True, False}
