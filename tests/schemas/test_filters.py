"""Filters at the edge: every value checked, every refusal a sentence beside its field."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.domain.errors import InvalidInput
from feedback.domain.filters import Filters
from feedback.domain.queues import Queue
from feedback.domain.status import Status
from feedback.schemas.filters import from_query
from feedback.services import bodies
from tests.domain.test_filters import EVERYTHING


def as_lists(filters: Filters) -> dict[str, list[str]]:
    """The link's pairs as a request gives them."""
    given: dict[str, list[str]] = {}
    for name, value in filters.to_query():
        given.setdefault(name, []).append(value)
    return given


def test_a_link_is_read_back_whole(session: Session) -> None:
    assert from_query(as_lists(EVERYTHING)) == EVERYTHING


def test_what_a_form_leaves_empty_is_no_question(session: Session) -> None:
    empty = {"hang": ["tat_ca"], "tim": ["  "], "trang_thai": [""], "nhan_tu": [""], "qua_han": [""]}
    assert from_query(empty) == Filters(queue=Queue.ALL)


def test_values_are_cleaned_and_typed(session: Session) -> None:
    found = from_query(
        {"tim": [" sóng \u200b yếu\x00 "], "trang_thai": ["sorting", "sorting"], "han_tu": ["2026-03-01"]}
    )
    assert found == Filters(text="sóng yếu", statuses=(Status.SORTING,), due_from=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"khong_co": ["x"]}, "khong_co", "Không có điều kiện lọc này."),
        ({"khong_co": [""]}, None, None),
        ({"trang_thai": ["sorting", "x"]}, "trang_thai", "Giá trị này không có trong danh mục."),
        ({"tinh": ["XX"]}, "tinh", "Giá trị này không có trong danh mục."),
        ({"co_quan": ["'; DROP"]}, "co_quan", "Giá trị này không có trong danh mục."),
        ({"nhom_co_quan": ["x"]}, "nhom_co_quan", "Giá trị này không có trong danh mục."),
        ({"loai": ["hoi"] * 61}, "loai", "nhiều nhất 60 giá trị"),
        ({"tim": ["a", "b"]}, "tim", "chỉ nhận một giá trị"),
        ({"tim": ["AND OR"]}, "tim", "ít nhất một từ"),
        ({"tim": ["a" * 10_000]}, "tim", "300"),
        ({"tim": ["😀"]}, "tim", "ít nhất một từ"),
        ({"nhan_tu": ["10/03/2026"]}, "nhan_tu", "Ngày chưa đúng"),
        ({"nhan_tu": ["9999-12-31"]}, "nhan_tu", "Ngày chưa đúng"),
        ({"han_tu": ["2026-03-02"], "han_den": ["2026-03-01"]}, "han_den", "bằng hoặc sau ngày đầu"),
        ({"qua_han": ["khong"]}, "qua_han", "không có trong danh mục"),
        ({"lan_chuyen": ["nhiều"]}, "lan_chuyen", "một số từ 1"),
        ({"lan_chuyen": ["9" * 400]}, "lan_chuyen", "một số từ 1"),
        ({"the": ["a" * 41]}, "the", "40"),
        ({"hang": ["x"]}, "hang", "không có trong danh mục"),
    ],
)
def test_what_is_no_filter_is_refused_beside_its_field(
    session: Session, given: dict[str, list[str]], field: str | None, sentence: str | None
) -> None:
    if field is None:
        assert from_query(given) == Filters()
        return
    with pytest.raises(InvalidInput) as refusal:
        from_query(given)
    assert list(refusal.value.fields) == [field]
    assert sentence is not None
    assert sentence in refusal.value.fields[field][0]


def test_a_commune_that_was_just_added_may_be_asked_for(session: Session) -> None:
    body = bodies.add_commune(name="phường Ba Đình", province="HN")
    assert from_query({"co_quan": [body.code]}).bodies == (body.code,)
    bodies.forget()
