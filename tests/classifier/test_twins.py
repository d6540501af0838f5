"""Texts that say nearly the same are found, all of them and no others."""

import random

import pytest

from classifier.bands import signature
from classifier.dataset import load_corpus
from classifier.text import fold
from classifier.twins import clusters, shingles, twins

TEXT = "Tôi nộp hồ sơ đổi giấy phép lái xe trên Cổng đã ba tuần mà trạng thái vẫn là đang xử lý"


def share(one: str, other: str) -> float:
    """How alike two texts are by the definition, worked out with plain sets."""
    first, second = set(shingles(one)), set(shingles(other))
    return len(first & second) / len(first | second)


def changed(text: str, words: int, seed: int) -> str:
    """`text` with so many of its words replaced by a word of no language."""
    syllables = text.split()
    for place in random.Random(seed).sample(range(len(syllables)), words):  # noqa: S311 -- no secret
        syllables[place] = f"x{place}"
    return " ".join(syllables)


def test_a_text_without_accents_or_in_capitals_is_the_same_text() -> None:
    assert [pair.share for pair in twins([TEXT, fold(TEXT), TEXT.upper()])] == [1.0, 1.0, 1.0]


def test_every_pair_over_the_limit_is_found_with_its_exact_share() -> None:
    texts = [TEXT, *(changed(TEXT, words, seed) for words in (1, 2, 3, 5, 9) for seed in range(8))]
    expected = {
        (i, j): share(texts[i], texts[j])
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if share(texts[i], texts[j]) > 0.6
    }
    found = {(pair.first, pair.second): pair.share for pair in twins(texts)}
    assert found == pytest.approx(expected)
    assert len(expected) > 50


def test_a_copy_for_the_bands_is_a_twin_here() -> None:
    near = changed(TEXT, 1, 0)
    assert set(signature(TEXT).tolist()) & set(signature(near).tolist())
    assert list(twins([TEXT, near]))


@pytest.mark.parametrize("texts", [[], [""], ["", "?!"], ["🙂", "🙂", TEXT]])
def test_texts_without_a_word_are_like_no_other(texts: list[str]) -> None:
    assert list(twins(texts)) == []


def test_unrelated_texts_of_the_corpus_are_no_twins() -> None:
    assert list(twins([comment.text for comment in load_corpus()[::9]])) == []


def test_twins_of_twins_are_one_cluster_and_the_rest_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.twins.BLOCK", 2)
    found = clusters(["Sóng yếu quá", TEXT, changed(TEXT, 1, 0), "Viện phí cao", changed(changed(TEXT, 1, 0), 2, 5)])
    assert found[1] == found[2] == found[4]
    assert len(set(found.tolist())) == 3
    assert clusters(["?", "!"]).tolist() == [0, 1]
