"""A tag has one spelling, and what cannot be one is refused."""

from __future__ import annotations

import unicodedata

import pytest

from feedback.domain.tags import tag_of


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("Mạng Yếu", "mạng yếu"),
        ("  mạng \n yếu ", "mạng yếu"),
        (unicodedata.normalize("NFD", "Mạng yếu"), "mạng yếu"),
        ("VNeID 2.0", "vneid 2.0"),
        ("đợt-1/2026", "đợt-1/2026"),
        ("ab", "ab"),
        ("a" * 40, "a" * 40),
    ],
)
def test_one_word_is_one_tag_however_it_is_typed(raw: str, tag: str) -> None:
    assert tag_of(raw) == tag


@pytest.mark.parametrize("raw", ["", "a", "a" * 41, "<script>", "-mạng", "mạng,yếu", "\u200b\u200b", "=1+1", "😀😀"])
def test_what_is_no_tag_is_none(raw: str) -> None:
    assert tag_of(raw) is None
