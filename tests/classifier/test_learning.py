"""Labels become training rows: without personal data, and never what the model is tested by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifier import learning
from classifier.dataset import writer
from classifier.learning import Lesson, frozen_set, impersonal, is_frozen, retrain, rows_to_learn
from classifier.router import Router
from tests import stub_model

TEXT = "Đường truyền ở thôn chập chờn cả tháng nay, gọi tổng đài mãi không ai bắt máy"


def named(number: int, *, frozen: bool) -> str:
    """The `number`-th id that is frozen, or is not."""
    found = [f"id-{n}" for n in range(200) if is_frozen(f"id-{n}") is frozen]
    return found[number]


def test_a_tenth_of_the_labels_is_frozen_for_ever() -> None:
    frozen = [number for number in range(10_000) if is_frozen(str(number))]
    assert 900 < len(frozen) < 1_100
    assert all(is_frozen(str(number)) for number in frozen)


def test_the_model_never_reads_a_phone_number_or_a_name() -> None:
    text = "Tôi tên là Nguyễn Văn Hòa, số điện thoại 0912 345 678, hỏi về hồ sơ đất đai."
    plain = impersonal(text)
    assert "hồ sơ đất đai" in plain
    for private in ("Hòa", "0912", "[số điện thoại]"):
        assert private not in plain


def test_frozen_labels_are_tested_by_and_never_learned_from() -> None:
    kept = Lesson(named(0, frozen=False), TEXT, "BKHCN")
    tested = Lesson(named(0, frozen=True), "Xin hỏi thủ tục cấp đổi giấy phép lái xe qua mạng thế nào", "BXD", True)
    (row,) = rows_to_learn([kept, tested])
    assert (row.id, row.text, row.body, writer(row)) == (f"label-{kept.id}", TEXT, "BKHCN", "official")
    cases = frozen_set([kept, tested])
    ours = [case for case in cases if case.part == "held_out"]
    assert len(ours) == 360
    (label,) = [case for case in cases if case.part == "labels"]
    assert (label.text, label.body, label.accepted, label.is_recent) == (tested.text, "BXD", {"BXD"}, True)


def test_a_near_copy_of_a_frozen_label_is_not_learned_from_either() -> None:
    tested = Lesson(named(0, frozen=True), TEXT, "BKHCN")
    copy = Lesson(named(0, frozen=False), TEXT + " ạ", "BKHCN")
    other = Lesson(named(1, frozen=False), "Con tôi không đăng ký được học bạ điện tử ở trường mới", "BGDDT")
    assert [row.id for row in rows_to_learn([copy, tested, other])] == [f"label-{other.id}"]


def test_near_copies_are_kept_together_and_strangers_are_not() -> None:
    rows = rows_to_learn([Lesson(named(n, frozen=False), TEXT, "BKHCN") for n in range(3)])
    assert len({row.author for row in rows}) == 3


@pytest.mark.parametrize("text", ["0912345678", "!", "  "])
def test_a_text_with_nothing_left_in_it_teaches_nothing(text: str) -> None:
    assert rows_to_learn([Lesson(named(0, frozen=False), text, "BKHCN")]) == []
    assert rows_to_learn([]) == []


def test_a_challenger_learns_the_corpus_and_the_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "load_corpus", stub_model.texts)
    for name in ("load_mandates", "load_lexicon", "load_stopped", "load_phrases"):
        monkeypatch.setattr(learning, name, list)
    words = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
    lessons = [
        Lesson(named(number, frozen=False), f"drone drone {word * 3} {word}{number}x {number}y", "BQP")
        for number, word in enumerate(words)
    ]
    told: list[str] = []
    took = retrain(lessons, tmp_path, told.append)
    assert (took.corpus_rows, took.label_rows) == (300, 10)
    assert took.seconds > 0
    assert took.cpu_seconds > 0
    assert took.peak_memory_mb > 50
    assert told[0] == "10 labels"
    assert Router.load(tmp_path).predict(["drone drone"])[0].body == "BQP"
    assert json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("platform", "times"), [("darwin", 1), ("linux", 1024)])
def test_memory_is_told_in_bytes_on_every_system(monkeypatch: pytest.MonkeyPatch, platform: str, times: int) -> None:
    class Usage:
        ru_maxrss = 70_000

    monkeypatch.setattr(learning.sys, "platform", platform)
    monkeypatch.setattr(learning.resource, "getrusage", lambda _who: Usage)
    assert learning.peak_memory() == 70_000 * times
