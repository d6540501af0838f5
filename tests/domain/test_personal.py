"""Personal data by its form: every one of several is found, and what only looks alike is not."""

from __future__ import annotations

import itertools

import pytest

from feedback.domain.personal import find


def found(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], kind) for start, end, kind in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gọi 0912345678 gặp tôi.", [("0912345678", "phone")]),
        ("Gọi 0912 345 678, 0987.654.321 hoặc 0356-789-123.", ["0912 345 678", "0987.654.321", "0356-789-123"]),
        ("0912345678-0987654321", ["0912345678", "0987654321"]),
        ("0912 345 678 0987 654 321", ["0912 345 678", "0987 654 321"]),
        ("Số +84 912 345 678 và 84912345678, 0084912345678", ["+84 912 345 678", "84912345678", "0084912345678"]),
        ("Điện thoại (024) 3943 8231, (+84) 24 3943 8231.", ["(024) 3943 8231", "(+84) 24 3943 8231"]),
        ("Căn cước 034099001234", [("034099001234", "cccd")]),
        ("Căn cước 0340 9900 1234; 034 099 001 234", ["0340 9900 1234", "034 099 001 234"]),
        ("Thư a.b+c@vidu.com.vn.", [("a.b+c@vidu.com.vn", "email")]),
        ("Thư 0912345678@vidu.vn", [("0912345678@vidu.vn", "email")]),
    ],
)
def test_every_piece_is_found(text: str, expected: list[object]) -> None:
    pieces = found(text)
    assert [piece if isinstance(expected[0], tuple) else piece[0] for piece in pieces] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Quyết định 31/2021/QĐ-TTg ngày 11/10/2021",
        "Từ 08.11.2026 10:00 đến 09.11.2026",
        "Kinh phí 0,912345678 tỷ; 1.912.345.678 đồng",
        "Mã hồ sơ 1234567890123456, PA-2026-000123",
        "Tổng đài 1900 1234, 18001091",
        "a@b, @vidu, 0912 345",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert found(text) == []


def test_pieces_come_in_order_and_never_overlap() -> None:
    spans = find("Thư 0912345678@vidu.vn, gọi 0912345678, căn cước 034099001234, thư x@y.vn")
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert len(spans) == 4
