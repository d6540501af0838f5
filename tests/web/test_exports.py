"""A table saved as CSV opens rightly and runs nothing."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.web.exports import csv_file, csv_text, harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("cell", [-3, 2.5, "bình thường", "a=b", "", None])
def test_numbers_and_plain_text_stay_as_they_are(cell: object) -> None:
    assert harmless(cell) == cell


def test_the_file_begins_with_its_mark_and_keeps_vietnamese() -> None:
    text = csv_text(["Cơ quan", "Số"], [["Bộ Công an", 3], ["=1", -2]])
    assert text == "\ufeffCơ quan,Số\r\nBộ Công an,3\r\n'=1,-2\r\n"


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_whatever_the_cells_hold_they_come_back_and_none_starts_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows).removeprefix("\ufeff"), newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in read for cell in row)


def test_the_answer_is_a_download_in_utf_8() -> None:
    response = csv_file("bao-cao", ["a"], [["b"]])
    assert response.headers["Content-Disposition"] == 'attachment; filename="bao-cao.csv"'
    assert response.content_type == "text/csv; charset=utf-8"
