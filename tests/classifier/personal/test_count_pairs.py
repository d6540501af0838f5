"""Pairs of syllables are counted where they are ordinary words, and nowhere else."""

import io
import json
import sys

import pytest

from classifier.personal.count_pairs import count, main


def test_ordinary_neighbours_count_from_their_second_time_and_names_never() -> None:
    text = "Phản ánh của ông Nguyễn Văn An về thời gian bảo trì"
    assert "anh" not in count([text]).get("phan", [])
    assert "anh" in count([text, text])["phan"]
    assert "an" not in count([text, text]).get("van", [])


def test_behind_a_title_one_time_is_enough() -> None:
    assert "huong" in count(["Việc này ảnh hưởng đến chúng tôi"])["anh"]


def test_texts_without_marks_or_capitals_teach_nothing() -> None:
    assert count(["anh huong den chung toi", "ảnh hưởng đến chúng tôi"]) == {}


def test_the_table_is_written_as_csv(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"text": "Việc này ảnh hưởng"}) + "\n"))
    main()
    assert capsys.readouterr().out == "first,seconds\nanh,huong\n"
