"""The lines of the comparison card: shares, points, what is better, and dashes where there is nothing."""

from __future__ import annotations

from typing import Any

from feedback.web import model_card
from feedback.web.charts import curve


def figures(share: float, ece: float = 0.02, recent: bool = False, **more: Any) -> dict[str, Any]:
    part = {"n": 360, "top1_also": share, "top3": 0.99, "auto_coverage": 0.8, "auto_precision": 0.97, "ece_also": ece}
    return {
        "parts": {"overall": part, "labels": None, "recent": part if recent else None},
        "classes": {"BCA": [12, 9], "BYT": [10, 10]},
        "reliability": [[0.3, 0.5, 4], [0.9, 1.0, 8]],
        "coverage": [[0.5, 1.0, 0.9], [1.0, 0.4, 0.3]],
        "milliseconds": 1.618,
        "megabytes": 9.5,
        **more,
    }


def shown(first: Any, second: Any) -> dict[str, tuple[str, str, str, bool | None]]:
    lines = model_card.lines(first, second)
    return {line.name: (line.first, line.second, line.difference, line.better) for line in lines}


def test_two_models_are_put_side_by_side_with_what_moved() -> None:
    found = shown(figures(0.90), figures(0.925, 0.03, True, seconds=53.4, peak_memory_mb=612.0))
    assert found["Số ý kiến kiểm tra"] == ("360", "360", "", None)
    assert found["Chuyển đúng, cả tập kiểm tra"] == ("90,0 %", "92,5 %", "+2,5 điểm", True)
    assert found["Đúng trong ba đề xuất đầu, cả tập kiểm tra"] == ("99,0 %", "99,0 %", "0,0 điểm", None)
    assert found["Sai lệch độ tin cậy (ECE), cả tập kiểm tra"] == ("2,0 %", "3,0 %", "+1,0 điểm", False)
    assert found["Chuyển đúng, 30 ngày gần nhất"] == ("–", "92,5 %", "", None)
    assert "Chuyển đúng, nhãn của cán bộ" not in found
    assert found["Thời gian mỗi ý kiến"][:2] == ("1,62 mili giây", "1,62 mili giây")
    assert found["Thời gian huấn luyện"][:2] == ("–", "53 giây")
    assert found["Bộ nhớ khi huấn luyện"][:2] == ("–", "612 MB")


def test_a_worse_model_is_said_to_be_worse() -> None:
    found = shown(figures(0.925, 0.03), figures(0.90, 0.02))
    assert found["Chuyển đúng, cả tập kiểm tra"][2:] == ("−2,5 điểm", False)
    assert found["Sai lệch độ tin cậy (ECE), cả tập kiểm tra"][2:] == ("−1,0 điểm", True)


def test_a_model_that_nobody_measured_shows_dashes() -> None:
    found = shown(None, None)
    assert {value for line in found.values() for value in line[:2]} == {"–"}
    assert model_card.classes(None, None) == []
    assert model_card.curves(None, None) == {"reliability": [], "coverage": []}


def test_classes_that_only_one_knows_are_shown_too() -> None:
    other = figures(0.9) | {"classes": {"BCA": [13, 13], "VPCP": [2, 1]}}
    lines = model_card.classes(figures(0.9), other)
    assert [(line.code, line.n, line.first, line.second) for line in lines] == [
        ("BCA", 13, 0.75, 1.0),
        ("BYT", 10, 1.0, None),
        ("VPCP", 2, None, 0.5),
    ]


def test_curves_are_paths_and_what_lies_below_is_drawn_on_the_edge() -> None:
    paths = model_card.curves(figures(0.9), None)
    assert paths["reliability"] == [("M300.0 50.0 L900.0 0.0", "Đang dùng")]
    assert paths["coverage"] == [("M500.0 0.0 L1000.0 100.0", "Đang dùng")]
    assert curve([]) == ""
