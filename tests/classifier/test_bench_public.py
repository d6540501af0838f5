"""The recipe learns any labelled set, and says plainly when there is too little of it."""

import json
from pathlib import Path
from random import Random

import pytest

from classifier.__main__ import main
from classifier.bench_public import run
from classifier.public_sets import Example, PublicSet, PublicSetError

WORDS = {
    "mạng": "sóng di động yếu cước internet đứt cáp thuê bao tổng đài nhà mạng gói dữ liệu",
    "y tế": "bệnh viện khám chữa bảo hiểm viện phí bác sĩ đơn thuốc giường bệnh trạm xá",
    "đất": "sổ đỏ thửa đất địa chính đo đạc ranh giới quy hoạch thu hồi đền bù tái định cư",
}


def texts(label: str, count: int, seed: int) -> list[Example]:
    """So many texts of ten words of the label's own."""
    chance = Random(seed)  # noqa: S311 -- no secret
    return [Example(" ".join(chance.choices(WORDS[label].split(), k=10)), label) for _ in range(count)]


def made(labels: tuple[str, ...], *, rare: int = 0) -> PublicSet:
    """A set that is easy to learn; `rare` texts of a label of its own beside."""
    train = [example for label in labels for example in texts(label, 20, seed=1)]
    train += [Example(f"chuyện lạ số {number}", "khác") for number in range(rare)]
    return PublicSet("made", train, [example for label in labels for example in texts(label, 6, seed=2)])


@pytest.mark.parametrize("labels", [("mạng", "y tế"), ("mạng", "y tế", "đất")])
def test_a_set_that_is_easy_is_learnt_with_two_labels_or_more(labels: tuple[str, ...]) -> None:
    report = run(made(labels))
    assert (report.n, report.n_train, report.classes) == (6 * len(labels), 20 * len(labels), len(labels))
    assert report.accuracy == report.macro_f1 == report.weighted_f1 == 1.0
    assert report.same_without_accents == 1.0


def test_figures_but_for_the_time_are_the_same_in_every_run() -> None:
    first, second = (run(made(("mạng", "y tế"), rare=2)).to_dict() for _ in range(2))
    assert first | {"seconds": 0} == second | {"seconds": 0}


def test_a_label_that_some_folds_lack_is_learnt_all_the_same() -> None:
    report = run(made(("mạng", "đất"), rare=1))
    assert report.classes == 3
    assert report.accuracy == 1.0


def test_a_label_that_only_the_test_has_counts_as_wrong() -> None:
    easy = made(("mạng", "y tế"))
    report = run(PublicSet("made", easy.train, [*easy.test, Example("chó lạc", "khác")]))
    assert report.accuracy == pytest.approx(12 / 13)
    assert report.macro_f1 < report.weighted_f1 < 1.0


def test_near_duplicates_with_and_without_accents_do_not_make_it_boast() -> None:
    easy = made(("mạng", "y tế"))
    mixed = [Example(e.text, ("mạng", "y tế")[i % 2]) for i, e in enumerate(easy.train)]
    report = run(PublicSet("made", [*mixed, *mixed], easy.test))
    assert report.safe_coverage == 0.0
    assert report.safe_precision == 0.0


@pytest.mark.parametrize("rows", [[("a", "x"), ("b", "y")], [("", "x"), ("", "y"), ("", "x"), ("", "y")]])
def test_too_few_texts_are_refused(rows: list[tuple[str, str]]) -> None:
    examples = [Example(*row) for row in rows]
    with pytest.raises(PublicSetError, match="made: too few texts to learn from"):
        run(PublicSet("made", examples, examples))


def test_the_command_prints_one_line_of_json_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    easy = made(("mạng", "y tế"))
    for name, examples in (("train", easy.train), ("test", easy.test)):
        rows = [json.dumps({"text": example.text, "label": example.label}) for example in examples]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert main(["bench-public", str(tmp_path)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures.keys() >= {"n", "classes", "accuracy", "macro_f1", "ece", "seconds"}


def test_the_command_ends_with_2_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench-public", str(tmp_path)]) == 2
    assert "neither train.jsonl" in capsys.readouterr().err
