"""The line of a mandate that a comment speaks of."""

from __future__ import annotations

import pytest

from feedback.domain import mandate
from feedback.domain.mandate import Lines
from feedback.seed import CLASSES, rows_of


@pytest.fixture(scope="module")
def lines() -> Lines:
    """The mandates as they are."""
    return mandate.read({row["code"]: row["mandate"] for row in rows_of(CLASSES)})


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        ("BTP", "Ngân hàng bảo do trang đăng ký giao dịch bảo đảm lỗi.", "đăng ký giao dịch bảo đảm"),
        ("BTP", "Ngan hang bao do trang dang ky giao dich bao dam loi.", "đăng ký giao dịch bảo đảm"),
        ("VPTW", "Ứng dụng SỔ TAY ĐẢNG VIÊN ĐIỆN TỬ cứ mở lên là văng.", "sổ tay đảng viên điện tử"),
    ],
)
def test_the_line_that_shares_most_is_shown_as_it_is_written(lines: Lines, code: str, said: str, expected: str) -> None:
    assert lines.best(code, said) == expected


@pytest.mark.parametrize(("code", "said"), [("BTP", "Tôi đói."), ("BTP", ""), ("NOBODY", "sổ tay đảng viên điện tử")])
def test_ordinary_words_and_unknown_classes_match_no_line(lines: Lines, code: str, said: str) -> None:
    assert lines.best(code, said) is None


def test_what_every_line_says_weighs_nothing() -> None:
    lines = mandate.read({"A": "quản lý sóng; quản lý mạng", "B": "quản lý đất; quản lý rừng"})
    assert lines.weights["quan ly"] == 0.0
    assert lines.weights["song"] > 0.0
