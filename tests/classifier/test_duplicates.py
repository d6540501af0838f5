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
from classifier.pairs import FOLLOWS, FRESH, Pair, implied, load_pairs
from classifier.train_duplicates import figures, train, write
from classifier.trees import Trees

SIGNAL = "Bản Nậm Pắc không có sóng điện thoại, gọi cấp cứu cũng không được, xin lắp trạm phát."
SIGNAL_AGAIN = "o nam pac khong bat duoc song, ba con can cap cuu ma chang goi duoc ai, mong nha mang dung cot"
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
    monkeypatch.setattr(train_duplicates, "TREES", 40)
    pairs = load_pairs()[::3]
    texts = [text for pair in pairs for text in (pair.text_a, pair.text_b)]
    vocabulary = train_duplicates.learn_vocabulary(texts, ["trạm phát sóng", "học bạ số"])
    ruling, reached = train(pairs, vocabulary, load_pairs(FRESH)[:20])
    assert set(reached["fresh"]) == set(reached["test"])  # type: ignore[call-overload]
    path = tmp_path / "judge.json"
    write(ruling, vocabulary, reached, path)
    kept = Judge.load(path)
    assert kept.same(SIGNAL, SIGNAL).same
    assert kept.same(SIGNAL, SIGNAL_AGAIN).score == pytest.approx(
        Judge(ruling, vocabulary).same(SIGNAL, SIGNAL_AGAIN).score, abs=0.01
    )
    assert not kept.same(SIGNAL, SCHOOL).same
    assert json.loads(path.read_text(encoding="utf-8"))["figures"] == reached


def pair(text_a: str, text_b: str, *, same: bool) -> Pair:
    return Pair(text_a, text_b, same, "loi_khac" if same else "mot_diem", "sóng", "dev")


def test_what_is_another_matter_is_another_than_every_true_duplicate() -> None:
    told = [pair("a", "b", same=True), pair("c", "b", same=True), pair("a", "x", same=False)]
    followed = implied(told)
    assert {frozenset((found.text_a, found.text_b)) for found in followed} == {frozenset("bx"), frozenset("cx")}
    assert {(found.same, found.kind) for found in followed} == {(False, FOLLOWS)}
    assert implied(told[:2]) == []


def test_a_judged_pair_is_not_said_again_nor_a_quarrel_settled() -> None:
    told = [pair("a", "b", same=True), pair("a", "x", same=False), pair("b", "x", same=False)]
    assert implied(told) == []
    assert implied([pair("a", "b", same=True), pair("b", "c", same=True), pair("a", "c", same=False)]) == []


def test_the_fresh_pairs_share_no_text_with_those_learnt_from() -> None:
    learnt = {text for pair in load_pairs() for text in (pair.text_a, pair.text_b)}
    fresh = load_pairs(FRESH)
    assert not learnt & {text for pair in fresh for text in (pair.text_a, pair.text_b)}
    assert sum(pair.same for pair in fresh) * 2 == len(fresh) == 120


def test_kept_trees_answer_as_the_grown_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    x = chance.random((300, 6))
    y = (x[:, 0] > 0.5) ^ (x[:, 1] > 0.5)
    monkeypatch.setattr(train_duplicates, "TREES", 120)
    rows = train_duplicates.Rows(x, y, np.ones(300), np.array(["m"] * 300))
    grown = train_duplicates.fit(rows)
    kept = Trees.from_dict(json.loads(json.dumps(grown.to_dict())))
    scores = np.array([kept.score(row) for row in x])
    assert scores == pytest.approx([grown.score(row) for row in x], abs=0.01)
    assert ((scores > 0.5) == y).mean() > 0.85


def test_trees_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="different sizes"):
        Trees.from_dict({"feature": [[0]], "cut": [[0.5]], "gain": [[1.0]], "start": 0.0})


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
