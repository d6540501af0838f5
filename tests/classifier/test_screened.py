"""What the screen learns from is read strictly, as the rest of the corpus is."""

import json
from pathlib import Path

import pytest

from classifier.dataset import DatasetError
from classifier.judge import SCREENS, VALID
from classifier.screened import load_phrases, load_stopped

GOOD = {"id": "s-1", "text": "Xem tệp đính kèm", "screen": "chi_tep_dinh_kem", "author": "w1-x"}


def corpus_of(directory: Path, *rows: object) -> Path:
    """A corpus directory with one file of `rows`."""
    (directory / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return directory


def test_every_class_has_its_texts_and_phrases() -> None:
    assert {text.screen for text in load_stopped()} == set(SCREENS) - {VALID}
    assert {phrase.screen for phrase in load_phrases()} == set(SCREENS)


def test_valid_comments_are_left_out(tmp_path: Path) -> None:
    (read,) = load_stopped(corpus_of(tmp_path, GOOD, GOOD | {"screen": VALID}))
    assert (read.screen, read.comment.text, read.comment.author) == ("chi_tep_dinh_kem", GOOD["text"], "w1-x")


@pytest.mark.parametrize("bad", [GOOD | {"screen": "khac"}, {"screen": "rac"}, 7, {}])
def test_a_bad_line_is_refused(tmp_path: Path, bad: object) -> None:
    with pytest.raises(DatasetError, match=r"a\.jsonl, line 2"):
        load_stopped(corpus_of(tmp_path, GOOD, bad))


def test_a_phrase_of_an_unknown_class_is_refused(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("screen,phrase\nkhac,abc\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="khac"):
        load_phrases(tmp_path / "l.csv")
