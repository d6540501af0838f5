"""Addresses: in one form, marked without being kept, and callbacks that we would call."""

from __future__ import annotations

import pytest

from feedback.domain.delivery import Callback, address_mark, normal_address, read_callback


@pytest.mark.parametrize(
    ("channel", "address", "normal"),
    [
        ("email", " Nguyen.Van.A@Example.VN ", "nguyen.van.a@example.vn"),
        ("sms", "0912 345 678", "+84912345678"),
        ("sms", "+84 (912) 345-678", "+84912345678"),
        ("sms", "84912345678", "+84912345678"),
    ],
)
def test_two_spellings_of_one_address_are_one(channel: str, address: str, normal: str) -> None:
    assert normal_address(channel, address) == normal
    mark = address_mark(channel=channel, address=address, secret="s")
    assert mark == address_mark(channel=channel, address=normal, secret="s")
    assert len(mark) == 64
    assert mark != address_mark(channel=channel, address=normal, secret="t")


@pytest.mark.parametrize(
    ("url", "callback"),
    [
        ("https://he-thong.example/goi-lai?a=1", Callback("he-thong.example", 443, "/goi-lai?a=1")),
        ("https://He-Thong.example:8443", Callback("he-thong.example", 8443, "/")),
    ],
)
def test_a_callback_is_https_by_name(url: str, callback: Callback) -> None:
    assert read_callback(url) == callback


@pytest.mark.parametrize(
    "url",
    [
        "http://he-thong.example/",
        "ftp://he-thong.example/",
        "https://he-thong.example:22/",
        "https://he-thong.example:99999/",
        "https://he-thong.example:abc/",
        "https://nguoi:mat-khau@he-thong.example/",
        "https://he-thong.example@127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://localhost/",
        "https://he-thong.example/#neo",
        "https://he-thong.example/ a",
        "https://he-thong.example/\r\nHost: x",
        "https://he-thong.example\\@127.0.0.1/",
        "https://hệ-thống.example/",
        "https:///duong-dan",
        "//he-thong.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[::1/",
        "https://he_thong/",
        "https://he-thong.example/" + "a" * 500,
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- one of several
        read_callback(url)
