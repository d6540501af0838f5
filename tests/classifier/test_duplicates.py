"""The same matter in other words is found, other matters in the same words are not, and copies come back at once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from classifier import train_duplicates
from classifier.__main__ import main
from classifier.bands import SHORTEST_MERGE, Copies, signature
from classifier.duplicates import SUGGESTIONS, Judge
from classifier.train_duplicates import figures, load_pairs, train, write

SIGNAL = "Bản Nậm Pắc không có sóng điện thoại, gọi cấp cứu cũng không được, xin lắp trạm phát."
SIGNAL_AGAIN = "xin lap tram phat song o ban Nam Pac, dien thoai khong goi duoc, ca cap cuu cung chiu"
SCHOOL = "Học bạ số của con tôi bị nhập sai điểm Toán, trường khóa hệ thống nên không sửa được."


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


def test_a_text_is_the_same_matter_as_itself_and_as_its_copy_without_accents(judge: Judge) -> None:
    assert judge.same(SIGNAL, SIGNAL).score == 1.0
    assert judge.same(SIGNAL, SIGNAL_AGAIN).same


def test_another_trouble_is_another_matter(judge: Judge) -> None:
    assert not judge.same(SIGNAL, SCHOOL).same


def test_the_order_of_the_two_does_not_count(judge: Judge) -> None:
    assert judge.same(SIGNAL, SIGNAL_AGAIN) == judge.same(SIGNAL_AGAIN, SIGNAL)


@pytest.mark.parametrize("text", ["", "  \n", "!!! 👍", "x" * 5000, "\x00\ud800", "Đ" * 3])
def test_no_text_makes_it_fail(judge: Judge, text: str) -> None:
    verdict = judge.same(text, SIGNAL)
    assert not verdict.same
    assert 0.0 <= verdict.score <= 1.0


def test_at_most_three_are_suggested_and_only_sure_ones(judge: Judge) -> None:
    open_comments = [(number, SIGNAL_AGAIN if number < 5 else SCHOOL) for number in range(8)]
    found = judge.suggest(SIGNAL_AGAIN, open_comments)
    assert [suggestion.name for suggestion in found] == [0, 1, 2]
    assert len(found) == SUGGESTIONS


def test_three_of_four_hard_pairs_are_judged_right(judge: Judge) -> None:
    held = [pair for pair in load_pairs() if pair.fold == "test"]
    verdicts = [judge.same(pair.text_a, pair.text_b).same for pair in held]
    right = sum(verdict == pair.same for verdict, pair in zip(verdicts, held, strict=True))
    assert right / len(held) > 0.75


def test_the_command_answers_each_line_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps({"id": 1, "text_a": SIGNAL, "text_b": SIGNAL_AGAIN}), "not JSON", json.dumps({"id": 3})]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["duplicates"]) == 0
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["id"], first["same"]) == (1, True)
    assert (second["id"], bool(second["error"])) == (None, True)
    assert (third["id"], bool(third["error"])) == (3, True)


def test_training_learns_the_pairs_and_writes_what_it_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for pair in load_pairs() for text in (pair.text_a, pair.text_b)]
    vocabulary = train_duplicates.learn_vocabulary(texts, ["trạm phát sóng", "học bạ số"])
    weights, reached = train(load_pairs(), vocabulary, load_pairs(train_duplicates.UNSEEN)[:20])
    assert set(reached["unseen"]) == set(reached["test"])  # type: ignore[call-overload]
    path = tmp_path / "judge.json"
    write(weights, vocabulary, reached, path)
    kept = Judge.load(path)
    assert kept.same(SIGNAL, SIGNAL).same
    assert not kept.same(SIGNAL, SCHOOL).same
    assert json.loads(path.read_text(encoding="utf-8"))["figures"] == reached


def test_the_figures_count_what_was_right() -> None:
    counted = figures(np.array([0.9, 0.8, 0.2, 0.6]), np.array([True, True, False, False]), 0.5, 0.85)
    assert counted == {"f1": 0.8, "precision": 0.667, "recall": 1.0, "sure_precision": 1.0, "sure_recall": 0.5}


def test_copies_with_few_words_changed_are_found_and_removed_ones_are_not() -> None:
    chance = np.random.default_rng(7)
    words = [word for pair in load_pairs() for word in pair.text_a.split()]
    texts = [" ".join(chance.choice(words, 60)) for _ in range(400)]
    held = Copies()
    for number, text in enumerate(texts):
        held.add(number, text)
    changed = texts[123].split()
    changed[30] = "khác"
    assert held.find(" ".join(changed))[0][0] == 123
    held.remove(123)
    assert 123 not in [name for name, _ in held.find(" ".join(changed))]
    assert len(held) == 399


def test_a_merge_forgets_nothing_and_keeps_what_was_replaced_replaced() -> None:
    held = Copies()
    number = 0
    while number * len(signature(SIGNAL)) <= SHORTEST_MERGE * 2:
        held.add(number, f"{SIGNAL} Lần gửi thứ {number} của tổ dân cư số {number * 7}")
        number += 1
    held.add(0, SCHOOL)
    assert held.find(SCHOOL)[0][0] == 0
    assert len(held) == number
