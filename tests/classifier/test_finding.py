"""Keys by which comments that may report the same matter find each other, and how alike two comments are."""

from __future__ import annotations

import pytest

from classifier.bands import BANDS
from classifier.duplicates import Judge
from classifier.finding import ALIKE, TELLING, alike, keys

TEXT = "Cổng dịch vụ công báo lỗi khi tải giấy chứng sinh lên, tôi đã thử ba lần ở phường mà không được."
OTHER_WORDS = "Làm giấy chứng sinh trên cổng dvc cứ tải tệp lên là hỏng, thử mãi không xong."
ELSEWHERE = "Ngân hàng khóa tài khoản của tôi vì chưa cập nhật sinh trắc học."


@pytest.fixture(scope="module")
def judge() -> Judge:
    """The judge whose vocabulary weighs the words."""
    return Judge.load()


def found(judge: Judge, text: str) -> set[int]:
    return set(keys(text, judge.read(text)))


def test_a_text_has_a_key_for_each_band_and_each_pair_of_its_telling_words(judge: Judge) -> None:
    made = keys(TEXT, judge.read(TEXT))
    assert len(made) == len(set(made)) == BANDS + TELLING * (TELLING - 1) // 2
    assert all(-(2**63) <= key < 2**63 for key in made)
    assert made == keys(TEXT, judge.read(TEXT))


def test_other_words_share_a_key_and_another_matter_shares_none(judge: Judge) -> None:
    assert found(judge, TEXT) & found(judge, OTHER_WORDS)
    assert not found(judge, TEXT) & found(judge, ELSEWHERE)


def test_a_text_without_a_word_has_no_key(judge: Judge) -> None:
    assert [keys(text, judge.read(text)) for text in ("", " \n", "!!! …")] == [[], [], []]


def test_a_text_is_wholly_alike_itself_and_more_alike_its_twin_than_another(judge: Judge) -> None:
    one, twin, other = map(judge.read, (TEXT, OTHER_WORDS, ELSEWHERE))
    assert alike(one, one) == pytest.approx(1.0)
    assert alike(one, twin) == alike(twin, one)
    assert alike(one, twin) > ALIKE > alike(one, other) >= 0.0
    assert alike(one, judge.read("")) == 0.0
