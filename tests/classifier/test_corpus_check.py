"""The checker passes the project's corpus, and refuses each way of spoiling one."""

import json
from pathlib import Path

import numpy as np
import pytest

from classifier import corpus_check
from classifier.__main__ import main
from classifier.bodies import load_bodies
from classifier.corpus_check import check
from classifier.corpus_summary import summary
from classifier.dataset import groups
from classifier.text import fold
from classifier.twins import ALIKE, twins
from tests.classifier.test_corpus_lines import GOOD, written

LETTER = (
    "Kính gửi cơ quan có trách nhiệm, gia đình tôi đã nộp hồ sơ cấp đổi giấy chứng nhận từ tháng ba, đi lại bốn lượt, "
    "lần nào cũng được hẹn tuần sau, nay tôi xin hỏi bao giờ thì có kết quả và ai là người trả lời"
)
ONE_FACT = LETTER.replace("cấp đổi giấy chứng nhận", "đăng ký lại khai sinh")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One text a class is enough."""
    monkeypatch.setattr(corpus_check, "LEAST_OF_A_BODY", 0)
    monkeypatch.setattr(corpus_check, "LEAST_OF_A_SCREEN", 0)


def row(identifier: str, text: str, **change: object) -> str:
    """A line with that id and text, by a persona of its own."""
    return json.dumps(GOOD | {"id": identifier, "text": text, "author": f"w1-{identifier}"} | change)


def faults_of(directory: Path, *lines: str, held_out: tuple[str, ...] = ()) -> list[str]:
    """What the checker says of a corpus of `lines` and the held-out texts."""
    for name in ("corpus", "held_out"):
        (directory / name).mkdir()
    written(directory / "corpus", *lines)
    if held_out:
        (directory / "held_out" / "h.jsonl").write_text("\n".join(held_out), encoding="utf-8")
    return [str(finding) for finding in check(directory / "corpus", directory / "held_out")[1]]


def test_the_project_s_corpus_is_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "check"]) == 0, capsys.readouterr().out
    out = capsys.readouterr().out
    assert out.splitlines()[-1].endswith(" lines, 0 findings")
    assert all(f"\n{body} " in out for body in load_bodies())


def test_a_poor_corpus_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, row("a", LETTER))
    assert corpus_check.run(tmp_path, tmp_path / "none") == 1
    out = capsys.readouterr().out
    assert f"{tmp_path.name}: 1 texts for BCA, not 100" in out
    assert f"{tmp_path.name}: 0 texts for to_cao, not 60" in out
    assert out.splitlines()[-1] == "1 lines, 36 findings"


@pytest.mark.usefixtures("small")
def test_an_id_used_twice_is_named_at_both_places(tmp_path: Path) -> None:
    lines = row("a", LETTER), row("a", "Sóng di động ở bản tôi yếu lắm")
    assert faults_of(tmp_path, *lines) == ["a.jsonl:2: the id 'a' is used at a.jsonl:1"]


@pytest.mark.usefixtures("small")
def test_a_near_duplicate_with_the_same_label_is_refused_even_without_accents(tmp_path: Path) -> None:
    assert faults_of(tmp_path, row("a", LETTER), row("b", fold(LETTER + " ạ"))) == [
        "a.jsonl:2: 0.98 alike with a.jsonl:1: a near-duplicate with the same label"
    ]


@pytest.mark.usefixtures("small")
def test_two_labels_may_differ_by_one_fact_but_not_by_nothing(tmp_path: Path) -> None:
    assert faults_of(tmp_path, row("a", LETTER), row("b", ONE_FACT, body="BTP")) == []
    (tmp_path / "again").mkdir()
    (fault,) = faults_of(tmp_path / "again", row("a", LETTER), row("b", LETTER, body="BTP"))
    assert fault.endswith("the same text with two labels")


@pytest.mark.usefixtures("small")
def test_a_pair_that_a_fold_may_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_check, "groups", lambda comments: np.arange(len(comments)))
    (fault,) = faults_of(tmp_path, row("a", LETTER), row("b", ONE_FACT, body="BTP"))
    assert fault.endswith("a fold may part the two")


@pytest.mark.usefixtures("small")
def test_a_held_out_text_must_not_be_like_one_that_is_learnt(tmp_path: Path) -> None:
    held = json.dumps({"id": "u-1", "text": ONE_FACT, "body": "BTP"})
    (fault,) = faults_of(tmp_path, row("a", LETTER), held_out=(held,))
    assert fault.startswith("h.jsonl:1: ")
    assert fault.endswith("a held-out text must be new")


@pytest.mark.usefixtures("small")
def test_a_broken_line_does_not_hide_the_others(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "{", row("b", LETTER, province="HATAY")) == [
        "a.jsonl:1: not JSON",
        "a.jsonl:2: unknown province HATAY",
    ]


def test_the_summary_counts_texts_hands_voices_registers_and_lengths(tmp_path: Path) -> None:
    lines, _ = check(
        written(
            tmp_path,
            row("a", "một hai ba"),
            row("b", "bốn năm sáu bảy tám", author="w2-x", register="don"),
            row("c", "rẻ nhất", screen="rac", body="", also=[]),
        ),
        tmp_path / "none",
    )
    table = [line.split() for line in summary(lines)]
    assert table[1] == ["BCA", "2", "2", "2", "3", "4", "5", "1", "1"]
    assert table[2] == ["rac", "1", "1", "1", "2", "2", "2", "1", "0"]
    assert " ".join(table[3]) == "hands: w1 2, w2 1"


def test_folds_never_part_the_texts_of_one_persona_nor_twins() -> None:
    lines, _ = check(corpus_check.CORPUS, corpus_check.HELD_OUT)
    comments = [line.comment for line in lines]
    numbers = groups(comments)
    seen: dict[str, int] = {}
    assert all(seen.setdefault(c.author, n) == n for c, n in zip(comments, numbers.tolist(), strict=True))
    assert all(numbers[pair.first] == numbers[pair.second] for pair in twins([c.text for c in comments], ALIKE))
