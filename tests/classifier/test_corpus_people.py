"""What in a text of the corpus could be a real person's, and what is plainly made up."""

import pytest

from classifier.corpus_people import is_full_name, is_house, is_made_up_number, real_looking


@pytest.mark.parametrize(
    "text",
    [
        "Gọi cho tôi số 0912 345 876 giùm",
        "CCCD của tôi là 001085012346",
        "Thư gửi về hoa.tran85@gmail.com nhé",
        "Chuyển vào số tài khoản 19034567810021 Vietcombank",
        "Tôi tên là Nguyễn Thị Hồng Vân, giáo viên",
        "toi la nguyen van an, nong dan",
        "Nhà tôi ở số 12 ngõ 34 đường Láng, Đống Đa, Hà Nội",
    ],
)
def test_what_points_to_somebody_is_refused(text: str) -> None:
    assert list(real_looking(text))


@pytest.mark.parametrize(
    "text",
    [
        "Gọi cho tôi số 0900 000 000 giùm",
        "CCCD của tôi là 001123456789",
        "Thư gửi về dan@congdan.example nhé",
        "Thư gửi về dan@example.com nhé",
        "Bác Tý nhà bên cũng bị",
        "Hồ sơ gửi về 40 Trần Phú, Hà Nội theo Nghị định 59/2020",
        "Tổng đài 1900 0368 bận suốt, hồ sơ 000.00.12.H32-241015-0003",
    ],
)
def test_what_is_made_up_or_public_may_stay(text: str) -> None:
    assert list(real_looking(text)) == []


def test_numbers_that_count_or_repeat_are_made_up() -> None:
    assert all(map(is_made_up_number, ("0912345678", "090 111 1111", "001 000000000", "0908901234")))
    assert not any(map(is_made_up_number, ("0912345876", "0901112222", "29A-123.54")))


def test_a_surname_with_a_name_is_a_full_name() -> None:
    assert all(map(is_full_name, ("Giàng A Sính", "Trần Hòa", "nguyen van an", "NGUYỄN VĂN AN")))
    assert not any(map(is_full_name, ("Hòa", "lam cong nhan", "Tài Chính Gia Đình")))


def test_a_number_with_a_name_or_many_words_beside_it_is_a_house() -> None:
    assert all(map(is_house, ("12 Trần Phú", "so 12 ngo 34 duong lang")))
    assert not any(map(is_house, ("nhà 2 tỷ", "lô 80 cái", "phum xa duong lon")))
