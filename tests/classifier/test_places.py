"""The gazetteer finds provinces and leaves ordinary words alone."""

import pytest

from classifier.places import find
from classifier.text import nfc


@pytest.mark.parametrize(
    ("written", "province"),
    [
        ("Tôi ở Hà Nội", "HN"),
        ("tỉnh Thái Bình cũ", "HUNGYEN"),
        ("người dân TP.HCM", "HCM"),
        ("bà con Sài Gòn", "HCM"),
        ("thành phố Thuận An, Bình Dương", "HCM"),
        ("Thừa Thiên Huế", "HUE"),
        ("huyện Mê Linh", "HN"),
        ("quê Bà Rịa - Vũng Tàu", "HCM"),
        ("toi o tinh hoa binh", "PHUTHO"),
        ("em dang o da nang", "DANANG"),
        ("UBND TỈNH QUẢNG NAM", "DANANG"),
        ("Khánh Hoà", "KHANHHOA"),
        ("Đắc Lắc", "DAKLAK"),
        ("ở Bắc Giang, quê Bắc Giang, làm tại Hải Phòng", "BACNINH"),
        ("", ""),
    ],
)
def test_a_named_province_is_found(written: str, province: str) -> None:
    assert find(written).province == province


@pytest.mark.parametrize(
    "written",
    [
        "mong cuộc sống hòa bình, thái bình",
        "tình hình dien bien phuc tap, bao cao bang van ban",
        "hoan thanh hoa don dien tu va danh gia lai",
        "tuyến quang của nhà mạng",
        "hai phòng làm việc khóa cửa",
        "người Gia Rai ở làng",
        "DIEN BIEN PHUC TAP",
        "đa năng",
    ],
)
def test_ordinary_words_are_no_places(written: str) -> None:
    assert find(written).province == ""


def test_spans_count_in_the_nfc_text() -> None:
    written = "Chúng tôi ở Cần Thơ và Sóc Trăng"
    place = find(written)
    assert [nfc(written)[start:end] for start, end in place.spans] == ["Cần Thơ", "Sóc Trăng"]


@pytest.mark.parametrize(
    ("written", "commune"),
    [
        ("Tôi ở xã Tân Lập, tỉnh Sơn La", "xã Tân Lập"),
        ("Tôi ở xã Tân Lập Sơn La", "xã Tân Lập"),
        ("phường 12, quận Gò Vấp", "phường 12"),
        ("UBND phường Bến Nghé. Tôi chờ lâu", "phường Bến Nghé"),
        ("xã Ea Súp, Đắk Lắk", "xã Ea Súp"),
        ("dac khu Phu Quoc", "dac khu Phu Quoc"),
        ("thị trấn Lao Bảo - Quảng Trị", "thị trấn Lao Bảo"),
        ("phường Bến Nghé, xã Tân Lập", "phường Bến Nghé"),
        ("Ở xã Internet chập chờn", ""),
        ("cán bộ xã không trả lời", ""),
        ("UBND XÃ TÂN LẬP", ""),
        ("đường xa Tân Lập", ""),
        ("", ""),
    ],
)
def test_a_commune_is_read_as_written(written: str, commune: str) -> None:
    assert find(written).commune == commune


@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("tỉnh Sơn La", "province"),
        ("tỉnh Nam Định", "former_province"),
        ("bà con Sài Gòn", "alias"),
        ("huyện Mê Linh", "district"),
        ("ở đây", ""),
    ],
)
def test_it_is_said_by_which_sort_of_name_the_province_was_found(written: str, how: str) -> None:
    assert find(written).how == how
