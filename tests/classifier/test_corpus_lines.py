"""A line of the corpus is read as it was written, and each fault of it is named."""

import json
import unicodedata
from pathlib import Path

import pytest

from classifier.corpus_lines import Finding, Line, faults, read

GOOD: dict[str, object] = {
    "id": "bca-1-001",
    "text": "Ứng dụng báo lỗi khi quét khuôn mặt",
    "body": "BCA",
    "also": ["BKHCN"],
    "kind": "phan_anh",
    "screen": "hop_le",
    "province": "HN",
    "register": "ngan",
    "author": "w1-nong_dan",
    "note": "ứng dụng lỗi",
}


def written(directory: Path, *lines: str) -> Path:
    """A directory with one file of `lines`."""
    (directory / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory


def faults_of(directory: Path, change: dict[str, object], *, is_held_out: bool = False) -> list[str]:
    """What is wrong with GOOD after a `change`."""
    (entry,) = read(written(directory, json.dumps(GOOD | change)), is_held_out=is_held_out)
    return [entry.fault] if isinstance(entry, Finding) else list(faults(entry))


def test_a_good_line_has_no_fault_and_knows_its_place(tmp_path: Path) -> None:
    (line,) = read(written(tmp_path, json.dumps(GOOD)))
    assert isinstance(line, Line)
    assert (line.place, line.label) == ("a.jsonl:1", "BCA")
    assert list(faults(line)) == []


def test_a_screened_text_is_labelled_by_its_screen_and_needs_no_body(tmp_path: Path) -> None:
    (line,) = read(written(tmp_path, json.dumps(GOOD | {"screen": "to_cao", "body": "", "also": []})))
    assert isinstance(line, Line)
    assert line.label == "to_cao"
    assert list(faults(line)) == []


@pytest.mark.parametrize(
    ("written_line", "fault"),
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("7", "not an object"),
        ("{}", "no id, text, body"),
        (json.dumps(GOOD | {"text": 7, "also": "BCA"}), "text, also: of the wrong type"),
        (json.dumps(GOOD | {"also": [1]}), "also: of the wrong type"),
    ],
)
def test_a_line_of_another_shape_is_named_by_file_and_number(tmp_path: Path, written_line: str, fault: str) -> None:
    _, second = read(written(tmp_path, json.dumps(GOOD), written_line))
    assert isinstance(second, Finding)
    assert str(second).startswith(f"a.jsonl:2: {fault}")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": " \n"}, "the text is empty"),
        ({"text": unicodedata.normalize("NFD", "Ứng dụng")}, "the text is not NFC"),
        ({"text": "Ứng\u0000dụng"}, "the text has a control character"),
        ({"register": "\ud83d"}, "half a character of UTF-16"),
        ({"text": "Ứng d\ufffdng"}, "the text has a character that could not be read"),
        ({"body": ""}, "no body"),
        ({"body": "BTTTT"}, "unknown body BTTTT"),
        ({"also": ["BTTTT"]}, "unknown body BTTTT"),
        ({"also": ["BCA"]}, "also names the body itself, one twice, or none"),
        ({"also": ["BTP", "BTP"]}, "also names the body itself, one twice, or none"),
        ({"also": [""]}, "also names the body itself, one twice, or none"),
        ({"kind": "khac"}, "unknown kind 'khac'"),
        ({"screen": ""}, "unknown screen ''"),
        ({"province": "HATAY"}, "unknown province HATAY"),
        ({"register": "tho"}, "unknown register 'tho'"),
        ({"author": "w1"}, "author 'w1' is not a hand and a persona, as w1-nong_dan"),
        ({"id": ""}, "no id"),
        ({"text": "Gọi 0912 345 876 giùm"}, "personal data that looks real: phone '0912 345 876'"),
    ],
)
def test_each_fault_is_named(tmp_path: Path, change: dict[str, object], fault: str) -> None:
    assert faults_of(tmp_path, change) == [fault]


def test_a_held_out_text_needs_no_hand_and_no_register(tmp_path: Path) -> None:
    (line,) = read(written(tmp_path, json.dumps({"id": "u-1", "text": "Mất sóng"})), is_held_out=True)
    assert isinstance(line, Line)
    assert list(faults(line)) == []
    assert faults_of(tmp_path, {"body": "BTTTT", "register": "x"}, is_held_out=True) == ["unknown body BTTTT"]


def test_made_up_data_that_is_marked_to_be_found_may_stand_in_a_held_out_text(tmp_path: Path) -> None:
    marked = {"text": "Gọi 0912 345 876 giùm", "spans": [[4, 16, "phone"]]}
    assert faults_of(tmp_path, marked, is_held_out=True) == []
    assert faults_of(tmp_path, marked) == ["personal data that looks real: phone '0912 345 876'"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    (line,) = read(written(tmp_path, json.dumps(GOOD | {"text": "một\u2028hai"}, ensure_ascii=False)))
    assert isinstance(line, Line)
