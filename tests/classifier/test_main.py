"""The command line keeps its contract."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import __main__ as command
from classifier.__main__ import ROOT, main, model_directory
from classifier.judge import SCREENS

LINES = [
    json.dumps({"id": 1, "text": "Ứng dụng VNeID báo lỗi"}),
    "not json",
    json.dumps([1]),
    json.dumps({"text": "thiếu"}),
    json.dumps({"id": "b"}),
    json.dumps({"id": "c", "text": 7}),
    json.dumps({"id": "d", "text": ""}),
]


def run(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "classifier", *arguments],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def answers_to(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], out: Path, given: str) -> list[str]:
    """What `predict` prints for the `given` input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    assert main(["predict", "--out", str(out)]) == 0
    return capsys.readouterr().out.splitlines()


def test_predict_answers_every_line_in_its_place(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = answers_to(monkeypatch, capsys, model_dir, "\n".join(LINES) + "\n")
    answers = [json.loads(line) for line in lines]
    assert [answer["id"] for answer in answers] == [1, None, None, None, "b", "c", "d"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, True, False]
    assert list(answers[0]) == [
        "id", "body", "confidence", "decision", "candidates", "screen", "province", "evidence", "model", "kind",
        "field", "urgency", "coordinating", "place", "desk_reason", "question", "screen_confidence",
    ]  # fmt: skip
    assert answers[-1]["decision"] == "desk"


def test_screen_names_the_class_of_every_line(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(LINES) + "\n"))
    assert main(["screen", "--out", str(model_dir)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, None, None, "b", "c", "d"]
    assert list(answers[0]) == ["id", "screen", "confidence"]
    assert answers[0]["screen"] in SCREENS
    assert list(answers[1]) == ["id", "error"]


def test_predict_works_through_more_than_one_batch(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BATCH", 2)
    assert len(answers_to(monkeypatch, capsys, model_dir, "\n".join(LINES))) == len(LINES)


def test_predict_speaks_utf8_in_any_locale(model_dir: Path) -> None:
    given = '{"id": "đơn", "text": "Sóng di động ở bản yếu"}\nkhông phải\n\xff\n'.encode() + b"\xff\xfe\n"
    done = run("predict", "--out", str(model_dir), given=given, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert answers[0]["id"] == "đơn"
    assert [answer.get("error") for answer in answers[1:]] == ["not JSON"] * 3


def test_predict_takes_lone_surrogates(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = answers_to(monkeypatch, capsys, model_dir, '{"id": "\\ud800", "text": "mạng \\udfff yếu"}')
    assert json.loads(line)["id"] == "\ud800"


@pytest.mark.parametrize("arguments", [["predict"], ["screen"], ["evaluate", os.devnull]])
def test_without_a_model_the_command_says_so(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--out", str(tmp_path)]) == 2
    assert "python -m classifier train" in capsys.readouterr().err


def test_evaluate_prints_the_figures(model_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.jsonl"
    rows = [
        {"text": "Ứng dụng VNeID báo lỗi", "body": "BCA"},
        {"text": "Sim rác gọi cả ngày", "body": "BKHCN", "also": ["BCA"]},
        {"text": "Hóa đơn điện", "body": "BCT", "also": None},
    ]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    assert main(["evaluate", str(file), "--out", str(model_dir)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["n"] == 3
    assert {"top1", "top1_also", "top3", "macro_f1", "ece", "auto_coverage", "auto_precision"} <= set(figures)


@pytest.mark.parametrize("fault", ['{"text": "thiếu nhãn"}', "không phải JSON", '{"text": 3, "body": "BCA"}', "[]"])
def test_evaluate_names_the_line_it_cannot_read(
    model_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"text": "x", "body": "BCA"}\n' + fault, encoding="utf-8")
    assert main(["evaluate", str(file), "--out", str(model_dir)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_evaluate_needs_cases_that_exist(model_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", os.devnull, "--out", str(model_dir)]) == 2
    assert main(["evaluate", str(tmp_path / "none"), "--out", str(model_dir)]) == 2
    assert "nothing to evaluate" in capsys.readouterr().err


def test_train_trains_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from classifier import train as trainer

    monkeypatch.setattr(trainer, "train", lambda directory, say: say(f"training into {directory}"))
    assert main(["train", "--out", str(tmp_path)]) == 0
    assert main(["train", "--if-stale", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("training into") == 2


def test_train_rests_while_the_model_is_fresh(model_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--if-stale", "--out", str(model_dir)]) == 0
    assert "up to date" in capsys.readouterr().out


def test_the_model_lives_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_DIR", "/srv/model")
    assert model_directory() == Path("/srv/model")
    monkeypatch.delenv("MODEL_DIR")
    assert model_directory() == ROOT / "var" / "model"


def test_predicting_needs_no_scikit_learn(model_dir: Path) -> None:
    script = (
        "import sys; from classifier.__main__ import main;"
        "main(['predict', '--out', sys.argv[1]]); sys.exit('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(model_dir)], input=b"", cwd=ROOT, check=False)
    assert done.returncode == 0
