"""Templates of answers: variables from a closed list, gaps that are seen, and nothing read twice."""

from __future__ import annotations

import pytest

from feedback.domain.answer_template import (
    FROM_CASE,
    MOST_PARAGRAPHS,
    VARIABLES,
    Paragraph,
    compose,
    fill,
    gap,
    gaps,
    problems,
    refuse_gaps,
)
from feedback.domain.errors import InvalidInput


def paragraph(text: str, label: str = "Đoạn", optional: bool = False) -> Paragraph:
    return Paragraph(label, text, optional)


def test_a_variable_gets_its_value_however_it_is_spaced_or_capitalised() -> None:
    assert fill("Ý kiến { Số  Ý KIẾN }.", {"số ý kiến": "PA-2026-000001"}) == "Ý kiến PA-2026-000001."


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_without_a_value_is_a_gap_that_is_seen(value: str | None) -> None:
    assert fill("Hạn mới: {hạn mới}.", {"hạn mới": value}) == "Hạn mới: [CẦN ĐIỀN: hạn mới]."


def test_a_value_that_looks_like_a_variable_stays_as_it_is() -> None:
    filled = fill("“{tiêu đề}”, {cơ quan}", {"tiêu đề": "{cơ quan} %s $x {{7*7}} {0.__class__}", "cơ quan": "Bộ Y tế"})
    assert filled == "“{cơ quan} %s $x {{7*7}} {0.__class__}”, Bộ Y tế"


def test_braces_around_what_is_no_variable_stay() -> None:
    assert fill("{không có}", {}) == "{không có}"


def test_gaps_are_found_once_each_in_order_whether_marked_or_left_as_variables() -> None:
    text = f"{gap('lý do')} rồi {{Căn cứ}} rồi [ cần điền : lý do ] rồi [CẦN ĐIỀN:] rồi {{tên khác}}"
    assert gaps(text) == ("lý do", "căn cứ", "nội dung")
    assert gaps("Ngoặc vuông [1] và {tên khác} không phải chỗ trống.") == ()


def test_words_with_gaps_are_refused_beside_their_field() -> None:
    refuse_gaps("Đã xong.", field="text")
    with pytest.raises(InvalidInput) as refused:
        refuse_gaps(f"Hạn mới: {gap('hạn mới')}.", field="text")
    assert refused.value.fields == {
        "text": ["Nội dung còn chỗ chưa điền: “hạn mới”. Xin điền hoặc bỏ trước khi gửi đi."]
    }


def test_optional_paragraphs_come_only_when_ticked() -> None:
    paragraphs = [paragraph("Một."), paragraph("Hai.", optional=True), paragraph("Ba.", optional=True)]
    assert compose(paragraphs, {}) == "Một."
    assert compose(paragraphs, {}, {2}) == "Một.\n\nBa."
    assert compose(paragraphs, {}, {0, 1, 2, 9}) == "Một.\n\nHai.\n\nBa."


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_of_the_list_may_be_used(name: str) -> None:
    assert problems([paragraph(f"Có {{{name}}}.")]) == {}


def test_what_the_case_fills_is_part_of_the_list() -> None:
    assert set(FROM_CASE) < set(VARIABLES)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Xin viết nội dung của đoạn."),
        ("Gửi {họ tên}.", "Không có biến “họ tên”. Xin chọn trong danh sách biến."),
        ("Gửi {}.", "Không có biến “”. Xin chọn trong danh sách biến."),
        ("{" + "x" * 100 + "}", "Không có biến “" + "x" * 60 + "…”. Xin chọn trong danh sách biến."),
        ("Thừa { ở đây.", "Dấu ngoặc nhọn chỉ dùng để bao quanh một biến trong danh sách."),
        ("Thừa } ở đây.", "Dấu ngoặc nhọn chỉ dùng để bao quanh một biến trong danh sách."),
        ("{{cơ quan}}", "Dấu ngoặc nhọn chỉ dùng để bao quanh một biến trong danh sách."),
        ("x" * 4_001, "Đoạn dài quá 4.000 ký tự. Xin tách thành nhiều đoạn."),
    ],
)
def test_a_paragraph_that_cannot_be_kept_is_refused_beside_it(text: str, sentence: str) -> None:
    assert problems([paragraph("Được."), paragraph(text)]) == {"text_2": [sentence]}


@pytest.mark.parametrize("label", ["", "x" * 61])
def test_a_paragraph_needs_a_short_label(label: str) -> None:
    assert problems([paragraph("Được.", label)]) == {"label_1": ["Xin đặt tên ngắn cho đoạn, tối đa 60 ký tự."]}


@pytest.mark.parametrize(
    "paragraphs",
    [
        [],
        [paragraph("Tùy chọn.", optional=True)],
        [paragraph("Được.")] * (MOST_PARAGRAPHS + 1),
        [paragraph("x" * 4_000)] * 3,
    ],
)
def test_a_template_has_something_that_always_stands_and_is_not_too_long(paragraphs: list[Paragraph]) -> None:
    assert list(problems(paragraphs)) == ["text_1"]
