"""Each way of giving oneself away is known; what only looks like it is left alone."""

import pytest

from classifier.personal.shapes import is_identity, is_tax_code
from classifier.redact import find


def found(text: str, kind: str) -> list[str]:
    """What is found of one `kind`, as written."""
    return [text[span.start : span.end] for span in find(text) if span.type == kind]


PHONES = [
    "0912 345 678", "0912.345.678", "+84 912 345 678", "84912345678", "(024) 3825 1234", "O9l2.345.678",
    "không chín một hai ba bốn năm sáu bảy tám", "0 9 1 2 3 4 5 6 7 8", "(+84) 912 345 678", "+84 (0) 912 345 678",
    "0084912345678", "0912_345_678", "0912-345-678", "０９１２３４５６７８", "+49 151 2345 6789", "0168 123 4567",
    "0912\n345 678",
]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_is_found_however_it_is_written(phone: str) -> None:
    assert found(f"Nhờ gọi lại {phone} giúp tôi", "phone") == [phone]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("sđt 912345678 nhé", "phone", ["912345678"]),
        ("điện thoại 38251234", "phone", ["38251234"]),
        ("0912345678/0987654321", "phone", ["0912345678", "0987654321"]),
        ("số máy 0912345678 0987654321 đều được", "phone", ["0912345678", "0987654321"]),
        ("không không một 1 không chín chín, 000 một hai", "cccd", ["không không một 1 không chín chín, 000 một hai"]),
        ("số 001085000123", "cccd", ["001085000123"]),
        ("CMND 012 345 678", "cccd", ["012 345 678"]),
        ("CCCD 00108500012", "cccd", ["00108500012"]),
        ("số 012345678 là chứng minh cũ", "cccd", ["012345678"]),
        ("MST 001085000123", "tax_code", ["001085000123"]),
        ("CCCD 0912345678", "phone", ["0912345678"]),
        ("stk 0912345678", "bank_account", ["0912345678"]),
        ("tài khoản 0912345678 ở VCB", "bank_account", ["0912345678"]),
        ("ngân hàng BIDV 21510001234567", "bank_account", ["21510001234567"]),
        ("tk VCB của chị ấy là 0912345678", "bank_account", ["0912345678"]),
        ("thẻ 9704 1234 5678 9012", "bank_account", ["9704 1234 5678 9012"]),
        ("ck 1903456789012 nha", "bank_account", ["1903456789012"]),
        ("mst 0300123450", "tax_code", ["0300123450"]),
        ("MST 0300123450-001", "tax_code", ["0300123450-001"]),
        ("chi nhánh 0101234567-002", "tax_code", ["0101234567-002"]),
        ("công ty số 3123456782 nộp tờ khai", "tax_code", ["3123456782"]),
        ("MST 12345", "tax_code", []),
        ("xe 29A-123.45, 51F 12345 và 59-X1 234.56", "plate", ["29A-123.45", "51F 12345", "59-X1 234.56"]),
        ("biển 29a1234", "plate", ["29a1234"]),
        ("xe ngoại giao 80-123-NG-45", "plate", ["80-123-NG-45"]),
        ("xe biển đỏ, biển số TM 12-34", "plate", ["TM 12-34"]),
        ("29Y7-1234 biển cũ", "plate", ["29Y7-1234"]),
        ("thư ten.toi@vidu.com.vn nhé", "email", ["ten.toi@vidu.com.vn"]),
        ("tentoi a còng gmail chấm com", "email", ["tentoi a còng gmail chấm com"]),
        ("tentoi [at] vidu [dot] vn", "email", ["tentoi [at] vidu [dot] vn"]),
        ("email: tentoi gmail.com", "email", ["tentoi gmail.com"]),
        ("ten @ vidu . vn và toi@vidu.vn", "email", ["ten @ vidu . vn", "toi@vidu.vn"]),
    ],
)  # fmt: skip
def test_numbers_and_addresses_of_mail_are_told_apart(text: str, kind: str, expected: list[str]) -> None:
    assert found(text, kind) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết 57-NQ/TW và Nghị định 179/2025/NĐ-CP",
        "hồ sơ H29.12-250731-0045, PA-2026-000123, 000.00.04.G12-250731-0045",
        "mã hồ sơ 0912345678",
        "5.000.000 đồng, 1 234 567 đ, chuyển khoản 15.000.000, ck 12000000 đồng",
        "ngày 12.03.2025, 8h30, năm 2025, 87,35%",
        "gọi 113, 1022, 19001234, 1800 1096, 1900 6888",
        "đường dây nóng của Sở Y tế 024 3998 5765",
        "hotline 024 3998 5765 của Sở Y tế",
        "máy chủ 10.128.0.15, phiên bản 2.1.4, Windows 11 22H2 22621",
        "lớp 12A1, iPhone 15 Pro, HP 1102",
        "đường Nguyễn Trãi, phố Bà Triệu, quận Hai Bà Trưng, trường THPT Nguyễn Thị Minh Khai",
        "Bác Hồ, ông Chủ tịch, cô giáo, Anh Quốc, Bà Rịa, chị Hằng Nga",
        "UBND phường ở số 12 đường Trần Phú",
        "xã Tân Lập, phường Hai Bà Trưng, thôn Đoài",
        "con số 3 đường, 7 thôn, 12 xã",
        "tôi là Đảng viên, em là sinh viên, cô Hai, chú Ba",
        "QUẢN LÝ THỊ TRƯỜNG PHẠT QUÁ TAY",
        "Quyết định số 12 đường sắt",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ông Nguyễn Văn A và bà Trần Thị B", ["Nguyễn Văn A", "Trần Thị B"]),
        ("Tên tôi là Lê Hoài Nam.", ["Lê Hoài Nam"]),
        ("Ông Nguyễn Văn Bé Giám đốc", ["Nguyễn Văn Bé"]),
        ("anh Thắng CSGT", ["Thắng"]),
        ("chị kế toán Hương", ["Hương"]),
        ("Trân trọng,\nNguyễn Thị Nhài", ["Nguyễn Thị Nhài"]),
        ("Xin cảm ơn. Thu Hương", ["Thu Hương"]),
        ("xin cảm ơn\nThu Hương", ["Thu Hương"]),
        ("Hoàng Thu Cúc, số 0912345678", ["Hoàng Thu Cúc"]),
        ("Lê Tý, 0912345678", ["Lê Tý"]),
        ("gọi 0912345678 (Ngân)", ["Ngân"]),
        ("ông Lê Văn A, Trần B, Ngọc Lan", ["Lê Văn A", "Trần B", "Ngọc Lan"]),
        ("toi ten la nguyen van tam", ["nguyen van tam"]),
        ("ong pham van do", ["pham van do"]),
        ("TÔI LÀ PHẠM THỊ NHÀN", ["PHẠM THỊ NHÀN"]),
        ("NGHIÊM XUÂN TÚ XIN HỎI", ["NGHIÊM XUÂN TÚ"]),
        ("gặp anh tuấn hay chị ngọc trinh", ["tuấn", "ngọc trinh"]),
        ("gap anh tuan", ["tuan"]),
        ("gửi vào 190345678901, PHAM HUU NGHIA", ["PHAM HUU NGHIA"]),
        ("ông K'Brơi", ["K'Brơi"]),
        ("Nhóm trưởng: Cao Xuân Lộc", ["Cao Xuân Lộc"]),
        ("tôi tên Katherine Vũ", ["Katherine Vũ"]),
        ("tên Công Thương Bình", []),
        ("đường Bà Nguyễn Văn Trỗi", []),
        ("ở phố Ông Ích Khiêm", []),
        ("co Zalo, o Bac Ninh", []),
        ("cho Khmer", []),
        ("A. Giờ sao?", []),
    ],
)
def test_a_person_is_known_by_title_cue_or_place_in_the_text(text: str, expected: list[str]) -> None:
    assert found(text, "person_name") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nhà tôi ở số 12 ngõ 34 đường Láng, phường Láng, Hà Nội", "số 12 ngõ 34 đường Láng, phường Láng, Hà Nội"),
        ("nha toi o so 12 ngo 34 duong lang, phuong lang, ha noi", "so 12 ngo 34 duong lang, phuong lang, ha noi"),
        ("địa chỉ: 45/6 Lê Quang Định, P.5, Q. Bình Thạnh", "45/6 Lê Quang Định, P.5, Q. Bình Thạnh"),
        ("địa chỉ 25 Lê Lợi, Bến Thành, Quận 1", "25 Lê Lợi, Bến Thành, Quận 1"),
        ("thường trú tại thôn Đoài, xã Phú Minh", "thôn Đoài, xã Phú Minh"),
        ("ở căn hộ 1205 tòa A chung cư Hoa Sen", "căn hộ 1205 tòa A chung cư Hoa Sen"),
        ("ký túc xá phòng 512 nhà C2", "ký túc xá phòng 512 nhà C2"),
        ("tổ 5, ấp 3, xã Tân Thành", "tổ 5, ấp 3, xã Tân Thành"),
        ("tầng 3 số nhà 19 ngõ 176 Lê Trọng Tấn", "tầng 3 số nhà 19 ngõ 176 Lê Trọng Tấn"),
        ("mình ở hẻm 25/14 Phan Văn Trị", "hẻm 25/14 Phan Văn Trị"),
        ("bà Lò Thị Pánh, bản Nà Ớt, xã Phiêng", "bản Nà Ớt, xã Phiêng"),
        ("P.1205 tòa S2.02 Vinhomes Biển", "P.1205 tòa S2.02 Vinhomes Biển"),
        ("NHÀ Ở SỐ 4 NGÕ 9 ĐƯỜNG GIẢI PHÓNG, HÀ NỘI", "SỐ 4 NGÕ 9 ĐƯỜNG GIẢI PHÓNG, HÀ NỘI"),
        ("nhà ở 27/9 khu phố Tây B", "27/9 khu phố Tây B"),
        ("nhà ở 12 lê lợi, quận 1", "12 lê lợi, quận 1"),
        ("Số 8 đường liên thôn", ""),
        ("địa chỉ: tổ 5", "tổ 5"),
    ],
)
def test_an_address_runs_from_the_house_to_the_last_unit(text: str, expected: str) -> None:
    assert found(text, "address") == ([expected] if expected else [])


def test_an_address_keeps_the_name_of_its_street() -> None:
    assert [span.type for span in find("nhà ở số 5 đường Nguyễn Văn Bé, quận 1")] == ["address"]


def test_check_digits_and_provinces_are_verified() -> None:
    assert is_tax_code("0300123450")
    assert not is_tax_code("0300123451")
    assert not is_tax_code("03001")
    assert is_identity("001099000123")
    assert not is_identity("003099000123")
    assert not is_identity("001999000123")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("em tên minh quân, học lớp 5", ["minh quân"]),
        ("tôi tên thu", ["thu"]),
        ("mình là trâm ở vũng tàu", ["trâm"]),
        ("TÔI LÀ ĐOÀN THẾ VINH, KỸ SƯ", ["ĐOÀN THẾ VINH"]),
        ("ông vàng seo páo nộp đơn", ["vàng seo páo"]),
        ("của phùng xuân lạc, chủ cũ ngô xuân lẫm, chủ mới", ["phùng xuân lạc", "ngô xuân lẫm"]),
        ("chủ tài khoản: vo minh tri; ngân hàng đã khoá", ["vo minh tri"]),
        ("xin chân thành cảm ơn.\nhoài thu", ["hoài thu"]),
        ("gọi 0912 345 678 (nga)", ["nga"]),
        ("bà tám lúa bán nước mía", ["tám lúa"]),
        ("giám đốc lê hùng cùng phó giám đốc", ["lê hùng"]),
        ("chị mỹ, thu tiền mặt", ["mỹ"]),
        ("em cảm ơn ạ, em thảo.", ["thảo"]),
        ("ho ten chong: vang a do, con nho", ["vang a do"]),
        ("cho gap ong nguyen van thuan to truong", ["nguyen van thuan"]),
        ("nghiem xuan tu gui don", ["nghiem xuan tu"]),
        ("Ông Tư ở ấp tôi, bà Bảy thì không", ["Tư", "Bảy"]),
        ("Cán bộ Thu ở phường, con dâu Oanh", ["Thu", "Oanh"]),
        ("Rất mong hồi âm. Mỹ Duyên", ["Mỹ Duyên"]),
        ("Duy Khánh (Cần Thơ): bỏ nộp bản giấy.", ["Duy Khánh"]),
        ("tên anh hùng, tên thành phố, sang tên được", []),
        ("mã hồ sơ, quản lý thị trường, lý do tài chính", []),
        ("anh quốc và đức", []),
        ("phan anh chuyen internet, tran trong cam on", []),
        ("Duong Nguyen Trai ngap, anh Hai 2 lan", []),
        ("tập đoàn hòa phát, công an phường trần phú", []),
    ],
)  # fmt: skip
def test_a_name_without_capitals_is_known_by_its_syllables(text: str, expected: list[str]) -> None:
    assert found(text, "person_name") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tôi ở chung cư hh2c linh đàm, tầng 22, hỏi về mạng", ["chung cư hh2c linh đàm, tầng 22"]),
        ("hộ khẩu: khóm đông thịnh 6, phường mỹ phước, xin đổi", ["khóm đông thịnh 6, phường mỹ phước"]),
        ("chuyển từ thôn Trung Lập, xã Tri Trung", ["thôn Trung Lập, xã Tri Trung"]),
        ("về số 15 LK4 khu đất dịch vụ Vạn Phúc, Hà Đông", ["số 15 LK4 khu đất dịch vụ Vạn Phúc, Hà Đông"]),
        ("Tôi cư trú phum Sóc Chuối, xã An Ninh", ["phum Sóc Chuối, xã An Ninh"]),
        ("ở cửa hàng 24 Nguyễn Văn Linh, quận 7", []),
        ("Phòng 204 tầng 2 Sở Tư pháp", []),
        ("tờ bản đồ số 08", []),
    ],
)
def test_an_address_is_read_in_every_order_and_an_office_is_left_alone(text: str, expected: list[str]) -> None:
    assert found(text, "address") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("doanh nghiệp mã số 4201876543 bị khoá", ["tax_code"]),
        ("giấy phép kinh doanh số 0312345678", ["tax_code"]),
        ("số 028 3829 7834 của Sở Tư pháp", []),
        ("chuyển khoản 12000000 mà chưa thấy", []),
    ],
)
def test_a_number_is_told_by_whose_it_is(text: str, expected: list[str]) -> None:
    assert [span.type for span in find(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chong toi la ta quang huy di nuoc ngoai", ["ta quang huy"]),
        ("cho gap chuyen vien lam quoc toan hoi viec", ["lam quoc toan"]),
        ("trong ban co lu a sang va ong sung a pao.", ["lu a sang", "sung a pao"]),
        ("xin lien lac: anh quan, 0867 555 666", ["quan"]),
        ("bac tuan o tang 2 cung bi", ["tuan"]),
        ("nha ong chin hung co wifi", ["chin hung"]),
        ("nhà ông chín hùng có wifi", ["chín hùng"]),
        ("tôi tên y bhăm niê, dân tộc ê đê", ["y bhăm niê"]),
        ("hồng nhung xin hỏi: thẻ của em đâu", ["hồng nhung"]),
        ("em họ tôi, khánh vy, du học xa", ["khánh vy"]),
        ("alo 0848 282 911 gap nhung.", ["nhung"]),
        ("ho kinh doanh truong thi lanh, mst 8099113452", ["truong thi lanh"]),
        ("tran trong,\nluong the hien\n0915 300 287", ["luong the hien"]),
        ("nhà là bà tôn nữ thị hạnh không có thẻ", ["tôn nữ thị hạnh"]),
        ("con tran gia bao va me le tran gia huy chua co", ["tran gia bao", "le tran gia huy"]),
        ("Hồng Nhung xin hỏi: thẻ bảo hiểm đâu", ["Hồng Nhung"]),
        ("Người liên hệ là Thạch Sa Rây, chùa ở ấp tôi", ["Thạch Sa Rây"]),
        ("Ông chủ tịch xã Nguyễn Tiến Dũng hứa lắp", ["Nguyễn Tiến Dũng"]),
        ("kinh gui ban noi chinh trung uong", []),
        ("cu tri bac giang mong co ma tra cuu", []),
        ("chung chi hanh nghe do dac", []),
        ("ban do gia dat thong nhat ca nuoc", []),
        ("truong nghe khong co do thi khong nhan", []),
        ("bac ho day can bo la cong boc", []),
        ("cau ong lanh, cau nhat tan nen co camera", []),
        ("duong nguyen thi minh khai doan qua cho", []),
        ("duong tran phu, pho ly quoc su song yeu", []),
        ("hoi phi dang ky ten mien, sai ten duong", []),
        ("xin hỏi phí đăng ký tên miền", []),
        ("thay hieu truong bao, canh bao gui nham", []),
        ("nguoi dan bao y te xa, y kien cua toi", []),
        ("con gái biển số xe, bạn đăng ký hộ", []),
    ],
)  # fmt: skip
def test_a_name_without_marks_or_capitals_is_told_from_ordinary_words(text: str, expected: list[str]) -> None:
    assert found(text, "person_name") == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("hotline 1022 bảo gọi lại cho em số 0 925 118 073", "phone", ["0 925 118 073"]),
        ("gọi 024 3768 9999 là tổng đài của Sở Nội vụ", "phone", []),
        ("mã thủ tục 1.012345.000.00.00.H10 không thấy", "phone", []),
        ("lương hưu qua thẻ 711A12345678 bị từ chối", "bank_account", ["711A12345678"]),
        ("Bà Giàng Thị Dợ ở bản Háng Đề Chu, xã Bắc Yên", "address", ["bản Háng Đề Chu, xã Bắc Yên"]),
        ("bac tuan o ngach 34/156/8 vinh tuy cung bi", "address", ["ngach 34/156/8"]),
        ("hộ bà Nguyễn Thị Bảy, hẻm 30, đường 3 Tháng 2", "address", ["hẻm 30, đường 3 Tháng 2"]),
        ("toi thuong tru ap bo xang, xa vinh thuan", "address", ["ap bo xang, xa vinh thuan"]),
        ("so ho khau cu ghi so 3/7b ap nhi, xa tan hoa", "address", ["so 3/7b ap nhi, xa tan hoa"]),
        ("dia chi 45 hung vuong, phuong thuan hoa", "address", ["45 hung vuong, phuong thuan hoa"]),
        ("Ở bản Háng Đề Chu, xã Bắc Yên chưa có sóng", "address", []),
        ("120 ho dan, xa minh tan chua co song", "address", []),
        ("thon toi, xa toi chua co song", "address", []),
    ],
)
def test_numbers_and_addresses_in_passing_are_told_apart(text: str, kind: str, expected: list[str]) -> None:
    assert found(text, kind) == expected
