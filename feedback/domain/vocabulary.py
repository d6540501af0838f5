"""The closed lists that people choose from: kinds, fields, senders, channels, consents, with their Vietnamese names."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What sort of comment it is."""

    QUESTION = "hoi"
    REPORT = "phan_anh"
    PROPOSAL = "kien_nghi"
    INITIATIVE = "sang_kien"


class SenderKind(StrEnum):
    """On whose behalf it is filed."""

    CITIZEN = "ca_nhan"
    BUSINESS = "doanh_nghiep"
    ORGANISATION = "to_chuc"
    ANONYMOUS = "an_danh"


class Channel(StrEnum):
    """By which way it came in; paper and telephone are keyed in by an officer."""

    WEB = "web"
    API = "api"
    PHONE = "dien_thoai"
    POST = "buu_chinh"
    IN_PERSON = "truc_tiep"
    EMAIL = "thu_dien_tu"
    SAMPLE = "mau"


class Consent(StrEnum):
    """A purpose that the sender may agree to, each on its own (Law 91/2025/QH15: specific, never assumed)."""

    PROCESS = "xu_ly"
    CONTACT = "lien_he"
    PUBLISH = "cong_khai"
    PUBLISH_NAME = "cong_khai_ten"


KIND_NAMES = MappingProxyType(
    {
        Kind.QUESTION: "Câu hỏi",
        Kind.REPORT: "Phản ánh",
        Kind.PROPOSAL: "Kiến nghị",
        Kind.INITIATIVE: "Sáng kiến",
    }
)

SENDER_NAMES = MappingProxyType(
    {
        SenderKind.CITIZEN: "Cá nhân",
        SenderKind.BUSINESS: "Doanh nghiệp",
        SenderKind.ORGANISATION: "Tổ chức",
        SenderKind.ANONYMOUS: "Ẩn danh",
    }
)

CHANNEL_NAMES = MappingProxyType(
    {
        Channel.WEB: "Trang web",
        Channel.API: "Kết nối hệ thống",
        Channel.PHONE: "Điện thoại",
        Channel.POST: "Bưu chính",
        Channel.IN_PERSON: "Trực tiếp",
        Channel.EMAIL: "Thư điện tử",
        Channel.SAMPLE: "Ý kiến mẫu",
    }
)

FIELD_NAMES = MappingProxyType(
    {
        "TC": "Thể chế, pháp luật",
        "HT": "Hạ tầng số, viễn thông",
        "DL": "Dữ liệu, cơ sở dữ liệu",
        "DD": "Định danh, VNeID",
        "DVC": "Dịch vụ công trực tuyến, thủ tục hành chính",
        "NT": "Nền tảng, phần mềm dùng chung và liên thông",
        "CKS": "Chữ ký số, văn bản điện tử",
        "AN": "An ninh mạng, lừa đảo",
        "BVDL": "Bảo vệ dữ liệu cá nhân",
        "NL": "Nhân lực, chế độ",
        "KP": "Kinh phí, đấu thầu",
        "KTS": "Kinh tế số, thương mại điện tử, thuế, thanh toán",
        "XHS": "Giáo dục, y tế, bảo hiểm xã hội số",
        "DM": "Đổi mới sáng tạo, sở hữu trí tuệ, trí tuệ nhân tạo",
        "D": "Chuyển đổi số trong cơ quan Đảng",
        "K": "Khác, ngoài phạm vi",
    }
)

# What stands in a text in place of a piece of personal data.
PERSONAL_NAMES = MappingProxyType(
    {
        "phone": "số điện thoại",
        "cccd": "số căn cước",
        "email": "thư điện tử",
        "bank_account": "số tài khoản",
        "address": "địa chỉ",
        "person_name": "tên người",
        "tax_code": "mã số thuế",
        "plate": "biển số xe",
    }
)
