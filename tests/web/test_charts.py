"""Charts draw what the numbers say, and nothing that the policy forbids."""

from __future__ import annotations

from flask import Flask, render_template_string

from feedback.web import charts


def test_the_largest_value_fills_the_bar_and_nothing_is_no_bar() -> None:
    assert [charts.share(value, 8) for value in (8, 2, 0)] == [1000.0, 250.0, 0.0]


def test_without_any_value_no_bar_has_a_length() -> None:
    assert charts.share(0, 0) == 0.0


def test_columns_stand_on_the_axis_and_keep_within_their_room() -> None:
    chart = charts.columns(["tuần 1", "tuần 2"], [[4, 1], [2, 0]])
    assert [(shape.height, shape.y + shape.height, shape.series) for shape in chart.shapes] == [
        (100.0, 100.0, 0),
        (50.0, 100.0, 1),
        (25.0, 100.0, 0),
        (0.0, 100.0, 1),
    ]
    assert all(shape.x + shape.width <= charts.WIDTH for shape in chart.shapes)
    assert (chart.top, chart.first, chart.last) == (4, "tuần 1", "tuần 2")


def test_a_chart_of_nothing_is_empty() -> None:
    assert charts.columns([], [[]]) == charts.Columns((), 0.0, "", "", "")
    assert charts.columns(["tuần 1"], [[0]]).shapes[0].height == 0.0


def test_a_line_breaks_where_a_value_is_missing() -> None:
    assert charts.line(["1", "2", "3", "4"], [1.0, None, 0.5, 0.0], 1.0).path == "M125.0 0.0 M625.0 50.0 L875.0 100.0"


def test_the_drawing_names_itself_and_has_no_style(app: Flask) -> None:
    chart = charts.columns(["<b>", "tuần 2"], [[1, 2], [2, 1]])
    with app.test_request_context():
        page = render_template_string(
            '{% from "_charts.html" import bar, column_chart %}'
            '{{ column_chart("nhan", chart, "Ý kiến <nhận>", "Số ý kiến theo tuần", ["Nhận", "Trả lời"], "2") }}'
            "{{ bar(250) }}",
            chart=chart,
        )
    assert '<title id="nhan-title">Ý kiến &lt;nhận&gt;</title>' in page
    assert 'aria-labelledby="nhan-title nhan-desc"' in page
    assert "&lt;b&gt;" in page
    assert "style=" not in page
    assert page.count("<rect") == 4 + 2 + 1
