"""The fast segmenter says what the library says."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from underthesea import word_tokenize

from classifier import segment, text
from classifier.dataset import load_corpus
from classifier.segment import Handles, Segmenter, Tables, read_weights

SIGNS = list(
    "aàbcđ ĐðÐ.,:;!?()[]{}<>=+-*/%$#@^&_~|\\\"'’‘“”…–—•×÷°ʺ 0123456789\n\t\u00a0\u200b\u200d\ufeff\x00\x02\x1f"
    "😀👨🇻🇳♥‿日本한ßΣςǅİıŁéñ½²٣Ⅷ\u0301\u0323\u0345"
)
PIECES = [
    *SIGNS, "TP.", "v.v.", "http://a.b/c", "x@y.vn", "12/2025", "20.08.2014", "1.600m-2.000m", ":D", ":))", "=))", "<3",
    "H'Mông", "NĐ-CP", "e-mail", "43H-0530", "4K", "->", "=>", "...", "T.Ư", "Th.S", "A.B.C", "Tp.", "102020000000",
]  # fmt: skip


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    """The process's segmenter."""
    return text.segmenter()


@pytest.fixture(scope="module")
def handles(segmenter: Segmenter) -> Handles:
    """What the library lends."""
    return segmenter._handles


def strange(count: int) -> list[str]:
    """`count` strings that nobody would write: signs, mixed scripts, shuffled words in any case."""
    chance = random.Random(7)  # noqa: S311
    words = [word for comment in load_corpus()[::40] for word in comment.text.split()]
    kinds = (
        lambda: "".join(chance.choices(SIGNS, k=chance.randint(0, 14))),
        lambda: " ".join(chance.choices(words, k=chance.randint(1, 25))),
        lambda: chance.choice(["", " "]).join(chance.choices(PIECES + words[:300], k=chance.randint(1, 10))),
        lambda: (
            " ".join(chance.choice([str.upper, str.title, str.lower])(word) for word in chance.choices(words, k=8))
            + chance.choice(["", "\n", "\n\n", " ", "\t"])
        ),
    )
    return [kinds[number % 4]() for number in range(count)]


def test_the_tables_are_in_use(segmenter: Segmenter) -> None:
    assert segmenter.is_fast


def test_every_tenth_text_of_the_corpus_has_the_library_s_words(segmenter: Segmenter) -> None:
    for comment in load_corpus()[::10]:
        assert segmenter.words(comment.text) == word_tokenize(comment.text)


def test_thousands_of_strange_strings_have_the_library_s_words(segmenter: Segmenter) -> None:
    differing = [odd for odd in strange(3_000) if segmenter.words(odd) != word_tokenize(odd)]
    assert differing == []


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_text_has_no_words(segmenter: Segmenter, blank: str) -> None:
    assert segmenter.words(blank) == []


def test_no_tokens_begin_no_words(segmenter: Segmenter) -> None:
    assert segmenter.begins([]) == []
    assert segmenter._ask_library([]) == []


@pytest.mark.parametrize("token", ["2147483647", "-2147483648", "0005", "+5", "0" * 5_000])
def test_digits_are_what_fits_32_bits(token: str) -> None:
    assert segment._is_digit(token)


@pytest.mark.parametrize("token", ["2147483648", "-2147483649", "1.5", "½", "-", "12345678901"])
def test_larger_numbers_are_no_digits(token: str) -> None:
    assert not segment._is_digit(token)


@pytest.mark.parametrize("token", ["Σ", "İ", "a\ud800", "ß"])
def test_letters_of_doubtful_case_are_left_to_the_library(token: str) -> None:
    assert not segment._is_plain(token)


def test_letters_of_doubtful_case_still_get_the_library_s_words(segmenter: Segmenter) -> None:
    assert segmenter.words("phố Straße ΑΣ") == word_tokenize("phố Straße ΑΣ")


def test_another_version_of_the_library_is_asked_itself(handles: Handles) -> None:
    slow = Segmenter(handles, is_known_version=False)
    assert not slow.is_fast
    assert slow.words("Cổng dịch vụ công quốc gia") == word_tokenize("Cổng dịch vụ công quốc gia")


def test_tables_that_fail_the_probe_are_dropped(handles: Handles) -> None:
    contrary = replace(handles, predict=lambda tokens: ["B-W"] * len(tokens))
    assert not Segmenter(contrary, is_known_version=True).is_fast


def test_a_tie_is_left_to_the_library(handles: Handles) -> None:
    tables = Tables(read_weights(handles.weights), handles.dictionary)
    assert tables._best_path([0.0]) is None


def test_the_tables_do_not_grow_without_end(handles: Handles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "CACHE", 5)
    tables = Tables(read_weights(handles.weights), handles.dictionary)
    segmenter = Segmenter(handles, is_known_version=False)
    for _ in range(3):
        tables.begins(["hồ", "sơ", "nộp", "qua", "cổng", "dịch", "vụ", "công", "bị", "treo"])
        segmenter.tokens("hồ sơ nộp qua cổng dịch vụ công bị treo")
    assert len(tables._one._kept) <= 5
    assert len(segmenter._pieces) <= 5


def test_many_threads_get_the_same_words(segmenter: Segmenter) -> None:
    texts = [comment.text for comment in load_corpus()[:40]] * 4
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(segmenter.words, texts))
    assert together == [segmenter.words(one) for one in texts]
