"""The comparison card as a page shows it: one line a figure, the model in use beside the one that was trained last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.web import charts
from feedback.web.formats import number, percent

Figures = Mapping[str, Any]

_PARTS = (("overall", "cả tập kiểm tra"), ("labels", "nhãn của cán bộ"), ("recent", "30 ngày gần nhất"))
_SHARES = (
    ("top1_also", "Chuyển đúng", True),
    ("top3", "Đúng trong ba đề xuất đầu", True),
    ("auto_coverage", "Tự chuyển", True),
    ("auto_precision", "Đúng khi tự chuyển", True),
    ("ece_also", "Sai lệch độ tin cậy (ECE)", False),
)
_COSTS = (
    ("milliseconds", "Thời gian mỗi ý kiến", "mili giây", 2),
    ("megabytes", "Dung lượng tệp", "MB", 1),
    ("seconds", "Thời gian huấn luyện", "giây", 0),
    ("peak_memory_mb", "Bộ nhớ khi huấn luyện", "MB", 0),
)
_CURVES = (("reliability", 0.0), ("coverage", 0.5))
_LEAST = 0.0005  # what rounds to nothing is no difference


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of both models; `better` tells whether the second is better, None when there is nothing to tell."""

    name: str
    first: str
    second: str
    difference: str = ""
    better: bool | None = None


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class: its test texts, and the share right by each model."""

    code: str
    n: int
    first: float | None
    second: float | None


def lines(first: Figures | None, second: Figures | None) -> list[Line]:
    """The lines of the card; a model without figures shows dashes."""
    found = [_size(first, second)]
    for part, words in _PARTS:
        if _of(first, part, "n") is None and _of(second, part, "n") is None:
            continue  # no text of this part yet
        for key, name, more_is_better in _SHARES:
            found.append(_share(f"{name}, {words}", _of(first, part, key), _of(second, part, key), more_is_better))
    return found + [
        _cost(name, unit, decimals, _top(first, key), _top(second, key)) for key, name, unit, decimals in _COSTS
    ]


def classes(first: Figures | None, second: Figures | None) -> list[ClassLine]:
    """The lines by class, in the order of the codes."""
    one, two = ((figures or {}).get("classes", {}) for figures in (first, second))
    return [
        ClassLine(code, (two.get(code) or one[code])[0], _right(one.get(code)), _right(two.get(code)))
        for code in sorted({*one, *two})
    ]


def curves(first: Figures | None, second: Figures | None) -> dict[str, list[tuple[str, str]]]:
    """The paths of the reliability and the coverage curve, each with the name of its model; without figures, none."""
    named = [(figures, name) for figures, name in ((first, "Đang dùng"), (second, "Mới nhất")) if figures]
    return {
        curve: [(charts.curve([(x, y) for x, y, _ in figures[curve]], bottom), name) for figures, name in named]
        for curve, bottom in _CURVES
    }


def _size(first: Figures | None, second: Figures | None) -> Line:
    sizes = [_of(figures, "overall", "n") for figures in (first, second)]
    one, two = ("–" if size is None else number(size) for size in sizes)
    return Line("Số ý kiến kiểm tra", one, two)


def _share(name: str, first: float | None, second: float | None, more_is_better: bool) -> Line:
    if first is None or second is None:
        return Line(name, percent(first), percent(second))
    moved = second - first
    better = None if abs(moved) < _LEAST else (moved > 0) is more_is_better
    points = number(abs(moved) * 100, 1)
    sign = "" if better is None else "+" if moved > 0 else "−"
    return Line(name, percent(first), percent(second), f"{sign}{points} điểm", better)


def _cost(name: str, unit: str, decimals: int, first: float | None, second: float | None) -> Line:
    one, two = ("–" if value is None else f"{number(value, decimals)} {unit}" for value in (first, second))
    return Line(name, one, two)


def _of(figures: Figures | None, part: str, key: str) -> float | None:
    found = ((figures or {}).get("parts") or {}).get(part)
    return float(found[key]) if found and key in found else None


def _top(figures: Figures | None, key: str) -> float | None:
    found = (figures or {}).get(key)
    return None if found is None else float(found)


def _right(counts: Sequence[int] | None) -> float | None:
    return counts[1] / counts[0] if counts else None
