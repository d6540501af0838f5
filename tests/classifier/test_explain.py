"""Evidence is made of the citizen's own words."""

from itertools import pairwise
from pathlib import Path

from classifier import explain
from classifier.artefact import load
from classifier.text import Tokens, analyse, nfc, spans

WRITTEN = "Ứng dụng VNeID bắt tôi cập nhật, quét mặt 5 lần không được, làm sao kích hoạt định danh mức 2?"


def found(model_dir: Path, written: str, body: str) -> list[explain.Evidence]:
    """The evidence for `body` in `written`."""
    scorer = load(model_dir).scorer
    tokens = analyse(written)
    return explain.evidence(scorer, tokens, scorer.read(tokens), spans(written), scorer.labels.index(body))


def test_the_telling_words_are_marked(model_dir: Path) -> None:
    words = [nfc(WRITTEN)[e.start : e.end] for e in found(model_dir, WRITTEN, "BCA")]
    assert any("VNeID" in word for word in words)


def test_evidence_is_short_ordered_and_apart(model_dir: Path) -> None:
    marks = found(model_dir, WRITTEN * 20, "BCA")
    assert 0 < len(marks) <= explain.MOST
    assert all(left.end < right.start for left, right in pairwise(marks))
    assert sum(mark.weight for mark in marks) <= 1


def test_a_text_of_unknown_words_has_no_evidence(model_dir: Path) -> None:
    assert found(model_dir, "qzx wvk", "BCA") == []
    assert found(model_dir, "", "BCA") == []


def test_support_is_given_for_each_syllable(model_dir: Path) -> None:
    tokens: Tokens = analyse(WRITTEN)
    scorer = load(model_dir).scorer
    assert explain.syllable_support(scorer, tokens, scorer.read(tokens), 0).shape == (len(tokens.syllables),)
