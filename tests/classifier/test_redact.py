"""Personal data is found in what people write, and nothing else is."""

import io
import json
import random
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

import classifier
from classifier.__main__ import main
from classifier.redact import PLACEHOLDERS, Span, describe, find, redact

DATA = Path(__file__).parent / "data" / "personal.jsonl"
HELD_OUT = Path(classifier.__file__).parent / "held_out"
HALF = 0.5
RECALL_HELD = 0.95


def rows() -> list[dict[str, object]]:
    """The labelled texts: written by hand, spans marked by hand."""
    return [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


def overlap(one: Span, other: Span) -> float:
    """Intersection over union of two spans of one type; 0 when their types differ."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    whole = max(one.end, other.end) - min(one.start, other.start)
    return max(shared, 0) / whole if one.type == other.type else 0.0


def figures(texts: list[dict[str, object]]) -> tuple[float, float]:
    """Recall and precision by span, where half of the characters shared count as found."""
    hits = wanted = claimed = 0
    for row in texts:
        marked = [Span(*span) for span in row["spans"]]  # type: ignore[attr-defined]
        found = find(str(row["text"]))
        hits += sum(any(overlap(span, other) >= HALF for other in found) for span in marked)
        wanted, claimed = wanted + len(marked), claimed + len(found)
    return hits / wanted, hits / claimed


@pytest.mark.parametrize("fold", ["dev", "test", "fresh", "fresh2", "unseen"])
def test_recall_and_precision_hold_on_every_part_of_the_labelled_texts(fold: str) -> None:
    recall, precision = figures([row for row in rows() if row["fold"] == fold])
    assert recall >= 0.95
    assert precision >= 0.95


@pytest.mark.parametrize("part", ["dev", "test", "fresh"])
def test_recall_and_precision_hold_on_the_unseen_texts(part: str) -> None:
    lines = (HELD_OUT / f"personal_{part}.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line) for line in lines]
    recall, precision = figures(texts)
    assert len(texts) >= 200
    assert sum(not row["spans"] for row in texts) >= 0.35 * len(texts)
    assert recall >= RECALL_HELD
    assert precision >= 0.95


def test_the_labelled_texts_are_many_and_many_have_nothing_to_hide() -> None:
    texts = rows()
    assert len(texts) >= 330
    assert sum(len(row["spans"]) for row in texts) >= 500  # type: ignore[arg-type]
    assert sum(not row["spans"] for row in texts) >= 80
    assert {span[2] for row in texts for span in row["spans"]} == set(PLACEHOLDERS)  # type: ignore[attr-defined]


def test_spans_are_in_order_and_never_overlap() -> None:
    for row in rows():
        spans = find(str(row["text"]))
        assert all(one.end <= other.start for one, other in pairwise(spans))


def test_offsets_count_in_nfc_whatever_form_was_sent() -> None:
    text = "Tôi là Nguyễn Thị Thuỷ, số điện thoại 0912 345 678"
    assert find(unicodedata.normalize("NFD", text)) == find(text)
    assert [text[span.start : span.end] for span in find(text)] == ["Nguyễn Thị Thuỷ", "0912 345 678"]


def test_each_span_is_replaced_by_what_it_was() -> None:
    text = "Ông Đỗ Văn Tám, số 5 ngõ 6 phố Vọng, gọi 0912345678, 0987654321, thư a.b@vidu.vn, xe 29A-123.45."
    assert redact(text) == (
        "Ông [tên người], [địa chỉ], gọi [số điện thoại], [số điện thoại], thư [thư điện tử], xe [biển số xe]."
    )


def test_a_text_without_personal_data_stays_as_it_is() -> None:
    assert redact("Cổng dịch vụ công lỗi 503 từ 12/3/2026.") == "Cổng dịch vụ công lỗi 503 từ 12/3/2026."


def test_redacting_twice_changes_nothing_more() -> None:
    for row in rows():
        once = redact(str(row["text"]))
        assert redact(once) == once or len(find(once)) < len(find(str(row["text"])))


def test_no_text_makes_it_fail() -> None:
    dice = random.Random(7)  # noqa: S311 (not for secrets)
    pieces = [
        "0912",
        " ",
        ".",
        "-",
        "\n",
        "ông",
        "Nguyễn",
        "số",
        "ngõ",
        "@",
        "(",
        "\x00",
        "\ud800",
        "🙂",
        "İ",
        "o9",
        "12/",
        "không",
        "29A",
    ]
    for _ in range(500):
        text = "".join(dice.choices(pieces, k=dice.randrange(40)))
        for span in find(text):
            assert 0 <= span.start < span.end <= len(unicodedata.normalize("NFC", text))


def test_describing_gives_spans_and_text_for_a_json_line() -> None:
    assert describe("gọi 0912345678") == {"spans": [[4, 14, "phone"]], "text": "gọi [số điện thoại]"}


def test_the_command_answers_every_line_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ['{"id": 1, "text": "gọi 0912345678"}', "not json", '{"id": "b"}', '{"id": "c", "text": ""}']
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["redact"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers == [
        {"id": 1, "spans": [[4, 14, "phone"]], "text": "gọi [số điện thoại]"},
        {"id": None, "error": "not JSON"},
        {"id": "b", "error": "no text"},
        {"id": "c", "spans": [], "text": ""},
    ]
