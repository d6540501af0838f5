"""Cleaning, folding, cutting, and finding the way back to the citizen's own letters."""

import time
import unicodedata

import pytest

from classifier import text
from classifier.dataset import load_corpus


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ĐƯỜNG TRUYỀN", "đường truyền"),
        ("CCCD/BHYT", "căn cước công dân/bảo hiểm y tế"),
        ("Bộ TT&TT", "bộ thông tin và truyền thông"),
        ("ko vào dc", "không vào được"),
        ("a\x00b\u200bc", "abc"),
        ("lỗi!!!!!!", "lỗi!!"),
        ("xem https://dichvucong.gov.vn/x?y=1", "xem https dichvucong gov vn x y 1"),
        ("gửi a.b@c.vn", "gửi a b c vn"),
        ("  nhiều \n\n dòng ", "nhiều dòng"),
        ("x" * 60 + "." + "y" * 5, "x" * 60 + " " + "y" * 5),
        ("\ud800xa", "xa"),
        ("e\x00\u0301", "é"),
        ("", ""),
    ],
)
def test_a_text_is_cleaned(written: str, read: str) -> None:
    assert text.normalise(written) == read


def test_the_joiner_inside_an_emoji_is_kept() -> None:
    assert text.normalise("👨\u200d👩") == "👨\u200d👩"


def test_a_digit_on_a_key_is_no_part_of_the_word_before_it() -> None:
    written = "bước1️⃣2️⃣ mở ứng dụng"
    assert text.analyse(written).words == ("bước", "1", "2", "mở", "ứng_dụng")
    assert [written[start:end] for start, end in text.spans(written)][:3] == ["bước", "1️⃣", "2️⃣"]


def test_a_sentence_that_is_said_again_is_read_once_and_its_first_place_is_kept() -> None:
    written = "Sóng yếu quá. Xin cảm ơn. Sóng yếu quá. Vâng. Vâng. Sóng yếu quá"
    read = text.analyse(written)
    assert read.syllables == ("song", "yeu", "qua", "xin", "cam", "on", "vang", "vang", "song", "yeu", "qua")
    found = [written[start:end] for start, end in text.spans(written)]
    assert [text.fold(piece.lower()) for piece in found] == list(read.syllables)
    assert text.spans(written)[0] == (0, 4)


def test_decomposed_letters_read_like_composed_ones() -> None:
    words = "Tài khoản định danh điện tử"
    assert text.analyse(unicodedata.normalize("NFD", words)) == text.analyse(words)


@pytest.mark.parametrize(("marked", "bare"), [("Đường sắt", "Duong sat"), ("quỹ ủng hộ", "quy ung ho"), ("abc", "abc")])
def test_folding_takes_all_marks_away(marked: str, bare: str) -> None:
    assert text.fold(marked) == bare


def test_words_are_joined_by_a_low_line() -> None:
    assert text.segment(["Nộp hồ sơ ở Hà Nội.", ""]) == [["nộp", "hồ_sơ", "ở", "hà_nội"], []]


def test_runs_are_neighbours() -> None:
    assert text.runs(("a", "b", "c"), 2) == ["a b", "b c"]
    assert text.runs(("a",), 3) == []


def test_every_syllable_is_found_again_in_the_original() -> None:
    for comment in load_corpus()[::25]:
        original = text.nfc(comment.text)
        tokens, spans = text.analyse(comment.text), text.spans(comment.text)
        assert len(spans) == len(tokens.syllables) == sum(tokens.lengths)
        assert all(0 <= start < end <= len(original) for start, end in spans)
        assert spans == sorted(spans)


def test_spans_point_at_the_citizen_s_own_letters() -> None:
    written = "Mất CCCD, app VNeID lỗi e\x00\u0301"
    pieces = [text.nfc(written)[start:end] for start, end in text.spans(written)]
    assert pieces == ["Mất", "CCCD", "CCCD", "CCCD", "CCCD", "app", "VNeID", "lỗi", "e\x00\u0301"]


@pytest.mark.parametrize(
    "heap",
    [
        "http://" + "." * 50_000,
        "(" * 50_000,
        "www." + ".,;" * 20_000,
        "a" * 200_000,
        "1" * 200_000,
        "(a" * 50_000,
        "á́" * 50_000,
    ],
)
def test_a_heap_of_signs_or_letters_is_cut_up_in_no_time(heap: str) -> None:
    text.warm()
    started = time.process_time()
    text.analyse(heap)
    assert time.process_time() - started < 5


def test_warming_twice_keeps_one_segmenter() -> None:
    text.warm()
    assert text.segmenter() is text.segmenter()
