"""Labelled sets of others are read in either form, and a bad one is refused with its place."""

import json
from pathlib import Path

import pytest

from classifier.public_sets import Example, PublicSetError, load

ROWS = [{"text": "sóng yếu", "label": "mạng"}, {"text": "viện phí", "label": "y tế"}]


def write(file: Path, *rows: object) -> None:
    """One row a line."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_directory_of_splits_is_one_set_and_dev_is_learnt_from(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", *ROWS)
    write(tmp_path / "dev.jsonl", ROWS[0])
    write(tmp_path / "test.jsonl", ROWS[1])
    (found,) = load(tmp_path)
    assert (found.name, len(found.train), found.test) == (tmp_path.name, 3, [Example("viện phí", "y tế")])


def test_each_file_whose_rows_name_a_split_is_a_set(tmp_path: Path) -> None:
    rows = [row | {"split": split} for split in ("train", "validation", "test") for row in ROWS]
    write(tmp_path / "b.jsonl", *rows)
    write(tmp_path / "a.jsonl", *rows)
    assert [(found.name, len(found.train), len(found.test)) for found in load(tmp_path)] == [("a", 4, 2), ("b", 4, 2)]
    assert load(tmp_path / "b.jsonl") == load(tmp_path)[1:]


def test_a_directory_that_does_not_exist_or_is_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublicSetError, match="no such directory"):
        load(tmp_path / "none")
    with pytest.raises(PublicSetError, match=r"neither train\.jsonl with test\.jsonl"):
        load(tmp_path)


def test_a_split_that_is_missing_is_named(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", *ROWS)
    with pytest.raises(PublicSetError, match=r"test\.jsonl: no such file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("train", "test", "fault"),
    [
        ([], ROWS, "line 1: not an object with text and label"),
        ([7], ROWS, "line 1: not an object with text and label"),
        ([ROWS[0], {"text": "x"}], ROWS, "line 2: not an object with text and label"),
        ([{"text": "x", "label": 3}], ROWS, "line 1: text, label and split must be strings"),
        ([ROWS[0], ROWS[0]], ROWS, "one label only"),
    ],
)
def test_a_bad_line_or_a_set_of_one_label_is_refused(
    tmp_path: Path, train: list[object], test: list[object], fault: str
) -> None:
    write(tmp_path / "train.jsonl", *train)
    write(tmp_path / "test.jsonl", *test)
    with pytest.raises(PublicSetError, match=fault):
        load(tmp_path)


@pytest.mark.parametrize(
    ("splits", "fault"),
    [
        (("train", "train"), "nothing to test on"),
        (("test", "test"), "nothing to learn from"),
        (("train", "later"), "line 2: split is none of train, dev"),
    ],
)
def test_a_file_without_both_splits_is_refused(tmp_path: Path, splits: tuple[str, str], fault: str) -> None:
    write(tmp_path / "a.jsonl", *(row | {"split": split} for row, split in zip(ROWS, splits, strict=True)))
    with pytest.raises(PublicSetError, match=fault):
        load(tmp_path)


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(PublicSetError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.jsonl").mkdir()
    with pytest.raises(PublicSetError, match="cannot be read"):
        load(tmp_path / "b")
