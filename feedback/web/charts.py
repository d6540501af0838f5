"""The geometry of charts: shapes in units of their own, which templates print and the style sheet colours.

Words are never drawn: they stand beside the shapes as text, so that a telephone shows them as large as a screen does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 1000.0
HEIGHT = 100.0
_GAP = 0.25  # share of a column's room that stays empty


@dataclass(frozen=True, slots=True)
class Shape:
    """One rectangle; `series` counts from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns over time: its shapes, its top value, and the words at both ends of the axis."""

    shapes: tuple[Shape, ...]
    top: float
    first: str
    last: str
    path: str


def share(value: float, largest: float) -> float:
    """How long a bar is, out of WIDTH; nothing is 0 and the largest fills it."""
    return round(WIDTH * max(0.0, min(1.0, value / largest)), 1) if largest > 0 else 0.0


def columns(labels: Sequence[str], series: Sequence[Sequence[float]]) -> Columns:
    """Columns side by side for each label.

    Args:
        labels: one word for each place on the axis, in order.
        series: one sequence of values for each colour, each as long as `labels`; values are not negative.
    """
    top = max((value for values in series for value in values), default=0.0)
    room = WIDTH / max(1, len(labels))
    thick = room * (1 - _GAP) / max(1, len(series))
    shapes = tuple(
        _column(place * room + room * _GAP / 2 + number * thick, thick, values[place], top, number, label)
        for place, label in enumerate(labels)
        for number, values in enumerate(series)
    )
    return Columns(shapes, top, labels[0] if labels else "", labels[-1] if labels else "", "")


def line(labels: Sequence[str], values: Sequence[float | None], top: float) -> Columns:
    """A line through the values that there are; where one is missing, the line is broken.

    Args:
        labels: one word for each place on the axis, in order.
        values: one value, or None, for each label.
        top: the value at the upper edge, such as 1 for a share.
    """
    room = WIDTH / max(1, len(labels))
    points = [
        None if value is None else (round((place + 0.5) * room, 1), round(HEIGHT - HEIGHT * value / top, 1))
        for place, value in enumerate(values)
    ]
    steps = [
        f"{'M' if before is None else 'L'}{point[0]} {point[1]}"
        for before, point in pairwise([None, *points])
        if point is not None
    ]
    return Columns((), top, labels[0] if labels else "", labels[-1] if labels else "", " ".join(steps))


def curve(points: Iterable[tuple[float, float]], bottom: float = 0.0) -> str:
    """The path of a line through points (x, y), both shares of 1; y starts at `bottom`; what lies below is on it."""
    places = [
        (round(WIDTH * x, 1), round(HEIGHT * (1 - max(0.0, y - bottom) / (1 - bottom)), 1)) for x, y in sorted(points)
    ]
    return " ".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(places))


def _column(x: float, width: float, value: float, top: float, series: int, label: str) -> Shape:
    height = HEIGHT * value / top if top > 0 else 0.0
    return Shape(round(x, 1), round(HEIGHT - height, 1), round(width, 1), round(height, 1), series, label)
