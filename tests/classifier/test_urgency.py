"""What cannot wait is marked in the citizen's own words; what denies it is not."""

import csv
import unicodedata

import pytest

from classifier.phrases import DATA
from classifier.text import analyse, nfc, spans
from classifier.urgency import CUES, cues_of


def said(text: str) -> list[tuple[str, str]]:
    """Each cue of `text` with the words that say it."""
    return [(cue.cue, nfc(text)[cue.start : cue.end]) for cue in cues_of(analyse(text), spans(text))]


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("Dây điện đứt nằm giữa đường, trẻ con đi học qua lại", [("tinh_mang", "Dây điện đứt")]),
        ("Có người lạ dụ dỗ con tôi qua trò chơi", [("tre_em", "dụ dỗ con tôi")]),
        ("Tôi bấm vào đường dẫn thì mất sạch tiền tiết kiệm", [("mat_tien", "mất sạch tiền")]),
        ("Mai là hạn nộp hồ sơ mà cổng không vào được", [("han_gap", "Mai là hạn")]),
        ("Hệ thống sập từ sáng, không ai vào được", [("toan_he_thong", "Hệ thống sập"),
                                                     ("toan_he_thong", "không ai vào được")]),
        ("bi tru tien hai lan, mai la han tra", [("mat_tien", "bi tru tien"), ("han_gap", "mai la han")]),
        ("Việc này không gấp, chưa mất tiền", []),
        ("Sự vào cuộc của cả hệ thống chính trị", []),
        ("Xin hỏi thủ tục cấp lại thẻ bảo hiểm y tế", []),
        ("", []),
    ],
)  # fmt: skip
def test_cues_are_found_where_they_are_said(text: str, cues: list[tuple[str, str]]) -> None:
    assert said(text) == cues


def test_spans_count_in_the_nfc_text() -> None:
    text = unicodedata.normalize("NFD", "Xin giúp, tôi bị lừa mất 40 triệu")
    assert said(text) == [("mat_tien", "bị lừa mất")]


def test_every_cue_of_the_data_is_known_and_no_phrase_stands_twice() -> None:
    with (DATA / "urgency.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert {row["cue"] for row in rows} == {*CUES, ""}
    assert len({row["phrase"] for row in rows}) == len(rows)
