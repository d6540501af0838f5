"""The field is what most phrases speak for; the body's usual work weighs in where the text says little."""

import csv
import json
from pathlib import Path

import pytest

from classifier import fields
from classifier.bodies import load_bodies
from classifier.fields import OTHER, field_of
from classifier.phrases import DATA
from classifier.text import analyse
from feedback.domain.vocabulary import FIELD_NAMES

LABELLED = Path(fields.__file__).parent / "labelled" / "fields.jsonl"


def rows_of(file: str) -> list[dict[str, str]]:
    """The rows of one of the data files."""
    with (DATA / file).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.mark.parametrize(
    ("text", "body", "field"),
    [
        ("Sóng di động ở bản rất yếu, nhà mạng chưa dựng trạm BTS", "BKHCN", "HT"),
        ("VNeID không quét được khuôn mặt", "BCA", "DD"),
        ("song di dong yeu, mat song ca xa", "BKHCN", "HT"),
        ("Đảng ủy xã chưa được cấp máy, sổ tay đảng viên không mở được", "TINH_UY", "D"),
        ("Xã chưa có dự toán, kho bạc trả hồ sơ thanh toán gói thầu", "BTC", "KP"),
        ("Tôi muốn hỏi một việc", "NHNN", "KTS"),
        ("", "", OTHER),
    ],
)
def test_a_text_gets_its_field(text: str, body: str, field: str) -> None:
    assert field_of(analyse(text), body) == field


def test_a_phrase_said_often_counts_once() -> None:
    assert field_of(analyse("phần mềm " * 9 + "kê khai thuế, hóa đơn điện tử"), "") == "KTS"


def test_every_field_and_body_of_the_data_is_known() -> None:
    assert {row["field"] for row in rows_of("fields.csv")} == set(FIELD_NAMES)
    weights = rows_of("field_of_body.csv")
    assert {row["body"] for row in weights} == set(load_bodies())
    assert {row["field"] for row in weights} <= set(FIELD_NAMES)


def test_no_phrase_stands_twice_in_one_field() -> None:
    pairs = [(row["field"], row["phrase"]) for row in rows_of("fields.csv")]
    assert len(set(pairs)) == len(pairs)


def test_labelled_lines_get_an_accepted_field_nine_times_in_ten() -> None:
    lines = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    assert {line["field"] for line in lines} == set(FIELD_NAMES)
    right = [field_of(analyse(line["text"]), line["body"]) in {line["field"], *line["also"]} for line in lines]
    assert sum(right) / len(right) >= 0.9
