"""Reading the corpus, refusing bad lines, keeping kin together."""

import json
import unicodedata
from pathlib import Path

import pytest

from classifier.bodies import load_bodies
from classifier.dataset import Comment, DatasetError, groups, load_corpus, load_lexicon, load_mandates, writer
from classifier.text import fold

GOOD = {
    "id": "bca-1-001",
    "text": "Ứng dụng báo lỗi",
    "body": "BCA",
    "also": ["BKHCN"],
    "screen": "hop_le",
    "province": "",
    "author": "w1-x",
}


def corpus_of(directory: Path, *rows: object) -> Path:
    """A corpus directory with one file of `rows`."""
    (directory / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return directory


def comment(number: int, text: str, author: str) -> Comment:
    """A comment with the given words."""
    return Comment(str(number), text, "BCA", (), "", author)


def test_the_project_s_corpus_has_every_body() -> None:
    assert {c.body for c in load_corpus()} == set(load_bodies())


def test_a_good_line_is_read(tmp_path: Path) -> None:
    (read,) = load_corpus(corpus_of(tmp_path, GOOD))
    assert read.accepted == {"BCA", "BKHCN"}
    assert writer(read) == "w1"


def test_texts_that_the_screen_refuses_are_left_out(tmp_path: Path) -> None:
    assert load_corpus(corpus_of(tmp_path, GOOD | {"screen": "khieu_nai", "body": ""})) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"body": "BTTTT"},
        {"also": "BKHCN"},
        {"also": ["X"]},
        {"text": " "},
        {"id": ""},
        {"text": unicodedata.normalize("NFD", "Ứng dụng")},
    ],
)
def test_a_bad_line_is_refused(tmp_path: Path, fault: dict[str, object]) -> None:
    with pytest.raises(DatasetError, match="line 1"):
        load_corpus(corpus_of(tmp_path, GOOD | fault))


def test_a_line_that_is_no_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"a\.jsonl, line 1"):
        load_corpus(corpus_of(tmp_path, 7))


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="twice"):
        load_corpus(corpus_of(tmp_path, GOOD, GOOD))


def test_mandates_and_lexicon_speak_for_every_body() -> None:
    assert {d.body for d in load_mandates()} == {d.body for d in load_lexicon()} == set(load_bodies())


def test_a_lexicon_with_an_unknown_body_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lexicon.csv").write_text("body,phrase,source\nBTTTT,bưu chính,x\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="BTTTT"):
        load_lexicon(tmp_path / "lexicon.csv")


def test_one_persona_and_near_duplicates_are_one_group() -> None:
    text = "Tôi nộp hồ sơ cấp đổi giấy phép lái xe qua mạng đã ba tuần mà chưa có kết quả"
    found = groups(
        [
            comment(0, text, "w1-a"),
            comment(1, fold(text), "w2-b"),
            comment(2, "Sóng di động ở bản tôi rất yếu", "w1-a"),
            comment(3, "Thư viện số của trường không mở được sách", "w1-c"),
        ]
    )
    assert found[0] == found[1] == found[2] != found[3]


def test_a_pair_that_differs_by_one_fact_is_one_group_whatever_its_labels() -> None:
    text = "Tôi nộp hồ sơ {} qua mạng đã ba tuần mà trạng thái vẫn là đang xử lý, gọi tổng đài không ai nghe máy"
    licence, birth = text.format("cấp đổi giấy phép lái xe"), text.format("đăng ký khai sinh cho con")
    found = groups([comment(0, licence, "w1-a"), comment(1, birth, "w2-b"), comment(2, "Sóng yếu", "w3-c")])
    assert found[0] == found[1] != found[2]
